import Foundation
import Support
import Testing

/// The rules of the house as tests (docs/ARCHITECTURE.md).
@Suite struct TidyTests {
  private static let containers: Set = ["DequeModule", "HeapModule", "BasicContainers"]

  /// What each target imports, by the table that docs/ARCHITECTURE.md prints.
  private static let dependencies = Result { () throws -> [String: Set<String>] in
    let path = Repository.url.appendingPathComponent("docs/ARCHITECTURE.md")
    let text = try String(contentsOf: path, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## Module dependencies\n").last)
    var rows: [String: Set<String>] = [:]
    for line in try #require(section.components(separatedBy: "\n## ").first).split(separator: "\n")
    {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, cells[0].hasPrefix("`") else { continue }
      let names = cells[2] == "-" ? [] : Set(cells[2].components(separatedBy: ", "))
      for target in cells[0].components(separatedBy: ", ") {
        rows[target.replacing("`", with: "")] = names
      }
    }
    return rows
  }

  private static let sources = Result { try SourceFile.all(below: "Sources") }

  /// `LogModel` of `Sources/Core/LogModel/TextArena.swift`.
  private static func target(of file: SourceFile) -> String {
    let parts = file.path.split(separator: "/")
    return String(parts[1] == "ApplianceCommand" ? parts[1] : parts[2])
  }

  @Test func theTableOfModuleDependenciesIsWhatIsImported() throws {
    var imports: [String: Set<String>] = [:]
    for file in try Self.sources.get() {
      imports[Self.target(of: file), default: []].formUnion(file.imports)
    }
    let rows = try Self.dependencies.get()
    // The command may import any; what is written in C imports nothing of ours.
    #expect(rows["ApplianceCommand"] == ["any"])
    imports["ApplianceCommand"] = ["any"]
    for name in ["CLibXML2", "CLinuxSockets"] { imports[name] = [] }
    for target in Set(rows.keys).union(imports.keys).sorted() {
      let shown = rows[target] ?? []
      let found = imports[target] ?? []
      #expect(rows[target] != nil && imports[target] != nil, "\(target)")
      #expect(shown == found, "\(target): \(shown.symmetricDifference(found).sorted())")
    }
  }

  @Test func coreImportsTheCoreAndContainers() throws {
    let files = try Self.sources.get().filter { $0.path.hasPrefix("Sources/Core/") }
    let core = Set(files.map(Self.target(of:)))
    #expect(core.count > 15)
    for file in files {
      for module in file.imports where !core.union(Self.containers).contains(module) {
        Issue.record("\(file.path) must not import \(module)")
      }
    }
  }

  private static let bannedInCore = [
    " Date(", "(Date(", "random(in:", ".shuffle", "SystemRandomNumberGenerator", "print(",
    "ContinuousClock", "SuspendingClock", "Task {", "Task.", " async ", "await ", "Double(",
    ": Double", "Float(",
  ]
  private static let bannedEverywhere = ["try!", "as! ", "fatalError("]
  private static let markers = ["TODO", "FIXME", "XXX"]
  /// Lines of 101 to 110 columns that are still to be wrapped, most of them comments: may only fall.
  private static let longLinesMax = 68

  @Test func coreHasNoClockChanceOrConcurrency() throws {
    for file in try Self.sources.get() where file.path.hasPrefix("Sources/Core/") {
      for (number, line) in file.code {
        for banned in Self.bannedInCore where line.contains(banned) {
          Issue.record("\(file.path):\(number): \(banned) is banned in the core")
        }
      }
    }
  }

  @Test func nothingTrapsOnInputOrIsLeftBehind() throws {
    for file in try Self.sources.get() {
      for (number, line) in file.code {
        for banned in Self.bannedEverywhere where line.contains(banned) {
          Issue.record("\(file.path):\(number): \(banned)")
        }
        if SourceFile.unwrapsByForce(line) { Issue.record("\(file.path):\(number): !") }
      }
      // Markers stand in comments above all.
      for (index, line) in file.lines.enumerated() {
        for marker in Self.markers where SourceFile.words(line).contains(Substring(marker)) {
          Issue.record("\(file.path):\(index + 1): \(marker)")
        }
      }
    }
  }

  /// What needs the real network or another process is with the tests that run few at a time.
  @Test func testsWithSocketsAndProcessesAreThoseOfTheScript() throws {
    let script = try String(
      contentsOf: Repository.url.appendingPathComponent("Scripts/lib.sh"), encoding: .utf8)
    let listed = try #require(script.firstMatch(of: /socket_tests='\^\(([A-Za-z|]+)\)/)?.1)
    let socketTests = Set(listed.split(separator: "|").map(String.init))
    var found: Set<String> = []
    for file in try SourceFile.all(below: "Tests") {
      let target = String(file.path.split(separator: "/")[1])
      let uses =
        file.imports.contains { $0.hasPrefix("NIO") }
        || file.code.contains { _, text in
          ["Process()", " socket("].contains { text.contains($0) }
        }
      // What the tests share runs where they do.
      guard uses, target != "Support" else { continue }
      found.insert(target)
      if !socketTests.contains(target) {
        Issue.record("\(file.path): sockets and processes belong to \(listed)")
      }
    }
    #expect(found == socketTests)
  }

  @Test func everyFixtureIsReadByATest() throws {
    let fixtures = try FixtureReach.fixtures()
    let reach = FixtureReach(
      testTexts: try SourceFile.all(below: "Tests")
        .filter { !$0.path.contains("/TidyTests/") && !$0.path.contains("/Support/") }
        .map { $0.lines.joined(separator: "\n") },
      fixtures: fixtures,
      scenarioTexts: try fixtures.filter { $0.hasSuffix(".yaml") }.map {
        try String(
          contentsOf: Repository.url.appendingPathComponent($0), encoding: .utf8)
      })
    #expect(fixtures.count > 100)
    for path in fixtures where !reach.reaches(path) {
      Issue.record("\(path): no test reads it")
    }
  }

  @Test func filesLinesAndFunctionsAreShort() throws {
    let files = try Self.sources.get() + SourceFile.all(below: "Tests")
    var longLines = 0
    for file in files {
      if file.lines.count > 401 { Issue.record("\(file.path): \(file.lines.count) lines") }
      for (index, line) in file.lines.enumerated() where line.count > 100 {
        longLines += 1
        guard line.count > 110 else { continue }
        Issue.record("\(file.path):\(index + 1): \(line.count) columns")
      }
      for function in file.functions where function.length >= 70 && !function.isFlatSwitch {
        Issue.record(
          "\(file.path):\(function.line): \(function.name) has \(function.length) lines")
      }
    }
    #expect(longLines <= Self.longLinesMax, "wrap new lines at 100 columns")
  }

  /// Code that names a row of docs/FIDELITY.md names one that is there.
  @Test func fidelityRowsExist() throws {
    let table = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/FIDELITY.md"),
      encoding: .utf8)
    let rows = Set(
      table.split(separator: "\n").filter { $0.hasPrefix("| ") }
        .compactMap { $0.split(separator: "|").first?.trimmingCharacters(in: .whitespaces) })
    let naming = /FIDELITY(?:\.md)?(?:,|:) "([^"]+)"/
    for file in try Self.sources.get() {
      for (index, line) in file.lines.enumerated() {
        for match in line.matches(of: naming) where !rows.contains(String(match.1)) {
          Issue.record("\(file.path):\(index + 1): docs/FIDELITY.md has no row \"\(match.1)\"")
        }
      }
    }
  }

  @Test func readmeIsShort() throws {
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 151)
  }
}

/// The checker itself can fail.
@Suite struct SourceFileTests {
  private static let imports: [(String, [String])] = [
    ("import Foundation", ["Foundation"]),
    ("public import LogModel", ["LogModel"]),
    ("@testable import LogModel", ["LogModel"]),
    ("import struct Foundation.Date", ["Foundation"]),
    ("// import Foundation", []),
    ("let import = 3", []),
  ]

  @Test(arguments: imports)
  func importsAreRead(_ line: String, _ modules: [String]) {
    #expect(SourceFile(path: "x", text: line).imports == modules)
  }

  @Test func commentsAndTextsAreNoCode() {
    let file = SourceFile(
      path: "x", text: "let a = \"try! b\" // try! c\ntry! d()\n\"\"\"\ntry! e\n\"\"\"")
    #expect(file.code.map(\.text) == ["let a = \" ", "try! d()"])
  }

  private static let forced: [(String, Bool)] = [
    ("let a = b!", true), ("c()!.d", true), ("e[0]!", true), ("a != b", false), ("!a", false),
    ("if !(a)", false), ("guard !self.b else", false), ("x!=y", false),
  ]

  @Test(arguments: forced)
  func forcedUnwrappingIsSeen(_ line: String, _ isForced: Bool) {
    #expect(SourceFile.unwrapsByForce(line) == isForced)
  }

  @Test func markersAreWholeWords() {
    #expect(SourceFile.words("// TODO: mend").contains("TODO"))
    #expect(!SourceFile.words("let SN = \"XXXXXXXXXXXX-XXX1\"").contains("XXX"))
  }

  private static let reached: [(String, Bool)] = [
    ("fixtures/golden/A/one.txt", true), ("fixtures/golden/A/two.txt", false),
    ("fixtures/lists/good/any.xml", true), ("fixtures/lists/good/any.json", false),
    ("fixtures/lists/bad/any.xml", false), ("fixtures/lists/good/any.expected", true),
    ("fixtures/lists/good/other.expected", false), ("fixtures/scenarios/lab.xml", true),
    ("fixtures/scenarios/ab.xml", false),
  ]

  @Test(arguments: reached)
  func fixturesAreReachedByNameOrByFolder(_ path: String, _ isReached: Bool) {
    let reach = FixtureReach(
      testTexts: [
        "GoldenFile.compare(x, suite: \"A\", name: \"one.txt\")",
        "contentsOfDirectory(atPath: \"fixtures/lists/good\").filter { $0.hasSuffix(\".xml\") }"
          + "name + \".expected\"",
      ], fixtures: ["fixtures/lists/good/any.xml"],
      scenarioTexts: ["configuration: lab.xml\n"])
    #expect(reach.reaches(path) == isReached)
  }

  @Test func functionsAreMeasured() {
    let file = SourceFile(path: "x", text: "  func a() {\n    b()\n  }\n  init() {\n  }")
    #expect(file.functions.map(\.length) == [3, 2])
    #expect(file.functions.map(\.name) == ["a", "init"])
  }

  private static let bodies: [(String, Bool)] = [
    ("switch a {|case .b: c()|case .d:|  if e { f() }|}", true),
    ("switch a {|case .b:|  switch g {|  case .h: i()|  }|}", true),
    ("switch a {|case .b: c()|default: d()|}", false),
    ("switch a {|case .b:|  switch g {|  default: i()|  }|}", false),
    ("switch a {|case .b: c()|}|d()", false), ("let a = b|switch a {|case .b: c()|}", false),
    ("switch a {|case .b: c()|}|switch a {|case .b: c()|}", false), ("if a {|  b()|}", false),
    ("switch a {|case .b:" + String(repeating: "|  c()", count: 14) + "|}", true),
    ("switch a {|case .b:" + String(repeating: "|  c()", count: 15) + "|}", false),
  ]

  @Test(arguments: bodies)
  func flatSwitchesAreTold(_ body: String, _ isFlat: Bool) {
    let lines = body.split(separator: "|").map { "    \($0)\n" }.joined()
    for head in ["  func a() {\n", "  func a(\n    _ b: Int\n  ) {\n"] {
      let file = SourceFile(path: "x", text: head + lines + "  }\n")
      #expect(file.functions.map(\.isFlatSwitch) == [isFlat])
    }
  }
}
