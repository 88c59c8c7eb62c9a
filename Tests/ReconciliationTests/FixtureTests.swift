import Foundation
import Reconciliation
import Support
import Testing

/// A log against what collectors keep of it: nothing is missing in any form.
@Suite struct FixtureTests {
  private static let folder = Repository.url.appendingPathComponent("fixtures/reconcile")

  private static func lines(_ name: String) throws -> [String] {
    try String(contentsOf: self.folder.appendingPathComponent(name), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private static let collectors: [(String, String, foreign: Int)] = [
    ("wire.log", "wire", 0), ("rsyslog-traditional.log", "rsyslog", 1),
    ("rsyslog-file-format.log", "rsyslog", 1), ("syslog-ng.log", "syslog-ng", 1),
    ("splunk.json", "splunk", 0), ("elastic.json", "elastic", 0),
  ]

  @Test(arguments: collectors, [true, false])
  func nothingIsMissing(_ collector: (String, String, foreign: Int), isForced: Bool) throws {
    let log = try ["mail.@20150625T085003.s", "mail.@20150625T085005.c"].flatMap(Self.lines)
    let received = try Self.lines(collector.0)
    let findings = reconcile(log, received, format: .named(isForced ? collector.1 : "auto"))
    #expect(findings.logged == 16)
    #expect(findings.matched == 16, "\(findings)")
    #expect(findings.missing + findings.cut + findings.altered + findings.duplicated == 0)
    #expect(findings.reordered == 0)
    #expect(findings.foreign == collector.foreign)
    #expect(findings.loggedHeaderLines == 6)
    #expect(findings.receivedHeaderLines == 3)
    #expect(findings.stampShift == 0)
  }

  /// Its figures would tell of losses that are none.
  @Test func aForcedFormatTakesNoOther() throws {
    let log = try Self.lines("mail.@20150625T085003.s")
    let splunk = CollectorFile(lines: try Self.lines("splunk.json"))
    let refusal = Comparison(log, [splunk], format: .named("elastic")).refusal()
    #expect(refusal?.line == 1)
    #expect(refusal?.found == .noTextMember(found: "a line in its member _raw"))
  }
}
