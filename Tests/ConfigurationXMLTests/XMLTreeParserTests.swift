import ApplianceConfiguration
import Testing

@testable import ConfigurationXML

@Suite struct XMLTreeParserTests {
  private static let prologue = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE config SYSTEM "config.dtd">

    """

  private func parse(
    _ text: String, limits: ReadingLimits = ReadingLimits()
  ) -> Result<XMLDocument, FindingError> {
    XMLTreeParser(limits: limits).parse(Array(text.utf8))
  }

  @Test func elementsKnowTheirBytes() throws {
    let text = Self.prologue + "<!-- one --><config>\n  <a x='1'>t&lt;</a><b/>\n</config>\n"
    let bytes = Array(text.utf8)
    let document = try self.parse(text).get()
    let a = document.root.children[0]
    let b = document.root.children[1]
    #expect(a.position == SourcePosition(line: 4, column: 3))
    #expect(b.position == SourcePosition(line: 4, column: 21))
    #expect(a.text == "t<")
    #expect(a.attributes == [XMLAttribute(name: "x", value: "1")])
    #expect(String(decoding: bytes[a.byteRange], as: UTF8.self) == "<a x='1'>t&lt;</a>")
    #expect(String(decoding: bytes[a.contentRange], as: UTF8.self) == "t&lt;")
    #expect(String(decoding: bytes[b.byteRange], as: UTF8.self) == "<b/>")
    #expect(b.contentRange.isEmpty)
    #expect(document.root.byteRange.upperBound == bytes.count - 1)
    #expect(
      document.leadingComments == [
        XMLComment(text: " one ", position: SourcePosition(line: 3, column: 5))
      ])
  }
}

/// A file within the limit of a file may be larger as UTF-8 than libxml2 can count.
@Suite struct TextSizeTests {
  private static let text =
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><!DOCTYPE config SYSTEM \"config.dtd\"><config>"

  @Test func theBytesAsUTF8Count() throws {
    let bytes = Array(Self.text.utf8) + [0xE9, 0xE9] + Array("</config>".utf8)
    var parser = XMLTreeParser(limits: ReadingLimits())
    #expect(parser.textBytesMax == 2_147_483_647)
    parser.textBytesMax = bytes.count + 2
    #expect(try parser.parse(bytes).get().root.text == "éé")
    parser.textBytesMax = bytes.count + 1
    guard case .failure(let problem) = parser.parse(bytes) else {
      Issue.record("it is too large")
      return
    }
    #expect(problem.diagnostic.code == .fileTooLarge)
    #expect(problem.diagnostic.found == "\(bytes.count + 2) bytes as UTF-8")
    #expect(problem.diagnostic.allowed == "\(bytes.count + 1) bytes as UTF-8")
  }
}

/// References in attributes, which libxml2 leaves half done.
@Suite struct AttributeTests {
  @Test(arguments: [
    ("a &amp; b", "a & b"), ("&#38;amp;", "&amp;"), ("&amp;#38;", "&#38;"), ("&lt;&gt;", "<>"),
    ("&quot;&apos;", "\"'"), ("&#xE9;&#233;", "éé"), ("&amp;&amp;", "&&"),
  ])
  func referencesAreResolved(_ written: String, _ value: String) throws {
    let text =
      "<?xml version=\"1.0\"?><!DOCTYPE config SYSTEM \"config.dtd\"><config a=\"\(written)\"/>"
    let root = try XMLTreeParser(limits: ReadingLimits()).parse(Array(text.utf8)).get().root
    #expect(root.attribute("a") == value)
  }
}

/// The same text in each encoding gives the same tree, and its bytes are found in the file.
@Suite struct EncodingTests {
  private static let text = """
    <!DOCTYPE config SYSTEM "config.dtd">
    <config>\r
      <a>ü</a><!-- é😀 --><b x="ÿ">😀&#233;</b>\r
    </config>

    """

  enum Form: Sendable, CaseIterable {
    case utf8, utf8WithMark, utf16LittleEndian, utf16BigEndian

    func bytes(of text: String) -> [UInt8] {
      switch self {
      case .utf8: Array(text.utf8)
      case .utf8WithMark: [0xEF, 0xBB, 0xBF] + Array(text.utf8)
      case .utf16LittleEndian: [0xFF, 0xFE] + Self.pairs(text)
      case .utf16BigEndian: [0xFE, 0xFF] + Self.swapped(Self.pairs(text))
      }
    }

    func text(of bytes: [UInt8]) -> String {
      switch self {
      case .utf8, .utf8WithMark: return String(decoding: bytes, as: UTF8.self)
      case .utf16LittleEndian: return Self.decoded(bytes)
      case .utf16BigEndian: return Self.decoded(Self.swapped(bytes))
      }
    }

    private static func pairs(_ text: String) -> [UInt8] {
      text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }

    private static func swapped(_ bytes: [UInt8]) -> [UInt8] {
      bytes.indices.map { bytes[$0 ^ 1] }
    }

    private static func decoded(_ bytes: [UInt8]) -> String {
      let units = stride(from: 0, to: bytes.count, by: 2).map { index in
        UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8
      }
      return String(decoding: units, as: UTF16.self)
    }
  }

  @Test(arguments: Form.allCases)
  func elementsAreFoundInTheFile(_ form: Form) throws {
    let isUTF16 = form == .utf16LittleEndian || form == .utf16BigEndian
    let name = isUTF16 ? "UTF-16" : "UTF-8"
    let bytes = form.bytes(of: "<?xml version=\"1.0\" encoding=\"\(name)\"?>\n" + Self.text)
    let root = try XMLTreeParser(limits: ReadingLimits()).parse(bytes).get().root
    #expect(root.children.map(\.text) == ["ü", "😀é"])
    #expect(root.children[1].attribute("x") == "ÿ")
    #expect(form.text(of: Array(bytes[root.children[0].byteRange])) == "<a>ü</a>")
    #expect(form.text(of: Array(bytes[root.children[1].contentRange])) == "😀&#233;")
    #expect(root.children.map(\.position.line) == [4, 4])
    #expect(root.children[0].position.column == (isUTF16 ? 5 : 3))
  }
}
