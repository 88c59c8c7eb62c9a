import Foundation
import Support
import Testing

/// A log that is sent and that nothing is written to is said where it matters.
@Suite struct LogContentTests {
  private static let fixture = "fixtures/configurations/accepted/log-types-without-content.xml"
  private static let warning =
    "consolidated_event: warning: nothing is sent: the simulation writes no lines of type "
    + "Consolidated Event Logs\n"

  @Test func checkHasANote() throws {
    let outcome = try BuiltCommand.run(["config", "check", Self.fixture])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("nothing to send") && outcome.output.contains("[LOG036]"))
    #expect(outcome.output.contains("0 errors, 0 warnings, 2 notes"))
  }

  @Test(.timeLimit(.minutes(2))) func runAndSimulateWarn() throws {
    try BuiltCommand.withScratchFolder { folder in
      let source = Repository.url
      let closed = try LoopbackSocket(.closed)
      let config = try String(
        contentsOf: source.appendingPathComponent(Self.fixture), encoding: .isoLatin1)
      try config.replacing(
        "<hostname>syslog.example.com</hostname>",
        with: "<hostname>127.0.0.1</hostname><port>\(closed.port)</port>"
      ).write(toFile: "\(folder)/lab-tcp.xml", atomically: true, encoding: .isoLatin1)
      let run = try BuiltCommand.run([
        "run", "--config", "\(folder)/lab-tcp.xml", "--messages", "1", "--drain-timeout", "0",
        "--output", "\(folder)/out",
      ])
      #expect(run.errors.contains(Self.warning), "\(run.errors)")
      #expect(run.errors.contains("system_sent: warning: nothing is sent"))
      #expect(!run.errors.contains("system_kept: warning"))
      try config.replacing("<name>status</name>", with: "<name>Mail_Log</name>")
        .write(toFile: "\(folder)/lab-tcp.xml", atomically: true, encoding: .isoLatin1)
      try FileManager.default.copyItem(
        atPath: source.appendingPathComponent("fixtures/scenarios/all-well.yaml").path,
        toPath: "\(folder)/all-well.yaml")
      let simulate = try BuiltCommand.run([
        "simulate", "\(folder)/all-well.yaml", "--output", "\(folder)/simulated",
      ])
      #expect(simulate.errors.contains(Self.warning), "\(simulate.errors)")
    }
  }
}
