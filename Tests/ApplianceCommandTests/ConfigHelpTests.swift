import Foundation
import Support
import Testing

/// Every command of `appliance config` has a help with an example that works when it is pasted.
@Suite struct ConfigHelpTests {
  static let commands = [
    [], ["check"], ["explain"], ["show"], ["export"], ["diff"], ["test"], ["sanitize"],
    ["generate"], ["schema"], ["learn"],
    ["init"], ["load"], ["commit"], ["rollback"], ["clear"], ["history"], ["status"], ["changes"],
  ]
  /// Those that need the folder `lab`, in which something is to be committed.
  private static let ofState: Set = [
    "load", "commit", "rollback", "clear", "history", "status", "changes",
  ]
  private static let preparation = """
    appliance config init appliance-config.xml --state lab && \
    appliance config load fixtures/loading/sections.xml --state lab && \
    appliance config commit --state lab && \
    echo '<hostname>lab.example.com</hostname>' | appliance config load - --state lab &&
    """

  /// The example of a help, whose lines are broken for a terminal.
  private static func example(_ help: String) -> String? {
    let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(where: { $0.hasPrefix("Example: ") }) else { return nil }
    let end = lines[start...].firstIndex(where: \.isEmpty) ?? lines.endIndex
    return String(lines[start..<end].joined(separator: " ").dropFirst("Example: ".count))
  }

  /// Runs a line in a shell, in a folder that has what the root of the repository has.
  private static func paste(_ line: String) throws -> (status: Int32, text: String) {
    try BuiltCommand.withScratchFolder { folder in
      let files = FileManager.default
      for name in ["appliance-config.xml", "fixtures"] {
        try files.createSymbolicLink(
          atPath: "\(folder)/\(name)",
          withDestinationPath: Repository.url.appendingPathComponent(name).path)
      }
      try files.createSymbolicLink(
        atPath: "\(folder)/appliance", withDestinationPath: BuiltCommand.command.path)
      let output = "\(folder)/printed"
      _ = files.createFile(atPath: output, contents: nil)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", line]
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["PATH": "\(folder):/usr/bin:/bin"], uniquingKeysWith: { $1 })
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
      process.standardOutput = handle
      process.standardError = handle
      process.standardInput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let text = try String(contentsOfFile: output, encoding: .utf8)
      return (process.terminationStatus, text)
    }
  }

  @Test(arguments: commands)
  func theExampleWorksWhenPasted(_ command: [String]) throws {
    let help = try BuiltCommand.run(["config"] + command + ["--help"])
    #expect(help.status == 0)
    let example = try #require(Self.example(help.output), "\(help.output)")
    #expect(example.hasPrefix((["appliance", "config"] + command).joined(separator: " ")))
    let isOfState = command.first.map { Self.ofState.contains($0) } ?? false
    let (status, text) = try Self.paste((isOfState ? Self.preparation : "") + " " + example)
    // What differs is what these were asked about.
    let tellsDifference = [["diff"], ["changes"]].contains(command)
    #expect(status == (tellsDifference ? 1 : 0), "\(example)\n\(text)")
    #expect(command != ["diff"] || text.contains("interface Data 1 removed"), "\(text)")
  }

  private static let badCalls: [([String], Int32, String)] = [
    (["chekc"], 64, "Unexpected argument 'chekc'"), (["check"], 64, "<files>"),
    (["check", "a.xml", "--max-size", "0"], 64, "--max-size: found 0, allowed: 1 to 2047"),
    (["check", "no-such.xml"], 1, "no-such.xml: error: the file cannot be read"),
    (["diff", "a.xml"], 64, "<after>"),
    (["diff", "a.xml", "VERSION"], 65, "a.xml: error: the file cannot be read"),
    (["test"], 64, "<folder>"), (["test", "no-such"], 1, "no-such: no such folder"),
    (["test", "docs"], 1, "docs: found no case, allowed: NAME.xml, one or more"),
    (["sanitize"], 64, "<file>"),
    (["sanitize", "no-such.xml"], 1, "no-such.xml: cannot be read"),
    (
      ["sanitize", "fixtures/configurations/rejected/utf16-odd.xml"], 1,
      "found UTF-16 that is broken or has no byte order mark, allowed: "
    ),
    (["generate"], 64, "--seed"),
    (["generate", "--seed", "1", "--count", "2"], 64, "allowed: 1 without --output"),
    (
      ["generate", "--seed", "1", "--output", "docs"], 1, "docs: found files in it, allowed: a new"
    ),
    (["schema"], 64, "--format"), (["schema", "--format", "yaml"], 64, "'yaml' is invalid"),
    (["show", "appliance-config.xml", "--lenint"], 64, "--lenient"),
  ]

  @Test(arguments: badCalls)
  func aBadCallGetsAUsefulAnswer(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try BuiltCommand.run(["config"] + arguments)
    #expect(outcome.status == status)
    let told = outcome.errors + outcome.output
    #expect(told.contains(text), "\(told)")
  }
}
