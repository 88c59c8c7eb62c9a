import FileStore
import Foundation
import LogDelivery
import Testing

@Suite struct FileStoreTests {
  private static func withScratchFolder<Result>(_ body: (String) throws -> Result) throws -> Result
  {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("file-store-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test func logFolderDoesWhatIsDecided() throws {
    try Self.withScratchFolder { path in
      let folder = try LogFolder(path: "\(path)/logs/mail_logs")
      for action: LogFileAction in [
        .create(name: "a.c"), .append(Array("one\n".utf8), lines: 1),
        .append(Array("two\n".utf8), lines: 1),
        .save(name: "a.c", as: "a.s"), .create(name: "b.c"),
        .append(Array("three\n".utf8), lines: 1),
      ] {
        try folder.perform(action)
      }
      #expect(try folder.existingFiles() == ["a.s", "b.c"])
      #expect(try Self.text("\(path)/logs/mail_logs/a.s") == "one\ntwo\n")
      try folder.perform(.delete(name: "a.s"))
      try folder.perform(.delete(name: "a.s"))
      #expect(try folder.existingFiles() == ["b.c"])
    }
  }

  @Test func linesBehindAPlaceAreCounted() throws {
    try Self.withScratchFolder { path in
      let folder = try LogFolder(path: path)
      for (name, text) in [
        ("mail.@20150625T085003.s", "head\n1\n2\n"), ("mail.@20150625T085004.s", "head\n3\n4\n"),
        // Killed while it wrote: a torn line is none.
        ("mail.@20150625T085005.c", "head\n5\n6"), ("other.@20150625T085009.s", "head\n7\n"),
        ("mail.@20150625T085006.c", "he"),
      ] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
      }
      func lines(_ base: String, _ bytes: UInt64) throws -> UInt64 {
        try folder.lines(behind: LogPosition(base: base, bytes: bytes), headerLines: 1)
      }
      #expect(try lines("mail.@20150625T085003", 7) == 1 + 2 + 1)
      #expect(try lines("mail.@20150625T085003", .max) == 2 + 1)
      #expect(try lines("mail.@20150625T085004", 9) == 1)
      #expect(try lines("mail.@20150625T085007", 0) == 0)
    }
  }

  /// A run whose clock is behind that of the run before writes files with earlier stamps.
  @Test func filesAreInTheOrderInWhichTheyWereWritten() throws {
    try Self.withScratchFolder { path in
      let folder = try LogFolder(path: path)
      let names = [
        "mail.@20150625T085300.s", "mail.@20150625T085301.s", "mail.@20150625T085003.s",
        "mail.@20150625T085010.c",
      ]
      for (age, name) in names.enumerated() {
        let file = "\(path)/\(name)"
        try Data("head\n1\n2\n".utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1_435_000_000 + Double(age))],
          ofItemAtPath: file)
      }
      #expect(try folder.existingFiles() == names)
      func lines(_ base: String, _ bytes: UInt64) throws -> UInt64 {
        try folder.lines(behind: LogPosition(base: base, bytes: bytes), headerLines: 1)
      }
      #expect(try lines("mail.@20150625T085300", .max) == 6)
      #expect(try lines("mail.@20150625T085301", 7) == 1 + 4)
      #expect(try lines("mail.@20150625T085003", .max) == 2)
      #expect(try lines("mail.@20150625T085010", .max) == 0)
      #expect(try folder.complete(Array("3\n".utf8)))
      #expect(
        try String(contentsOfFile: "\(path)/\(names[3])", encoding: .utf8) == "head\n1\n2\n3\n")
    }
  }

  /// Nobody's results are replaced but by a command of the kind that made them.
  @Test func resultsBelongToTheKindOfCommandThatMadeThem() throws {
    try Self.withScratchFolder { path in
      let foreign = try OutputFolder(path: "\(path)/foreign")
      try foreign.replace([1], name: "report.md")
      #expect(throws: FileStoreError.self) { try foreign.claimForLiveRuns() }
      #expect(throws: FileStoreError.self) { try foreign.replaceEarlierResults() }
      #expect(try foreign.read(name: "report.md", bytesMax: 9) == [1])

      let simulated = try OutputFolder(path: "\(path)/simulated")
      try simulated.replaceEarlierResults()
      try simulated.replace([2], name: "report.md")
      try simulated.replaceEarlierResults()
      #expect(try simulated.read(name: "report.md", bytesMax: 9) == nil)
      // A live run goes on there: from now on the results are its own.
      try simulated.claimForLiveRuns()
      try simulated.replace([3], name: "report.md")
      try simulated.claimForLiveRuns()
      let error = #expect(throws: FileStoreError.self) { try simulated.replaceEarlierResults() }
      #expect(error?.code == .replace)
      #expect(try simulated.read(name: "report.md", bytesMax: 9) == [3])
    }
  }

  @Test func nothingIsAppendedBehindAGap() throws {
    try Self.withScratchFolder { path in
      let spool = try SpoolFolder(path: "\(path)/spool")
      _ = try spool.perform(.append(segment: 1, [1, 2], syncs: true))
      spool.isFull = true
      #expect(throws: FileStoreError.self) {
        try spool.perform(.append(segment: 1, [3], syncs: false))
      }
      #expect(throws: FileStoreError.self) { try spool.perform(.mark([4])) }
      spool.isFull = false
      let error = #expect(throws: FileStoreError.self) {
        try spool.perform(.append(segment: 1, [5], syncs: false))
      }
      #expect(error?.reason == "No space left on device")
      _ = try spool.perform(.append(segment: 2, [6], syncs: false))
      #expect(try spool.bytes(ofSegment: 1) == [1, 2])
      #expect(try spool.bytes(ofSegment: 2) == [6])
    }
  }

  @Test func oneRunAtATimeHasAFolder() throws {
    try Self.withScratchFolder { path in
      do {
        let output = try OutputFolder(ofRunAt: path)
        let error = #expect(throws: FileStoreError.self) { try OutputFolder(ofRunAt: path) }
        #expect(
          error?.description
            == "\(path): cannot begin: another run uses it, allowed: one at a time; --output names "
            + "another")
        withExtendedLifetime(output) {}
      }
      _ = try OutputFolder(ofRunAt: path)
    }
  }

  @Test func linesOfAnotherDeliveryModeAreNotForgotten() throws {
    try Self.withScratchFolder { path in
      let output = try OutputFolder(path: path)
      try output.journalFolder().replace([1], subscription: "A")
      _ = try output.spoolFolder(subscription: "B").perform(.mark([1]))
      try output.requireSameMode(subscription: "A", hasDiskBuffer: false)
      try output.requireSameMode(subscription: "B", hasDiskBuffer: true)
      for (name, hasDiskBuffer, file) in [
        ("A", true, "journal/A"), ("B", false, "spool/B/mark"),
      ] {
        let error = #expect(throws: FileStoreError.self) {
          try output.requireSameMode(subscription: name, hasDiskBuffer: hasDiskBuffer)
        }
        #expect(
          error?.description.hasPrefix("\(path)/\(file): cannot go on: an earlier run") == true)
      }
    }
  }

  @Test func earlierDiskBuffersAreReplacedToo() throws {
    try Self.withScratchFolder { path in
      let output = try OutputFolder(path: path)
      try output.replaceEarlierResults()
      _ = try output.spoolFolder(subscription: "B").perform(.mark([1]))
      try output.replaceEarlierResults()
      #expect(!FileManager.default.fileExists(atPath: "\(path)/spool"))
    }
  }

  @Test func journalsAreReplacedAsAWhole() throws {
    try Self.withScratchFolder { path in
      let journals = try OutputFolder(path: path).journalFolder()
      #expect(try journals.journal(subscription: "Mail_Log") == nil)
      try journals.replace([1, 2, 3], subscription: "Mail_Log")
      try journals.replace([4], subscription: "Mail_Log")
      #expect(try journals.journal(subscription: "Mail_Log") == [4])
    }
  }

  @Test func fileThatExistsIsNotOverwritten() throws {
    try Self.withScratchFolder { path in
      let folder = try LogFolder(path: path)
      try folder.perform(.create(name: "a.c"))
      let error = #expect(throws: FileStoreError.self) {
        try folder.perform(.create(name: "a.c"))
      }
      #expect(error?.description == "\(path)/a.c: cannot create file: File exists")
    }
  }

  /// A rename would replace it without a word.
  @Test func savedFileIsNotReplaced() throws {
    try Self.withScratchFolder { path in
      let folder = try LogFolder(path: path)
      try Data("earlier".utf8).write(to: URL(fileURLWithPath: "\(path)/a.s"))
      try folder.perform(.create(name: "a.c"))
      let error = #expect(throws: FileStoreError.self) {
        try folder.perform(.save(name: "a.c", as: "a.s"))
      }
      #expect(error?.description == "\(path)/a.c: cannot rename: File exists")
      #expect(try Self.text("\(path)/a.s") == "earlier")
    }
  }

  @Test func linesWithoutAFileAreAnError() throws {
    try Self.withScratchFolder { path in
      let folder = try LogFolder(path: path)
      let error = #expect(throws: FileStoreError.self) {
        try folder.perform(.append([0x61], lines: 0))
      }
      #expect(error?.code == .write)
      try folder.perform(.create(name: "a.c"))
      try folder.perform(.save(name: "a.c", as: "a.s"))
      #expect(throws: FileStoreError.self) { try folder.perform(.append([0x61], lines: 0)) }
    }
  }

  @Test func foldersAreNoFiles() throws {
    try Self.withScratchFolder { path in
      let folder = try LogFolder(path: path)
      _ = try LogFolder(path: "\(path)/mail.@20150625T085003.c")
      try folder.perform(.create(name: "a.c"))
      #expect(try folder.existingFiles() == ["a.c"])
    }
  }

  /// Whoever may write anywhere meets this where the system itself writes nothing.
  @Test func folderThatCannotBeWrittenIsSaid() {
    let error = #expect(throws: FileStoreError.self) { try OutputFolder(path: "/proc/self/x/y") }
    #expect(error?.code == .createFolder)
    #expect(error?.path == "/proc/self/x")
  }

  @Test func emptyPathIsNoFolder() {
    let error = #expect(throws: FileStoreError.self) { try OutputFolder(path: "") }
    #expect(error?.code == .createFolder)
  }

  @Test func fullDeviceIsSaid() throws {
    let file = try AppendFile(creating: "/dev/full", exclusively: false)
    let error = #expect(throws: FileStoreError.self) { try file.append([0x61]) }
    #expect(error?.description == "/dev/full: cannot write: No space left on device")
  }

  @Test func folderThatIsAFileIsSaid() throws {
    try Self.withScratchFolder { path in
      try Data().write(to: URL(fileURLWithPath: "\(path)/x"))
      for wanted in ["\(path)/x", "\(path)/x/y"] {
        let error = #expect(throws: FileStoreError.self) { try OutputFolder(path: wanted) }
        #expect(error?.code == .createFolder)
        #expect(error?.description.hasSuffix("Not a directory") == true)
      }
    }
  }

  @Test func mailsAreNumberedInFourDigits() throws {
    try Self.withScratchFolder { path in
      let output = try OutputFolder(path: path)
      #expect(try output.writeMail([0x61], number: 7) == "\(path)/mail/0007.eml")
      #expect(try output.writeMail([0x62], number: 12345) == "\(path)/mail/12345.eml")
      #expect(try Self.text("\(path)/mail/0007.eml") == "a")
    }
  }

  // MARK: Links, torn ends, files that are taken away

  /// A link under a temporary name is not followed, and a report is whole at every instant.
  @Test func replacedFilesFollowNoLink() throws {
    try Self.withScratchFolder { path in
      let victim = "\(path)/victim"
      try Data("precious".utf8).write(to: URL(fileURLWithPath: victim))
      let folder = try OutputFolder(path: "\(path)/out")
      let spool = try folder.spoolFolder(subscription: "a")
      let journals = try folder.journalFolder()
      for name in ["report.json", "ledger.json", "spool/a/mark", "spool/a/logged", "journal/a"] {
        for link in [name, name + ".new"] {
          try FileManager.default.createSymbolicLink(
            atPath: "\(path)/out/\(link)", withDestinationPath: victim)
        }
      }
      try folder.replace(Array("report".utf8), name: "report.json")
      try folder.replace(Array("ledger".utf8), name: "ledger.json")
      _ = try spool.perform(.mark(Array("mark".utf8)))
      try spool.keepLoggedMark(Array("logged".utf8))
      try journals.replace(Array("journal".utf8), subscription: "a")
      #expect(try Self.text(victim) == "precious")
      for (name, text) in [
        ("report.json", "report"), ("ledger.json", "ledger"), ("spool/a/mark", "mark"),
        ("spool/a/logged", "logged"), ("journal/a", "journal"),
      ] {
        #expect(try Self.text("\(path)/out/\(name)") == text)
        let kind = try FileManager.default.attributesOfItem(atPath: "\(path)/out/\(name)")[.type]
        #expect(kind as? FileAttributeType == .typeRegular)
        #expect(!FileManager.default.fileExists(atPath: "\(path)/out/\(name).new"))
      }
    }
  }

  /// A file that cannot be replaced stays as it was, and nothing half done stays beside it.
  @Test func failedReplacementLeavesTheOldFile() throws {
    try Self.withScratchFolder { path in
      let folder = try OutputFolder(path: path)
      try folder.replace([0x61], name: "ledger.json")
      // A folder of the temporary name cannot be taken away like a file.
      try FileManager.default.createDirectory(
        atPath: "\(path)/ledger.json.new", withIntermediateDirectories: false)
      #expect(throws: FileStoreError.self) { try folder.replace([0x62], name: "ledger.json") }
      #expect(try Self.text("\(path)/ledger.json") == "a")
    }
  }

  @Test(
    arguments: [
      ("one\ntwo\n", "one\ntwo\n"), ("one\ntwo", "one\n"), ("one", ""), ("", ""), ("\n\n", "\n\n"),
      ("one\n" + String(repeating: "x", count: 200_000), "one\n"),
    ])
  func tornLineIsCut(_ row: (before: String, after: String)) throws {
    try Self.withScratchFolder { path in
      let names = ["mail.@20150625T085003.c", "mail.@20150625T085002.s"]
      for name in names {
        try Data(row.before.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
      }
      let cut = try LogFolder(path: path).cutTornLines()
      #expect(cut == (row.before == row.after ? [] : [names[0]]))
      #expect(try Self.text("\(path)/\(names[0])") == row.after)
      #expect(try Self.text("\(path)/\(names[1])") == row.before)
    }
  }

  @Test func killedRunsFileIsCompleted() throws {
    try Self.withScratchFolder { path in
      let folder = try LogFolder(path: path)
      #expect(try !folder.complete([0x61]))
      for (name, text) in [("a.@20150625T085002.s", "1\n"), ("a.@20150625T085003.c", "2\n")] {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
      }
      #expect(try folder.complete(Array("3\n".utf8)))
      #expect(try Self.text("\(path)/a.@20150625T085002.s") == "1\n")
      #expect(try Self.text("\(path)/a.@20150625T085003.c") == "2\n3\n")
    }
  }

  /// Nothing is written into a file that is not at its place any more.
  @Test(arguments: ["deleted", "renamed", "replaced", "folder deleted"])
  func fileThatIsTakenAwayIsNoticed(_ how: String) throws {
    try Self.withScratchFolder { path in
      let logs = "\(path)/logs"
      let folder = try LogFolder(path: logs)
      try folder.perform(.create(name: "a.c"))
      try folder.perform(.append(Array("one\n".utf8), lines: 1))
      switch how {
      case "deleted": try FileManager.default.removeItem(atPath: "\(logs)/a.c")
      case "folder deleted": try FileManager.default.removeItem(atPath: logs)
      default: try FileManager.default.moveItem(atPath: "\(logs)/a.c", toPath: "\(path)/old")
      }
      if how == "replaced" { try Data().write(to: URL(fileURLWithPath: "\(logs)/a.c")) }
      let error = #expect(throws: FileStoreError.self) {
        try folder.perform(.append(Array("two\n".utf8), lines: 1))
      }
      #expect(error?.code == .gone)
      #expect(error?.path == "\(logs)/a.c")
      try folder.perform(.create(name: "b.c"))
      try folder.perform(.append(Array("two\n".utf8), lines: 1))
      #expect(try Self.text("\(logs)/b.c") == "two\n")
      if how == "renamed" || how == "replaced" { #expect(try Self.text("\(path)/old") == "one\n") }
      if how != "replaced" {
        let saving = #expect(throws: FileStoreError.self) {
          try folder.perform(.save(name: "a.c", as: "a.s"))
        }
        #expect(saving?.code == .gone)
      }
    }
  }
}
