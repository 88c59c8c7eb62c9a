import Foundation
import Glibc
import Support
import Testing

/// Signals end a run in order, whenever they come.
@Suite struct SignalTests {
  /// A push by UDP, which drains at once.
  private static func configuration(_ port: UInt16, _ folder: String) throws -> String {
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("fixtures/scenarios/lab-udp.xml"),
      encoding: .isoLatin1)
    let path = "\(folder)/config.xml"
    try text.replacing(
      "<hostname>10.44.167.30</hostname>",
      with: "<hostname>127.0.0.1</hostname><port>\(port)</port>"
    )
    .write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private static func isFinal(_ output: String) -> Bool {
    let ledger = FileManager.default.contents(atPath: "\(output)/ledger.json") ?? Data()
    return String(decoding: ledger, as: UTF8.self).contains("\"isFinal\" : true")
  }

  private static func logNames(_ output: String) -> [String] {
    let folder = "\(output)/logs/Mail_Log"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// They come while the process is being loaded, before a line of ours runs.
  @Test(
    .timeLimit(.minutes(3)),
    arguments: [[SIGTERM], [SIGINT], [SIGTERM, SIGINT], [SIGHUP, SIGTERM, SIGINT]])
  func signalBeforeTheRunBeginsEndsItInOrder(_ signals: [Int32]) throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try LoopbackSocket(.datagrams)
      let outcome = try SpawnedCommand(
        [
          "run", "--config", Self.configuration(receiver.port, folder), "--output",
          "\(folder)/out",
        ], signals: signals, folder: folder
      ).wait()
      #expect(outcome.signal == nil, "\(outcome.errors)")
      // The second signal ends a drain before it is done.
      #expect(outcome.status == 0 || signals.count > 1 && outcome.status == 1, "\(outcome.errors)")
      #expect(Self.isFinal("\(folder)/out"))
      let names = Self.logNames("\(folder)/out")
      #expect(!names.isEmpty && names.allSatisfy { $0.hasSuffix(".s") }, "\(names)")
    }
  }

  @Test(.timeLimit(.minutes(3)), arguments: [SIGTERM, SIGINT, SIGHUP])
  func serversEndInOrderToo(_ signal: Int32) throws {
    for arguments in [
      ["receive", "--tcp", "0"], ["proxy", "--listen", "0", "--to", "127.0.0.1:1"],
    ] {
      try BuiltCommand.withScratchFolder { folder in
        let outcome = try SpawnedCommand(arguments, signals: [signal], folder: folder).wait()
        #expect(outcome.status == 0, "\(arguments): \(outcome)")
        #expect(outcome.errors.contains("listening on 127.0.0.1 TCP port "))
      }
    }
  }

  /// `rollovernow` that comes too early is done as soon as there are files.
  @Test(.timeLimit(.minutes(3)))
  func earlyRolloverIsDone() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try LoopbackSocket(.datagrams)
      let outcome = try SpawnedCommand(
        [
          "run", "--config", Self.configuration(receiver.port, folder), "--output", "\(folder)/out",
          "--messages", "3", "--rate", "100", "--drain-timeout", "1",
        ], signals: [SIGUSR1], folder: folder
      ).wait()
      #expect(outcome.signal == nil)
      #expect(Self.logNames("\(folder)/out").count == 2, "\(outcome.errors)")
    }
  }

  /// What a command does not hold does what it does in any program.
  @Test(.timeLimit(.minutes(3)))
  func commandThatOnlyPrintsDiesOfASignal() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try SpawnedCommand(
        ["config", "check", "/dev/stdin"], signals: [SIGTERM], folder: folder
      ).wait()
      // It may be done before.
      #expect(outcome.signal == SIGTERM || outcome.status != nil)
    }
  }

  /// Under nohup a terminal that is gone ends nothing.
  @Test(.timeLimit(.minutes(3)))
  func ignoredHangUpStaysIgnored() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try LoopbackSocket(.datagrams)
      let outcome = try SpawnedCommand(
        [
          "run", "--config", Self.configuration(receiver.port, folder), "--output", "\(folder)/out",
          "--messages", "7", "--rate", "100", "--drain-timeout", "1",
        ], limits: "trap '' HUP; kill -HUP $$", folder: folder
      ).wait()
      #expect(outcome.signal == nil)
      #expect(outcome.errors.contains("messages 7;"), "\(outcome.errors)")
    }
  }

  /// A reader that has seen enough ends the run, in order, also where the run has nothing more to
  /// say.
  @Test(.timeLimit(.minutes(3)), arguments: [false, true])
  func readerThatLeavesEndsARunInOrder(_ isHealthy: Bool) throws {
    try BuiltCommand.withScratchFolder { folder in
      let closed = try LoopbackSocket(.closed)
      let server =
        try isHealthy ? StartedCommand(["receive", "--tcp", "0"], watched: .errors) : nil
      let port = try server.map { try #require($0.listeningPort()) } ?? Int(closed.port)
      let config = "\(folder)/config.xml"
      let text = try String(
        contentsOf: Repository.url.appendingPathComponent(
          "fixtures/scenarios/lab-tcp.xml"), encoding: .isoLatin1)
      try text.replacing(
        "<hostname>10.44.167.30</hostname>",
        with: "<hostname>127.0.0.1</hostname><port>\(port)</port>"
      )
      .write(toFile: config, atomically: true, encoding: .utf8)
      let process = Process()
      let errors = Pipe()
      process.executableURL = BuiltCommand.command
      process.arguments = [
        "run", "--config", config, "--output", "\(folder)/out", "--drain-timeout", "1",
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = errors
      try process.run()
      // Of a healthy push the beginning is said, and of another one each attempt.
      #expect(!errors.fileHandleForReading.availableData.isEmpty)
      try errors.fileHandleForReading.close()
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(Self.isFinal("\(folder)/out"))
      if let server { #expect(server.interrupt().status == 0) }
    }
  }
}
