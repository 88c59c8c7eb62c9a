import Foundation
import Support
import Testing

/// `appliance config diff` of folders, clusters and elements that are not modelled.
@Suite struct ConfigDiffTests {
  private static let repository = Repository.url.path

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(self.repository)/\(path)", encoding: .utf8)
  }

  private func diff(_ arguments: String...) throws -> BuiltCommand.Outcome {
    try BuiltCommand.run(["config", "diff"] + arguments)
  }

  /// Two folders `a` and `b`, made from contents by name; a file with the same content in both is
  /// given once, under `both`.
  private func withFolders<Result>(
    both: [String: String] = [:], a: [String: String] = [:], b: [String: String] = [:],
    _ body: (String) throws -> Result
  ) throws -> Result {
    try BuiltCommand.withScratchFolder { folder in
      for (side, files) in [("a", a), ("b", b)] {
        let root = "\(folder)/\(side)"
        try FileManager.default.createDirectory(
          atPath: root, withIntermediateDirectories: true)
        for (name, content) in both.merging(files, uniquingKeysWith: { $1 }) {
          let url = URL(fileURLWithPath: "\(root)/\(name)")
          try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
          try content.write(to: url, atomically: true, encoding: .utf8)
        }
      }
      return try body(folder)
    }
  }

  @Test func foldersAreComparedByName() throws {
    let sample = try Self.text("appliance-config.xml")
    let other = sample.replacing("<port>5514</port>", with: "<port>514</port>")
    try self.withFolders(
      both: ["same.xml": sample, "sub/notes.txt": "x"],
      a: ["sub/changed.xml": sample, "removed.xml": sample],
      b: ["sub/changed.xml": other, "added.xml": sample]
    ) { folder in
      let text = try self.diff("\(folder)/a", "\(folder)/b/")
      #expect(text.status == 1)
      #expect(
        text.output == """
          added.xml: added
          removed.xml: removed
          sub/changed.xml: subscription Mail_Log: push port changed from 5514 to 514
          4 files: 1 added, 1 removed, 1 changed (1 change), 1 same

          """)
      #expect(text.errors.contains("left out: 1 file that does not end in .xml"))
      let json = try self.diff("\(folder)/a", "\(folder)/b", "--format", "json")
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      let files = try #require(object["files"] as? [[String: Any]])
      #expect(files.map { $0["status"] as? String } == ["added", "removed", "same", "changed"])
      #expect((object["summary"] as? [String: Int])?["changed"] == 1)
      #expect(try self.diff("\(folder)/a", "\(folder)/a").status == 0)
    }
  }

  @Test func aFileThatCannotBeReadDoesNotHideTheOthers() throws {
    let sample = try Self.text("appliance-config.xml")
    try self.withFolders(
      a: ["bad.xml": sample, "good.xml": sample],
      b: ["bad.xml": "<config", "good.xml": sample.replacing(">5514<", with: ">514<")]
    ) { folder in
      let outcome = try self.diff("\(folder)/a", "\(folder)/b")
      #expect(outcome.status == 65)
      #expect(outcome.output.contains("bad.xml: cannot be read\n"))
      #expect(outcome.output.contains("good.xml: subscription Mail_Log: push port changed"))
      #expect(outcome.output.hasSuffix("2 files: 1 changed (1 change), 1 not read\n"))
      #expect(outcome.errors.contains("b/bad.xml:1"))
    }
  }

  @Test func nothingIsReadOutsideOfAFolder() throws {
    let sample = try Self.text("appliance-config.xml")
    try self.withFolders(a: ["x.xml": sample], b: [:]) { folder in
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/b/x.xml", withDestinationPath: "\(folder)/a/x.xml")
      #expect(mkfifo("\(folder)/b/pipe.xml", 0o600) == 0)
      #expect(mkfifo("\(folder)/a/pipe.xml", 0o600) == 0)
      let outcome = try self.diff("\(folder)/a", "\(folder)/b")
      #expect(outcome.status == 65)
      #expect(outcome.output.hasSuffix("2 files: 2 not read\n"))
      try FileManager.default.removeItem(atPath: "\(folder)/a/pipe.xml")
      let one = try self.diff("\(folder)/a", "\(folder)/b")
      #expect(one.status == 65)
      #expect(one.output.hasPrefix("pipe.xml: cannot be read\n"))
    }
  }

  @Test func emptyFoldersAndMixedArguments() throws {
    let sample = try Self.text("appliance-config.xml")
    try self.withFolders(a: ["x.xml": sample], b: [:]) { folder in
      let removed = try self.diff("\(folder)/a", "\(folder)/b")
      #expect(removed.status == 1)
      #expect(removed.output == "x.xml: removed\n1 file: 1 removed\n")
      #expect(try self.diff("\(folder)/b", "\(folder)/b").output == "0 files\n")
      let mixed = try self.diff("\(folder)/a", "\(folder)/a/x.xml")
      #expect(mixed.status == 64)
      #expect(mixed.errors.contains("allowed: two files or two folders"))
    }
  }

  @Test func anInsertedFilterIsOneLine() throws {
    func filter(_ number: Int) -> String {
      "<content_filter><filter_name>f\(number)</filter_name><rule>\(number)</rule></content_filter>"
    }
    func file(_ numbers: [Int]) throws -> String {
      try Self.text("appliance-config.xml").replacing(
        "</config>", with: "<policies>\(numbers.map(filter).joined())</policies></config>")
    }
    try self.withFolders(
      a: ["x.xml": try file(Array(1...30))], b: ["x.xml": try file([99] + Array(1...30))]
    ) { folder in
      let outcome = try self.diff("\(folder)/a/x.xml", "\(folder)/b/x.xml")
      #expect(outcome.status == 1)
      #expect(outcome.output == "element policies: content_filter \"f99\" added\n")
      let markdown = try self.diff(
        "\(folder)/a/x.xml", "\(folder)/b/x.xml", "--format", "markdown")
      #expect(markdown.output.contains("1 file: 1 changed (1 change)\n"))
      #expect(
        markdown.output.contains(
          "| added | `element policies: content_filter \"f99\"` |  |  | "))
    }
  }

  @Test func allMachinesOfAClusterAreCompared() throws {
    let cluster = try Self.text("fixtures/configurations/rejected/cluster.xml")
    let other = cluster.replacing("<hostname>esa2.", with: "<hostname>mx2.")
    try self.withFolders(a: ["x.xml": cluster], b: ["x.xml": other]) { folder in
      let outcome = try self.diff("\(folder)/a/x.xml", "\(folder)/b/x.xml")
      #expect(outcome.status == 1)
      #expect(
        outcome.output
          == "machine esa2: hostname changed from esa2.example.com to mx2.example.com\n")
      #expect(outcome.errors.isEmpty)
      let first = try self.diff(
        "\(folder)/a/x.xml", "\(folder)/b/x.xml", "--machine", "esa1")
      #expect(first.status == 0)
    }
  }

  /// A level with the name of another is not taken by anything else; a difference has it all the
  /// same.
  @Test func aSecondMachineOrGroupOfANameIsNotSilent() throws {
    let cluster = try Self.text("fixtures/configurations/rejected/cluster.xml")
    func with(_ levels: String) throws -> String {
      let end = try #require(cluster.range(of: "</cluster>", options: .backwards))
      return cluster.replacingCharacters(in: end, with: levels + "</cluster>")
    }
    func machine(_ host: String) -> String {
      "<machine name=\"esa2\"><hostname>\(host).example.com</hostname></machine>"
    }
    let group = "<group name=\"Spare\"><timezone>Etc/GMT</timezone></group>"
    for (before, after, lines) in [
      ("", machine("mx9"), "machine esa2 (2) added\n"),
      (machine("mx9"), "", "machine esa2 (2) removed\n"),
      (
        machine("mx8"), machine("mx9"),
        "machine esa2 (2): hostname changed from mx8.example.com to mx9.example.com\n"
      ), ("", group, "group Spare (2) added\n"),
    ] {
      let files = try (before: with(before), after: with(after))
      try self.withFolders(a: ["x.xml": files.before], b: ["x.xml": files.after]) { folder in
        let outcome = try self.diff("\(folder)/a/x.xml", "\(folder)/b/x.xml")
        #expect(outcome.status == 1)
        #expect(outcome.output == lines)
        #expect(outcome.errors.contains("this name is taken"), "\(outcome.errors)")
        #expect(outcome.errors.contains("[CFG006]\n"))
      }
    }
  }

  /// What a file or its name holds is no markup, and no comment is too long.
  @Test func markdownIsEscapedAndBounded() throws {
    let sample = try Self.text("appliance-config.xml")
    func file(_ text: String) -> String {
      sample.replacing(
        "</config>",
        with: (0..<2000).map { "<list><name>n\($0)</name><v>\(text)</v></list>" }.joined()
          + "</config>")
    }
    try self.withFolders(
      a: ["x.xml": file("a")], b: ["x.xml": file("`|@team #1 \\| ]]"), "odd`|\n.xml": sample]
    ) { folder in
      let outcome = try self.diff("\(folder)/a", "\(folder)/b", "--format", "markdown")
      #expect(outcome.status == 1)
      #expect(outcome.output.utf8.count <= 65_536)
      #expect(outcome.output.utf8.count > 60_000)
      let lines = outcome.output.split(separator: "\n")
      #expect(
        lines.contains("`` odd`\\|\\n.xml `` added") || lines.contains("``odd`\\|\\n.xml`` added"))
      #expect(
        lines.last?.wholeMatch(
          of: /\*\*Left out\*\*, since .* 65536 characters: \d+ changes\./) != nil)
      let row = try #require(lines.first { $0.contains("n7") })
      // Outside of code there is nothing that a renderer would act on.
      let plain = row.replacing(/<code>[^<]*<\/code>|(`+)[^`].*?\1/, with: "")
      #expect(plain.count { $0 == "|" } == 6, "\(row)")
      #expect(!plain.contains("@") && !plain.contains("`"), "\(row)")
    }
  }
}
