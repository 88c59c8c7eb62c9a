import ConfigurationPolicy
import ScenarioFiles
import Testing

/// `appliance-check.yaml` as text: what it says, and what is wrong with it.
@Suite struct CheckSettingsReaderTests {
  static func lines(_ text: String) -> [String] {
    do throws(CheckSettingsError) {
      _ = try CheckSettingsReader.read(bytes: Array(text.utf8), file: "x.yaml")
      return []
    } catch {
      return error.lines
    }
  }

  private static let wrong: [(String, String)] = [
    ("knwon: {}", "x.yaml:1:1: error: unknown key knwon, allowed: "),
    ("knwon: {}", "did you mean known?"),
    ("known: 3", "x.yaml:1:8: error: known: found \"3\", allowed: a mapping"),
    ("known:\n  elments: {}", "x.yaml:2:3: error: unknown key elments, allowed: files, elements"),
    ("known:\n  files: -1", "x.yaml:2:10: error: files: found \"-1\", allowed: 0 to"),
    ("known:\n  modules: [a]", "x.yaml:2:12: error: modules: found a list, allowed: a mapping"),
    (
      "known:\n  elements:\n    config: 3",
      "x.yaml:3:13: error: config: found \"3\", allowed: a map"
    ),
    (
      "known:\n  levels:\n    a: many", "x.yaml:3:8: error: a: found \"many\", allowed: in how many"
    ),
    ("known: {}\nknown: {}", "x.yaml:2:1: error: duplicate key"),
    ("known: &a {}", "x.yaml:1:8: error: anchors, aliases and tags are refused"),
    ("known: [", "x.yaml:"),
    ("- a", "x.yaml:1:1: error: check settings: found a list, allowed: a mapping"),
  ]

  @Test(arguments: wrong.indices)
  func whatIsWrongIsNamedWithItsPlace(_ index: Int) {
    let (text, words) = Self.wrong[index]
    let lines = Self.lines(text)
    #expect(lines.contains { $0.contains(words) }, "\(lines)")
  }

  @Test func nothingAndCommentsAreSettings() {
    for text in ["", "# only\n\n  # comments\n", "known: {}"] { #expect(Self.lines(text) == []) }
  }

  private static let known = LearnedWords(
    files: 3,
    counts: [
      LearnedWord(.element, "policies", in: "config"): 3,
      LearnedWord(.attribute, "xml:lang", in: "log_text"): 1,
      LearnedWord(.repetition, "name", in: "null"): 2, LearnedWord(.module, "mail_logs"): 3,
      LearnedWord(.level, "# 3: \"a\\b\" größer"): 1, LearnedWord(.alertClass, "true"): 1,
      LearnedWord(.alertSeverity, "- x"): 1,
    ])

  @Test func whatIsWrittenIsReadAgain() throws {
    let bytes = try CheckSettingsReader.replacingKnown(in: [], with: Self.known, file: "x.yaml")
    #expect(try CheckSettingsReader.read(bytes: bytes, file: "x.yaml").known == Self.known)
    // The same again changes nothing.
    #expect(
      try CheckSettingsReader.replacingKnown(in: bytes, with: Self.known, file: "x.yaml") == bytes)
  }

  @Test(arguments: ["{known: {}}", "  known: {}\n", "- a\n"])
  func aFileWhoseKeysBeginNoLineIsNotChanged(_ text: String) {
    #expect(throws: CheckSettingsError.self) {
      _ = try CheckSettingsReader.replacingKnown(
        in: Array(text.utf8), with: Self.known, file: "x.yaml")
    }
  }
}
