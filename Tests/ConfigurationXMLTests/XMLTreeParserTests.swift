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
