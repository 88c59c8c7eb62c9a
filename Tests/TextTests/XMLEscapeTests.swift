import Testing
import Text

/// Each kind of text that is written as XML, and each character that XML 1.0 cannot hold.
@Suite struct XMLEscapeTests {
  private static let forms: [(XMLEscape.Form, String)] = [
    (.least, "a&amp;b&lt;c>d&quot;e'f\rg\nh\ti\u{E9}"),
    (.markup, "a&amp;b&lt;c&gt;d&quot;e'f\rg\nh\ti\u{E9}"),
    (.content, "a&amp;b&lt;c&gt;d\"e'f&#13;g\nh\ti\u{E9}"),
    (.attribute, "a&amp;b&lt;c&gt;d&quot;e'f&#13;g&#10;h&#9;i\u{E9}"),
  ]

  @Test(arguments: forms)
  func eachFormHasItsReferences(_ form: XMLEscape.Form, _ expected: String) {
    let text = "a&b<c>d\"e'f\rg\nh\ti\u{E9}"
    // By bytes: CR LF and a letter with its accent are one `Character`.
    #expect(Array(XMLEscape.escaped(text, form).utf8) == Array(expected.utf8))
  }

  @Test func formsAreAllInTheTable() {
    #expect(Self.forms.map(\.0) == XMLEscape.Form.allCases)
  }

  @Test(arguments: XMLEscape.Form.allCases)
  func textWithoutMarkupIsItself(_ form: XMLEscape.Form) {
    for text in ["", "a", "mail.example.com", "caf\u{E9} \u{1F600}", "it's"] {
      #expect(Array(XMLEscape.escaped(text, form).utf8) == Array(text.utf8))
    }
  }

  /// A mark with a combining accent is one `Character` that equals no mark.
  @Test(arguments: XMLEscape.Form.allCases)
  func marksAreSeenBeforeAnAccentToo(_ form: XMLEscape.Form) {
    #expect(
      Array(XMLEscape.escaped("<\u{301}&\u{301}", form).utf8)
        == Array("&lt;\u{301}&amp;\u{301}".utf8))
  }

  @Test func carriageReturnAndLineFeedAreTwoCharacters() {
    #expect(XMLEscape.escaped("\r\n", .attribute) == "&#13;&#10;")
    #expect(Array(XMLEscape.escaped("\r\n", .content).utf8) == Array("&#13;\n".utf8))
  }

  @Test func whatIsEscapedTwiceIsReadTwice() {
    let once = XMLEscape.escaped("<", .content)
    #expect(XMLEscape.escaped(once, .content) == "&amp;lt;")
  }

  /// XML 1.0 section 2.2, counted over all of Unicode: the controls but TAB, LF and CR, and two
  /// characters before the supplementary planes. Surrogates are no scalars.
  @Test func charactersThatCannotBeHeldAreThoseOfTheStandard() {
    let refused = (UInt32(0)...0x10_FFFF).filter { value in
      Unicode.Scalar(value).map { !XMLEscape.isCharacter($0) } ?? false
    }
    let controls = (UInt32(0)..<0x20).filter { ![0x09, 0x0A, 0x0D].contains($0) }
    #expect(refused == controls + [0xFFFE, 0xFFFF])
  }

  @Test(arguments: XMLEscape.Form.allCases)
  func whatCannotBeHeldIsReplacedWhereThatIsWanted(_ form: XMLEscape.Form) {
    for value in Array(UInt32(0)..<0x20) + [0xFFFE, 0xFFFF] {
      guard let scalar = Unicode.Scalar(value), ![0x09, 0x0A, 0x0D].contains(value) else {
        continue
      }
      let text = "a" + String(scalar) + "b"
      #expect(XMLEscape.escaped(text, form) == text)
      #expect(XMLEscape.escaped(text, form) { "[\($0.value)]" } == "a[\(value)]b")
    }
    #expect(
      XMLEscape.escaped("\u{FFFD}\u{7F}\u{10000}", form) { _ in "?" }
        == "\u{FFFD}\u{7F}\u{10000}")
  }

  @Test func namesAndBytesAreOneTable() {
    let marks: [(String, Character)] = [
      ("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'"),
    ]
    for (name, mark) in marks {
      let byte = mark.asciiValue
      #expect(XMLEscape.byte(named: name) == byte)
      #expect(byte.flatMap(XMLEscape.entity(for:)) == "&\(name);")
    }
    #expect((UInt8.min...UInt8.max).compactMap(XMLEscape.entity(for:)).count == marks.count)
    for name in ["", "LT", "nbsp", "#60", "lt;"] { #expect(XMLEscape.byte(named: name) == nil) }
    #expect(XMLEscape.reference(to: "\u{1F600}") == "&#128512;")
  }
}
