import Foundation
import Support
import Testing

/// `appliance config check` as a team's script calls it.
@Suite struct ConfigCheckTests {
  private static let rejected = "fixtures/configurations/rejected"

  private static let badCalls: [([String], Int32, String)] = [
    (["--ignore", "LGO012"], 64, "found LGO012, allowed: a code of docs/DIAGNOSTICS.md"),
    (["--ignore", "LGO012"], 64, "did you mean LOG012?"),
    (["--fail-on", "grave"], 64, "'grave' is invalid"),
    (["--format", "xml"], 64, "'xml' is invalid"),
    (["--baseline", "no-such.json"], 1, "no-such.json: cannot be read"),
    (["--baseline", "VERSION"], 1, "VERSION: not a baseline"),
    (["--write-baseline", "no-such/x.json"], 1, "no-such/x.json: cannot be written"),
    (["docs"], 1, "docs: found no .xml file"),
  ]

  @Test(arguments: badCalls)
  func badCallSaysWhatIsWrong(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try BuiltCommand.run(["config", "check", "appliance-config.xml"] + arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test func aFolderIsCheckedInOrderAndSummedUp() throws {
    let outcome = try BuiltCommand.run(["config", "check", "--whole", Self.rejected])
    let lines = outcome.output.split(separator: "\n")
    let findings = lines.filter { $0.hasPrefix(Self.rejected) && $0.hasSuffix("]") }
    let files = findings.map { $0.prefix { $0 != ":" } }
    let count = Set(files).count
    #expect(outcome.status == 1)
    #expect(count >= 40)
    #expect(files == files.sorted())
    #expect(lines.contains { $0.hasPrefix("\(count) files, \(count) with errors: ") })
    #expect(lines.contains("... and \(count - 10) more files with findings"))
    let named = lines.filter { $0.hasPrefix(Self.rejected) && $0.contains(": 1 error, ") }
    #expect(named.count <= 10)
    #expect(outcome.errors.isEmpty)
  }

  @Test func severityAndCodesDecideTheExitCode() throws {
    let note = "fixtures/configurations/accepted/no-time-zone.xml"
    func status(_ arguments: [String]) throws -> Int32 {
      try BuiltCommand.run(["config", "check", note] + arguments).status
    }
    #expect(try status([]) == 0)
    #expect(try status(["--fail-on", "warning"]) == 0)
    #expect(try status(["--fail-on", "note"]) == 1)
    #expect(try status(["--fail-on", "note", "--ignore", "cfg009"]) == 0)
  }

  @Test func anotherVersionIsAnErrorAlsoInAFileWithErrors() throws {
    for (file, count) in [("accepted/minimal", 1), ("rejected/hostname-empty", 2)] {
      let path = "fixtures/configurations/\(file).xml"
      let outcome = try BuiltCommand.run([
        "config", "check", path, "--target-version", "9.1.0-011",
      ])
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("found \"8.0.1-023\", allowed: \"9.1.0-011\" [CFG027]"))
      let errors = count == 1 ? "1 error" : "\(count) errors"
      #expect(outcome.output.contains("\n\(path): \(errors), 0 warnings, 0 notes\n"))
      #expect(outcome.output.contains("; files are to be of 9.1.0-011; the file is of release 8"))
    }
    let same = try BuiltCommand.run([
      "config", "check", "appliance-config.xml", "--target-version", "8.0.1-023",
    ])
    #expect(same.status == 0)
  }

  /// A baseline is of use from any folder, and after lines have moved.
  @Test func acceptedFindingsStayAcceptedWhenLinesMove() throws {
    try BuiltCommand.withScratchFolder { folder in
      let source = Repository.url.appendingPathComponent(
        "\(Self.rejected)/push-invalid.xml")
      let file = "\(folder)/push-invalid.xml"
      var text = try String(contentsOf: source, encoding: .utf8)
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let baseline = "\(folder)/accepted.json"
      let written = try BuiltCommand.run([
        "config", "check", file, "--write-baseline", baseline,
      ])
      #expect(written.status == 0)
      #expect(written.output.hasSuffix("findings accepted\n"))
      #expect(!(try String(contentsOfFile: baseline, encoding: .utf8)).contains(folder))
      text = text.replacing("<config>", with: "<config>\n\n")
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let check = ["config", "check", folder, "--baseline", baseline]
      let moved = try BuiltCommand.run(check)
      #expect(moved.status == 0, "\(moved.errors)")
      #expect(moved.errors.isEmpty)
      text = text.replacing("local8", with: "local9")
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      #expect(try BuiltCommand.run(check).status == 0)
      let changed = try BuiltCommand.run(check + ["--fail-on", "warning"])
      #expect(changed.status == 1)
      #expect(changed.output.contains("\"local9\""))
      #expect(changed.output.contains("push-invalid.xml: accepted and no longer found: LOG014"))
    }
  }

  @Test func reportsForOtherProgramsAreWellFormed() throws {
    let json = try BuiltCommand.run(["config", "check", Self.rejected, "--format", "json"])
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    let summary = (document as? [String: Any])?["summary"] as? [String: Any]
    #expect((summary?["filesWithErrors"] as? Int ?? 0) >= 40)
    let junit = try BuiltCommand.run(["config", "check", Self.rejected, "--format", "junit"])
    #expect(junit.output.contains("<testsuite name=\"\(Self.rejected)/empty.xml\" tests=\"1\""))
    let sarif = try BuiltCommand.run(["config", "check", Self.rejected, "--format", "sarif"])
    let schema = try JSONSchema(
      try Data(
        contentsOf: Repository.url.appendingPathComponent(
          "fixtures/schemas/sarif-parts.schema.json")))
    #expect(try schema.violations(in: Data(sarif.output.utf8)) == [])
    #expect([json.status, junit.status, sarif.status] == [1, 1, 1])
  }
}

/// `appliance config test` as a team's script calls it.
@Suite struct ConfigTestTests {
  @Test func ourOwnCorpusPasses() throws {
    let outcome = try BuiltCommand.run(["config", "test", "fixtures/configurations"])
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("ok      rejected/hostname-empty\n"))
    #expect(outcome.output.hasSuffix(" passed, 0 failed\n"))
  }

  @Test func differencesAreToldAndAccepted() throws {
    try BuiltCommand.withScratchFolder { folder in
      let source = Repository.url.appendingPathComponent(
        "fixtures/configurations/rejected/hostname-empty.xml")
      try FileManager.default.copyItem(atPath: source.path, toPath: "\(folder)/a.xml")
      try "none\n".write(toFile: "\(folder)/b.expected", atomically: true, encoding: .utf8)
      let failed = try BuiltCommand.run(["config", "test", folder])
      #expect(failed.status == 1)
      #expect(
        failed.output.contains("FAILED  a\n  --- a.expected\n  +++ found\n  @@ -0,0 +1,1 @@\n"))
      #expect(failed.output.contains("  +a.xml:10:3: error: not a host name: found \"\""))
      #expect(failed.output.contains("FAILED  b\n  b.expected: nothing to compare with"))
      #expect(failed.output.hasSuffix("0 passed, 2 failed\n"))
      for format in ["json", "junit", "sarif"] {
        let report = try BuiltCommand.run(["config", "test", folder, "--format", format])
        #expect(report.status == 1)
        #expect(report.output.contains("+a.xml:10:3: error: not a host name"), "\(format)")
        #expect(report.output.contains("b.expected: nothing to compare with"), "\(format)")
      }
      let updated = try BuiltCommand.run(["config", "test", folder, "--update"])
      #expect(updated.status == 0)
      #expect(updated.output.hasSuffix("0 passed, 0 failed, 2 updated\n"))
      let again = try BuiltCommand.run(["config", "test", folder])
      #expect(again.output == "ok      a\n1 passed, 0 failed\n")
    }
  }

  @Test func nothingToTestIsAFailure() throws {
    try BuiltCommand.withScratchFolder { folder in
      let empty = try BuiltCommand.run(["config", "test", folder])
      #expect(empty.status == 1)
      #expect(empty.errors.contains("\(folder): found no case, allowed: NAME.xml, one or more"))
    }
    let none = try BuiltCommand.run([
      "config", "test", "fixtures/configurations", "--filter", "no-such",
    ])
    #expect(none.status == 1)
    #expect(none.errors.contains("no name of a case contains no-such"))
    let missing = try BuiltCommand.run(["config", "test", "no-such"])
    #expect(missing.status == 1)
    #expect(missing.errors.contains("no-such: no such folder"))
  }

  /// What is written stays in the folder.
  @Test func noLinkIsFollowed() throws {
    try BuiltCommand.withScratchFolder { folder in
      let corpus = "\(folder)/corpus"
      try FileManager.default.createDirectory(atPath: corpus, withIntermediateDirectories: false)
      try "x".write(toFile: "\(corpus)/a.xml", atomically: true, encoding: .utf8)
      try "kept".write(toFile: "\(folder)/outside", atomically: true, encoding: .utf8)
      try FileManager.default.createSymbolicLink(
        atPath: "\(corpus)/a.expected", withDestinationPath: "../outside")
      let outcome = try BuiltCommand.run(["config", "test", corpus, "--update"])
      #expect(outcome.status == 1)
      #expect(outcome.output.contains("a.expected: the file cannot be read: found a symbolic link"))
      #expect(try String(contentsOfFile: "\(folder)/outside", encoding: .utf8) == "kept")
    }
  }

  @Test func helpHasAnExample() throws {
    for name in ["check", "test"] {
      let outcome = try BuiltCommand.run(["config", name, "--help"])
      #expect(outcome.output.contains("Example: appliance config \(name)"))
    }
  }
}
