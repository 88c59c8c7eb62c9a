import Foundation
import Glibc
import Support
import Testing

/// `appliance demo` before a real collector.
@Suite struct DemoCollectorTests {
  @Test func collectorThatDoesNotAnswerIsRefusedBeforeTheStory() throws {
    let closed = try LoopbackSocket(.closed)
    let outcome = try BuiltCommand.run(["demo", "--to", "127.0.0.1:\(closed.port)"])
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors == "Error: --to 127.0.0.1:\(closed.port): cannot connect: refused\n")
  }

  @Test func receivedFileNeedsACollector() throws {
    let outcome = try BuiltCommand.run(["demo", "--received", "x"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--received needs --to HOST:PORT"))
  }

  /// The lines of the log that a place of `missing` lists, and how many the heading says.
  private static func lost(_ output: String) throws -> (said: Int, listed: Int) {
    let said = try #require(output.firstMatch(of: /Lines lost on the way: ([0-9]+) of [0-9,]+/))
    let listed = output.components(separatedBy: "Lines lost on the way").last?
      .components(separatedBy: "\nWhat ").first?
      .split(separator: "\n").count { $0.hasPrefix("    ") && !$0.hasPrefix("    and ") }
    return (Int(said.1) ?? -1, listed ?? -1)
  }

  @Test(.timeLimit(.minutes(2))) func collectorsFileIsReconciledAtTheEnd() throws {
    try BuiltCommand.withScratchFolder { folder in
      let file = "\(folder)/received"
      let receiver = try StartedCommand(
        ["receive", "--tcp", "0", "--output", file], watched: .errors)
      let port = try #require(receiver.listeningPort())
      let outcome = try BuiltCommand.run([
        "demo", "--to", "127.0.0.1:\(port)", "--received", file, "--spans", "1000",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(!outcome.output.contains("   NO "))
      #expect(outcome.output.contains("collector 127.0.0.1:\(port): connected"))
      #expect(outcome.output.contains("the first push was forwarded to 127.0.0.1:\(port)"))
      // What a collector's application read nobody knows here.
      #expect(!outcome.output.contains("read by the server"))
      #expect(!outcome.output.contains("server read"))
      let lost = try Self.lost(outcome.output)
      #expect(lost.said > 0 && lost.said == lost.listed, "\(outcome.output)")
      #expect(outcome.output.contains("\nWhat \(file) has of the log\n"))
      let missing = outcome.output.firstMatch(of: /([0-9]+)  missing/).flatMap { Int($0.1) }
      #expect(missing == lost.said)
      #expect(receiver.interrupt().status == 0)
    }
  }

  @Test(.timeLimit(.minutes(2))) func fileThatGetsNothingIsSaid() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try StartedCommand(["receive", "--tcp", "0"], watched: .errors)
      let port = try #require(receiver.listeningPort())
      let outcome = try BuiltCommand.run([
        "demo", "--to", "127.0.0.1:\(port)", "--received", "\(folder)/other",
      ])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("the collector wrote nothing during the demo"))
      #expect(receiver.interrupt().status == 0)
    }
  }

  /// A collector that loses lines which went on to it.
  @Test(.timeLimit(.minutes(2))) func lossOfTheCollectorIsExitCode1() throws {
    try BuiltCommand.withScratchFolder { folder in
      let kept = "\(folder)/kept"
      let receiver = try StartedCommand(
        ["receive", "--tcp", "0", "--output", kept], watched: .errors)
      let port = try #require(receiver.listeningPort())
      // It writes every line, and its file gets all but one of them.
      // Both are children of the test: a shell that is ended would leave what it started.
      let (follower, filter) = (Process(), Process())
      let between = Pipe()
      follower.executableURL = URL(fileURLWithPath: "/usr/bin/tail")
      follower.arguments = ["-n", "+1", "-F", kept]
      follower.standardOutput = between
      follower.standardError = FileHandle.nullDevice
      filter.executableURL = URL(fileURLWithPath: "/bin/sed")
      filter.arguments = ["-u", "20d"]
      filter.standardInput = between
      try Data().write(to: URL(fileURLWithPath: "\(folder)/filtered"))
      filter.standardOutput = try FileHandle(
        forWritingTo: URL(fileURLWithPath: "\(folder)/filtered"))
      try filter.run()
      try follower.run()
      defer {
        // Not by SIGTERM, which a child of a dispatch thread has inherited blocked.
        for child in [follower, filter] where child.isRunning {
          kill(child.processIdentifier, SIGKILL)
          child.waitUntilExit()
        }
      }
      let outcome = try BuiltCommand.run([
        "demo", "--to", "127.0.0.1:\(port)", "--received", "\(folder)/filtered",
      ])
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.contains(
          "1 line that was forwarded to the collector is missing, cut or altered"),
        "\(outcome.errors)")
      #expect(receiver.interrupt().status == 0)
    }
  }

  /// The words about an early end are the last ones, in lines of their own.
  @Test(.timeLimit(.minutes(2))) func earlyEndIsNotMixedIntoTheStory() throws {
    let receiver = try StartedCommand(
      ["receive", "--tcp", "0", "--reset-after-lines", "30"], watched: .errors)
    let port = try #require(receiver.listeningPort())
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try SpawnedCommand(
        ["demo", "--to", "127.0.0.1:\(port)"], limits: "exec 2>&1", folder: folder
      ).wait()
      #expect(outcome.status == 1)
      let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      let errors = lines.indices.filter { lines[$0].contains("Error: ") && $0 > 0 }
        .filter { lines[$0].hasPrefix("Error: ") }
      #expect(errors == [lines.count - 2], "\(outcome.output)")
      #expect(lines.last == "")
      #expect(lines.dropLast(2).last?.hasPrefix("lines lost: ") == true, "\(outcome.output)")
      #expect(outcome.output.contains("Error: the demo failed: collector 127.0.0.1:\(port): "))
    }
    #expect(receiver.interrupt().status == 0)
  }
}
