import Foundation
import Support
import Testing

/// `appliance config show`, `export` and `diff` as a person calls them.
@Suite struct ConfigShowCommandTests {
  private struct Outcome {
    let status: Int32
    let output: [UInt8]
    let errors: String

    var text: String { String(decoding: self.output, as: UTF8.self) }
  }

  /// The command lies beside the bundle of tests.
  private static let command = URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent().appendingPathComponent("appliance")

  private static let sample = "appliance-config.xml"
  private static let rejected = "fixtures/configurations/rejected"

  private func run(_ arguments: [String]) throws -> Outcome {
    let process = Process()
    let output = Pipe()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("appliance-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let errors = folder.appendingPathComponent("errors")
    try Data().write(to: errors)
    process.executableURL = Self.command
    process.arguments = ["config"] + arguments
    process.currentDirectoryURL = Repository.url
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: Array(bytes),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  @Test func jsonTellsAbsentEmptyAndPresentApart() throws {
    let outcome = try self.run(["show", Self.sample, "--format", "json"])
    #expect(outcome.status == 0)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output)) as? [String: Any])
    let alerts = try #require(json["alerts"] as? [String: Any])
    let from = try #require(alerts["from"] as? [String: Any])
    #expect(from["state"] as? String == "empty")
    let subscriptions = try #require(json["subscriptions"] as? [[String: Any]])
    #expect(subscriptions.count == 24)
    let port = try #require(subscriptions[0]["push_port"] as? [String: Any])
    #expect(port["value"] as? Int == 5514)
    #expect(port["state"] as? String == "present")
    #expect(port["line"] as? Int == 97)
    let encrypted = try #require(subscriptions[0]["push_encrypted"] as? [String: Any])
    #expect(encrypted["state"] as? String == "absent")
    #expect(encrypted["line"] == nil)
  }

  @Test func textIsForAPerson() throws {
    let outcome = try self.run(["show", Self.sample])
    #expect(outcome.status == 0)
    #expect(outcome.text.contains("  push host: 127.0.0.1\n"))
    #expect(outcome.text.contains("push encrypted: no (default)\n"))
    #expect(outcome.text.contains("<ntp> not read, kept (line"))
  }

  @Test func aFileThatIsRefusedIsShownOnRequest() throws {
    let file = Self.rejected + "/misspelt-in-logs.xml"
    let strict = try self.run(["show", file])
    #expect(strict.status == 1)
    #expect(strict.output.isEmpty)
    let lenient = try self.run(["show", file, "--lenient"])
    #expect(lenient.status == 0)
    #expect(lenient.errors.contains("did you mean Debug?; assumed: Information; our reading"))
    #expect(lenient.text.contains("level: Information (assumed, \"Debgu\" is not understood)"))
    #expect(try self.run(["check", file, "--lenient"]).status == 0)
  }

  @Test func aMachineOfAClusterIsShown() throws {
    let file = Self.rejected + "/cluster.xml"
    #expect(try self.run(["show", file]).status == 1)
    let machine = try self.run(["show", file, "--machine", "esa2"])
    #expect(machine.status == 0)
    #expect(machine.text.contains("hostname: esa2.example.com\n"))
  }

  @Test func exportKeepsEveryByteThatIsNotSet() throws {
    let original = [UInt8](
      try Data(contentsOf: Repository.url.appendingPathComponent(Self.sample)))
    #expect(try self.run(["export", Self.sample]).output == original)
    let changed = try self.run([
      "export", Self.sample, "--set", "/config/interfaces/interface[2]/phys_interface=a=b",
    ])
    #expect(
      changed.text
        == String(decoding: original, as: UTF8.self).replacing(
          "<phys_interface>Data 1</phys_interface>", with: "<phys_interface>a=b</phys_interface>"))
    let shown = try self.run(["show", Self.sample, "--format", "xml"])
    #expect(try self.run(["export", Self.sample, "--canonical"]).output == shown.output)
  }

  @Test func diffTellsByItsExitCode() throws {
    let same = try self.run(["diff", Self.sample, Self.sample])
    #expect(same.status == 0)
    #expect(same.output.isEmpty)
    let other = "fixtures/configurations/accepted/minimal.xml"
    let different = try self.run(["diff", Self.sample, other, "--format", "json"])
    #expect(different.status == 1)
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(different.output)) as? [String: Any])
    #expect((json["changes"] as? [Any])?.isEmpty == false)
    #expect(try self.run(["diff", Self.sample, "no-such.xml"]).status == 65)
    #expect(try self.run(["diff", Self.sample]).status == 64)
  }

  private static let badCalls: [([String], Int32, String)] = [
    (["show", "no-such.xml"], 1, "no-such.xml: error: the file cannot be read"),
    (["show"], 64, "Missing expected argument"),
    (["show", "appliance-config.xml", "--format", "yaml"], 64, "'yaml' is invalid"),
    (["export", "appliance-config.xml", "--set", "hostname"], 64, "allowed: PATH=TEXT"),
    (["export", "appliance-config.xml", "--set", "/config/x=1"], 1, "found no single element"),
    (["export", "appliance-config.xml", "--set", "/config/dns=1"], 1, "has elements in it"),
    (["export", "no-such.xml"], 1, "no-such.xml: cannot be read"),
  ]

  @Test(arguments: badCalls)
  func badCallSaysWhatIsWrong(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try self.run(arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test(arguments: ["show", "export", "diff"])
  func helpHasAnExample(_ command: String) throws {
    #expect(
      try self.run([command, "--help"]).text.contains("Example: appliance config \(command)"))
  }
}
