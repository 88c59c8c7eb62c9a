import Foundation
import Reconciliation
import Testing

/// A log against what collectors keep of it: nothing is missing in any form.
@Suite struct FixtureTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("fixtures/reconcile")

  private static func lines(_ name: String) throws -> [String] {
    try String(contentsOf: self.folder.appendingPathComponent(name), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  private static let collectors: [(String, ReceivedFormat, foreign: Int)] = [
    ("wire.log", .wire, 0), ("rsyslog-traditional.log", .rsyslog, 1),
    ("rsyslog-file-format.log", .rsyslog, 1), ("syslog-ng.log", .syslogNG, 1),
    ("splunk.json", .splunk, 0), ("elastic.json", .elastic, 0),
  ]

  @Test(arguments: collectors, [true, false])
  func nothingIsMissing(_ collector: (String, ReceivedFormat, foreign: Int), isForced: Bool) throws
  {
    let log = try ["mail.@20150625T085003.s", "mail.@20150625T085005.c"].flatMap(Self.lines)
    let received = try Self.lines(collector.0)
    let findings = reconcile(log, received, format: isForced ? collector.1 : .auto)
    #expect(findings.logged == 16)
    #expect(findings.matched == 16, "\(findings)")
    #expect(findings.missing + findings.cut + findings.altered + findings.duplicated == 0)
    #expect(findings.reordered == 0)
    #expect(findings.foreign == collector.foreign)
    #expect(findings.loggedHeaderLines == 6)
    #expect(findings.receivedHeaderLines == 3)
    #expect(findings.stampShift == 0)
  }

  @Test func aForcedFormatTakesNoOther() throws {
    let log = try Self.lines("mail.@20150625T085003.s")
    let findings = reconcile(log, try Self.lines("splunk.json"), format: .elastic)
    #expect(findings.received == 0)
    #expect(findings.skipped == 19)
    #expect(findings.missing == 8)
  }
}
