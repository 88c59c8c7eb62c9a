import Foundation
import Glibc
import Support
import Testing

/// Output that cannot be written is exit code 1 in every command; a reader that leaves is no news.
@Suite struct LostOutputTests {
  /// A call of each command that prints something; the words in capitals are made for each test.
  private static let calls: [String: [String]] = [
    "demo": [],
    "run": [
      "--config", "CONFIG", "--output", "FOLDER/out", "--messages", "1", "--drain-timeout", "1",
    ],
    "simulate": ["fixtures/scenarios/documented-reset.yaml", "--output", "FOLDER/out"],
    "test": ["fixtures/scenarios/documented-reset.yaml"],
    "receive": ["--udp", "0"],
    "mailbox": ["--port", "0", "--output", "FOLDER/mails"],
    "reconcile": ["fixtures/reconcile", "fixtures/reconcile/wire.log", "--tag", "Mail_Log"],
    "proxy": ["--listen", "0", "--to", "127.0.0.1:1", "--format", "json"],
    "config check": ["appliance-config.xml"],
    "config explain": ["LOG012"],
    "config learn": ["fixtures/configurations/accepted", "--output", "FOLDER/check.yaml"],
    "config show": ["appliance-config.xml"],
    "config export": ["appliance-config.xml"],
    "config diff": ["appliance-config.xml", "fixtures/scenarios/lab-tcp.xml"],
    "config test": ["fixtures/configurations"],
    "config sanitize": ["appliance-config.xml"],
    "config generate": ["--seed", "1"],
    "config schema": ["--format", "rng"],
    "config init": ["appliance-config.xml", "--state", "FOLDER/new"],
    "config load": ["fixtures/loading/sections.xml", "--state", "STATE"],
    "config commit": ["--state", "STATE"],
    "config rollback": ["1", "--state", "STATE"],
    "config clear": ["--state", "STATE"],
    "config history": ["--state", "STATE"],
    "config status": ["--state", "STATE"],
    "config changes": ["--state", "STATE"],
  ]

  private struct Command: Decodable {
    let commandName: String
    let subcommands: [Command]?

    /// The commands that do something, by their words.
    func leaves(_ above: [String] = []) -> [String] {
      let parts = (self.subcommands ?? []).filter { $0.commandName != "help" }
      return parts.isEmpty
        ? [above.joined(separator: " ")]
        : parts.flatMap { $0.leaves(above + [$0.commandName]) }
    }
  }

  private struct Dump: Decodable { let command: Command }

  /// How an output is lost.
  private enum Loss: CaseIterable {
    case fullDisk, closed, noReader

    func words(_ folder: String) -> String {
      switch self {
      case .fullDisk: "exec >/dev/full"
      case .closed: "exec >&-"
      case .noReader:
        // Opened to read too, so that opening it to write does not wait; then nobody reads.
        "mkfifo '\(folder)/pipe'; exec 3<>'\(folder)/pipe'; exec >'\(folder)/pipe'; exec 3>&-"
      }
    }

    var reason: String? {
      switch self {
      case .fullDisk: "cannot write to standard output: No space left on device"
      case .closed: "cannot write to standard output: Bad file descriptor"
      case .noReader: nil
      }
    }
  }

  private static func start(
    _ arguments: [String], _ shellWords: String, _ folder: String
  ) throws -> SpawnedCommand {
    try SpawnedCommand(
      arguments, limits: "cd '\(Repository.url.path)'; \(shellWords)", folder: folder)
  }

  /// The state folder that the call wants, if it wants one.
  private static func makeState(_ name: String, _ state: String) throws {
    guard try #require(Self.calls[name]).contains("STATE") else { return }
    var calls = [["init", "appliance-config.xml"], ["load", "fixtures/loading/sections.xml"]]
    if name == "config rollback" { calls.append(["commit"]) }
    for call in calls { _ = try BuiltCommand.run(["config"] + call + ["--state", state]) }
  }

  private static func call(_ name: String, _ folder: String) throws -> [String] {
    let config = try Self.configuration(folder)
    return try name.split(separator: " ").map(String.init)
      + #require(Self.calls[name]).map {
        $0.replacing("FOLDER", with: folder).replacing("STATE", with: "\(folder)/state")
          .replacing("CONFIG", with: config)
      }
  }

  /// A push by UDP to a port that nobody reads: nothing waits for it.
  private static func configuration(_ folder: String) throws -> String {
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("fixtures/scenarios/lab-udp.xml"),
      encoding: .isoLatin1)
    let path = "\(folder)/config.xml"
    try text.replacing(
      "<hostname>10.44.167.30</hostname>",
      with: "<hostname>127.0.0.1</hostname><port>9</port>"
    ).write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func eachCommandHasACallHere() throws {
    let dump = try BuiltCommand.run(["--experimental-dump-help"]).output
    let tree = try JSONDecoder().decode(Dump.self, from: Data(dump.utf8))
    #expect(Set(tree.command.leaves()) == Set(Self.calls.keys))
  }

  @Test(.timeLimit(.minutes(5)), arguments: calls.keys.sorted())
  func outputThatIsLostIsExitCode1(_ name: String) throws {
    let files = FileManager.default
    try BuiltCommand.withScratchFolder { above in
      try Self.makeState(name, "\(above)/state")
      for loss in Loss.allCases {
        let folder = "\(above)/\(loss)"
        try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
        if files.fileExists(atPath: "\(above)/state") {
          try files.copyItem(atPath: "\(above)/state", toPath: "\(folder)/state")
        }
        let command = try Self.start(Self.call(name, folder), loss.words(folder), folder)
        if name == "receive" { try Self.send(to: command) }
        if name == "mailbox" { try Self.mail(to: command) }
        let outcome = command.wait()
        #expect(outcome.status == 1, "\(name), \(loss): \(outcome)")
        if let reason = loss.reason {
          #expect(outcome.errors.contains("Error: \(reason)\n"), "\(name): \(outcome.errors)")
        } else {
          #expect(!outcome.errors.contains("cannot write"), "\(name): \(outcome.errors)")
        }
      }
    }
  }

  /// A reader that leaves has seen what it wanted: a command that only prints says no more.
  @Test(
    .timeLimit(.minutes(3)),
    arguments: ["documented-reset", "udp-loss", "black-hole", "ips-signature", "at-least-once"],
    [[], ["--pace", "1ms"]])
  func aDemoWithoutAReaderEndsSilently(_ name: String, _ pace: [String]) throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try Self.start(
        ["demo", name] + pace, Loss.noReader.words(folder), folder
      ).wait()
      #expect(outcome.status == 1)
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }
  }

  @Test(arguments: calls.keys.sorted())
  func helpThatIsLostIsExitCode1(_ name: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      for loss in Loss.allCases {
        let outcome = try Self.start(
          name.split(separator: " ").map(String.init) + ["--help"],
          "rm -f '\(folder)/pipe'; " + loss.words(folder), folder
        ).wait()
        #expect(outcome.status == 1, "\(name), \(loss): \(outcome)")
        #expect(outcome.errors.isEmpty == (loss.reason == nil))
      }
    }
  }

  /// What a receiver prints is what it gets.
  private static func send(to receiver: SpawnedCommand) throws {
    let port = try FolderWatch.value(in: [receiver.folder]) {
      receiver.errors.firstMatch(of: /UDP port ([0-9]+)/).flatMap { Int($0.1) }
    }
    let client = try LoopbackSocket(.datagramClient(port: port))
    #expect(client.send("line\n"))
  }

  /// What a mailbox prints is what it gets.
  private static func mail(to mailbox: SpawnedCommand) throws {
    let port = try FolderWatch.value(in: [mailbox.folder]) {
      mailbox.errors.firstMatch(of: /TCP port ([0-9]+)/).flatMap { Int($0.1) }
    }
    let client = try LoopbackSocket(.client(port: port))
    _ = client.sendMail("Subject: s\n\ntext", to: ["b@lab.example"])
  }

  /// What nobody can be told of goes on: its log files are worth more than its words.
  @Test(.timeLimit(.minutes(3))) func runWhoseWordsAreLostGoesToItsEnd() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try Self.start(Self.call("run", folder), "exec 2>/dev/full", folder).wait()
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("no line was lost") || outcome.output.contains("lost"))
      let ledger = FileManager.default.contents(atPath: "\(folder)/out/ledger.json") ?? Data()
      #expect(String(decoding: ledger, as: UTF8.self).contains("\"isFinal\" : true"))
    }
  }

  /// What is no file is written into and stays what it is: a device that is full, a pipe, a link.
  @Test(.timeLimit(.minutes(3)), arguments: ["config sanitize", "config learn", "config check"])
  func whatIsNoFileStaysOne(_ name: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let files = FileManager.default
      let link = "\(folder)/link"
      let option = name == "config check" ? "--write-baseline" : "--output"
      let call =
        name.split(separator: " ").map(String.init)
        + [name == "config learn" ? "fixtures/configurations/accepted" : "appliance-config.xml"]
        + (name == "config sanitize" ? ["--key", "k"] : []) + [option, link]
      try files.createSymbolicLink(atPath: link, withDestinationPath: "/dev/full")
      let full = try BuiltCommand.run(call)
      #expect(full.status == 1, "\(full)")
      #expect(try files.destinationOfSymbolicLink(atPath: link) == "/dev/full")
      try files.removeItem(atPath: link)
      try files.createSymbolicLink(atPath: link, withDestinationPath: "\(folder)/target")
      #expect(try BuiltCommand.run(call).status == 0)
      #expect(try files.destinationOfSymbolicLink(atPath: link) == "\(folder)/target")
      let written = try #require(files.contents(atPath: "\(folder)/target"))
      // A pipe that somebody reads gets the same.
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      let reader = Process()
      reader.executableURL = URL(fileURLWithPath: "/bin/cat")
      reader.arguments = ["\(folder)/pipe"]
      let pipe = Pipe()
      reader.standardOutput = pipe
      try reader.run()
      if name == "config learn" { try files.removeItem(atPath: "\(folder)/target") }
      #expect(try BuiltCommand.run(call.dropLast() + ["\(folder)/pipe"]).status == 0)
      #expect(try pipe.fileHandleForReading.readToEnd() ?? Data() == written)
      reader.waitUntilExit()
    }
  }

  /// A file that is opened while an output is closed does not take its place.
  @Test func closedOutputGoesIntoNoFile() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try Self.start(
        ["config", "init", "appliance-config.xml", "--state", "\(folder)/state"],
        "exec <&- >&- 2>&-", folder
      ).wait()
      #expect(outcome.status == 1)
      let path = Repository.url.appendingPathComponent("appliance-config.xml").path
      let files = FileManager.default
      #expect(
        files.contents(atPath: "\(folder)/state/committed.xml") == files.contents(atPath: path))
    }
  }

  /// A capture that a full disk does not take ends it, and is said.
  @Test(.timeLimit(.minutes(3))) func captureThatIsLostIsExitCode1() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try Self.start(
        Self.call("run", folder) + [
          "--capture", "/dev/full", "--capture-format", "pcap", "--capture-kind", "synthesised",
        ], "true", folder
      ).wait()
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("Error: capture /dev/full ended early: "), "\(outcome)")
    }
  }

  /// A subscription that is polled has its lines in its files and nowhere else: what is in none is
  /// lost, and a run that says "none" and exits with 0 is wrong about it.
  @Test(.timeLimit(.minutes(5))) func linesThatAreInNoLogFileAreSaidAndExitCode1() throws {
    try BuiltCommand.withScratchFolder { folder in
      let lab = Repository.url.appendingPathComponent("fixtures/scenarios/lab-tcp.xml")
      let parts = try String(contentsOf: lab, encoding: .isoLatin1)
        .components(separatedBy: "<log_text>")
      let end = try #require(parts.last?.components(separatedBy: "</log_subscriptions>").last)
      try "\(parts[0])<log_text>\(parts[1])</log_subscriptions>\(end)"
        .write(toFile: "\(folder)/config.xml", atomically: true, encoding: .isoLatin1)
      let outcome = try SpawnedCommand(
        [
          "run", "--config", "\(folder)/config.xml", "--output", "\(folder)/out", "--rate", "max",
          "--messages", "300",
        ], limits: "trap '' XFSZ; ulimit -f 64", folder: folder
      ).wait()
      #expect(outcome.status == 1, "\(outcome.errors)")
      let last = try #require(outcome.output.split(separator: "\n").last)
      let count = try #require(
        last.firstMatch(of: /^lines lost: ([0-9,]+) in no log file \(mail_logs ([0-9,]+)\);/))
      #expect(count.1 == count.2)
      #expect(
        outcome.errors.contains("Error: \(count.1) lines could not be written to the log files"),
        "\(outcome.errors)")
      let report = try String(contentsOfFile: "\(folder)/out/report.json", encoding: .utf8)
      #expect(report.contains("\(count.1) in no log file"))
    }
  }
}
