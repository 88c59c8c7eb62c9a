import Foundation
import Support
import Testing

/// What `config check` says, how much of it, and where it goes.
@Suite struct ConfigReportTests {
  private static let minimal = "fixtures/configurations/accepted/minimal.xml"
  private static let push = "fixtures/configurations/rejected/push-invalid.xml"

  /// A copy of a fixture with sections that nobody models.
  private func withUnknownSections(
    _ body: (_ folder: String, _ file: String) throws -> Void
  ) throws {
    try BuiltCommand.withScratchFolder { folder in
      let source = Repository.url.appendingPathComponent(Self.minimal)
      let sections = (0..<12).map { "<policy_\($0)><a>\($0)</a></policy_\($0)>" }.joined()
      let text = try String(contentsOf: source, encoding: .utf8)
        .replacing("</config>", with: sections + "<hosts b=\"c\"></hosts></config>")
      let file = "\(folder)/a.xml"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      try body(folder, file)
    }
  }

  private func check(_ arguments: String...) throws -> BuiltCommand.Outcome {
    try BuiltCommand.run(["config", "check"] + arguments)
  }

  @Test func whatIsNotModelledIsOneLine() throws {
    try self.withUnknownSections { folder, file in
      let one = try self.check(file, "--fail-on", "note")
      #expect(one.status == 0, "\(one.output)")
      let lines = one.output.split(separator: "\n")
      #expect(lines.count == 3)
      #expect(lines[0] == "\(file): 0 errors, 0 warnings, 0 notes")
      #expect(lines[1].hasPrefix("checked "))
      #expect(lines[1].contains("; not modelled: policy_10, policy_11, policy_0, "))
      #expect(lines[1].hasSuffix(", ... (13 names)"))
      #expect(lines[2].hasPrefix("rules: appliance-sim "))
      #expect(lines[2].hasSuffix("the file is of release 8.0.1-023; taken as a whole file"))
      try FileManager.default.copyItem(atPath: file, toPath: folder + "/b.xml")
      let many = try self.check(folder)
      #expect(many.output.split(separator: "\n").count == 3)
      #expect(many.output.hasPrefix("2 files, 0 with errors: 0 errors, 0 warnings, 0 notes\n"))
      let verbose = try self.check(file, "-v")
      #expect(verbose.output.matches(of: /\[CFG001\]/).count == 13)
      #expect(verbose.output.contains("policy_9, hosts\n"))
      let accepted = "\(folder)/accepted.json"
      #expect(
        try self.check(file, "--write-baseline", accepted).output.hasSuffix(
          ": 0 findings accepted\n"))
      #expect(
        try self.check(file, "-v", "--write-baseline", accepted).output.hasSuffix(
          ": 13 findings accepted\n"))
      // What is not listed is not gone.
      #expect(!(try self.check(file, "--baseline", accepted).output.contains("no longer found")))
    }
  }

  @Test func quietStatisticsAndOutput() throws {
    let whole = try self.check(Self.push)
    let quiet = try self.check(Self.push, "-q")
    #expect(whole.output.hasPrefix(quiet.output))
    #expect(quiet.output.split(separator: "\n").allSatisfy { $0.hasSuffix("]") })
    let counts = try self.check(Self.push, "--statistics", "--quiet")
    #expect(counts.output.contains("LOG012 3 warning not a port\n"))
    #expect(!counts.output.contains(Self.push))
    let refused = try self.check(Self.push, "--statistics", "--format", "junit")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("--statistics: found --format junit, allowed: text, markdown"))
    try BuiltCommand.withScratchFolder { folder in
      let file = "\(folder)/result"
      let written = try self.check(Self.push, "--output", file)
      #expect(written.status == whole.status)
      #expect(written.output.isEmpty && written.errors.isEmpty)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == whole.output)
      let copy = "\(folder)/copy.xml"
      try FileManager.default.copyItem(
        at: Repository.url.appendingPathComponent(Self.push),
        to: URL(fileURLWithPath: copy))
      let over = try self.check(copy, "--output", copy)
      #expect(over.status == 1)
      #expect(over.errors.contains("which is the input \(copy)"))
      #expect(try String(contentsOfFile: copy, encoding: .utf8).contains("<config>"))
      let none = try self.check(Self.push, "--output", "\(folder)/no/such")
      #expect(none.errors.contains("no/such: cannot be written: No such file or directory"))
      let full = try self.check(Self.push, "--output", "/dev/full")
      #expect(full.status == 1)
      #expect(full.errors.contains("/dev/full: cannot be written: No space left on device"))
    }
  }

  @Test(arguments: ["text", "concise", "json", "junit", "sarif", "github", "markdown"])
  func eachFormatHasTheFindingsOnStandardOutputAlone(_ format: String) throws {
    let outcome = try self.check(Self.push, Self.minimal, "--format", format)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.contains("LOG014"))
  }

  // MARK: Folders

  @Test func foldersAreCheckedToTheirEnds() throws {
    try BuiltCommand.withScratchFolder { folder in
      let files = FileManager.default
      let source = Repository.url.appendingPathComponent(Self.minimal).path
      for name in ["berlin/rack", ".git"] {
        try files.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      for name in ["UPPER.XML", "berlin/esa.xml", "berlin/rack/b.Xml", ".git/c.xml", "notes.txt"] {
        try files.copyItem(atPath: source, toPath: "\(folder)/\(name)")
      }
      try files.createSymbolicLink(atPath: "\(folder)/up", withDestinationPath: "..")
      let outcome = try self.check(folder, folder + "/UPPER.XML")
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix("3 files, 0 with errors"))
      #expect(
        outcome.output.hasSuffix(
          "left out: 1 file that does not end in .xml (\(folder)/notes.txt), "
            + "1 link to a folder (\(folder)/up), 1 name that is hidden (\(folder)/.git), "
            + "1 name of a file that is taken already (\(folder)/UPPER.XML)\n"))
      let junit = try self.check(folder, "--format", "junit")
      #expect(junit.output.contains("classname=\"\(folder)/berlin/rack/b.Xml\""))
    }
  }

  /// One base for all paths, and no result of what was fixed.
  @Test func sarifNamesFilesFromTheCurrentFolder() throws {
    let outcome = try self.check(Self.push, "--format", "sarif")
    let folder = Repository.url.path
    #expect(outcome.output.contains("{\"%SRCROOT%\" : {\"uri\" : \"file://\(folder)/\"}}"))
    #expect(outcome.output.contains("{\"uri\" : \"\(Self.push)\", \"uriBaseId\" : \"%SRCROOT%\"}"))
    try BuiltCommand.withScratchFolder { scratch in
      try FileManager.default.copyItem(
        at: Repository.url.appendingPathComponent(Self.push),
        to: URL(fileURLWithPath: scratch + "/a.xml"))
      let outside = try self.check(scratch + "/a.xml", "--format", "sarif")
      #expect(outside.output.contains("{\"uri\" : \"a.xml\", \"uriBaseId\""))
      #expect(outside.output.contains("{\"uri\" : \"file://"))
    }
  }

  /// What is said beside the results names files as the results do.
  @Test func sarifNotificationsNameFilesAsResultsDo() throws {
    try BuiltCommand.withScratchFolder { scratch in
      let source = try String(
        contentsOf: Repository.url.appendingPathComponent(Self.push), encoding: .utf8)
      try ConfigPolicyTests.write(source, to: scratch + "/exports/a.xml")
      try ConfigPolicyTests.write("x", to: scratch + "/exports/notes.txt")
      let accepted = scratch + "/accepted.json"
      #expect(try self.check(scratch + "/exports", "--write-baseline", accepted).status == 0)
      try ConfigPolicyTests.write(
        source.replacing(/<facility>[^<]*/, with: "<facility>mail"),
        to: scratch + "/exports/a.xml")
      let outcome = try self.check(
        scratch + "/exports", "--baseline", accepted, "--format", "sarif")
      let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      let runs = (object as? [String: Any])?["runs"] as? [[String: Any]]
      let invocations = runs?.first?["invocations"] as? [[String: Any]]
      let notifications =
        invocations?.first?["toolExecutionNotifications"] as? [[String: Any]] ?? []
      let texts = notifications.compactMap { ($0["message"] as? [String: Any])?["text"] as? String }
      #expect(texts.contains { $0.hasPrefix("a.xml: accepted and no longer found: ") }, "\(texts)")
      #expect(texts.contains { $0.contains("(notes.txt)") }, "\(texts)")
      #expect(!texts.contains { $0.contains(scratch) }, "\(texts)")
      #expect(texts.allSatisfy { $0.hasSuffix(".") })
    }
  }

  // MARK: Explain

  @Test func eachCodeIsExplained() throws {
    let list = try BuiltCommand.run(["config", "explain"])
    let codes = list.output.split(separator: "\n").map { String($0.prefix(6)) }
    #expect(codes.count > 100)
    let outcome = try BuiltCommand.run(["config", "explain"] + codes)
    let parts = outcome.output.components(separatedBy: "\n\n").filter { $0.hasPrefix("Example:") }
    #expect(parts.count == codes.count)
    for (code, part) in zip(codes, parts) {
      let lines = part.split(separator: "\n")
      #expect(lines.count == 4, "\(code)")
      #expect(lines[0].hasSuffix("[\(code)]"), "\(code)")
      for (line, title) in zip(lines, ["Example:", "Meaning:", "Evidence:", "Fix:"]) {
        #expect(line.hasPrefix(title) && line.count > 20, "\(code): \(line)")
      }
    }
    let unknown = try BuiltCommand.run(["config", "explain", "LGO012"])
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("did you mean LOG012?"))
  }
}
