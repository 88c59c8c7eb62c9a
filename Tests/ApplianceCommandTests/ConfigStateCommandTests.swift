import Foundation
import Support
import Testing

/// `appliance config init`, `load`, `commit`, `rollback` and what tells of them, as a person calls
/// them.
@Suite struct ConfigStateCommandTests {
  private static let sample = "appliance-config.xml"
  private static let sections = "fixtures/loading/sections.xml"

  /// A folder with a state in it, and commands that use it.
  private struct Lab {
    let folder: String
    var state: String { self.folder + "/lab" }
    var committed: String { self.state + "/committed.xml" }

    @discardableResult
    func run(_ arguments: String...) throws -> BuiltCommand.Outcome {
      try BuiltCommand.run(["config"] + arguments + ["--state", self.state])
    }

    func load(_ text: String) throws -> BuiltCommand.Outcome {
      let path = self.folder + "/input.xml"
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return try self.run("load", path)
    }

    /// Everything below the folder but the lock, by path: links as what they lead to.
    func snapshot() throws -> [String: String] {
      let files = FileManager.default
      var result: [String: String] = [:]
      for name in try files.subpathsOfDirectory(atPath: self.state) {
        let path = "\(self.state)/\(name)"
        let link = try? files.destinationOfSymbolicLink(atPath: path)
        result[name] =
          link ?? files.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
      }
      return result
    }
  }

  private func withLab(_ body: (Lab) throws -> Void) throws {
    try BuiltCommand.withScratchFolder { folder in
      let lab = Lab(folder: folder)
      let made = try lab.run("init", Self.sample)
      #expect(made.status == 0, "\(made.errors)")
      #expect(made.output == "\(lab.committed): configuration 1 is committed\n")
      try body(lab)
    }
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .isoLatin1)
  }

  @Test func aChangeIsLoadedLookedAtAndCommitted() throws {
    try self.withLab { lab in
      let before = try Self.text(lab.committed)
      #expect(try lab.run("load", Self.sections).output == "Values have been loaded.\n")
      #expect(try Self.text(lab.committed) == before)
      let changes = try lab.run("changes")
      #expect(changes.status == 1)
      #expect(
        changes.output == """
          SMTP route ALL: destinations: 127.0.0.1:2525 removed
          SMTP route ALL: destinations: relay.example.net added
          alerts: autosupport changed from no to yes

          """)
      #expect(try lab.run("status").output.hasSuffix("Uncommitted: 3 changes\n"))
      let commit = try lab.run("commit", "--comment", "Relay moved", "--user", "kim")
      #expect(commit.output == "\(lab.committed): configuration 2 is committed\n")
      #expect(try lab.run("commit").output == "No changes detected\n")
      #expect(try lab.run("changes").status == 0)
      let lines = try lab.run("history").output.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines[0].hasPrefix("2  ") && lines[0].hasSuffix("Z  kim  Relay moved"))
      #expect(lines[1].hasSuffix("admin  Initial configuration"))
      // Whatever takes a configuration takes the committed one.
      let shown = try BuiltCommand.run(["config", "show", lab.committed])
      #expect(shown.output.contains("relay.example.net"))
      let diff = try BuiltCommand.run(["config", "diff", Self.sample, lab.committed])
      #expect(diff.output == changes.output)
    }
  }

  @Test func aRollbackIsCommittedLikeAnythingElse() throws {
    try self.withLab { lab in
      try lab.run("load", Self.sections)
      try lab.run("commit")
      let back = try lab.run("rollback", "1")
      #expect(back.output == "Configuration 1 is loaded, and not committed\n")
      #expect(try lab.run("status").output.contains("Active: 2  "))
      try lab.run("commit", "--comment", "as before")
      #expect(try Self.text(lab.committed) == Self.text(Self.sample(in: Repository.url)))
      let json = try lab.run("history", "--format", "json").output
      let document = try #require(
        try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
      let commits = try #require(document["commits"] as? [[String: Any]])
      #expect(commits.map { $0["number"] as? Int } == [3, 2, 1])
      #expect(commits.map { $0["isActive"] as? Bool } == [true, false, false])
      #expect(commits[0]["comment"] as? String == "as before")
    }
  }

  private static func sample(in folder: URL) -> String {
    folder.appendingPathComponent(self.sample).path
  }

  @Test func whatIsNotCommittedCanBeThrownAway() throws {
    try self.withLab { lab in
      let before = try lab.snapshot()
      try lab.run("load", Self.sections)
      #expect(try lab.run("clear").output == "The uncommitted changes are discarded\n")
      #expect(try lab.snapshot() == before)
      #expect(try lab.run("clear").output == "No changes detected\n")
    }
  }

  @Test func absentEmptyAndPresentSectionsDiffer() throws {
    try self.withLab { lab in
      #expect(try lab.load("<smtp_routes></smtp_routes>\n").status == 0)
      #expect(try lab.run("changes").output.contains("SMTP route ALL removed"))
      #expect(try lab.load("<log_message_id>0</log_message_id>").status == 0)
      // The second goes over the first, which is uncommitted as well.
      let changes = try lab.run("changes").output
      #expect(changes.contains("SMTP route ALL removed"))
      #expect(changes.contains("logs: message id changed from yes to no"))
      #expect(!changes.contains("listener"))
      #expect(try lab.load("<log_message_id>0</log_message_id>").output == "No changes detected\n")
    }
  }

  @Test func layoutIsNoChangeByMeaning() throws {
    try self.withLab { lab in
      let text = try Self.text(lab.committed)
      // What stands between sections is not loaded; what stands in one is.
      let between = try lab.load(text.replacing("\n  <hostname>", with: "\n\t<hostname>"))
      #expect(between.output == "No changes detected\n")
      #expect(try lab.load(text.replacing("      <ip>", with: "\t<ip>")).status == 0)
      #expect(try lab.run("status").output.contains("Uncommitted: layout and comments only"))
      #expect(try lab.run("changes").status == 0)
    }
  }

  private static let masked =
    "<users><user><username>a</username><enc_password>*****</enc_password></user></users>"
  private static let refused: [(String, String, String)] = [
    ("", "No data to load\n", ""), (" \n", "No data to load\n", ""),
    ("<autosupport_enabled>0</autosu", "Parsing failed\n", "[XML004]"),
    ("<rat></rat>", "Parsing failed\n", "input.xml:1:1: error: content that has no meaning here"),
    ("<retrieval></retrieval>", "Parsing failed\n", "a unique section"),
    (
      "<hostname>a</hostname>\n<autosupport_enabled>2</autosupport_enabled>", "Parsing failed\n",
      "input.xml:2:1: error: not a yes or no"
    ),
    (masked, "Parsing failed\n", "input.xml:1:36: error: passphrases are masked"),
    (
      "<interfaces><interface><interface_name>a</interface_name><ip>10</ip></interface>"
        + "</interfaces>",
      "Parsing failed\n", "input.xml:1:58: error: not an IPv4 address: found \"10\""
    ),
    ("<hostname>\u{E4}</hostname>", "Parsing failed\n", "not a host name"),
  ]

  @Test(arguments: refused)
  func onAnyErrorNothingIsLoaded(_ input: String, _ output: String, _ error: String) throws {
    try self.withLab { lab in
      let before = try lab.snapshot()
      let outcome = try lab.load(input)
      #expect(outcome.status == 1)
      #expect(outcome.output == output)
      #expect(error.isEmpty ? outcome.errors.isEmpty : outcome.errors.contains(error))
      #expect(try lab.snapshot() == before)
    }
  }

  @Test func aFileOfAnotherVersionIsRefusedAndOfAnotherModelTold() throws {
    try self.withLab { lab in
      let text = try Self.text(lab.committed)
      let version = try lab.load(text.replacing("8.0.1-023", with: "9.0.0-001"))
      #expect(version.status == 1)
      #expect(version.errors.contains("found \"9.0.0-001\", allowed: \"8.0.1-023\" [CFG027]"))
      let model = try lab.load(text.replacing("Number: C370", with: "Number: C600"))
      // Which appliance it is, no file changes.
      #expect(model.output == "No changes detected\n")
      #expect(model.errors.contains("found \"C600\", allowed: \"C370\" [CFG028]"))
    }
  }

  @Test func onlyTenAreKept() throws {
    try self.withLab { lab in
      for number in 1...12 {
        #expect(try lab.load("<hostname>h\(number).example.com</hostname>").status == 0)
        #expect(try lab.run("commit").status == 0)
      }
      #expect(try lab.run("history").output.split(separator: "\n").count == 11)
      let gone = try lab.run("rollback", "2")
      #expect(gone.status == 1)
      #expect(gone.errors.contains("found 2, allowed: 12, 11, 10, 9, 8, 7, 6, 5, 4, 3"))
    }
  }

  @Test func theCommittedFileDrivesARun() throws {
    try self.withLab { lab in
      let text = try Self.text("\(Repository.url.path)/\(Self.sample)")
      let start = try #require(text.range(of: "<log_subscriptions>"))
      let end = try #require(text.range(of: "</log_subscriptions>"))
      let logs = """
        <log_subscriptions><log_text><name>only_one</name><module>mail</module><retrieval><ftp_poll>\
        <filename>mail</filename></ftp_poll></retrieval></log_text></log_subscriptions>
        """
      #expect(!text[start.lowerBound..<end.upperBound].contains("only_one"))
      #expect(try lab.load(logs).status == 0)
      #expect(try lab.run("commit").status == 0)
      let output = lab.folder + "/out"
      let run = try BuiltCommand.run([
        "run", "--config", lab.committed, "--rate", "max", "--messages", "20", "--output", output,
      ])
      #expect(run.status == 0, "\(run.errors)")
      let names = try FileManager.default.contentsOfDirectory(atPath: output + "/logs")
      #expect(names == ["only_one"])
    }
  }

  @Test func badCallsSayWhatIsAllowed() throws {
    try BuiltCommand.withScratchFolder { folder in
      let lab = Lab(folder: folder)
      for command in ["load x", "commit", "rollback 1", "clear", "history", "status", "changes"] {
        let words = command.split(separator: " ").map(String.init)
        if words[0] == "load" { continue }
        let outcome = try BuiltCommand.run(["config"] + words + ["--state", lab.state])
        #expect(outcome.status == 1)
        #expect(
          outcome.errors.contains(
            "found no state, allowed: a folder that 'appliance config init' made"))
        #expect(try BuiltCommand.run(["config"] + words).status == 64)
      }
      let missing = try lab.run("load", "no-such.xml")
      #expect(missing.status == 1)
      #expect(missing.errors == "Error: the file \"no-such.xml\" does not exist\n")
      let sections = try lab.run("init", Self.sections)
      #expect(sections.status == 1)
      #expect(sections.output == "Parsing failed\n")
      #expect(!FileManager.default.fileExists(atPath: lab.state))
      try lab.run("init", Self.sample)
      let again = try lab.run("init", Self.sample)
      #expect(again.status == 1)
      #expect(again.errors.contains("found a state, allowed: a new or an empty folder"))
      let comment = try lab.run("commit", "--comment", String(repeating: "x", count: 1001))
      #expect(comment.status == 64)
      #expect(comment.errors.contains("--comment: found 1001 bytes, allowed: at most 1000"))
      let number = try lab.run("rollback", "first")
      #expect(number.status == 64)
    }
  }
}

/// `appliance config show` tells the zone's offset, and `--machine` is the same everywhere.
@Suite struct ZoneAndMachineCommandTests {
  private static let cluster = "fixtures/configurations/rejected/cluster.xml"

  private func offset(_ arguments: String...) throws -> String? {
    let outcome = try BuiltCommand.run(["config", "show"] + arguments)
    return outcome.output.split(separator: "\n").first { $0.hasPrefix("time zone offset: ") }
      .map { String($0.dropFirst("time zone offset: ".count)) }
  }

  @Test func theFilesOwnTimeIsTaken() throws {
    #expect(
      try self.offset("appliance-config.xml")
        == "+02:00 (7200 s) at 2015-06-25T08:50:03+02:00, when the file was saved")
    let unread = try BuiltCommand.run([
      "config", "show", "fixtures/configurations/accepted/header-time.xml",
    ])
    #expect(unread.errors.contains("[XML019]"))
    let now = try self.offset("fixtures/configurations/accepted/minimal.xml")
    #expect(now?.hasSuffix(", now") == true)
  }

  private static let dates: [(String, String)] = [
    ("2026-01-15", "+00:00 (0 s) at 2026-01-15T00:00:00+00:00, as asked"),
    ("2026-07-01", "+01:00 (3600 s) at 2026-07-01T00:00:00+01:00, as asked"),
    ("2026-07-01T00:00:00Z", "+01:00 (3600 s) at 2026-07-01T01:00:00+01:00, as asked"),
    // The hour that the clock skips, and the first one of two.
    ("2026-03-29T01:30:00", "+01:00 (3600 s) at 2026-03-29T02:00:00+01:00, as asked"),
    ("2026-10-25T01:30:00", "+01:00 (3600 s) at 2026-10-25T01:30:00+01:00, as asked"),
  ]

  @Test(arguments: dates)
  func theOffsetIsThatOfTheDate(_ date: String, _ expected: String) throws {
    // Of the group's level: Europe/London.
    #expect(try self.offset(Self.cluster, "--machine", "esa1", "--at", date) == expected)
  }

  @Test func theJSONHasItAndACorpusDoesNotMind() throws {
    let shown = try BuiltCommand.run([
      "config", "show", "appliance-config.xml", "--format", "json", "--at", "1980-01-01",
    ])
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any])
    let offset = try #require(json["time_zone_offset"] as? [String: Any])
    #expect(offset["seconds"] as? Int == 7200)
    #expect(offset["time"] as? String == "1980-01-01T00:00:00+02:00")
    #expect(offset["source"] as? String == "asked")
    try BuiltCommand.withScratchFolder { folder in
      let sample = Repository.url.appendingPathComponent("appliance-config.xml")
      try Data(contentsOf: sample).write(to: URL(fileURLWithPath: folder + "/a.xml"))
      try Data(shown.output.utf8).write(to: URL(fileURLWithPath: folder + "/a.model.json"))
      let outcome = try BuiltCommand.run(["config", "test", folder])
      #expect(outcome.status == 0, "\(outcome.output)")
    }
  }

  @Test func anUnknownZoneIsNotUnderstood() throws {
    try BuiltCommand.withScratchFolder { folder in
      let path = folder + "/a.xml"
      let sample = Repository.url.appendingPathComponent("appliance-config.xml")
      let text = try String(contentsOf: sample, encoding: .isoLatin1)
      try Data(text.replacing("Africa/Johannesburg", with: "Africa/Nowhere").utf8)
        .write(to: URL(fileURLWithPath: path))
      // An appliance may know names that our zone data lack: no fact makes it an error.
      let shown = try BuiltCommand.run(["config", "show", path, "--format", "json"])
      #expect(shown.status == 0)
      #expect(shown.errors.contains("warning: not the name of a time zone"))
      #expect(
        shown.errors.contains(
          "; assumed: Etc/GMT; our reading of this element may be wrong [CFG008]"))
      let json = try #require(
        try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any])
      let zone = try #require(json["time_zone"] as? [String: Any])
      #expect(zone["state"] as? String == "not understood")
      #expect(try BuiltCommand.run(["config", "check", path, "--lenient"]).status == 0)
    }
  }

  @Test func aDateThatIsNoneIsRefused() throws {
    let outcome = try BuiltCommand.run([
      "config", "show", "appliance-config.xml", "--at", "2026-02-30",
    ])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("found 2026-02-30, allowed: 2015-06-25 or "))
  }

  @Test func theMachineIsTakenByEachCommand() throws {
    func run(_ arguments: String...) throws -> BuiltCommand.Outcome {
      try BuiltCommand.run(["config"] + arguments)
    }
    #expect(try run("check", Self.cluster).status == 1)
    let check = try run("check", Self.cluster, "--machine", "esa2")
    #expect(check.status == 0)
    #expect(check.output.contains("[CFG026]"))
    #expect(try run("show", Self.cluster, "--machine", "esa2").status == 0)
    let export = try run("export", Self.cluster, "--machine", "esa2", "--canonical")
    #expect(export.output.contains("<hostname>esa2.example.com</hostname>"))
    try BuiltCommand.withScratchFolder { folder in
      let path = folder + "/esa2.xml"
      try Data(export.output.utf8).write(to: URL(fileURLWithPath: path))
      #expect(try run("diff", path, Self.cluster, "--machine", "esa2").status == 0)
      let other = try run("diff", path, Self.cluster, "--machine", "esa1")
      #expect(other.status == 1)
      #expect(other.errors.contains("settings outside machine esa1 are ignored: "))
      #expect(other.errors.contains("machine esa2"))
      #expect(
        other.output.contains("hostname changed from esa2.example.com to esa1.example.com"))
    }
    let unnamed = try run("diff", Self.cluster, Self.cluster)
    #expect(unnamed.status == 0)
    // All levels are compared, so that none is assumed.
    #expect(unnamed.errors.isEmpty)
    let beside = try run("diff", Self.cluster, "appliance-config.xml")
    #expect(beside.status == 1)
    #expect(beside.errors.contains("; assumed: machine esa1 [CFG024]"))
    for command in ["check", "show", "diff", "export"] {
      let files = command == "diff" ? [Self.cluster, Self.cluster] : [Self.cluster]
      let further = command == "export" ? ["--canonical"] : []
      let unknown = try BuiltCommand.run(
        ["config", command] + files + further + ["--machine", "esa3"])
      #expect(unknown.status == (command == "diff" ? 65 : 1))
      let told = command == "check" ? unknown.output : unknown.errors
      #expect(told.contains("found \"esa3\", allowed: esa1, esa2"), "\(told)")
    }
    let bytes = try run("export", Self.cluster, "--machine", "esa2")
    #expect(bytes.status == 64)
    #expect(bytes.errors.contains("--machine: allowed with --canonical only"))
  }
}
