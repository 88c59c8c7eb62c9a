import Foundation
import Testing

/// A mailbox keeps each mail that it accepts, whole, and accepts none that it cannot keep.
@Suite struct MailboxTests {
  private static func start(_ folder: String, _ options: [String] = []) throws -> (
    command: StartedCommand, port: Int
  ) {
    let command = try StartedCommand(
      ["mailbox", "--port", "0", "--output", "\(folder)/mails"] + options, watched: .errors)
    return (command, try #require(command.listeningPort()))
  }

  private static func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder)/mails").sorted()
  }

  /// Lines with dots, a folded subject, bytes that are no text; two clients at a time.
  @Test(.timeLimit(.minutes(3))) func mailsAreSavedAsTheyCame() throws {
    try BuiltCommand.withScratchFolder { folder in
      let first = try Self.start(folder)
      let clients = try (1...2).map { _ in try LoopbackSocket(.client(port: first.port)) }
      for (index, client) in clients.enumerated() {
        let replies = client.sendMail(
          "Subject: number\n \(index)\n\n..a line with a dot",
          to: ["b@lab.example", "c@lab.example"])
        #expect(replies.count == 8 && replies.allSatisfy { $0?.first == "2" || $0?.first == "3" })
      }
      #expect(first.command.interrupt().status == 0)
      #expect(try Self.names(folder) == ["0001.eml", "0002.eml"])
      let saved = try String(contentsOfFile: "\(folder)/mails/0002.eml", encoding: .utf8)
      #expect(saved == "Subject: number\r\n 1\r\n\r\n.a line with a dot\r\n")
      // Another run leaves them, and goes on behind them.
      let second = try Self.start(folder, ["--count", "1"])
      let replies = try LoopbackSocket(.client(port: second.port))
        .sendMail("third", to: ["b@lab.example"])
      // The end of its session is answered, although no further mail is waited for.
      #expect(replies.last??.hasPrefix("221") == true, "\(replies)")
      #expect(second.command.end().status == 0)
      #expect(try Self.names(folder) == ["0001.eml", "0002.eml", "0003.eml"])
    }
  }

  /// Each is reported once, in a form that a script can read.
  @Test(.timeLimit(.minutes(3))) func mailsAreReported() throws {
    try BuiltCommand.withScratchFolder { folder in
      for format in ["text", "json"] {
        let command = try SpawnedCommand(
          ["mailbox", "--port", "0", "--output", "mails", "--count", "1", "--format", format],
          limits: "cd '\(folder)'", folder: folder)
        let port = try FolderWatch.value(in: [folder]) {
          command.errors.firstMatch(of: /TCP port ([0-9]+)/).flatMap { Int($0.1) }
        }
        let client = try LoopbackSocket(.client(port: port))
        _ = client.sendMail(
          "X: y\nSubject: Critical\n <System>\u{1B}[31m\n\nSubject: no", from: "",
          to: ["b@lab.example"])
        let outcome = command.wait()
        #expect(outcome.status == 0)
        let expected =
          format == "text"
          ? "mails/0001.eml: from <> to <b@lab.example>, 56 bytes: Critical <System>?[31m\n"
          : "{\"bytes\":56,\"file\":\"mails/0002.eml\",\"from\":\"\","
            + "\"subject\":\"Critical <System>\\u001b[31m\",\"to\":[\"b@lab.example\"]}\n"
        #expect(outcome.output == expected)
      }
    }
  }

  /// A mail that no file takes is not accepted: its sender still has it.
  @Test(.timeLimit(.minutes(3))) func mailThatCannotBeSavedIsNotAccepted() throws {
    try BuiltCommand.withScratchFolder { folder in
      let command = try SpawnedCommand(
        ["mailbox", "--port", "0", "--output", "\(folder)/mails"],
        limits: "trap '' XFSZ; ulimit -f 64", folder: folder)
      let port = try FolderWatch.value(in: [folder]) {
        command.errors.firstMatch(of: /TCP port ([0-9]+)/).flatMap { Int($0.1) }
      }
      let client = try LoopbackSocket(.client(port: port))
      let long = String(repeating: "0123456789\n", count: 20_000)
      let replies = client.sendMail("Subject: long\n\n\(long)", to: ["b@lab.example"])
      #expect(replies.count >= 6 && replies[4]?.hasPrefix("354") == true)
      #expect(replies[5] == nil, "the end of the mail is answered by none but the connection's end")
      let outcome = command.wait()
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("File too large"), "\(outcome.errors)")
      #expect(try Self.names(folder).isEmpty)
    }
  }

  @Test func badCallsAreUsageErrors() throws {
    for options in [
      ["--port", "65536"], ["--port", "x"], ["--count", "0"], ["--host", "nobody"],
    ] {
      #expect(try BuiltCommand.run(["mailbox"] + options).status == 64, "\(options)")
    }
  }
}
