import Foundation
import Support
import Testing

/// Neither an argument nor a text of a file drives a terminal, in whatever format it is printed.
@Suite struct PrintedTextTests {
  private static let sample =
    Repository.root + "/fixtures/configurations/accepted/minimal.xml"
  /// An escape, a control character of C1, and a mark that turns the direction of writing.
  private static let evil = "x\u{1B}[31m\u{9B}m\u{202E}"

  private func expectHarmless(_ outcome: BuiltCommand.Outcome, _ call: [String]) {
    for scalar in (outcome.output + outcome.errors).unicodeScalars {
      let category = scalar.properties.generalCategory
      #expect(
        scalar == "\n" || scalar == "\t" || category != .control && category != .format,
        "\(call): U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func argumentsAreEscaped() throws {
    try BuiltCommand.withScratchFolder { folder in
      let file = "\(folder)/\(Self.evil).xml"
      try FileManager.default.copyItem(atPath: Self.sample, toPath: file)
      let state = "\(folder)/\(Self.evil)-state"
      let calls = [
        ["config", "init", file, "--state", state],
        ["config", "load", file, "--state", state], ["config", "commit", "--state", state],
        ["config", "status", "--state", state], ["config", "history", "--state", state],
        ["config", "rollback", "7", "--state", state],
        ["config", "init", file, "--state", state],
        ["config", "generate", "--count", "1", "--output", "\(folder)/\(Self.evil)-made"],
        ["config", "generate", "--count", "1", "--output", "\(folder)/\(Self.evil)-made"],
        ["config", "learn", file, "--output", "\(folder)/\(Self.evil).yaml"],
        ["config", "check", file], ["config", "check", Self.evil],
        ["config", "check", file, "--format", "json"], ["config", "show", file],
        ["config", "diff", file, Self.sample], ["config", "export", Self.evil],
        ["config", "sanitize", file, "--output", "\(folder)/\(Self.evil)-copy.xml"],
        ["config", "explain", Self.evil], ["config", "test", Self.evil],
        ["test", Self.evil], ["test", Self.evil, "--format", "json"], [Self.evil],
        ["run", file, "--\(Self.evil)"],
      ]
      for call in calls { self.expectHarmless(try BuiltCommand.run(call), call) }
    }
  }

  /// The one JSON of all commands escapes alike, and says the same once it is read.
  @Test func textsOfFilesAreEscapedInJSON() throws {
    try BuiltCommand.withScratchFolder { folder in
      let evil = "a\u{9B}31m\u{202E}b\u{2028}\u{7F}"
      let text = try String(contentsOfFile: Self.sample, encoding: .utf8)
        .replacing(/encoding="[^"]*"/, with: "encoding=\"UTF-8\"")
      let file = folder + "/v.xml"
      try text.replacing("</config>", with: "<motd q=\"\(evil)\">\(evil)</motd></config>")
        .write(toFile: file, atomically: true, encoding: .utf8)
      for call in [
        ["config", "show", file, "--format", "json"],
        ["config", "diff", Self.sample, file, "--format", "json"],
        ["config", "check", file, "--verbose", "--format", "json"],
      ] {
        let outcome = try BuiltCommand.run(call)
        self.expectHarmless(outcome, call)
        _ = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        #expect(
          outcome.output.contains("\\u202e") || call[1] == "check", "\(call): \(outcome.output)")
      }
    }
  }
}
