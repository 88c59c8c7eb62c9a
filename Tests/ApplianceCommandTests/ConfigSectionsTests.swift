import Foundation
import Testing

/// Files of sections, as each command takes them.
@Suite struct ConfigSectionsTests {
  private static let sample = "appliance-config.xml"
  private static let sections = "fixtures/loading/sections.xml"
  private static let words = "sections autosupport_enabled, smtp_routes"

  private func run(_ arguments: String...) throws -> BuiltCommand.Outcome {
    try BuiltCommand.run(["config"] + arguments)
  }

  @Test func loadSaysAsWhatItTookAFile() throws {
    try BuiltCommand.withScratchFolder { folder in
      let state = folder + "/lab"
      #expect(try self.run("init", Self.sample, "--state", state).status == 0)
      let sections = try self.run("load", Self.sections, "--state", state)
      #expect(sections.errors.hasPrefix("\(Self.sections): taken as \(Self.words)\n"))
      let whole = try self.run("load", Self.sample, "--state", state)
      #expect(
        whole.errors.hasPrefix(
          "\(Self.sample): taken as a whole file; what it omits stays as it is\n"))
      #expect(whole.output == "Values have been loaded.\n")
      // The whole file holds both sections, so that all is as it was.
      #expect(try self.run("changes", "--state", state).status == 0)
      let bare = folder + "/bare.xml"
      try Data("<autosupport_enabled>0</autosupport_enabled>".utf8).write(
        to: URL(fileURLWithPath: bare))
      let note = try self.run("load", bare, "--state", state)
      #expect(note.status == 0)
      #expect(note.errors.contains("taken as section autosupport_enabled\n"))
      #expect(note.errors.contains("[XML022]"))
      let refused = try self.run("init", Self.sections, "--state", folder + "/other")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("no line Product:"))
    }
  }

  @Test func checkNotesSections() throws {
    let check = try self.run("check", Self.sections)
    #expect(check.status == 0)
    #expect(check.output.contains("\n\(Self.sections): 0 errors, 0 warnings, 1 note\n"))
    let whole = try self.run("check", "--whole", Self.sections)
    #expect(whole.status == 1)
    #expect(whole.output.contains("no <hostname>"))
    #expect(check.output.contains("not as a whole file: found \(Self.words) [XML021]"))
  }

  /// Each form that a load takes, one after the other, with whether a note says what it lacks.
  private static let forms: [(String, Bool)] = [
    (
      "<?xml version=\"1.0\"?>\n<!DOCTYPE config SYSTEM \"config.dtd\">\n<config>SECTION</config>",
      false
    ),
    ("<config>SECTION</config>\n", true), ("SECTION\n", true), ("<!-- today's -->\nSECTION", true),
  ]

  /// `load`, `check` and `diff` take the same forms, and say the same of them.
  @Test(arguments: forms)
  func eachFormIsTakenByAllThree(_ form: String, _ isBare: Bool) throws {
    try BuiltCommand.withScratchFolder { folder in
      let state = folder + "/lab"
      #expect(try self.run("init", Self.sample, "--state", state).status == 0)
      for (section, name, change) in [
        (
          "<autosupport_enabled>1</autosupport_enabled>", "autosupport_enabled",
          "alerts: autosupport changed from no to yes\n"
        ),
        (
          "<alert_from_email_address>x@example.com</alert_from_email_address>",
          "alert_from_email_address", "x@example.com\n"
        ),
      ] {
        let file = folder + "/part.xml"
        try Data(form.replacing("SECTION", with: section).utf8).write(
          to: URL(fileURLWithPath: file))
        let check = try self.run("check", file)
        #expect(check.status == 0)
        #expect(
          check.output.contains("not as a whole file: found section \(name)"), "\(check.text)")
        #expect(check.output.contains("[XML022]") == isBare)
        #expect(check.output.contains("0 errors, 0 warnings, \(isBare ? 2 : 1) note"))
        let whole = try self.run("check", file, "--whole")
        #expect(whole.status == 1)
        let diff = try self.run("diff", Self.sample, file)
        #expect(diff.status == 1)
        #expect(
          diff.errors == "\(file): taken as section \(name), the rest is that of \(Self.sample)\n")
        #expect(diff.output.hasSuffix(change), "\(diff.text)")
        #expect(diff.output.split(separator: "\n").count == 1)
        let both = try self.run("diff", file, file)
        #expect(both.status == 0)
        #expect(both.errors.contains("\(file): taken as section \(name)\n"))
        let load = try self.run("load", file, "--state", state)
        #expect(load.status == 0)
        #expect(load.errors.hasPrefix("\(file): taken as section \(name)\n"))
        #expect(load.errors.contains("[XML022]") == isBare)
        #expect(try self.run("clear", "--state", state).status == 0)
      }
    }
  }

  /// A misspelt section is refused by all three with the finding of `check`.
  @Test func allThreeSayWhatAMisspeltSectionMayBe() throws {
    try BuiltCommand.withScratchFolder { folder in
      let state = folder + "/lab"
      #expect(try self.run("init", Self.sample, "--state", state).status == 0)
      for (name, meant) in [("hostnam", "hostname"), ("userz", "users")] {
        let file = "\(folder)/\(name).xml"
        try Data("<config><\(name)>a.example.com</\(name)></config>".utf8).write(
          to: URL(fileURLWithPath: file))
        let finding =
          "\(file):1:9: error: not known, and near to a name that is: found <\(name)>; "
          + "did you mean <\(meant)>? [CFG035]\n"
        for outcome in [
          try self.run("check", file), try self.run("diff", Self.sample, file),
          try self.run("load", file, "--state", state),
        ] {
          #expect(outcome.status != 0)
          #expect(outcome.text.contains(finding), "\(outcome.text)")
          #expect(!outcome.text.contains("[CFG004]"))
        }
      }
    }
  }

  /// Of a whole file that omits sections `diff` says that it took it as one.
  @Test func diffSaysWhatAWholeFileOmits() throws {
    try BuiltCommand.withScratchFolder { folder in
      let sample = try String(contentsOfFile: Self.sample, encoding: .utf8)
      let start = try #require(sample.range(of: "<config>")).lowerBound
      let file = folder + "/part.xml"
      try Data((sample[..<start] + "<config><hostname>a.example.com</hostname></config>").utf8)
        .write(to: URL(fileURLWithPath: file))
      for arguments in [[Self.sample, file], [file, Self.sample]] {
        let diff = try BuiltCommand.run(["config", "diff"] + arguments)
        #expect(diff.status == 1)
        // As a load has it: one change.
        #expect(diff.errors.hasPrefix("\(file): taken as a whole file; it omits "), "\(diff.text)")
        #expect(diff.errors.hasSuffix(": the rest is that of \(Self.sample)\n"), "\(diff.text)")
        #expect(diff.errors.split(separator: "\n").count == 1)
        #expect(diff.output.split(separator: "\n").count == 1, "\(diff.text)")
      }
      // An export that lacks a section of another is an export.
      let export = folder + "/export.xml"
      let section = try #require(sample.firstMatch(of: /(?s)<timezone>.*<\/timezone>/)).range
      try sample.replacingCharacters(in: section, with: "")
        .write(toFile: export, atomically: true, encoding: .utf8)
      let removed = try self.run("diff", Self.sample, export)
      #expect(removed.errors.hasSuffix("it omits timezone, removed in the comparison\n"))
      #expect(removed.output.contains("time zone"))
      #expect(try self.run("diff", file, file).errors.isEmpty)
      #expect(try self.run("diff", Self.sample, Self.sample).errors.isEmpty)
    }
  }

  /// What a load refuses for the sections' own sake, `check` and `diff` refuse at the same place.
  @Test(arguments: [
    "<hostname></hostname>", "<timezone>Etc/GMT</timezone>stray",
    "stray<timezone>Etc/GMT</timezone>",
    "<log_message_id>x</log_message_id>", "<interfaces><interface></interface></interfaces>",
    "<dns/><dns/>",
  ])
  func allThreeRefuseAlike(_ sections: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let state = folder + "/lab"
      #expect(try self.run("init", Self.sample, "--state", state).status == 0)
      let file = folder + "/part.xml"
      try Data(
        ("<?xml version=\"1.0\"?>\n<!DOCTYPE config SYSTEM \"config.dtd\">\n"
          + "<config>\(sections)</config>").utf8
      ).write(to: URL(fileURLWithPath: file))
      let found = try [
        self.run("check", file, "--quiet"), self.run("load", file, "--state", state),
        self.run("diff", Self.sample, file), self.run("diff", file, Self.sample),
      ].map { outcome in
        #expect(outcome.status != 0)
        return outcome.text.split(separator: "\n").filter { $0.contains(": error: ") }
      }
      #expect(Set(found).count == 1, "\(found)")
      #expect(found[0].isEmpty == false)
    }
  }

  /// Sections stand for the other file with them loaded, on either side.
  @Test func diffCompletesSections() throws {
    let after = try self.run("diff", Self.sample, Self.sections)
    #expect(after.status == 1)
    #expect(after.output.contains("alerts: autosupport changed from no to yes\n"))
    #expect(after.output.split(separator: "\n").count == 3)
    #expect(
      after.errors == "\(Self.sections): taken as \(Self.words), the rest is that of "
        + "\(Self.sample)\n")
    let before = try self.run("diff", Self.sections, Self.sample)
    #expect(before.output.contains("alerts: autosupport changed from yes to no\n"))
    #expect(try self.run("diff", Self.sections, Self.sections).status == 0)
    #expect(try self.run("diff", Self.sample, "no-such-file.xml").status != 0)
  }
}
