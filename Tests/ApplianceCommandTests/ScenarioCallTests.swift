import Foundation
import Support
import Testing

/// What a person gets who calls `simulate`, `test` or `run --scenario` with a scenario's file.
@Suite struct ScenarioCallTests {
  private static let scenarios = Repository.url.appendingPathComponent(
    "fixtures/scenarios")

  /// A folder with copies of scenario files, each changed.
  private static func withFiles<Result>(
    _ names: [String], change: (String) -> String = { $0 }, _ body: (String) throws -> Result
  ) throws -> Result {
    try BuiltCommand.withScratchFolder { folder in
      for name in names + ["lab-tcp.xml"] {
        let text = try String(
          contentsOf: self.scenarios.appendingPathComponent(name), encoding: .utf8)
        try (name.hasSuffix(".yaml") ? change(text) : text)
          .write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
      try FileManager.default.createDirectory(
        atPath: "\(folder)/sub", withIntermediateDirectories: false)
      return try body(folder)
    }
  }

  /// `Scripts/failures.sh` makes docs/FAILURES.md: what it prints stands below a head of its own.
  @Test func theDocumentOfFailuresIsMadeFromTheScenarios() throws {
    let document = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/FAILURES.md"), encoding: .utf8)
    let made = try BuiltCommand.run(["test", "fixtures/scenarios", "--format", "markdown"])
    #expect(made.output.contains("## "))
    #expect(document.hasSuffix(made.output), "docs/FAILURES.md; right:\n\(made.output)")
  }

  /// docs/SCENARIOS.md shows a file: it loads, and what it expects holds.
  @Test func theDocumentedFileHolds() throws {
    let document = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/SCENARIOS.md"),
      encoding: .utf8)
    let section = try #require(document.components(separatedBy: "## The file\n").dropFirst().first)
    let block = section.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0.isEmpty }.prefix { $0.isEmpty || $0.hasPrefix("    ") }
      .map { $0.dropFirst(4) }.joined(separator: "\n")
    let keys = document.matches(of: /\n\| `([a-z]+)[`.]/).map { String($0.1) }
    for key in keys where !["network"].contains(key) {
      #expect(block.contains("\(key):"), "\(key)")
    }
    #expect(keys.count > 10)
    try Self.withFiles([]) { folder in
      try block.write(
        toFile: "\(folder)/syslog-restart.yaml", atomically: true, encoding: .utf8)
      let outcome = try BuiltCommand.run(["test", "\(folder)/syslog-restart.yaml"])
      #expect(outcome.text == "ok     syslog-restart\n1 passed, 0 failed\n")
    }
  }

  private static let badCalls: [([String], Int32, String)] = [
    (
      ["simulate", "fixtures/scenarios"], 1,
      "fixtures/scenarios is a folder: name one of its files, such as "
        + "fixtures/scenarios/alert-mail-fails.yaml, or run all of them with appliance test "
        + "fixtures/scenarios"
    ),
    (["simulate", "no-such.yaml"], 1, "no-such.yaml: cannot read the scenario: No such file"),
    (["simulate", "/dev/null"], 1, "/dev/null: error: the file is empty"),
    (["simulate"], 64, "Missing expected argument '<scenario>'"),
    (["simulate", "x", "--set", "seed"], 64, "found seed, allowed: PATH=VALUE"),
    (["test", "docs"], 1, "docs: this folder has no .yaml file; name a folder with scenarios"),
    (["test", "no-such"], 1, "no-such: cannot read the scenario: No such file or directory"),
    (["run"], 64, "Give one of --config FILE, --state DIR and --scenario FILE."),
    (["run", "--scenario", "docs"], 1, "docs is a folder: name one of its files"),
  ]

  @Test(arguments: badCalls)
  func aBadCallSaysWhatToDo(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try BuiltCommand.run(arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test(arguments: [
    ("/etc/lab.xml", "allowed: a path relative to the scenario's file; copy the configuration"),
    ("../lab.xml", "allowed: a file that can be read"),
    ("sub", "which is a folder, allowed: a file"),
  ])
  func aConfigurationElsewhereIsRefusedWithAWayOut(_ name: String, _ text: String) throws {
    let change = { (file: String) in
      file.replacing("configuration: lab-tcp.xml", with: "configuration: \(name)")
    }
    try Self.withFiles(["all-well.yaml"], change: change) { folder in
      let outcome = try BuiltCommand.run(["simulate", "\(folder)/all-well.yaml"])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains(": configuration: found \"\(name)\""), "\(outcome.errors)")
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
    }
  }

  /// The errors of all files, not those of the first one.
  @Test func allErrorsOfAllFilesComeInOneRun() throws {
    let names = ["all-well.yaml", "recovery.yaml"]
    let change = { (file: String) in
      file.replacing("duration: ", with: "duratoin: ").replacing("rate: 2", with: "rate: fast")
    }
    try Self.withFiles(names, change: change) { folder in
      let outcome = try BuiltCommand.run(["test", folder])
      #expect(outcome.status == 1)
      for name in names {
        for text in ["duration: missing", "unknown key duratoin", "rate: found \"fast\""] {
          #expect(
            outcome.errors.split(separator: "\n").contains {
              $0.hasPrefix("\(folder)/\(name):") && $0.contains(text)
            }, "\(name) \(text): \(outcome.errors)")
        }
      }
    }
  }

  @Test func oldNamesAreReadWithAHint() throws {
    let outcome = try BuiltCommand.run(["test", "fixtures/scenarios/ips-on-a-pattern.yaml"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("ok     ips-reset-on-signature\n"))
    #expect(
      outcome.errors == "fixtures/scenarios/ips-on-a-pattern.yaml: hint: this scenario is called "
        + "ips-reset-on-signature.yaml now\n")
    let change = { (file: String) in file.replacing("  fix:", with: "  mend:") }
    try Self.withFiles(["all-well.yaml"], change: change) { folder in
      let old = try BuiltCommand.run(["test", "\(folder)/all-well.yaml"])
      #expect(old.status == 0)
      #expect(old.errors.contains(": hint: mend: this key is called fix now\n"), "\(old.errors)")
    }
  }

  @Test func testTakesSettingsAndASeed() throws {
    let file = "fixtures/scenarios/all-well.yaml"
    let call = ["test", file, "--digests"]
    let plain = try BuiltCommand.run(call)
    let seeded = try BuiltCommand.run(call + ["--seed", "7"])
    let set = try BuiltCommand.run(call + ["--set", "seed=7"])
    #expect(plain.status == 0 && seeded.status == 0, "\(seeded.errors)")
    #expect(seeded.output == set.output)
    #expect(seeded.output != plain.output)
    let failing = try BuiltCommand.run([
      "test", file, "--set", "network.hosts.syslog.services=[]",
    ])
    #expect(failing.status == 1)
    #expect(failing.output.contains("FAILED all-well"))
    let wrong = try BuiltCommand.run([
      "test", file, "--set", "seeds=7", "--set", "traffic.rate=no", "--set", "name.x=1",
    ])
    #expect(wrong.status == 1)
    for text in ["unknown key seeds", "rate: found \"no\"", "--set name.x"] {
      #expect(wrong.errors.contains(text), "\(text): \(wrong.errors)")
    }
  }

  @Test func reportsBeginWithTheirTitle() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try BuiltCommand.run([
        "simulate", "fixtures/scenarios/all-well.yaml", "--output", "\(folder)/out", "--key",
        "\(folder)/key.md",
      ])
      #expect(outcome.status == 0)
      for name in ["out/report.md", "key.md"] {
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        #expect(text.hasPrefix("# all-well\n\n"))
        #expect(text.components(separatedBy: "\n# ").count == 1, "one title")
      }
    }
  }

  /// Fourteen commands are as many as a person looks through.
  @Test func commandsAreGrouped() throws {
    let help = try BuiltCommand.run(["--help"]).output
    let groups = ["FIRST STEPS ", "APPLIANCE ", "LAB ", "CHECK "]
    for group in groups {
      #expect(help.contains("\n\(group)SUBCOMMANDS:\n"), "\(help)")
    }
    let commands = help.matches(of: /\n  ([a-z]+) +[A-Z]/).map { String($0.1) }
    #expect(commands.contains("simulate") && commands.contains("config"), "\(commands)")
    #expect(commands.count <= 14)
  }
}
