import Foundation
import Support
import Testing

/// `appliance receive` as a sender and a person see it.
@Suite struct ReceiveCommandTests {
  private static let one = "<22>Jun 25 08:50:03 mail_logs: Info: one"
  private static let two = "<22>Jun 25 08:50:04 mail_logs: Info: two"

  private static func counted(_ message: String) -> String { "\(message.utf8.count) \(message)" }

  /// What one connection brings, and what the file holds then.
  private static let streams: [(String, String)] = [
    ("\(counted(one))\n\(counted(two))\n", "\(one)\n\(two)\n"),
    ("\(one)\n\(counted(two))\(counted(one))", "\(one)\n\(two)\n\(one)\n"),
    ("54 messages delayed\n\(one)\n", "54 messages delayed\n\(one)\n"),
    ("2015-06-25T08:50:03 esa: one\n", "2015-06-25T08:50:03 esa: one\n"),
    ("\(one)\0\(two)\0", "\(one)\n\(two)\n"),
    ("\(one)\n\(two)", "\(one)\n\(two)\n"),
  ]

  @Test(arguments: streams)
  func fileHoldsTheMessages(_ stream: String, _ lines: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try StartedCommand(
        ["receive", "--tcp", "0", "--output", "\(folder)/got"], watched: .errors)
      let client = try LoopbackSocket(.client(port: try #require(receiver.listeningPort())))
      #expect(client.send(stream))
      client.end()
      _ = receiver.nextLine(with: "closed by the client")
      #expect(receiver.interrupt().status == 0)
      #expect(try String(contentsOfFile: "\(folder)/got", encoding: .utf8) == lines)
    }
  }

  @Test func resetAfterLinesWritesExactlySoMany() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try StartedCommand(
        ["receive", "--tcp", "0", "--reset-after-lines", "20", "--output", "\(folder)/got"],
        watched: .errors)
      let port = try #require(receiver.listeningPort())
      let client = try LoopbackSocket(.client(port: port))
      #expect(client.send((1...60).map { "line \($0)\n" }.joined()))
      #expect(receiver.nextLine(with: "reset after 20 lines") != nil)
      #expect(receiver.interrupt().status == 0)
      let lines = (1...20).map { "line \($0)\n" }.joined()
      #expect(try String(contentsOfFile: "\(folder)/got", encoding: .utf8) == lines)
    }
  }

  /// A line that is under way on one connection lets the others' pass whole.
  @Test func connectionsMixByWholeLinesOnly() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try StartedCommand(
        ["receive", "--tcp", "0", "--output", "\(folder)/got"], watched: .errors)
      let port = try #require(receiver.listeningPort())
      let clients = try (0..<3).map { _ in try LoopbackSocket(.client(port: port)) }
      for part in ["first", " second", " third\n", "again "] {
        for (number, client) in clients.enumerated() { #expect(client.send("\(number)\(part)")) }
      }
      for client in clients { client.end() }
      for _ in clients { _ = receiver.nextLine(with: "closed by the client") }
      #expect(receiver.interrupt().status == 0)
      let text = try String(contentsOfFile: "\(folder)/got", encoding: .utf8)
      let whole = (0..<3).flatMap { ["\($0)first\($0) second\($0) third", "\($0)again "] }
      #expect(text.split(separator: "\n").sorted() == whole.map { $0[...] }.sorted())
    }
  }
}
