import Foundation
import Glibc
import Support
import Testing

/// A configuration that changes while a run goes on.
@Suite struct RunReloadTests {
  private static func write(_ port: UInt16, _ path: String, level: Int = 3) throws {
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("fixtures/scenarios/lab-udp.xml"),
      encoding: .isoLatin1)
    try text.replacing(
      "<hostname>10.44.167.30</hostname>",
      with: "<hostname>127.0.0.1</hostname><port>\(port)</port>"
    )
    .replacing("<log_level>3</log_level>", with: "<log_level>\(level)</log_level>")
    .write(toFile: path, atomically: true, encoding: .utf8)
  }

  private static func run(_ source: [String], _ folder: String) throws -> StartedCommand {
    let command = try StartedCommand(
      ["run"] + source + ["--rate", "50", "--output", "\(folder)/out"], watched: .errors)
    try #require(command.nextLine(with: "connection 1 established") != nil)
    return command
  }

  @Test(.timeLimit(.minutes(3)))
  func hangupAppliesTheChangedFile() throws {
    try BuiltCommand.withScratchFolder { folder in
      let (first, second) = (try LoopbackSocket(.datagrams), try LoopbackSocket(.datagrams))
      let path = "\(folder)/config.xml"
      try Self.write(first.port, path)
      let command = try Self.run(["--config", path], folder)
      #expect(first.receive())
      // The same file once more is nothing to apply.
      command.send(SIGHUP)
      #expect(command.nextLine(with: "nothing to apply") != nil)
      try Self.write(second.port, path)
      command.send(SIGHUP)
      #expect(command.nextLine(with: "configuration changed: Mail_Log: endpoint") != nil)
      #expect(command.nextLine(with: "\(path): applied") != nil)
      #expect(second.receive())
      let end = command.interrupt()
      #expect(end.status == 0, "\(end.rest)")
    }
  }

  @Test(.timeLimit(.minutes(3)), arguments: ["<config>", "", "nothing"])
  func aBadFileChangesNothingAndSaysWhy(_ text: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try LoopbackSocket(.datagrams)
      let path = "\(folder)/config.xml"
      try Self.write(receiver.port, path)
      let command = try Self.run(["--config", path], folder)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      command.send(SIGHUP)
      #expect(command.nextLine(with: "[XML") != nil)
      #expect(command.nextLine(with: "\(path): not applied, the run goes on as before") != nil)
      let end = command.interrupt()
      #expect(end.status == 0, "\(end.rest)")
      #expect(!end.rest.contains("configuration changed"))
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func eachCommitOfAStateFolderIsApplied() throws {
    try BuiltCommand.withScratchFolder { folder in
      let (first, second) = (try LoopbackSocket(.datagrams), try LoopbackSocket(.datagrams))
      let path = "\(folder)/config.xml"
      let state = ["--state", "\(folder)/state"]
      try Self.write(first.port, path)
      #expect(try BuiltCommand.run(["config", "init", path] + state).status == 0)
      let command = try Self.run(state, folder)
      try Self.write(second.port, path)
      #expect(try BuiltCommand.run(["config", "load", path] + state).status == 0)
      #expect(try BuiltCommand.run(["config", "commit"] + state).status == 0)
      #expect(command.nextLine(with: "committed.xml: applied") != nil)
      #expect(second.receive())
      let end = command.interrupt()
      #expect(end.status == 0, "\(end.rest)")
    }
  }

  /// A login that is lost takes its run with it, in order.
  @Test(.timeLimit(.minutes(3)))
  func aRunWhoseTerminalIsGoneEndsInOrder() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try LoopbackSocket(.datagrams)
      let path = "\(folder)/config.xml"
      try Self.write(receiver.port, path)
      let command = try TerminalCommand(
        ["run", "--config", path, "--rate", "50", "--output", "\(folder)/out"], columns: 80,
        in: folder, controls: true)
      #expect(command.reads("connection 1 established"))
      _ = command.hangUp()
      let ledger = FileManager.default.contents(atPath: "\(folder)/out/ledger.json") ?? Data()
      #expect(String(decoding: ledger, as: UTF8.self).contains("\"isFinal\" : true"))
      let logs = try FileManager.default.contentsOfDirectory(
        atPath: "\(folder)/out/logs/Mail_Log")
      #expect(!logs.isEmpty && logs.allSatisfy { $0.hasSuffix(".s") }, "\(logs)")
    }
  }
}
