import Foundation
import Support
import Testing

/// `appliance demo` and `appliance run`, whose processes see sockets and die.
@Suite struct LiveRunTests {
  /// AutoSupport mails the vendor: a lab that does so unawares is warned, unless the relay is its
  /// own.
  @Test(arguments: [
    ("1", "192.0.2.25:25", true), ("1", "127.0.0.1:2525", false), ("0", "192.0.2.25:25", false),
  ])
  func runAndCheckWarnOfMailToTheVendor(_ isOn: String, _ relay: String, _ isWarned: Bool) throws {
    try BuiltCommand.withScratchFolder { folder in
      // Nothing is pushed, so that there is no alert and no mail.
      let text = try String(
        contentsOf: Repository.url.appendingPathComponent("appliance-config.xml"),
        encoding: .isoLatin1
      )
      .replacing(
        /(?s)<syslog_push>.*?<\/syslog_push>/, with: "<ftp_poll><filename>m</filename></ftp_poll>"
      )
      .replacing("127.0.0.1:2525", with: relay)
      .replacing("<autosupport_enabled>0<", with: "<autosupport_enabled>\(isOn)<")
      try text.write(toFile: "\(folder)/x.xml", atomically: true, encoding: .isoLatin1)
      let outcome = try BuiltCommand.run([
        "run", "--config", "\(folder)/x.xml", "--rate", "max", "--messages", "1", "--output",
        "\(folder)/out",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let warning =
        "warning: AutoSupport is on: a copy of each alert goes to the vendor (alerts@ironport.com) "
        + "by way of 192.0.2.25 port 25; set autosupport_enabled to 0"
      #expect(outcome.errors.contains(warning) == isWarned, "\(outcome.errors)")
      let words =
        "AutoSupport is on and the relay is another machine: a run mails a copy of each alert to "
        + "the vendor (alerts@ironport.com)"
      let one = try BuiltCommand.run(["config", "check", "\(folder)/x.xml"])
      #expect(one.errors == (isWarned ? "\(folder)/x.xml: warning: \(words)\n" : ""))
      try text.write(toFile: "\(folder)/y.xml", atomically: true, encoding: .isoLatin1)
      let both = try BuiltCommand.run(["config", "check", "\(folder)/x.xml", "\(folder)/y.xml"])
      let said = "warning: in 2 of 2 files \(words); the first is \(folder)/x.xml\n"
      #expect(both.errors == (isWarned ? said : ""))
    }
  }

  private static let mark = "synthesised by appliance-sim from socket events, not captured"

  /// The IP packets of a pcap file of link type RAW, and their stamps in seconds since 1970.
  private static func packets(
    _ file: [UInt8]
  ) throws -> [(bytes: ArraySlice<UInt8>, time: Double)] {
    func word(_ place: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(file[place + $1]) << (8 * $1) }
    }
    try #require(file.count >= 24 && word(0) == 0xA1B2_3C4D && word(20) == 101)
    var packets: [(ArraySlice<UInt8>, Double)] = []
    var place = 24
    while place < file.count {
      let length = word(place + 8)
      let time = Double(word(place)) + Double(word(place + 4)) / 1e9
      packets.append((file[(place + 16)..<(place + 16 + length)], time))
      place += 16 + length
    }
    return packets
  }

  /// What the traffic has not done is printed, and stands in the report.
  @Test func pendingWorkIsListed() throws {
    try BuiltCommand.withScratchFolder { folder in
      let config = try String(
        contentsOf: Repository.url.appendingPathComponent(
          "fixtures/scenarios/lab-tcp.xml"), encoding: .isoLatin1)
      let parts = config.components(separatedBy: "<log_text>")
      try #require(parts.count == 3)
      let rest = try #require(parts[2].components(separatedBy: "</log_text>").last)
      try (parts[0] + "<log_text>" + parts[1] + rest)
        .write(toFile: "\(folder)/files.xml", atomically: true, encoding: .utf8)
      let outcome = try BuiltCommand.run([
        "run", "--config", "\(folder)/files.xml", "--output", "\(folder)/out", "--rate", "max",
        "--messages", "2000",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains(/pending: [0-9]+ delayed messages? \(next 20/))
      let report = try String(contentsOfFile: "\(folder)/out/report.json", encoding: .utf8)
      #expect(report.contains("\"kind\" : \"retries\"") || report.contains("\"kind\":\"retries\""))
      let page = try String(contentsOfFile: "\(folder)/out/report.md", encoding: .utf8)
      #expect(page.contains("pending: "))
    }
  }

  @Test func demoIsCapturedByWhatItsSocketsDo() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try BuiltCommand.run([
        "demo", "--capture", "\(folder)/demo.pcap", "--capture-kind", "synthesised",
      ])
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("packets, \(Self.mark)"))
      let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/demo.pcap"))
      let flags = try Self.packets(Array(file)).map { $0.bytes[$0.bytes.startIndex + 33] }
      // Two connections of the push and at least one of a mail; the first one is reset.
      #expect(flags.count { $0 == 0x02 } >= 3)
      #expect(flags.count { $0 == 0x12 } >= 3)
      #expect(flags.contains { $0 & 0x04 != 0 })
      let text = String(decoding: file, as: UTF8.self)
      #expect(text.contains("Info: Begin Logfile"))
      #expect(text.contains("MAIL FROM:"))
    }
  }

  /// Whatever the appliance's clock shows: at full speed that is the model's.
  @Test(arguments: ["synthesised", "packets"], ["20", "max"])
  func packetsOfACaptureLieWithinTheRun(_ kind: String, _ rate: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try LoopbackSocket(.datagrams)
      let config = "\(folder)/config.xml"
      try Self.pushing(to: receiver.port).write(toFile: config, atomically: true, encoding: .utf8)
      let began = Date().timeIntervalSince1970
      let outcome = try BuiltCommand.run([
        "run", "--config", config, "--rate", rate, "--messages", "20", "--output", "\(folder)/out",
        "--capture", "\(folder)/run.pcap", "--capture-kind", kind,
      ])
      let ended = Date().timeIntervalSince1970
      // Real packets need a right.
      if outcome.errors.contains("real packets cannot be captured") { return }
      #expect(outcome.status == 0, "\(outcome.errors)")
      let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/run.pcap"))
      let packets = try Self.packets(Array(file))
      #expect(packets.count > 20)
      // A stamp's fraction is rounded.
      for packet in packets { #expect((began - 0.001...ended + 0.001).contains(packet.time)) }
    }
  }

  /// What a killed run logged is in the ledger of the next one, once.
  @Test func ledgerGoesOnBehindAKilledRun() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try LoopbackSocket(.datagrams)
      let config = "\(folder)/config.xml"
      try Self.pushing(to: receiver.port).write(toFile: config, atomically: true, encoding: .utf8)
      let arguments = ["run", "--config", config, "--rate", "200", "--output", folder]
      let process = Process()
      process.executableURL = BuiltCommand.command
      process.arguments = arguments
      process.standardError = FileHandle.nullDevice
      try process.run()
      for _ in 0..<500 { try #require(receiver.receive()) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let logs = "\(folder)/logs/Mail_Log"
      let killed = try Self.lines(logs)
      #expect(killed > 0)
      let outcome = try BuiltCommand.run(
        arguments + ["--messages", "10", "--drain-timeout", "1", "--format", "json"])
      let ledger = try #require(
        JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
      let entry = try #require(
        (ledger["subscriptions"] as? [String: [String: Any]])?["Mail_Log"])
      let logged = try Self.lines(logs)
      #expect(entry["accepted"] as? Int == logged)
      #expect(logged > killed)
      #expect((entry["unknown"] as? Int ?? 0) > 0)
    }
  }

  /// The model's clock at full speed is ahead of the next run's: no line is counted twice for it.
  @Test(.timeLimit(.minutes(5))) func ledgerGoesOnBehindARunAtFullSpeed() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try LoopbackSocket(.datagrams)
      let config = "\(folder)/config.xml"
      try Self.pushing(to: receiver.port).write(toFile: config, atomically: true, encoding: .utf8)
      for (rate, messages) in [("max", "4000"), ("300", "20"), ("300", "20"), ("max", "20")] {
        let outcome = try BuiltCommand.run([
          "run", "--config", config, "--output", folder, "--rate", rate, "--messages", messages,
          "--drain-timeout", "1", "--format", "json",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let ledger = try #require(
          JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let entry = try #require(
          (ledger["subscriptions"] as? [String: [String: Any]])?["Mail_Log"])
        #expect(entry["accepted"] as? Int == (try Self.lines("\(folder)/logs/Mail_Log")))
        #expect(entry["unknown"] as? Int ?? 0 == 0)
      }
    }
  }

  /// A push that nobody takes waits for nobody: it says what it lost, and of no lines left.
  @Test func pushWithoutAServerSaysWhatItLost() throws {
    try BuiltCommand.withScratchFolder { folder in
      let closed = try LoopbackSocket(.closed)
      let config = "\(folder)/config.xml"
      try Self.pushing(to: closed.port, by: "tcp")
        .write(toFile: config, atomically: true, encoding: .utf8)
      let outcome = try BuiltCommand.run([
        "run", "--config", config, "--rate", "200", "--messages", "5", "--drain-timeout", "1",
        "--output", folder,
      ])
      #expect(outcome.status == 1)
      let words = try #require(
        outcome.errors.firstMatch(
          of: /Error: .*: (?<name>[A-Za-z_]+): not connected, (?<lost>[1-9][0-9]*) lines lost/))
      #expect(!outcome.errors.contains(" 0 lines left"))
      #expect(outcome.output.split(separator: "\n").last?.hasPrefix("lines lost: ") == true)
      // Its relay is closed too: the mail about it waits, and no drain waited for it.
      #expect(
        outcome.errors.contains(
          /alert mail to \S+ pending after 1 failed attempt: next attempt at/))
      #expect(outcome.output.contains("\(words.name): \(words.lost) lost"), "\(outcome.output)")
    }
  }

  /// What the real appliance would lose too is no failure of a run, unless somebody says so.
  @Test(arguments: [(false, Int32(0)), (true, 1)])
  func lossesOfTheApplianceFailOnlyOnRequest(_ fails: Bool, _ status: Int32) throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = Process()
      let errors = Pipe()
      receiver.executableURL = BuiltCommand.command
      receiver.arguments = [
        "receive", "--tcp", "0", "--reset-after-lines", "20", "--resets", "1",
        "--output", "\(folder)/read",
      ]
      receiver.standardError = errors
      try receiver.run()
      defer { receiver.terminate() }
      let told = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      let port = try #require(told.firstMatch(of: /TCP port ([0-9]+)/).flatMap { UInt16($0.1) })
      let config = "\(folder)/config.xml"
      try Self.pushing(to: port, by: "tcp").write(toFile: config, atomically: true, encoding: .utf8)
      let outcome = try BuiltCommand.run(
        [
          "run", "--config", config, "--rate", "200", "--messages", "50", "--output", folder,
        ] + (fails ? ["--fail-on-loss"] : []))
      #expect(outcome.status == status, "\(outcome.errors)")
      let last = try #require(outcome.output.split(separator: "\n").last)
      #expect(last.contains(/^lines lost: [1-9][0-9,]* of/), "\(last)")
      #expect(outcome.errors.contains("lost (--fail-on-loss)") == fails)
      // The ledger goes on; a run answers for its own losses.
      let next = try BuiltCommand.run([
        "run", "--config", config, "--rate", "200", "--messages", "5", "--output", folder,
        "--fail-on-loss",
      ])
      #expect(next.status == 0, "\(next.errors)")
      let both = try #require(next.output.split(separator: "\n").last)
      #expect(
        both.contains(/^lines lost: [1-9][0-9,]* of [0-9,]+, none of them in this run/), "\(both)")
    }
  }

  /// What a datagram's sender cannot know the simulation has counted.
  @Test(arguments: [false, true])
  func datagramsThatAreLostInASimulationAreCounted(_ fails: Bool) throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try BuiltCommand.run(
        [
          "simulate", "fixtures/scenarios/udp-loss-unseen.yaml", "--output", "\(folder)/out",
        ] + (fails ? ["--fail-on-loss"] : []))
      #expect(outcome.status == (fails ? 1 : 0), "\(outcome.errors)")
      let last = try #require(outcome.output.split(separator: "\n").last)
      let counted = try #require(
        last.firstMatch(of: #/^lines lost: ([0-9]+) of ([0-9,]+), counted at the receiver; /#)
      )
      #expect(last.contains("; the appliance knows of none"))
      let received = try String(
        contentsOfFile: "\(folder)/out/received/syslog.log", encoding: .utf8)
      let header = #/Begin Logfile|Version: |Time offset from UTC: /#
      let arrived = received.split(separator: "\n").count { $0.firstMatch(of: header) == nil }
      let accepted = try #require(Int(counted.2.replacing(",", with: "")))
      #expect(Int(counted.1) == accepted - arrived)
      #expect(outcome.errors.contains("lost (--fail-on-loss)") == fails)
    }
  }

  /// A server that never reads answers no end of a connection, so that nothing is taken for read.
  @Test func serverThatNeverReadsGivesNoReceipt() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = Process()
      let errors = Pipe()
      receiver.executableURL = BuiltCommand.command
      receiver.arguments = ["receive", "--tcp", "0", "--never-read", "--output", "\(folder)/read"]
      receiver.standardError = errors
      try receiver.run()
      defer { receiver.terminate() }
      let told = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      let port = try #require(told.firstMatch(of: /TCP port ([0-9]+)/).flatMap { UInt16($0.1) })
      let config = "\(folder)/config.xml"
      try Self.pushing(to: port, by: "tcp").write(toFile: config, atomically: true, encoding: .utf8)
      let outcome = try BuiltCommand.run([
        "run", "--config", config, "--rate", "200", "--messages", "5", "--drain-timeout", "1",
        "--delivery", "at-least-once", "--output", folder,
      ])
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains("Error: no delivery confirmation in time: "), "\(outcome.errors)")
      #expect(!outcome.output.contains(" received"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/read")).isEmpty)
    }
  }

  /// The first interrupt drains, which here may take a day; the next signal ends the run.
  @Test(.timeLimit(.minutes(5))) func secondSignalEndsADrainAtOnce() throws {
    try BuiltCommand.withScratchFolder { folder in
      let closed = try LoopbackSocket(.closed)
      let config = "\(folder)/config.xml"
      try Self.pushing(to: closed.port, by: "tcp")
        .write(toFile: config, atomically: true, encoding: .utf8)
      let process = Process()
      let errors = Pipe()
      process.executableURL = BuiltCommand.command
      process.arguments = [
        "run", "--config", config, "--delivery", "buffered", "--drain-timeout", "86400",
        "--output", folder,
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = errors
      try process.run()
      var told = ""
      // The failure is itself logged, so that the buffer has a line.
      while !told.contains("failed: refused") {
        let more = errors.fileHandleForReading.availableData
        try #require(!more.isEmpty, "\(told)")
        told += String(decoding: more, as: UTF8.self)
      }
      // Two signals, since two of one kind may become one.
      process.interrupt()
      process.terminate()
      told += String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 1)
      #expect(told.contains("Error: not drained in time: "), "\(told)")
      let ledger = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/ledger.json"))
      #expect(String(decoding: ledger, as: UTF8.self).contains("\"isFinal\" : true"))
    }
  }

  /// The laboratory's appliance with all its peers on loopback.
  private static func pushing(to port: UInt16, by transport: String = "udp") throws -> String {
    let file = Repository.url
      .appendingPathComponent("fixtures/scenarios/lab-\(transport).xml")
    var text = try String(contentsOf: file, encoding: .isoLatin1)
    for (theirs, ours) in [
      ("<hostname>10.44.167.30</hostname>", "<hostname>127.0.0.1</hostname><port>\(port)</port>"),
      ("10.229.24.25:25", "127.0.0.1:25"),
    ] {
      try #require(text.contains(theirs))
      text = text.replacingOccurrences(of: theirs, with: ours)
    }
    return text
  }

  /// The logged lines of a folder: those of each file but for its three header lines.
  private static func lines(_ folder: String) throws -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return try names.reduce(0) { sum, name in
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
      return sum + max(0, bytes.count { $0 == 0x0A } - 3)
    }
  }
}
