import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Support
import Testing

/// Files of `fixtures/configurations`, each beside the findings expected of it.
///
/// `UPDATE_GOLDEN=1` rewrites the expected findings; what it writes is to be read before a commit.
@Suite struct FixtureTests {
  struct Fixture: Sendable, CustomTestStringConvertible {
    let folder: String
    let name: String
    var path: String { "\(Repository.root)/fixtures/configurations/\(self.folder)/\(self.name)" }
    var testDescription: String { self.name }
  }

  static let accepted = fixtures(in: "accepted")
  static let rejected = fixtures(in: "rejected")

  private static func fixtures(in folder: String) -> [Fixture] {
    let path = "\(Repository.root)/fixtures/configurations/\(folder)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasSuffix(".xml") }.sorted().map {
      Fixture(folder: folder, name: String($0.dropLast(4)))
    }
  }

  private func read(_ fixture: Fixture) throws -> ReadResult {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path + ".xml"))
    return ConfigurationReader().read(bytes: Array(bytes), name: fixture.name + ".xml")
  }

  /// Compares with `NAME.expected`; a file without it has no finding.
  private func compare(_ result: ReadResult, _ fixture: Fixture) throws {
    let url = URL(fileURLWithPath: fixture.path + ".expected")
    let actual = result.descriptions.map { $0 + "\n" }.joined()
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      if !actual.isEmpty { try Data(actual.utf8).write(to: url) }
      return
    }
    let isThere = FileManager.default.fileExists(atPath: url.path)
    let expected = isThere ? String(decoding: try Data(contentsOf: url), as: UTF8.self) : ""
    #expect(actual == expected)
  }

  @Test(arguments: accepted)
  func isAccepted(_ fixture: Fixture) throws {
    let result = try self.read(fixture)
    #expect(result.configuration != nil)
    try self.compare(result, fixture)
  }

  @Test(arguments: rejected)
  func isRejected(_ fixture: Fixture) throws {
    let result = try self.read(fixture)
    #expect(result.configuration == nil)
    #expect(result.diagnostics.contains { $0.severity == .error })
    try self.compare(result, fixture)
  }

  @Test func thereAreEnough() {
    #expect(Self.accepted.count >= 25)
    #expect(Self.rejected.count >= 40)
  }

  /// Codes that need a limit, a setting of the reader or the file system, and are tested elsewhere.
  private static let notByFixture: Set<DiagnosticCode> = [
    .fileUnreadable, .fileTooLarge, .limitExceeded, .findingsNotListed, .clusterMachineUnknown,
    .versionMismatch, .modelMismatch, .expectationUnmet, .sectionsTaken, .prologueMissing,
    .machineIdle, .elementUndeclared, .elementMisplaced, .attributeUndeclared,
    .documentTypeUnusable, .certificateOutdated, .certificateKeyShort, .certificateNotUnderstood,
    .houseRuleBroken, .suppressionInvalid, .suppressionIdle, .houseRuleIdle,
  ]

  @Test func eachCodeHasAFixture() throws {
    var seen: Set<DiagnosticCode> = []
    for fixture in Self.accepted + Self.rejected {
      seen.formUnion(try self.read(fixture).diagnostics.map(\.code))
    }
    let missing = Set(DiagnosticCode.allCases).subtracting(seen).subtracting(Self.notByFixture)
    #expect(missing.map(\.rawValue).sorted() == [])
  }
}
