import Foundation
import Support
import Testing

/// The rules of the house as tests (docs/ARCHITECTURE.md).
@Suite struct TidyTests {
  private static let containers: Set = ["DequeModule", "HeapModule", "BasicContainers"]
  private static let nio: Set = ["NIOCore", "NIOPosix", "NIOConcurrencyHelpers"]

  /// Who may import whom; the same arrows as docs/ARCHITECTURE.md prints.
  private static let arrows: [String: Set<String>] = {
    let model: Set = [
      "Simulation", "LogModel", "ApplianceConfiguration", "MailTransport", "MailFlow",
      "LogFormats", "LogDelivery", "Alerting",
    ]
    return [
      "Core/Simulation": containers,
      "Core/LogModel": ["Simulation"],
      "Core/ApplianceConfiguration": ["Simulation", "LogModel"],
      "Core/MailTransport": ["Simulation"],
      "Core/LogFormats": ["Simulation", "LogModel"],
      "Core/MailFlow": ["Simulation", "LogModel", "ApplianceConfiguration"],
      "Core/LogDelivery": containers.union([
        "Simulation", "LogModel", "LogFormats", "ApplianceConfiguration",
      ]),
      "Core/Alerting": ["Simulation", "LogModel", "ApplianceConfiguration", "MailTransport"],
      "Core/LabPeers": ["Simulation"],
      "Core/NetworkModel": containers.union(["Simulation"]),
      "Core/ApplianceModel": containers.union(model),
      "Core/Scenarios": containers.union(model).union([
        "ApplianceModel", "LabPeers", "NetworkModel",
      ]),
      "Core/TestKit": model.union(["ApplianceModel"]),
      "Shell/ConfigurationXML": [
        "CLibXML2", "LogModel", "ApplianceConfiguration", "Glibc", "Foundation",
      ],
      "Shell/FileStore": ["LogDelivery", "Scenarios", "Glibc"],
      "Shell/LiveNetwork": nio.union([
        "Simulation", "LogDelivery", "ApplianceConfiguration", "MailTransport", "LabPeers",
        "CLinuxSockets", "Glibc",
      ]),
      "Shell/ApplianceRuntime": nio.union([
        "Simulation", "ApplianceConfiguration", "ApplianceModel", "MailFlow", "LogDelivery",
        "Alerting", "MailTransport", "FileStore", "LiveNetwork", "ServiceLifecycle", "Glibc",
        "Foundation",
      ]),
      "Shell/ScenarioFiles": [
        "Simulation", "LogModel", "ApplianceConfiguration", "ApplianceModel", "LogDelivery",
        "LabPeers", "Scenarios", "ConfigurationXML", "Yams", "Foundation", "Glibc",
      ],
      "Shell/Reports": [
        "Simulation", "ApplianceConfiguration", "ApplianceModel", "LogDelivery", "MailFlow",
        "Scenarios", "CLibXML2", "Foundation",
      ],
    ]
  }()

  private static let sources = Result { try SourceFile.all(below: "Sources") }

  /// `Core/LogModel` of `Sources/Core/LogModel/TextArena.swift`; `nil` for the command.
  private static func target(of file: SourceFile) -> String? {
    let parts = file.path.split(separator: "/")
    return parts.count > 3 && parts[1] != "ApplianceCommand" ? "\(parts[1])/\(parts[2])" : nil
  }

  @Test func importsFollowTheArrows() throws {
    for file in try Self.sources.get() {
      guard let target = Self.target(of: file) else { continue }
      let allowed = try #require(Self.arrows[target], "\(target) has no row in the table")
      for module in file.imports where !allowed.contains(module) {
        Issue.record("\(file.path): \(target) must not import \(module)")
      }
    }
  }

  private static let bannedInCore = [
    " Date(", "(Date(", "random(in:", ".shuffle", "SystemRandomNumberGenerator", "print(",
    "ContinuousClock", "SuspendingClock", "Task {", "Task.", " async ", "await ", "Double(",
    ": Double", "Float(",
  ]
  private static let bannedEverywhere = ["try!", "as! ", "fatalError(", "TODO", "FIXME", "XXX"]

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
      }
    }
  }

  @Test func filesLinesAndFunctionsAreShort() throws {
    let files = try Self.sources.get() + SourceFile.all(below: "Tests")
    for file in files {
      if file.lines.count > 401 { Issue.record("\(file.path): \(file.lines.count) lines") }
      for (index, line) in file.lines.enumerated() where line.count > 110 {
        Issue.record("\(file.path):\(index + 1): \(line.count) columns")
      }
      for function in file.functions where function.length > 70 {
        Issue.record(
          "\(file.path):\(function.line): \(function.name) has \(function.length) lines")
      }
    }
  }

  /// Code that names a row of docs/FIDELITY.md names one that is there.
  @Test func fidelityRowsExist() throws {
    let table = try String(
      contentsOf: GoldenFile.repository.appendingPathComponent("docs/FIDELITY.md"),
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
      contentsOf: GoldenFile.repository.appendingPathComponent("README.md"), encoding: .utf8)
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

  @Test func functionsAreMeasured() {
    let file = SourceFile(path: "x", text: "  func a() {\n    b()\n  }\n  init() {\n  }")
    #expect(file.functions.map(\.length) == [3, 2])
    #expect(file.functions.map(\.name) == ["a", "init"])
  }
}
