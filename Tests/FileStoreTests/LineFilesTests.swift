import FileStore
import Foundation
import Reconciliation
import Testing

@Suite struct LineFilesTests {
  private static func withFiles<Result>(
    _ texts: [(name: String, text: String)], _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("line-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in texts {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    return try body(folder.path)
  }

  private static func lines(_ files: LineFiles) throws -> [String] {
    var lines: [String] = []
    try files.forEachRecord { lines.append(String(decoding: $0, as: UTF8.self)) }
    return lines
  }

  /// Files with more lines than are marked at once, no last line end, a line beyond a piece, none.
  @Test func everyLineIsReadTwiceAlike() throws {
    let first = (0..<700).map { "first \($0)" }
    let second = (0..<300).map { "second \($0)" + String(repeating: "x", count: $0) }
    let third = [String(repeating: "y", count: 3 << 20), "", "end"]
    try Self.withFiles([
      ("1", first.joined(separator: "\n") + "\n"), ("2", second.joined(separator: "\n")),
      ("3", ""), ("4", third.joined(separator: "\n") + "\n"),
    ]) { folder in
      let files = try LineFiles(paths: ["1", "2", "3", "4"].map { "\(folder)/\($0)" })
      let expected = first + second + third
      #expect(try Self.lines(files) == expected)
      #expect(files.lines == expected.count)
      for number in [0, 255, 256, 699, 700, 955, 956, 999, 1000, 1001, 1002, 5] {
        #expect(
          files.withLine(number) { String(decoding: $0, as: UTF8.self) } == expected[number])
      }
      #expect(files.withLine(expected.count) { $0.count } == 0)
      #expect(files.place(ofLine: 700) == ("\(folder)/1", 700))
      #expect(files.place(ofLine: 701) == ("\(folder)/2", 1))
      #expect(files.place(ofLine: 1001) == ("\(folder)/4", 1))
      #expect(files.failure == nil)
    }
  }

  @Test func samplesAreWholeLines() throws {
    let lines = (0..<20_000).map { "line \($0) of many" }
    try Self.withFiles([("1", lines.joined(separator: "\n") + "\n")]) { folder in
      let files = try LineFiles(paths: ["\(folder)/1"])
      var samples: [String] = []
      try files.sampleRecords(bytesMax: 65_536) { line, _ in
        samples.append(String(decoding: line, as: UTF8.self))
      }
      #expect((1000..<10_000).contains(samples.count))
      #expect(Set(samples).isSubset(of: lines))
    }
  }

  /// A run at full speed stamped its file far ahead of the runs behind it.
  @Test func logFilesAreInTheOrderInWhichTheyWereWritten() throws {
    let names = [
      "mail.@20270101T000000.s", "mail.@20150625T085003.s", "mail.@20150624T235959.s",
      "mail.@20150626T000000.c", "mail.@20150625T235959.s",
    ]
    let written = [1000, 2000, 3000, 4000, 4000]
    try Self.withFiles(names.map { ($0, "") }) { folder in
      let paths = names.map { "\(folder)/\($0)" }
      for (path, seconds) in zip(paths, written) {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: TimeInterval(seconds))],
          ofItemAtPath: path)
      }
      // Two of one instant: by their stamps.
      let order = [0, 1, 2, 4, 3].map { paths[$0] }
      #expect(try LogFileNames.logs([folder]) == order)
      #expect(try LogFileNames.logs(paths.reversed()) == order)
      #expect(try LogFolder(path: folder).existingFiles().map { "\(folder)/\($0)" } == order)
    }
  }

  @Test func logFilesOfOneInstantAreInOrderOfTheirStamps() throws {
    let names = [
      "mail.@20150625T090000.c", "mail.@20150624T235959.s", "amail.@20150625T085003.s", "notes",
      ".hidden.@20150625T085003.s",
    ]
    try Self.withFiles(names.map { ($0, "") }) { folder in
      for name in names {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: "\(folder)/\(name)")
      }
      let found = try LogFileNames.logs([folder])
      #expect(found == [names[1], names[2], names[0]].map { "\(folder)/\($0)" })
      let both = [names[0], names[1]].map { "\(folder)/\($0)" }
      #expect(try LogFileNames.logs(both) == both.reversed())
      // One without a stamp: as given.
      let mixed = [names[0], "notes", names[1]].map { "\(folder)/\($0)" }
      #expect(try LogFileNames.logs(mixed) == mixed)
      #expect(try LogFileNames.files([folder]).count == 4, "without the hidden one")
    }
  }

  private static let unreadable: [(String, String)] = [
    ("/no/such", "/no/such: cannot read: No such file or directory"),
    ("/", "/: cannot read: Is a directory"),
    (
      "/dev/null",
      "/dev/null: cannot read: found no plain file, allowed: one, since it is read more than once"
    ),
  ]

  @Test(arguments: unreadable)
  func fileThatCannotBeReadTwiceIsSaid(_ path: String, _ text: String) {
    let error = #expect(throws: FileStoreError.self) { try LineFiles(paths: [path]) }
    #expect(error?.description == text)
  }

  /// As a rotation and as people name them: oldest first.
  private static let rotations: [[String]] = [
    ["mail.log.10", "mail.log.2", "mail.log.1", "mail.log"],
    ["mail.2.log", "mail.1.log", "mail.log"], ["mail.log.1", "mail.log.0"],
    [
      "mail.log-20150623", "mail.log-20150624.1", "mail.log-20150624", "mail.log-20150625",
      "mail.log",
    ],
    ["mail.log-20150624-0100", "mail.log-20150624-2300", "mail.log"],
    ["mail.log-1435100000", "mail.log-1435200000", "mail.log"],
    ["mail-2015-06-24.log", "mail-2015-06-25.log", "mail.log"],
    ["2015-06-24.log", "2015-06-25.log"], ["export-1.json", "export-2.json", "export-10.json"],
    ["part_001", "part_002", "part_010"],
    ["mail.@20150624T235959.s", "mail.@20150625T085003.s"],
  ]

  @Test(arguments: rotations)
  func rotatedFilesAreOldestFirst(_ names: [String]) throws {
    try Self.withFiles(names.map { ($0, "") }) { folder in
      let paths = names.map { "\(folder)/\($0)" }
      for named in [[folder], paths.reversed(), paths.sorted()] {
        let found = try LogFileNames.files(named)
        #expect(found == paths)
      }
    }
  }

  @Test func filesOfOthersKeepTheirOrder() throws {
    let names = ["192.0.2.10.log", "192.0.2.9.log", "b.log.1", "b.log", "a.log"]
    try Self.withFiles(names.map { ($0, "") }) { folder in
      let paths = names.map { "\(folder)/\($0)" }
      let found = try LogFileNames.files(paths)
      #expect(found == paths)
    }
  }

  private static func received(_ text: String) throws -> (records: [String], scanned: Int) {
    try self.withFiles([("1", text)]) { folder in
      let files = try LineFiles(paths: ["\(folder)/1"])
      try files.findForms(.auto)
      let records = try self.lines(files)
      for number in [0, records.count / 2, records.count - 1] where !records.isEmpty {
        #expect(
          files.withLine(number) { String(decoding: $0, as: UTF8.self) } == records[number])
      }
      return (records, files.bytesScanned)
    }
  }

  @Test func aCollectorsRecordsAreReadTwiceAlike() throws {
    let lines = (0..<3000).map { "<22>Jun 25 08:00:00 Mail_Log: Info: \($0)" }
    #expect(try Self.received(lines.joined(separator: "\0")).records == lines)
    #expect(try Self.received("\u{FEFF}" + lines.joined(separator: "\0\n")).records == lines)
    let objects = lines.map { "{\"message\": [\"\($0)\"], \"a\": {\"b\": [{}]}}" }
    #expect(try Self.received("[" + objects.joined(separator: ",\n") + "]").records == objects)
    let answer = "{\"hits\": {\"hits\": [" + objects.joined(separator: ", ") + "]}, \"x\": [{}]}"
    #expect(try Self.received(answer + "\n" + answer).records == objects + objects)
    let rows = ["n,message"] + lines.map { "\"a\n\",\"\($0)\"" }
    #expect(try Self.received(rows.joined(separator: "\n")).records == rows)
  }

  /// A message that Docker's json-file wrote as several records is one, and lines are counted on.
  @Test func aMessageInSeveralRecordsIsOneRecord() throws {
    let part = "{\"log\":\"" + String(repeating: "x", count: 16_384) + "\"}"
    let end = "{\"log\":\"y\\n\"}"
    let whole = "{\"log\":\"<22>Jun 25 08:00:00 Mail_Log: Info: a\\n\"}"
    let message = [part, part, end].joined(separator: "\n")
    let records = (0..<600).map { $0 % 3 == 1 ? message : whole } + [part]
    let text = records.joined(separator: "\n") + "\n"
    #expect(try Self.received(text).records == records.dropLast() + [part + "\n"])
    try Self.withFiles([("1", text), ("2", text)]) { folder in
      let files = try LineFiles(paths: ["\(folder)/1", "\(folder)/2"])
      try files.findForms(.auto)
      _ = try Self.lines(files)
      for (record, line) in [(0, 1), (1, 2), (2, 5), (3, 6), (4, 7), (5, 10), (599, 1000)] {
        #expect(files.place(ofLine: record + 1) == ("\(folder)/1", line))
        #expect(files.place(ofLine: record + 602) == ("\(folder)/2", line))
      }
      // Who wants each line as it is gets it.
      let plain = try LineFiles(paths: ["\(folder)/1"])
      try plain.findForms(.plain)
      #expect(try Self.lines(plain).count == 1001)
    }
    // What never ends is cut into pieces.
    let endless = try Self.received(String(repeating: part + "\n", count: 130)).records
    #expect(endless.map { $0.split(separator: "\n").count } == [64, 64, 2])
  }

  @Test func theLineOfARecordIsThatOfItsBeginning() throws {
    let rows = ["n,message"] + (0..<2000).map { "\"a\nb\",Info: \($0)" }
    try Self.withFiles([("1", rows.joined(separator: "\n")), ("2", "one\ntwo")]) { folder in
      let files = try LineFiles(paths: ["\(folder)/1", "\(folder)/2"])
      try files.findForms(.auto)
      _ = try Self.lines(files)
      #expect(files.place(ofLine: 1) == ("\(folder)/1", 1))
      #expect(files.place(ofLine: 2) == ("\(folder)/1", 2))
      #expect(files.place(ofLine: 1002) == ("\(folder)/1", 2002))
      #expect(files.place(ofLine: 2003) == ("\(folder)/2", 2))
    }
  }

  private static let long: [(String, @Sendable (Int) -> String)] = [
    ("one line", { String(repeating: "x", count: $0) }),
    ("lines by NUL", { String(repeating: "<22>Jun 25 08:00:00 a: Info: b\0", count: $0 / 31) }),
    ("long lines", { String(repeating: String(repeating: "x", count: $0 / 4) + "\n", count: 4) }),
    ("a long object", { "{\"message\": \n\"" + String(repeating: "x", count: $0) + "\"}" }),
  ]

  /// Twice the bytes are twice the work: counted, not timed.
  @Test(arguments: long.indices)
  func whatIsLongIsLookedAtOnce(index: Int) throws {
    let (title, text) = Self.long[index]
    let once = try Self.received(text(4 << 20)).scanned
    let twice = try Self.received(text(8 << 20)).scanned
    #expect(once >= 4 << 20)
    #expect(once < 10 << 20, "\(title): \(once)")
    #expect(twice < once * 5 / 2, "\(title): \(once), \(twice)")
  }

  @Test func aLogsFolderIsItsSubscription() throws {
    try Self.withFiles([]) { folder in
      for name in ["A", "B", "notes"] {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let file = name == "notes" ? "notes" : "mail.@20150625T085003.s"
        try Data().write(to: URL(fileURLWithPath: "\(path)/\(file)"))
      }
      let expected = SubscriptionFolder(name: "A", others: ["B"])
      #expect(
        LogFileNames.subscription(ofLogs: ["\(folder)/A/mail.@20150625T085003.s"]) == expected)
      #expect(LogFileNames.subscription(ofLogs: ["\(folder)/A"]) == expected)
      #expect(LogFileNames.subscription(ofLogs: ["\(folder)/A/x", "\(folder)/B/x"]) == nil)
    }
  }
}
