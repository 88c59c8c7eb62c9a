import ApplianceConfiguration
import Testing

@testable import ConfigurationPolicy

/// Paths as people write them, against a small tree.
@Suite struct ElementPathTests {
  private static func element(
    _ name: String, _ text: String = "", line: Int, _ attributes: [String: String] = [:],
    _ children: [ConfigurationElement] = []
  ) -> ConfigurationElement {
    ConfigurationElement(
      name: name,
      attributes: attributes.map { ConfigurationAttribute(name: $0.key, value: $0.value) },
      text: text, children: children, position: SourcePosition(line: line, column: 1))
  }

  private static let document = element(
    "", line: 0, [:],
    [
      element("header", line: 1, [:], [element("serial", "A1", line: 2)]),
      element(
        "config", line: 3, [:],
        [
          element("hostname", " mail.example.com\n", line: 4),
          element(
            "logs", line: 5, [:],
            [
              element(
                "log_text", line: 6, ["name": "one"],
                [element("module", "mail", line: 7), element("level", "3", line: 8)]),
              element("log_text", line: 9, ["name": "two"], [element("module", "a|b]", line: 10)]),
              element("log_cli", line: 11),
            ]),
        ]),
    ])

  private static func values(_ text: String, from line: Int? = nil) throws -> [String] {
    let path = try ElementPath(text, lists: ["ours": ["mail", "cli*"]])
    let logs = Self.document.children[1].children[1]
    return path.places(from: line == nil ? Self.document : logs, in: Self.document).map {
      $0.value.isEmpty ? "\($0.element.name):\($0.element.position.line)" : $0.value
    }
  }

  private static let paths: [(String, [String])] = [
    ("/header/serial", ["A1"]), ("/config/hostname", ["mail.example.com"]),
    ("/config/logs/log_text/@name", ["one", "two"]), ("/config/logs/*/module", ["mail", "a|b]"]),
    ("/config/logs/log_*", ["log_text:6", "log_text:9", "log_cli:11"]),
    ("/config/**/module", ["mail", "a|b]"]), ("/**/level", ["3"]), ("/config/none", []),
    ("/config/logs/log_text[module=mail]/@name", ["one"]),
    ("/config/logs/log_text[module!=mail]/@name", ["two"]),
    ("/config/logs/log_text[module=x|MAIL]/@name", ["one"]),
    ("/config/logs/log_text[module=$ours]/@name", ["one"]),
    ("/config/logs/log_text[module=\"a|b]\"]/@name", ["two"]),
    ("/config/logs/*[level]/@name", ["one"]),
    ("/config/logs/*[!level]", ["log_text:9", "log_cli:11"]),
    ("/config/logs/*[@name=t*]", ["log_text:9"]), ("/config/logs/*/module[.=m*l]", ["mail"]),
    ("/config[logs/log_text[level=3]/@name=one]/hostname", ["mail.example.com"]),
  ]

  @Test(arguments: paths.indices)
  func leadWhereTheySay(_ index: Int) throws {
    let (text, values) = Self.paths[index]
    #expect(try Self.values(text) == values)
  }

  @Test func aPathWithoutASlashBeginsWhereItIsAsked() throws {
    #expect(try Self.values("log_text/level", from: 5) == ["3"])
    #expect(try Self.values("/config/hostname", from: 5) == ["mail.example.com"])
  }

  private static let malformed: [(String, String, String)] = [
    ("", "its end", "the name of an element, * or **"),
    ("/config//x", "\"/\" as character 9", "the name of an element, * or **"),
    ("/config/x[a=b", "its end", "]"), ("/config/x]", "\"]\" as character 10", "/, [ or the end"),
    ("/config/x[a!b]", "\"b\" as character 13", "="),
    ("/config/x[a=$none]", "$none", "ours"), ("/config/@", "its end", "the name of an attribute"),
    ("/config/@a/b", "\"/\" as character 11", "/, [ or the end"),
    ("/a[b[c[d[e[f[g[h[i]]]]]]]]", "\"i\" as character 18", "fewer brackets in brackets"),
    (String(repeating: "a", count: 1001), "1001 characters", "at most 1000"),
  ]

  @Test(arguments: malformed.indices)
  func whatIsNoPathIsSaid(_ index: Int) {
    let (text, found, allowed) = Self.malformed[index]
    let error = #expect(throws: ElementPath.Malformed.self) {
      _ = try ElementPath(text, lists: ["ours": []])
    }
    #expect(error?.found == found)
    #expect(error?.allowed == allowed)
  }

  private static let patterns: [(String, String, Bool)] = [
    ("a", "A", true), ("a", "ab", false), ("", "", true), ("", "a", false), ("*", "", true),
    ("*", "abc", true), ("a*", "abc", true), ("*c", "abc", true), ("a*c", "abc", true),
    ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false), ("ab*ba", "aba", false),
    ("*@ops.example.com", "x@ops.example.com", true), ("*.example.com", "example.com", false),
    ("a**c", "abc", true),
  ]

  @Test(arguments: patterns)
  func wordsAreCompared(_ pattern: String, _ text: String, _ isMatch: Bool) {
    #expect(WordPattern(pattern).matches(text) == isMatch)
  }

  private static let folders: [(String, String, Bool)] = [
    ("exports", "exports/a.xml", true), ("exports/", "exports/lab/a.xml", true),
    ("./exports/a.xml", "exports/a.xml", true), ("exports", "exports2/a.xml", false),
    ("*/lab", "exports/lab/a.xml", true), ("*/lab", "lab/a.xml", false),
    ("exports/lab", "exports", false),
  ]

  @Test(arguments: folders)
  func foldersHoldForAllBelow(_ pattern: String, _ name: String, _ isCovered: Bool) {
    #expect(FolderPattern(pattern).covers(name) == isCovered)
  }
}
