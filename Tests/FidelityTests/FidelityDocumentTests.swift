import Fidelity
import Foundation
import Simulation
import Support
import Testing

/// docs/FIDELITY.md is made from the tables of the source.
///
/// `UPDATE_GOLDEN=1` rewrites it; what it writes is to be read before a commit.
@Suite struct FidelityDocumentTests {
  private static let file = Repository.url.appendingPathComponent("docs/FIDELITY.md")
  private static let start = "\n## "

  private static var rows: [FidelityRow] { FidelityArea.all.flatMap(\.rows) }

  @Test func documentIsMadeFromTheTables() throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    let head = try #require(text.range(of: Self.start))
    let made =
      text[..<head.lowerBound] + "\n"
      + FidelityArea.all.map(\.markdown).joined(separator: "\n")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try made.write(to: Self.file, atomically: true, encoding: .utf8)
    } else {
      #expect(text == made, "docs/FIDELITY.md differs from its tables: UPDATE_GOLDEN=1 makes it")
    }
  }

  @Test func everyBehaviourHasANameOfItsOwnAndEvidence() {
    #expect(Self.rows.count > 150)
    for area in FidelityArea.all {
      let names = area.rows.map(\.behaviour)
      #expect(Set(names).count == names.count, "\(area.title)")
    }
    for row in Self.rows {
      #expect(!row.evidence.isEmpty, "\(row.behaviour)")
      #expect(!row.form.isEmpty, "\(row.behaviour)")
      // What rests on several kinds of evidence says which part rests on which.
      let isMixed = Set(row.evidence.map(\.standing)).count > 1
      #expect(!isMixed || row.evidence.contains { !$0.source.isEmpty }, "\(row.behaviour)")
    }
  }
}
