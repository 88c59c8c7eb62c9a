import Foundation
import Support
import Testing

/// The built command as a person calls it: output and exit codes.
@Suite struct CommandTests {
  private static let badCalls: [([String], Int32, String)] = [
    (["config", "check", "no-such.xml"], 1, "no-such.xml: error: the file cannot be read"),
    (["config", "check", "/dev/null"], 1, "/dev/null: error: the file is empty"),
    (["config", "check"], 64, "Missing expected argument"),
    (["config", "check", "x", "--max-size", "0"], 64, "--max-size: found 0, allowed: 1 to 2047"),
    (["run", "--config", "no-such.xml"], 1, "the file cannot be read"),
    (["run", "--config", "appliance-config.xml", "--rate", "0"], 64, "'0' is invalid"),
    (["run", "--config", "appliance-config.xml", "--messages", "0"], 64, "allowed: 1 or more"),
    (
      ["run", "--config", "appliance-config.xml", "--stamp", "wall"], 64,
      "--stamp needs --rate max"
    ),
    (
      ["run", "--config", "appliance-config.xml", "--rate", "max", "--stamp", "now"], 64,
      "found now, allowed: model, wall"
    ),
    (
      ["run", "--config", "appliance-config.xml", "--output", "README.md/x"], 1,
      "README.md/x: cannot create folder: Not a directory"
    ),
    (["receive", "--tcp", "65536"], 64, "--tcp: found 65536, allowed: 0 to 65535"),
    (["receive", "--tcp", "0", "--output", "no-such/x"], 1, "no-such/x: cannot create file"),
    (["receive", "--reset-after-lines", "0"], 64, "allowed: 1 or more"),
    (["reconcile"], 64, "no log is given"),
    (["reconcile", "x"], 64, "found one path, x; name a log's files or folder, then"),
    (["reconcile", "--logs", "x"], 64, "no collector's file is given"),
    (["reconcile", "z", "--logs", "x", "--received", "y"], 64, "z: is it --logs or --received?"),
    (["reconcile", "x", "y", "--spans=-1"], 64, "allowed: 0 to 100000"),
    (["reconcile", "x", "y", "--format-received", "z"], 64, "'z' is invalid"),
    (["reconcile", "no-such", "README.md"], 65, "no-such: cannot read: No such file"),
    (["reconcile", "README.md", "no-such"], 65, "no-such: cannot read: No such file"),
    (
      ["reconcile", "README.md", "README.md", "--ledger", "no-such.json"], 65,
      "no-such.json: cannot read the ledger: no such file"
    ),
    (["run", "--config", "fixtures"], 1, "fixtures is a folder; name one configuration file"),
    (["reconcile", "docs", "README.md"], 65, "docs: cannot find log files NAME.@STAMP.c or .s"),
    (["reconcile", "README.md", "/dev/null"], 65, "/dev/null: cannot read: found no plain file"),
    (["receive", "--reset-when-idle", "0s"], 64, "allowed: more than 0s"),
    (
      ["proxy", "--listen", "0", "--to", "127.0.0.1:9", "--loss", "0%"], 64,
      "--loss: found 0%, allowed: 0.1% to 100%"
    ),
    (
      ["receive", "--read-slowly", "9223372036854775807"], 64, "allowed: 1 to 1000000000000"
    ),
    (["receive", "--cut-datagrams", "0"], 64, "--cut-datagrams: found 0, allowed: 1 or more"),
    (["receive", "--refuse", "--never-read"], 64, "give only one of --refuse, --never-read"),
    (
      ["receive", "--udp", "0", "--reset-after-lines", "3"], 64,
      "--reset-after-lines needs a TCP port: add --tcp PORT"
    ),
    (["receive", "--udp", "0", "--refuse"], 64, "--refuse needs a TCP port"),
    (["receive", "--resets", "3"], 64, "--resets needs a fault of connections"),
    (["receive", "--refuse", "--resets", "3"], 64, "--resets cannot count connections that"),
    (
      ["receive", "--cut-datagrams", "9"], 64, "--cut-datagrams needs --udp PORT"
    ),
    (["demo", "--to", "nowhere"], 64, "'nowhere' is invalid"),
    (["demo", "no-such-case"], 64, "'no-such-case' is invalid"),
    (["demo", "--capture", "x"], 64, "--capture: found x, allowed: a name that ends in .pcap or"),
    (["demo", "--capture-kind", "packets"], 64, "--capture-kind need --capture FILE"),
    (["demo", "--capture", "no-such/x.pcap"], 1, "no-such/x.pcap: cannot create file"),
    (
      ["run", "--scenario", "fixtures/scenarios/firewall-rejects-by-icmp.yaml"], 1,
      "reject-with-icmp at syslog: no program can make a kernel answer a SYN with ICMP; use"
    ),
    (["demo", "--to", "\(UnresolvableHost.name):514"], 1, "host name could not be resolved"),
  ]

  @Test(arguments: badCalls)
  func badCallSaysWhatIsWrong(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try BuiltCommand.run(arguments)
    #expect(outcome.status == status)
    // What a check finds is its result, also of a file that cannot be read.
    let told = outcome.errors + outcome.output
    #expect(told.contains(text), "\(told)")
  }

  @Test(arguments: [
    ["--help"], ["demo", "--help"], ["run", "--help"], ["receive", "--help"], ["proxy", "--help"],
    ["reconcile", "--help"],
  ])
  func helpHasAnExample(_ arguments: [String]) throws {
    let outcome = try BuiltCommand.run(arguments)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("Example: appliance "))
  }

  @Test func versionIsThatOfTheFile() throws {
    let version = try String(
      contentsOf: Repository.url.appendingPathComponent("VERSION"), encoding: .utf8)
    #expect(try BuiltCommand.run(["--version"]).output == version)
  }

  @Test func sampleConfigurationHasNoFindings() throws {
    let outcome = try BuiltCommand.run(["config", "check", "appliance-config.xml"])
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("appliance-config.xml: 0 errors, 0 warnings, 0 notes\n"))
    #expect(outcome.errors.isEmpty)
  }

  /// Scenarios of one name in two folders are two classes.
  @Test func junitClassesAreTheScenariosPaths() throws {
    try BuiltCommand.withScratchFolder { folder in
      for site in ["a", "b"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(site)", withIntermediateDirectories: false)
        for name in ["all-well.yaml", "lab-tcp.xml"] {
          try FileManager.default.copyItem(
            at: Repository.url.appendingPathComponent("fixtures/scenarios/\(name)"),
            to: URL(fileURLWithPath: "\(folder)/\(site)/\(name)"))
        }
      }
      let outcome = try BuiltCommand.run([
        "test", "\(folder)/a", "\(folder)/b", "--format", "junit",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      for site in ["a", "b"] {
        #expect(outcome.output.contains("<testcase classname=\"\(folder)/\(site)/all-well.yaml\""))
      }
    }
  }

  @Test func portInUseIsSaid() throws {
    let listener = try LoopbackSocket(.listener)
    let outcome = try BuiltCommand.run(["receive", "--tcp", "\(listener.port)"])
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("cannot listen on 127.0.0.1 TCP port \(listener.port)"))
    #expect(outcome.errors.contains("Address already in use"))
  }

  @Test func studentGetsNothingThatGivesTheCauseAway() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try BuiltCommand.run([
        "simulate", "fixtures/scenarios/ips-reset-on-signature.yaml", "--student", "--output",
        "\(folder)/out", "--key", "\(folder)/key.md",
      ])
      let kept = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out").sorted()
      let key = try String(contentsOfFile: "\(folder)/key.md", encoding: .utf8)
      #expect(outcome.status == 0)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.isEmpty)
      #expect(kept == [".appliance-sim", "captures", "logs", "mail"])
      #expect(key.contains("**Cause**"))
    }
  }

  @Test func simulatingAgainReplacesTheResultsAndNothingElse() throws {
    try BuiltCommand.withScratchFolder { folder in
      let call = [
        "simulate", "fixtures/scenarios/documented-reset.yaml", "--output", "\(folder)/out",
      ]
      let report = "\(folder)/out/report.json"
      #expect(try BuiltCommand.run(call).status == 0)
      let first = try Data(contentsOf: URL(fileURLWithPath: report))
      #expect(try BuiltCommand.run(call).status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: report)) == first)
      #expect(String(decoding: first, as: UTF8.self).contains("\"kind\" : \"pushFailed\""))

      // A folder whose files no run made is left alone.
      try FileManager.default.createDirectory(
        atPath: "\(folder)/mine/logs", withIntermediateDirectories: true)
      let outcome = try BuiltCommand.run(Array(call.dropLast()) + ["\(folder)/mine"])
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "mine/logs was not created by a command like this one; choose another --output or"
        ))
    }
  }

  @Test func scenariosAreToldAsJUnit() throws {
    let outcome = try BuiltCommand.run([
      "test", "fixtures/scenarios/ips-reset-on-signature.yaml", "--format", "junit",
    ])
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>"))
    #expect(outcome.output.contains("failures=\"0\""))
    #expect(outcome.output.contains("&quot;Network error&quot;"))
  }

  @Test func expectationThatFailsIsSaidWithExitCode1() throws {
    try BuiltCommand.withScratchFolder { folder in
      let source = Repository.url.appendingPathComponent("fixtures/scenarios")
      for name in ["lab-tcp.xml", "all-well.yaml"] {
        var text = try String(contentsOf: source.appendingPathComponent(name), encoding: .utf8)
        text = text.replacing("figure: lost, count: 0", with: "figure: lost, count: 7")
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
      let outcome = try BuiltCommand.run(["test", "\(folder)/all-well.yaml"])
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("FAILED all-well\n  NO  Mail_Log lost: 7; found 0\n"))
      #expect(outcome.output.contains("0 passed, 1 failed"))
    }
  }

  /// What the second connection begins with, but for the stamps, which are the wall clock's.
  private static let documentedLines = """
    <22>STAMP Mail_Log: Info: Begin Logfile
    <22>STAMP Mail_Log: Info: Version: 8.0.1-023 SN: A4BADB4712A9-511AA1E
    <22>STAMP Mail_Log: Info: Time offset from UTC: 7200 seconds
    <22>STAMP Mail_Log: Info: A System/Critical alert was sent to alerts@example.com with subject \
    "Critical <System> mail.example.com: Log Error: Subscription Mail_Log: \
    Network error while sendin..."
    """

  /// The first four lines of the second connection; PRI and stamp are 4 and 15 bytes.
  private static func secondConnection(_ received: String) -> String {
    let lines = received.split(separator: "\n")
    let starts = lines.indices.filter { lines[$0].hasSuffix("Info: Begin Logfile") }
    guard let start = starts.dropFirst().first else { return "" }
    return lines[start...].prefix(4).map { "\($0.prefix(4))STAMP\($0.dropFirst(4 + 15))" }
      .joined(separator: "\n")
  }

  @Test func demoTellsTheDocumentedCase() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try BuiltCommand.run(["demo", "--output", folder])
      let received = try String(contentsOfFile: "\(folder)/received/syslog.log", encoding: .utf8)
      let starts = received.components(separatedBy: "Info: Begin Logfile").count - 1
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(!outcome.output.contains("   NO "))
      #expect(!outcome.output.contains("\u{1B}"), "colour only on a terminal")
      #expect(starts == 2, "each connection begins with the header")
      #expect(Self.secondConnection(received) == Self.documentedLines)
      for name in ["ledger.json", "report.json", "report.md", "mail/0001.eml"] {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)"), "\(name)")
      }
    }
  }
}
