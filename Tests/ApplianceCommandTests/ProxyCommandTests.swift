import Foundation
import Support
import Testing

/// `appliance proxy` as a person calls it.
@Suite struct ProxyCommandTests {
  private static let badCalls: [([String], Int32, String)] = [
    (["--listen", "0"], 64, "Missing expected argument '--to <HOST:PORT>'"),
    (["--listen", "65536", "--to", "a:1"], 64, "--listen: found 65536, allowed: 0 to 65535"),
    (["--listen", "0", "--to", "a"], 64, "'a' is invalid"),
    (["--listen", "0", "--to", "a:1", "--host", "a"], 64, "--host: found a, allowed: an IPv4 or"),
    (["--listen", "[::1]:65536", "--to", "a:1"], 64, "--listen: found 65536, allowed: 0 to 65535"),
    (["--listen", "::1:5514", "--to", "a:1"], 64, "'::1:5514' is invalid"),
    (["--listen", "[127.0.0.1]:5514", "--to", "a:1"], 64, "'[127.0.0.1]:5514' is invalid"),
    (["--listen", "0", "--to", "a:1", "--loss", "101%"], 64, "found 101%, allowed: a perc"),
    (
      ["--listen", "0", "--to", "a:1", "--loss", "100"], 64,
      "allowed: a percentage from 0.1% to 100% in steps of 0.1%, such as 10% or 0.5%; 100 of 1,000 is 10%"
    ),
    (
      ["--listen", "0", "--to", "a:1", "--loss", "0.05%"], 64, "found 0.05%, allowed: a percentage"
    ),
    (["--listen", "0", "--to", "a:1", "--loss", "-1%"], 64, "loss"),
    (
      ["--listen", "0", "--to", "a:1", "--refuse", "--drop"], 64,
      "give only one of --refuse, --drop"
    ),
    (
      ["--listen", "0", "--to", "a:1", "--refuse", "--connections", "2"], 64,
      "--connections cannot count the connections that --refuse keeps from being established"
    ),
    (["--listen", "0", "--to", "a:1", "--latency", "5"], 64, "allowed: a duration such as 500ms"),
    (["--listen", "0", "--to", "a:1", "--of", "x"], 64, "--of needs --scenario FILE"),
    (
      [
        "--listen", "0", "--to", "a:1", "--scenario", "fixtures/scenarios/documented-reset.yaml",
        "--of", "nobody",
      ], 1, "--of: found nobody, allowed: one of syslog, relay"
    ),
    (
      ["--listen", "0", "--to", "\(UnresolvableHost.name):514"], 1,
      "host name could not be resolved"
    ),
  ]

  @Test(arguments: badCalls)
  func badCallSaysWhatIsWrong(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try BuiltCommand.run(["proxy"] + arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  /// Both commands that drain read the time alike, and say so in the same words.
  @Test(arguments: [
    ["proxy", "--listen", "0", "--to", "192.0.2.1:1"], ["run", "--config", "appliance-config.xml"],
  ])
  func theTimeOfADrainIsOneOption(_ call: [String]) throws {
    for time in ["-1", "86401", "99999999999999999999", "5 apples", "25h"] {
      let outcome = try BuiltCommand.run(call + ["--drain-timeout=\(time)"])
      #expect(outcome.status == 64, "\(time)")
      let words = "found \(time), allowed: 0 to 86400 seconds, or a time such as 500ms"
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
    let help = try BuiltCommand.run([call[0], "--help"]).output
    let text = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      text.contains(
        "Seconds, or a time such as 500ms, until what is under way at the end is given up"))
  }

  /// Options that could have no effect, and what is said of them.
  private static let idleOptions: [([String], String)] = [
    (["--udp", "--documented"], "--documented is a fault of TCP; with --udp use"),
    (["--udp", "--reset-on-pattern", "x"], "--reset-on-pattern is a fault of TCP; with"),
    (["--udp", "--stall", "--connections", "1"], "--connections is for TCP"),
    (["--duplicate", "1%"], "--duplicate needs --udp: TCP would hide it"),
    (["--reorder", "1%"], "--reorder needs --udp"),
    (
      ["--drop", "--from", "5s", "--until", "1s"], "found 1000 ms, allowed: more than --from, 5000"
    ),
    (["--drop", "--until", "0s"], "--until: found 0 ms, allowed: more than --from, 0 ms"),
    (["--until", "1s"], "--until needs a fault"),
    (["--connections", "2"], "--connections needs a fault that ends or stops connections"),
    (["--loss", "0.1%", "--connections", "2"], "--connections needs a fault that ends or stops"),
  ]

  @Test(arguments: idleOptions)
  func optionWithoutEffectIsRefused(_ options: [String], _ text: String) throws {
    let outcome = try BuiltCommand.run(["proxy", "--listen", "0", "--to", "192.0.2.1:1"] + options)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test(arguments: ["127.0.0.1", "localhost"])
  func proxyOfItselfIsRefused(host: String) throws {
    let outcome = try BuiltCommand.run(["proxy", "--listen", "5514", "--to", "\(host):5514"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--to \(host):5514 is the proxy itself"))
  }

  private static let ownPorts: [(listen: String, to: String)] = [
    ("[::1]:5514", "[::1]:5514"), ("[::]:5514", "127.0.0.1:5514"), ("[::]:5514", "[::1]:5514"),
    ("0.0.0.0:5514", "localhost:5514"), ("[::1]:5514", "localhost:5514"),
    ("127.0.0.1:5514", "127.0.0.1:5514"),
  ]

  @Test(arguments: ownPorts)
  func proxyOfItselfIsRefusedInEachSpelling(_ row: (listen: String, to: String)) throws {
    let outcome = try BuiltCommand.run(["proxy", "--listen", row.listen, "--to", row.to])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("is the proxy itself"), "\(outcome.errors)")
  }

  private static let badRuns: [([String], String)] = [
    ([], "Give one of --config FILE, --state DIR and --scenario FILE."),
    (
      ["--config", "a", "--scenario", "b"],
      "Give one of --config FILE, --state DIR and --scenario FILE."
    ),
    (
      ["--scenario", "b", "--rate", "5"],
      "--rate, --messages and --no-record do not go with --scenario"
    ),
  ]

  @Test(arguments: badRuns)
  func runTakesAConfigurationOrAScenario(_ arguments: [String], _ text: String) throws {
    let outcome = try BuiltCommand.run(["run"] + arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test func liveScenarioIsJudgedAndKeptAsASimulatedOne() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try BuiltCommand.run([
        "run", "--scenario", "fixtures/scenarios/documented-reset.yaml", "--output", folder,
      ])
      let kept = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      let received = try String(contentsOfFile: "\(folder)/received/syslog.log", encoding: .utf8)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("  yes failures of Maill by reset: 2"))
      #expect(
        kept == [
          ".appliance-sim", "ledger.json", "logs", "mail", "received", "report.json", "report.md",
        ])
      #expect(received.split(separator: "\n").count == 7)
    }
  }

  @Test func interruptEndsItAndFreesThePort() throws {
    let proxy = try StartedCommand(
      ["proxy", "--listen", "0", "--to", "127.0.0.1:1", "--documented", "--format", "json"])
    let first = try #require(proxy.nextLine())
    let port = try #require(first.firstMatch(of: /"port":([0-9]+)/)?.1)
    let outcome = proxy.interrupt()
    let again = try StartedCommand(
      [
        "proxy", "--listen", String(port), "--to", "127.0.0.1:1", "--scenario",
        "fixtures/scenarios/busy-server-refuses.yaml", "--format", "json",
      ])
    let lines = [try #require(again.nextLine()), try #require(again.nextLine())].sorted()
    #expect(outcome.status == 0)
    #expect(outcome.rest.contains(#""event":"ended""#))
    #expect(lines[0].contains(#""detail":"TCP","event":"listening","port":\#(port)"#))
    #expect(lines[1].contains(#""detail":"refusing","event":"door""#))
    #expect(again.interrupt().status == 0)
  }
}
