import ApplianceConfiguration
import Foundation
import LogModel
import Testing

@testable import ConfigurationXML

/// docs/DIAGNOSTICS.md lists exactly the codes of the source, with severity and title.
@Suite struct DiagnosticsDocumentTests {
  /// The cells of the rows whose first cell is a code, or with `log_` a log's element.
  private func rows(ofElements: Bool = false) throws -> [[String]] {
    let url = URL(fileURLWithPath: Repository.root + "/docs/DIAGNOSTICS.md")
    let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    let rows = text.split(separator: "\n").filter {
      $0.hasPrefix("| `") && $0.hasPrefix("| `log_") == ofElements
    }
    return rows.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  @Test func codesOfSourceAndDocumentAgree() throws {
    let listed = try self.rows().map { $0[0].trimmingCharacters(in: ["`"]) }
    #expect(listed == DiagnosticCode.allCases.map(\.rawValue).sorted(by: Self.inGroups))
  }

  @Test func severityAndTitleAgree() throws {
    for row in try self.rows() {
      let code = try #require(
        DiagnosticCode(rawValue: row[0].trimmingCharacters(in: ["`"])))
      #expect(row[1] == code.severity.rawValue || code == .findingsNotListed)
      #expect(row[2] == code.title)
      #expect(row[3].contains("[\(code.rawValue)]"))
    }
  }

  @Test func spellingsOfLogsAgree() throws {
    let listed = try self.rows(ofElements: true)
    let expected = LogSpellings.rows.map { row in
      [
        "`log_\(row.spelling)`", row.type.isText ? "`\(row.spelling)`" : "—", row.type.displayName,
        row.standing == .sourced ? "S" : "R",
      ]
    }
    #expect(listed == expected)
  }

  /// XML, CFG, LOG, ALR, as in the source.
  private static func inGroups(_ left: String, _ right: String) -> Bool {
    let order = ["XML", "CFG", "LOG", "ALR"]
    let groups = [left, right].map { order.firstIndex(of: String($0.prefix(3))) ?? order.count }
    return groups[0] == groups[1] ? left < right : groups[0] < groups[1]
  }
}
