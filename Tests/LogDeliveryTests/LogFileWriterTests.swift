import LogDelivery
import LogFormats
import LogModel
import Simulation
import Testing

@Suite struct LogFileWriterTests {
  private static let second: Int64 = 1_435_215_003
  private static let zone = ZoneTransitions(name: "x", initialOffsetSeconds: 7200)
  private static let header = HeaderLines(version: "8.0.1-023", serialNumber: "S")

  /// What a folder holds after the actions; a second `create` of a name is an error of ours.
  private struct Folder {
    var files: [String: String] = [:]
    var order: [String] = []
    private var current = ""

    mutating func perform(_ actions: [LogFileAction]) {
      for action in actions {
        switch action {
        case .create(let name):
          #expect(self.files[name] == nil)
          self.files[name] = ""
          self.current = name
        case .append(let bytes, _):
          self.files[self.current, default: ""] += String(decoding: bytes, as: UTF8.self)
        case .save(let name, let newName):
          #expect(self.files[newName] == nil)
          self.files[newName] = self.files.removeValue(forKey: name)
          self.order.append(newName)
        case .delete(let name):
          #expect(self.files.removeValue(forKey: name) != nil)
        }
      }
    }
  }

  private static func batch(_ texts: [String], second: Int64 = second) -> RenderedBatch {
    var batch = RenderedBatch()
    for text in texts {
      batch.append(second: second, level: .information, type: .textMail, text: text)
    }
    return batch
  }

  @Test func fileBeginsWithHeaderAndIsNamedByLocalTime() {
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: 10_000, filesMax: 10, header: Self.header)
    var folder = Folder()
    writer.open(stamp: SimInstant(secondsSinceEpoch: Self.second), zone: Self.zone)
    folder.perform(writer.takeActions())
    #expect(
      folder.files == [
        "mail.@20150625T085003.c": """
        Thu Jun 25 08:50:03 2015 Info: Begin Logfile
        Thu Jun 25 08:50:03 2015 Info: Version: 8.0.1-023 SN: S
        Thu Jun 25 08:50:03 2015 Info: Time offset from UTC: 7200 seconds

        """
      ])
  }

  @Test func levelAndTypeFilter() {
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: 10_000, filesMax: 10, header: nil)
    var batch = RenderedBatch()
    batch.append(second: Self.second, level: .critical, type: .textMail, text: "kept")
    batch.append(second: Self.second, level: .warning, type: .textMail, text: "too low")
    batch.append(second: Self.second, level: .critical, type: .status, text: "other type")
    writer.append(batch, type: .textMail, level: .critical, zone: Self.zone)
    var folder = Folder()
    folder.perform(writer.takeActions())
    #expect(folder.files.values.first == "Thu Jun 25 08:50:03 2015 Critical: kept\n")
  }

  /// Whatever the sizes: all files behind one another, without their headers, are the lines.
  @Test(arguments: [1, 100, 300, 1000, 100_000])
  func rolloverLosesAndDoublesNothing(_ size: Int) {
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: size, filesMax: nil, header: Self.header)
    var folder = Folder()
    let texts = (0..<200).map { "line \($0)" }
    for start in stride(from: 0, to: 200, by: 7) {
      writer.append(
        Self.batch(Array(texts[start..<min(start + 7, 200)]), second: Self.second + Int64(start)),
        type: .textMail, level: .information, zone: Self.zone)
      if start % 2 == 0 { folder.perform(writer.takeActions()) }
    }
    writer.close()
    folder.perform(writer.takeActions())
    let lines = folder.order.flatMap { name in
      (folder.files[name] ?? "").split(separator: "\n").dropFirst(3)
    }
    #expect(lines.map { String($0.dropFirst(31)) } == texts)
    #expect(folder.order == folder.order.sorted())
    #expect(folder.files.keys.allSatisfy { $0.hasSuffix(".s") })
  }

  @Test func oldestFilesGoBeyondTheMaximum() {
    var writer = LogFileWriter(filename: "mail", rolloverSizeBytes: 1, filesMax: 3, header: nil)
    var folder = Folder()
    writer.append(
      Self.batch((0..<6).map { "\($0)" }), type: .textMail, level: .information, zone: Self.zone)
    folder.perform(writer.takeActions())
    #expect(folder.files.values.sorted().map { String($0.suffix(2).prefix(1)) } == ["3", "4", "5"])
  }

  /// The end of a run begins no file, so that none has to go for it.
  @Test(arguments: 1...3)
  func closeDeletesNothing(_ filesMax: Int) {
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: 1, filesMax: filesMax, header: nil)
    var folder = Folder()
    for text in ["a", "b", "c", "d"] {
      writer.append(Self.batch([text]), type: .textMail, level: .information, zone: Self.zone)
      folder.perform(writer.takeActions())
      #expect(folder.files.count <= filesMax)
    }
    writer.close()
    folder.perform(writer.takeActions())
    #expect(folder.files.count == filesMax)
    #expect(folder.files.values.contains { $0.hasSuffix(": d\n") })
  }

  /// 2015-10-25T01:00:00Z in Zurich: the local clock shows the hour from two to three twice.
  @Test func hourThatComesTwiceGivesNoNameTwice() {
    let end = SimInstant(secondsSinceEpoch: 1_445_734_800)
    let zurich = ZoneTransitions(
      name: "Europe/Zurich", initialOffsetSeconds: 7200,
      transitions: [.init(start: end, offsetSeconds: 3600)])
    var writer = LogFileWriter(filename: "mail", rolloverSizeBytes: 1, filesMax: nil, header: nil)
    var folder = Folder()
    for second in stride(from: end.wholeSeconds - 3600, to: end.wholeSeconds + 7200, by: 600) {
      writer.append(
        Self.batch(["x"], second: second), type: .textMail, level: .information, zone: zurich)
      folder.perform(writer.takeActions())
    }
    #expect(folder.files.count == 18)
    #expect(folder.order == folder.order.sorted())
  }

  /// The clock was set back between two runs: what the earlier one left keeps its name.
  @Test func leftoverOfTheFutureIsNotReplaced() {
    var writer = LogFileWriter(filename: "mail", rolloverSizeBytes: 1, filesMax: nil, header: nil)
    var folder = Folder()
    let name = "mail.@20150625T085005.s"
    folder.files[name] = "earlier\n"
    writer.adopt(existing: [name])
    for offset in 0..<4 as Range<Int64> {
      writer.append(
        Self.batch(["x"], second: Self.second + offset), type: .textMail, level: .information,
        zone: Self.zone)
      folder.perform(writer.takeActions())
    }
    #expect(folder.files[name] == "earlier\n")
    #expect(folder.files.count == 5)
  }

  @Test func leftoversAreSavedAndCounted() {
    var writer = LogFileWriter(filename: "mail", rolloverSizeBytes: 1, filesMax: 2, header: nil)
    writer.adopt(existing: [
      "mail.@20150101T000000.s", "other.@20150101T000000.s", "mail.@20150625T085003.c",
    ])
    writer.append(
      Self.batch(["x"]), type: .textMail, level: .information, zone: Self.zone)
    #expect(
      writer.takeActions() == [
        .save(name: "mail.@20150625T085003.c", as: "mail.@20150625T085003.s"),
        // The second is taken by the leftover, so the next one names the new file.
        .create(name: "mail.@20150625T085004.c"),
        .delete(name: "mail.@20150101T000000.s"),
        .append(Array("Thu Jun 25 08:50:03 2015 Info: x\n".utf8), lines: 1),
        .save(name: "mail.@20150625T085004.c", as: "mail.@20150625T085004.s"),
      ])
  }
}
