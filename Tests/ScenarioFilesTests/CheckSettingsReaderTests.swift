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
    ("severities: {LGO012: error}", "x.yaml:1:14: error: code: found \"LGO012\", allowed: a code"),
    ("severities: {LGO012: error}", "did you mean LOG012?"),
    (
      "severities: {LOG012: bad}", "x.yaml:1:22: error: LOG012: found \"bad\", allowed: error, warn"
    ),
    ("severities: {XML001: note}", "x.yaml:1:14: error: code: found XML001, allowed: another"),
    ("ignore: [{code: LOG012, foldr: a}]", "x.yaml:1:25: error: unknown key foldr, allowed: code"),
    ("ignore: [{path: /config}]", "x.yaml:1:10: error: missing code or rule"),
    ("ignore: [{rule: none}]", "x.yaml:1:17: error: rule: found \"none\", allowed: "),
    ("targets: [{folder: a}]", "x.yaml:1:11: error: missing version or model"),
    ("lists: {a: {b: c}}", "x.yaml:1:12: error: a: found a mapping, allowed: a text or a list"),
    ("rules: [{has: /config/x}]", "x.yaml:1:9: error: name: missing"),
    ("rules: [{name: a b, has: /x}]", "x.yaml:1:16: error: name: found \"a b\", allowed: letters"),
    ("rules: [{name: LOG012, has: /x}]", "x.yaml:1:16: error: name: found \"LOG012\""),
    ("rules: [{name: a}]", "x.yaml:1:9: error: rule: found no condition, allowed: one or more of"),
    ("rules: [{name: a, is: b}]", "x.yaml:1:23: error: is: found no each, allowed: a path in each"),
    (
      "rules: [{name: a, each: b, is: c}]", "x.yaml:1:25: error: each: found \"b\", allowed: a path"
    ),
    ("rules: [{name: a, has: \"/x[\"}]", "x.yaml:1:24: error: has: found "),
    (
      "rules: [{name: a, each: /x, is: $n}]",
      "x.yaml:1:33: error: is: found \"$n\", allowed: no list"
    ),
    ("rules: [{name: a, each: /x, between: 9..1}]", "between: found \"9..1\", allowed: numbers"),
    ("rules: [{name: a, each: /x, unique: all}]", "unique: found \"all\", allowed: file, files"),
    (
      "rules: [{name: a, each: /x, at_least: 3, at_most: 2}]", "at_most: found \"2\", allowed: 3 to"
    ),
    (
      "rules: [{name: a, has: /x}, {name: a, has: /y}]",
      "x.yaml:1:36: error: name: found \"a\", allowed"
    ),
    (
      "rules: [{name: a, has: hostname}]",
      "x.yaml:1:24: error: has: found \"hostname\" and no each, allowed: a path that begins with /"
        + ", or each with the places where this path begins"
    ),
    (
      "rules: [{name: a, lacks: [/x, y]}]", "x.yaml:1:31: error: lacks: found \"y\" and no each, "
    ),
    ("rules: [{name: a, has: []}]", "x.yaml:1:24: error: has: found an empty list, allowed: paths"),
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
