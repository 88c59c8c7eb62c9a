import Foundation
import Support
import Testing

/// Nothing becomes a configuration, or is written as one, without being checked.
@Suite struct ConfigValidationTests {
  private static let sample = "appliance-config.xml"

  @Test(arguments: [
    ("<x", "the XML declaration is missing"), ("", "the file is empty"),
    ("HOST", "not a host name: found \"\""), ("ADDRESS", "not an IPv4 address"),
    ("VERSION", "the file is of another version than the appliance"),
  ])
  func aCommitIsChecked(_ content: String, _ words: String) throws {
    let sample = try String(
      contentsOf: Repository.url.appendingPathComponent(Self.sample), encoding: .utf8)
    let changes = [
      "HOST": ("<hostname>mail.example.com</hostname>", "<hostname></hostname>"),
      "ADDRESS": ("<ip>192.", "<ip>1920."),
      "VERSION": ("Version: 8.0.1-023", "Version: 9.9.9-999"),
    ]
    let text = changes[content].map { sample.replacing($0.0, with: $0.1) } ?? content
    #expect(text != sample)
    try BuiltCommand.withScratchFolder { folder in
      let state = folder + "/lab"
      func run(_ arguments: String...) throws -> BuiltCommand.Outcome {
        try BuiltCommand.run(["config"] + arguments + ["--state", state])
      }
      #expect(try run("init", Self.sample).status == 0)
      try text.write(toFile: state + "/uncommitted.xml", atomically: false, encoding: .utf8)
      let outcome = try run("commit")
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.contains("\(state): nothing is committed"))
      #expect(try String(contentsOfFile: state + "/committed.xml", encoding: .utf8) == sample)
      #expect(try run("history").output.split(separator: "\n").count == 1)
      #expect(try run("clear").status == 0)
    }
  }

  private static let push = "/config/log_subscriptions/log_text[1]/retrieval/syslog_push"

  @Test(arguments: [
    ("\(push)/port=70000", "not a port: found \"70000\""),
    (
      "/config/timezone=Nope/Nope",
      "not the name of a time zone that is known here: found \"Nope/Nope\""
    ),
    ("/config/hostname=", "not a host name: found \"\""),
  ])
  func whatIsSetIsChecked(_ setting: String, _ words: String) throws {
    for further in [[], ["--canonical"]] {
      let outcome = try BuiltCommand.run(
        ["config", "export", Self.sample, "--set", setting] + further)
      #expect(outcome.status == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  /// A file with errors of its own can be mended step by step.
  @Test func errorsThatWereThereDoNotRefuseAnEdit() throws {
    let file = "fixtures/configurations/rejected/several-problems.xml"
    let edit = ["config", "export", file, "--set"]
    let fine = try BuiltCommand.run(edit + ["/config/hostname=mx.example.com"])
    #expect(fine.status == 0, "\(fine.errors)")
    #expect(fine.output.contains("<hostname>mx.example.com</hostname>"))
    #expect(try BuiltCommand.run(edit + ["/config/hostname=a..b"]).status == 1)
  }
}
