import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Support
import Testing

/// Sections loaded over a file, byte for byte, and the way back.
@Suite struct ConfigurationSpliceTests {
  private static func file(_ content: String, encoding: String = "ISO-8859-1") -> String {
    """
    <?xml version="1.0" encoding="\(encoding)"?>
    <!DOCTYPE config SYSTEM "config.dtd">
    <config>\(content)</config>

    """
  }

  private static func spliced(
    _ overrides: String, _ content: String, encoding: String = "ISO-8859-1"
  ) throws -> String {
    let result = ConfigurationSplice.apply(
      overrides: overrides, to: Array(self.file(content, encoding: encoding).utf8))
    return String(decoding: try result.get().bytes, as: UTF8.self)
  }

  private static let cases: [(String, String, String)] = [
    ("", "<hostname>a</hostname>", "<hostname>a</hostname>"),
    ("<hostname>b</hostname>", "\n <hostname>a</hostname>\n", "\n <hostname>b</hostname>\n"),
    ("<hostname/>", "<hostname>a</hostname><dns/>", "<hostname/><dns/>"),
    ("<dns/><ntp/>", "<hostname>a</hostname>", "<hostname>a</hostname><dns/>\n<ntp/>\n"),
    ("<ntp>2</ntp><dns>1</dns>", "<dns/> <ntp/>", "<dns>1</dns> <ntp>2</ntp>"),
    // The unique one deeper down; the one directly in config before one that is deeper.
    ("<rat>2</rat>", "<listeners><rat>1</rat></listeners>", "<listeners><rat>2</rat></listeners>"),
    ("<dns>2</dns>", "<x><dns/></x><dns>1</dns>", "<x><dns/></x><dns>2</dns>"),
    ("<dns>é€</dns>", "<dns/>", "<dns>&#233;&#8364;</dns>"),
    ("<!-- c --><dns/>", "<dns>1</dns>", "<dns/>"),
    // Nothing is known of it: an appliance of another release may have it.
    (
      "<perrcpt_policies><p/></perrcpt_policies>", "<hostname>a</hostname>",
      "<hostname>a</hostname><perrcpt_policies><p/></perrcpt_policies>\n"
    ),
  ]

  /// An editor's mark before sections is no part of them, and a place is one of the file as it is.
  @Test func sectionsWithAMarkAreLoaded() throws {
    let sample = Array(
      try Data(contentsOf: URL(fileURLWithPath: Repository.root + "/appliance-config.xml")))
    func load(_ sections: String) -> ConfigurationLoading.Outcome {
      ConfigurationLoading.load([0xEF, 0xBB, 0xBF] + Array(sections.utf8), over: sample)
    }
    guard case .loaded(let loaded) = load("<hostname>b.example.com</hostname>") else {
      Issue.record("it is loaded")
      return
    }
    #expect(loaded.configuration.hostname.value == "b.example.com")
    guard case .refused(let findings) = load("<hostname>a b</hostname>") else {
      Issue.record("it is refused")
      return
    }
    // As in a document, a mark has no column.
    #expect(findings.map(\.diagnostic.position) == [SourcePosition(line: 1, column: 1)])
    guard case .noData = load("\n") else {
      Issue.record("a mark alone is nothing")
      return
    }
  }

  @Test(arguments: cases)
  func sectionsAreLoaded(_ overrides: String, _ content: String, _ expected: String) throws {
    #expect(try Self.spliced(overrides, content) == Self.file(expected))
  }

  @Test func aFileInUTF8KeepsCharacters() throws {
    let text = try Self.spliced("<dns><![CDATA[é]]></dns>", "<dns/>", encoding: "UTF-8")
    #expect(text == Self.file("<dns><![CDATA[é]]></dns>", encoding: "UTF-8"))
  }

  private static let refused: [(String, String, DiagnosticCode, SourcePosition)] = [
    ("<a>", "", .notWellFormed, SourcePosition(line: 1, column: 4)),
    ("<hostnam/>", "", .elementMisspelt, SourcePosition(line: 1, column: 1)),
    ("<retrieval/>", "", .contentUnexpected, SourcePosition(line: 1, column: 1)),
    ("<log_text/>", "", .contentUnexpected, SourcePosition(line: 1, column: 1)),
    ("<dns/>\n <dns/>", "", .elementRepeated, SourcePosition(line: 2, column: 2)),
    ("<dns/>", "<dns/><dns/>", .elementRepeated, SourcePosition(line: 1, column: 1)),
    ("<rat/>", "<x><rat/></x><rat2/><y><rat/></y>", .elementRepeated, .init(line: 1, column: 1)),
    ("<x/><y/>", "<x><y/></x>", .elementRepeated, SourcePosition(line: 1, column: 5)),
    ("<y/><x/>", "<x><y/></x>", .elementRepeated, SourcePosition(line: 1, column: 5)),
    ("a<dns/>", "", .contentUnexpected, SourcePosition(line: 1, column: 1)),
    ("<dns><![CDATA[é]]></dns>", "", .encodingViolated, SourcePosition(line: 1, column: 1)),
  ]

  @Test(arguments: refused)
  func whatIsNotCompleteAndUniqueIsRefused(
    _ overrides: String, _ content: String, _ code: DiagnosticCode, _ place: SourcePosition
  ) {
    let result = ConfigurationSplice.apply(
      overrides: overrides, to: Array(Self.file(content).utf8))
    guard case .failure(let failure) = result else {
      Issue.record("it was loaded")
      return
    }
    #expect(failure.source == .overrides)
    #expect(failure.findings.map(\.code) == [code])
    #expect(failure.findings.map(\.position) == [place])
    #expect(failure.findings.allSatisfy { $0.severity == .error })
  }

  @Test func aBrokenFileIsItsOwnFault() {
    let result = ConfigurationSplice.apply(overrides: "<dns/>", to: Array("<config>".utf8))
    guard case .failure(let failure) = result else {
      Issue.record("it was loaded")
      return
    }
    #expect(failure.source == .base)
    #expect(failure.findings.map(\.code) == [.declarationMissing])
  }

  /// Each byte of the result is found where it came from.
  @Test(arguments: ["", "\u{FEFF}"])
  func placesLeadBack(_ mark: String) throws {
    let encoding = mark.isEmpty ? "ISO-8859-1" : "UTF-8"
    let base = mark + Self.file("\n<hostname>\na\n</hostname>\n<x>b</x>\n", encoding: encoding)
    let overrides = "\n  <hostname>\nh\u{E9}i\n</hostname><dns>d</dns>"
    let spliced = try ConfigurationSplice.apply(overrides: overrides, to: Array(base.utf8)).get()
    let sources = [ConfigurationSplice.Source.base: base, .overrides: overrides]
    var line = 1
    var column = 1
    var compared = 0
    for byte in spliced.bytes.dropFirst(mark.utf8.count) {
      let origin = spliced.origin(of: SourcePosition(line: line, column: column))
      let lines = try #require(sources[origin.source]).utf8.split(
        separator: 0x0A, omittingEmptySubsequences: false)
      let skipped = origin.source == .base && origin.position.line == 1 ? mark.utf8.count : 0
      let found = lines[origin.position.line - 1].dropFirst(origin.position.column - 1 + skipped)
      if byte != 0x0A, byte < 0x80, !"&#0123456789;".utf8.contains(byte) {
        #expect(found.first == byte, "\(line):\(column)")
        compared += 1
      }
      (line, column) = byte == 0x0A ? (line + 1, 1) : (line, column + 1)
    }
    #expect(compared > 100)
  }
}
