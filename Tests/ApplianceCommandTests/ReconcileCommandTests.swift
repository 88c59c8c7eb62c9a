import Foundation
import Support
import Testing

/// `appliance reconcile` as a person calls it.
@Suite struct ReconcileCommandTests {
  private static let reconciliations: [[String]] = [
    ["fixtures/reconcile", "fixtures/reconcile/wire.log", "--tag", "Mail_Log"],
    [
      "fixtures/reconcile/mail.@20150625T085005.c", "fixtures/reconcile/mail.@20150625T085003.s",
      "fixtures/reconcile/rsyslog-file-format.log",
    ],
    [
      "--tag", "Mail_Log", "--logs", "fixtures/reconcile", "--received",
      "fixtures/reconcile/splunk.json",
    ],
    [
      "fixtures/reconcile", "--tag", "Mail_Log", "--received", "fixtures/reconcile/elastic.json",
    ],
    ["--logs", "fixtures/reconcile", "--tag", "Mail_Log", "--format-received", "syslog-ng"]
      + ["--received"]
      + ["fixtures/reconcile/syslog-ng.log"],
  ]

  @Test(arguments: reconciliations)
  func reconcilingWhatArrivedEndsWith0(_ arguments: [String]) throws {
    let outcome = try BuiltCommand.run(["reconcile", "--format", "json"] + arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let result = try #require(object as? [String: Any])
    #expect(result["logged"] as? Int == 16)
    for name in ["missing", "duplicated", "cut", "altered", "reordered", "ambiguous"] {
      #expect(result[name] as? Int == 0, "\(name)")
    }
    #expect(result["foreign"] as? Int == (result["received"] as? Int ?? 0) - 16)
  }

  private static let log = [
    "Thu Jun 25 08:50:03 2015 Info: MID 1 a", "Thu Jun 25 08:50:04 2015 Info: MID 1 b",
  ]
  private static let wire = [
    "<22>Jun 25 08:50:03 Mail_Log: Info: MID 1 a", "<22>Jun 25 08:50:04 Mail_Log: Info: MID 1 b",
  ]

  private static func write(_ lines: [String], _ path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: url)
  }

  /// The first lines of the real output in docs/RECONCILE.md have the program's words.
  @Test func theDocumentShowsTheProgramsWords() throws {
    try BuiltCommand.withScratchFolder { folder in
      let (log, received) = ("\(folder)/Mail_Log/mail.@20150625T085003.s", "\(folder)/received.log")
      try Self.write(
        ["Thu Jun 25 08:50:02 2015 Info: Begin Logfile"] + Self.log
          + ["Thu Jun 25 08:50:05 2015 Info: MID 1 c"], log)
      try Self.write(["<22>Jun 25 08:50:02 Mail_Log: Info: Begin Logfile"] + Self.wire, received)
      let outcome = try BuiltCommand.run(["reconcile", "\(folder)/Mail_Log", received])
      let text = try String(
        contentsOf: Repository.url.appendingPathComponent("docs/RECONCILE.md"), encoding: .utf8)
      let blocks = text.components(separatedBy: "    $ appliance reconcile out/logs/Mail_Log")
      let block = try #require(blocks.dropFirst().first)
      let shown = block.split(separator: "\n").dropFirst().prefix { $0.hasPrefix("    ") }
      #expect(shown.count > 10)
      #expect(Self.words(of: shown) == Self.words(of: outcome.output.split(separator: "\n")[...]))
    }
  }

  /// The lines of a summary without figures and plurals.
  private static func words(of lines: ArraySlice<Substring>) -> [String] {
    lines.prefix { !$0.contains("missing:") }.map { line in
      line.split { !$0.isLetter }.map { $0 == "lines" ? "line" : String($0) }
        .joined(separator: " ")
    }
  }

  /// What tells nothing of a loss is an error of its own, with the place and what was found.
  @Test func reconcilingRefusesWhatCannotBeCompared() throws {
    try BuiltCommand.withScratchFolder { folder in
      let (log, file) = ("\(folder)/logs/Mail_Log/mail.@20150625T085003.s", "\(folder)/received")
      try Self.write(Self.log, log)
      let record = #"{"_raw": "<22>Jun 25 08:50:03 Mail_Log: Info: MID 1 a"}"#
      let cases: [(Data, [String], String)] = [
        (Data([0x1F, 0x8B, 8, 0, 0, 0, 0]), [], "\(file):1: found gzip data; decompress it first"),
        (Data("\(record)\n\(record) \(record)".utf8), [], "\(file):2: found text after an object"),
        (
          Data("\(record)\n".utf8), ["--format-received", "rsyslog"],
          "\(file):1: found JSON with a line in its member _raw, allowed: a member of the table"
        ),
        (Data("a,b\n1,2\n".utf8), [], "\(file):1: found 'a,b', allowed: a form of docs/"),
        (
          Data(
            Self.wire.map { $0.replacing("Mail_Log", with: "other") }.joined(separator: "\n").utf8),
          [],
          "\(file): found no line with the tag Mail_Log, and lines like this log's with other: "
            + "--tag other when that is this log's tag"
        ),
        (
          Data(Self.wire.map { "\"\($0)\"" }.joined(separator: "\n").utf8), [],
          "\(file):1: found the columns"
        ),
        (
          Data(Self.wire.map { $0 + " END" }.joined(separator: "\n").utf8), [],
          "\(file):2: found lines of the log with 'END' at their end, allowed: a form of docs"
        ),
      ]
      for (bytes, arguments, text) in cases {
        try bytes.write(to: URL(fileURLWithPath: file))
        let call = ["reconcile", "\(folder)/logs/Mail_Log", file] + arguments
        let outcome = try BuiltCommand.run(call)
        #expect(outcome.status == 65, "\(text)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        guard text.contains("a form of docs") else { continue }
        #expect(try BuiltCommand.run(call + ["--format-received", "plain"]).status == 1)
      }
    }
  }

  /// Sides that are swapped, folders of folders, logs without a line, pipes.
  @Test func reconcilingSaysWhatWasNamedWrongly() throws {
    try BuiltCommand.withScratchFolder { folder in
      let (logs, received) = ("\(folder)/logs", "\(folder)/hosts")
      try Self.write(Self.log, "\(logs)/Mail_Log/mail.@20150625T085003.s")
      try Self.write([], "\(logs)/empty/mail.@20150625T085003.s")
      try Self.write(Self.wire, "\(received)/a/mail.log")
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      let (log, file) = ("\(logs)/Mail_Log", "\(received)/a/mail.log")
      let cases: [([String], String)] = [
        (
          [file, "\(log)/mail.@20150625T085003.s"], "\(file):1: this looks like a collector's file"
        ),
        ([logs, file], "\(logs): cannot find log files NAME.@STAMP.c or .s: found folders"),
        ([log, received], "\(received)/a: cannot read: found a folder among files"),
        (["\(logs)/empty", file], "found no lines, allowed: a log with lines"),
        ([log, "\(folder)/pipe"], "\(folder)/pipe: cannot read: found no plain file"),
        (["\(folder)/pipe", file], "\(folder)/pipe: cannot read: found no plain file"),
      ]
      for (arguments, text) in cases {
        let outcome = try BuiltCommand.run(["reconcile"] + arguments)
        #expect(outcome.status == 65, "\(arguments)")
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
      }
      // Exit code 1 says that lines are missing: a file that is not there says nothing of the kind.
      #expect(try BuiltCommand.run(["reconcile", log, "\(folder)/none"]).status == 65)
    }
  }

  /// Two logs of one type in one collector: one's lines are no copies of the other's.
  @Test func aLogsFolderSaysItsTag() throws {
    try BuiltCommand.withScratchFolder { folder in
      let file = "\(folder)/received"
      for name in ["Mail_A", "Mail_B"] {
        try Self.write(Self.log, "\(folder)/logs/\(name)/mail.@20150625T085003.s")
      }
      try Self.write(Self.wire.map { $0.replacing("Mail_Log", with: "Mail_B") }, file)
      for path in ["logs/Mail_A", "logs/Mail_A/mail.@20150625T085003.s"] {
        let lost = try BuiltCommand.run(["reconcile", "\(folder)/\(path)", file])
        #expect(lost.status == 1)
        #expect(lost.output.contains("2  missing"), "\(lost.output)\(lost.errors)")
        #expect(lost.output.contains("Tag: Mail_A. Of the foreign lines 2 have others: Mail_B 2."))
        for line in Self.log { #expect(lost.output.contains("    \(line)\n"), "each is printed") }
      }
      #expect(try BuiltCommand.run(["reconcile", "\(folder)/logs/Mail_B", file]).status == 0)
      let call = ["reconcile", "\(folder)/logs/Mail_A", file, "--tag", "Mail_B"]
      #expect(try BuiltCommand.run(call).status == 0)
    }
  }

  @Test func aLineWithoutAStampIsListedWithoutOne() throws {
    try BuiltCommand.withScratchFolder { folder in
      let log = "\(folder)/mail.@20150625T085003.s"
      try Self.write([Self.log[0], "        goes on from the line before", Self.log[1]], log)
      try Self.write(Self.wire, "\(folder)/received")
      let outcome = try BuiltCommand.run(["reconcile", log, "\(folder)/received"])
      #expect(outcome.output.contains("logged at \(log):2; after \(folder)/received:1\n"))
      #expect(outcome.output.contains("            goes on from the line before\n"))
    }
  }

  @Test func reconcilingTellsWhatIsMissingAndWhere() throws {
    try BuiltCommand.withScratchFolder { folder in
      let wire = try String(
        contentsOf: Repository.url.appendingPathComponent("fixtures/reconcile/wire.log"),
        encoding: .utf8)
      var lines = wire.split(separator: "\n").map(String.init)
      // The last line of the first file and the first of the second.
      lines.removeSubrange(10...11)
      lines[8] = String(lines[8].prefix(41))
      lines.append(lines[12])
      let file = "\(folder)/received.log"
      try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
      let outcome = try BuiltCommand.run([
        "reconcile", "fixtures/reconcile", file, "--tag", "Mail_Log",
      ])
      #expect(outcome.status == 1)
      for text in [
        "16  logged", " 2  missing", " 1  cut: 1 line to 11 bytes", " 1  duplicated",
        "  2 lines; logged at fixtures/reconcile/mail.@20150625T085003.s:11 to "
          + "fixtures/reconcile/mail.@20150625T085005.c:4; Thu Jun 25 08:50:05 2015; "
          + "after \(file):10",
      ] {
        #expect(outcome.output.contains(text), "\(outcome.output)")
      }
    }
  }

  @Test func strictReconcilingFailsOnForeignLines() throws {
    let call = [
      "reconcile", "fixtures/reconcile", "fixtures/reconcile/rsyslog-traditional.log", "--tag",
      "Mail_Log",
    ]
    #expect(try BuiltCommand.run(call).status == 0)
    #expect(try BuiltCommand.run(call + ["--strict"]).status == 1)
  }
}
