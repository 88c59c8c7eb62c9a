import Foundation
import Support
import Testing

/// Each example of the README does what it shows.
@Suite struct ReadmeTests {
  /// Commands as somebody types them, and what they print.
  struct Example: Sendable, CustomTestStringConvertible {
    let commands: [String]
    let output: [String]

    var testDescription: String { self.commands.joined(separator: "; ") }
  }

  /// The indented blocks that begin with `$ `, but `make` and what has a placeholder in capitals.
  private static let examples: [Example] = {
    let text =
      (try? String(
        contentsOf: Repository.url.appendingPathComponent("README.md"), encoding: .utf8))
      ?? ""
    var blocks: [[String]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("    ") {
        blocks[blocks.count - 1].append(String(line.dropFirst(4)))
      } else {
        blocks.append([])
      }
    }
    return blocks.filter { $0.first?.hasPrefix("$ ") == true }.map { block in
      Example(
        commands: block.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) },
        output: block.filter { !$0.hasPrefix("$ ") })
    }.filter { !$0.commands.contains { $0.hasPrefix("make ") || $0.contains(/\b[A-Z]{4,}\b/) } }
  }()

  @Test func thereAreExamples() {
    #expect(Self.examples.count >= 3)
    #expect(Self.examples.contains { !$0.output.isEmpty })
  }

  @Test(.timeLimit(.minutes(5)), arguments: examples)
  func anExampleDoesWhatItShows(_ example: Example) throws {
    try BuiltCommand.withScratchFolder { folder in
      try Self.prepare(folder)
      // A block's commands in the background end with it.
      let script =
        "set -eu\ntrap 'kill -KILL $(jobs -p) 2>/dev/null || true' EXIT\n"
        + example.commands.joined(separator: "\n")
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/bash")
      shell.arguments = ["-c", try Self.withFreePorts(script, folder)]
      shell.currentDirectoryURL = URL(fileURLWithPath: folder)
      shell.environment = ["PATH": "\(folder)/bin:/usr/bin:/bin"]
      let output = "\(folder)/output"
      let errors = "\(folder)/errors"
      for path in [output, errors] {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
      }
      shell.standardOutput = FileHandle(forWritingAtPath: output)
      shell.standardError = FileHandle(forWritingAtPath: errors)
      shell.standardInput = FileHandle.nullDevice
      try shell.run()
      shell.waitUntilExit()
      let said = try String(contentsOfFile: errors, encoding: .utf8)
      #expect(shell.terminationStatus == 0, "\(said)")
      let printed = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
        .map { $0.trimmingCharacters(in: .whitespaces) }
      var rest = printed[...]
      for line in example.output where line != "..." && !line.isEmpty {
        let isCut = line.hasSuffix(" ...")
        let wanted = line.dropLast(isCut ? 4 : 0).trimmingCharacters(in: .whitespaces)
        let place = rest.firstIndex { isCut ? $0.hasPrefix(wanted) : $0 == wanted }
        #expect(place != nil, "\(line) is not printed after \(printed.count - rest.count) lines")
        if let place { rest = rest[(place + 1)...] }
      }
    }
  }

  /// What a reader of the README has: the command, the shipped configuration, the fixtures.
  private static func prepare(_ folder: String) throws {
    let files = FileManager.default
    try files.createDirectory(atPath: "\(folder)/bin", withIntermediateDirectories: false)
    try files.createSymbolicLink(
      atPath: "\(folder)/bin/appliance", withDestinationPath: BuiltCommand.command.path)
    try files.createSymbolicLink(
      atPath: "\(folder)/fixtures",
      withDestinationPath: Repository.url.appendingPathComponent("fixtures").path)
    try files.copyItem(
      atPath: Repository.url.appendingPathComponent("appliance-config.xml").path,
      toPath: "\(folder)/appliance-config.xml")
  }

  /// The examples' ports, and those of the shipped configuration, become ports that are free.
  private static func withFreePorts(_ script: String, _ folder: String) throws -> String {
    var script = script
    let path = "\(folder)/appliance-config.xml"
    var configuration = try String(contentsOfFile: path, encoding: .isoLatin1)
    // Both are held at once, or they might be one.
    let free = try [LoopbackSocket(.closed), LoopbackSocket(.closed)]
    for (port, socket) in zip(["5514", "2525"], free) {
      script = script.replacing(port, with: "\(socket.port)")
      configuration = configuration.replacing(port, with: "\(socket.port)")
    }
    try configuration.write(toFile: path, atomically: true, encoding: .isoLatin1)
    return script
  }
}
