import ApplianceConfiguration
import LogDelivery
import LogFormats
import LogModel
import Simulation
import Testing

/// Rollover by time, by size and on demand, and files that cannot be written.
@Suite struct LogFileRolloverTests {
  private static let start: Int64 = 1_445_734_800 - 40 * 3600
  private static let zone = ZoneTransitions(
    name: "Europe/Zurich", initialOffsetSeconds: 7200,
    transitions: [
      .init(start: SimInstant(secondsSinceEpoch: 1_445_734_800), offsetSeconds: 3600)
    ])
  private static let header = HeaderLines(version: "8.0.1-023", serialNumber: "S")

  /// A folder on a disk that may be full.
  private struct Folder {
    var files: [String: [String]] = [:]
    var isFull = false
    var isLocked = false
    private var current: String?

    /// Whether it could be done.
    mutating func perform(_ action: LogFileAction) -> Bool {
      switch action {
      case .create(let name):
        self.current = nil
        guard !self.isLocked else { return false }
        #expect(self.files[name] == nil)
        self.files[name] = []
        self.current = name
      case .append(let bytes, let lines):
        guard let current = self.current, !self.isFull else { return false }
        let texts = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        let logged = texts.filter { $0.contains("Info: line ") }
        #expect(logged.count == lines)
        #expect(bytes.last == 0x0A)
        self.files[current, default: []] += logged
      case .save(let name, let newName):
        guard !self.isLocked else { return false }
        #expect(self.files[newName] == nil)
        self.files[newName] = self.files.removeValue(forKey: name)
        if self.current == name { self.current = nil }
      case .delete(let name):
        guard !self.isLocked else { return false }
        #expect(self.files.removeValue(forKey: name) != nil)
      }
      return true
    }

    /// The number of each logged line, in order of the files.
    var numbers: [Int] {
      self.files.keys.sorted().flatMap { self.files[$0] ?? [] }.compactMap {
        $0.split(separator: " ").last.flatMap { Int($0) }
      }
    }
  }

  private static func batch(_ number: Int, _ second: Int64) -> RenderedBatch {
    var batch = RenderedBatch()
    batch.append(second: second, level: .information, type: .textMail, text: "line \(number)")
    return batch
  }

  /// The same by hand: lines in lists, a new list at each rollover.
  private struct Naive {
    var files: [[Int]] = []
    var begun: Int64?
    var size = 0

    mutating func look(_ second: Int64, _ schedule: RolloverSchedule) {
      guard let begun, let due = schedule.next(after: begun, zone: LogFileRolloverTests.zone),
        due <= second
      else { return }
      var latest = due
      while let next = schedule.next(after: latest, zone: LogFileRolloverTests.zone),
        next <= second
      {
        latest = next
      }
      self.begin(latest)
    }

    mutating func begin(_ second: Int64) {
      self.files.append([])
      self.begun = second
      self.size = 0
    }

    mutating func line(_ number: Int, _ second: Int64, bytes: Int, limit: Int) {
      if self.begun == nil { self.begin(second) }
      self.files[self.files.count - 1].append(number)
      self.size += bytes
      if self.size >= limit { self.begun = nil }
    }
  }

  private static let schedules: [RolloverSchedule] = [
    .never, .interval(seconds: 9000), .interval(seconds: 60), .daily(secondOfDay: 9000),
    .weekly(weekday: 0, secondOfDay: 9000),
  ]

  /// Whatever is asked for at whatever times: each line is in one file, and in the one that a
  /// simpler model says.
  @Test(arguments: schedules, 0..<12)
  func agreesWithTheNaiveModel(_ schedule: RolloverSchedule, _ seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "rollover")
    let limit = seed % 3 == 0 ? 1 << 30 : 400
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: limit, schedule: schedule, filesMax: nil, header: nil)
    var folder = Folder()
    var naive = Naive()
    var second = Self.start
    for number in 0..<300 {
      let now = SimInstant(secondsSinceEpoch: second)
      switch random.uniform(in: 0...9) {
      case 0:
        writer.rollOver(stamp: now, zone: Self.zone)
        naive.begin(second)
      case 1, 2:
        writer.timeReached(now, stamp: now, zone: Self.zone)
        naive.look(second, schedule)
      case 3: second += Int64(random.uniform(in: 0...100_000))
      default: second += Int64(random.uniform(in: 0...40))
      }
      writer.append(
        Self.batch(number, second), type: .textMail, level: .information, zone: Self.zone)
      naive.look(second, schedule)
      let bytes = 25 + "Info: line \(number)\n".utf8.count
      naive.line(number, second, bytes: bytes, limit: limit)
      if random.uniform(in: 0...1) == 0 {
        for action in writer.takeActions() {
          let done = folder.perform(action)
          #expect(done)
        }
      }
    }
    writer.close()
    for action in writer.takeActions() {
      let done = folder.perform(action)
      #expect(done)
    }
    #expect(folder.numbers == Array(0..<300))
    let files = folder.files.keys.sorted().map { name in
      (folder.files[name] ?? []).compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    }
    #expect(files == naive.files)
    #expect(folder.files.keys.allSatisfy { $0.hasSuffix(".s") })
    #expect(writer.notKept == 0)
  }

  /// A file's age is not what the clock shows: steps move its end along, to the second, however
  /// small they are; in the meantime nothing is saved early or late.
  @Test(arguments: 0..<20)
  func clockThatIsSetDoesNotChangeTheAgeOfFiles(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "steps")
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: 1 << 30, schedule: .interval(seconds: 60),
      filesMax: nil, header: Self.header)
    var folder = Folder()
    let start = SimInstant(secondsSinceEpoch: Self.start)
    var offset = SimDuration.zero
    writer.open(stamp: start, zone: .utc)
    for tenth in 1...6000 {
      let now = start.advanced(by: .milliseconds(Int64(tenth) * 100))
      if random.chance(permille: 10) {
        let step = SimDuration(
          nanoseconds: random.chance(permille: 500)
            ? Int64(random.uniform(in: -900_000_000...900_000_000))
            : Int64(random.uniform(in: -7200...7200)) * 1_000_000_000)
        offset = offset + step
        writer.clockStepped(by: step, to: now.advanced(by: offset), zone: .utc)
      }
      writer.timeReached(now, stamp: now.advanced(by: offset), zone: .utc)
      for action in writer.takeActions() { _ = folder.perform(action) }
      let saved = folder.files.keys.count { $0.hasSuffix(".s") }
      // A second of grace each way: ends are whole seconds of the clock.
      #expect(saved >= (tenth - 10) / 610 && saved <= (tenth + 10 + saved * 10) / 600)
    }
    #expect((9...10).contains(folder.files.keys.count { $0.hasSuffix(".s") }))
  }

  /// A time of day ends a file when the clock shows it: again when the clock was set back, at once
  /// when it was set over it; names stay in order.
  @Test func timeOfDayGoesByTheClock() {
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: 1 << 30, schedule: .daily(secondOfDay: 3600),
      filesMax: nil, header: Self.header)
    var folder = Folder()
    let midnight = SimInstant(secondsSinceEpoch: 1_435_190_400)
    func instant(_ minutes: Int64) -> SimInstant { midnight.advanced(by: .seconds(60 * minutes)) }
    func files() -> Int {
      for action in writer.takeActions() { _ = folder.perform(action) }
      return folder.files.count
    }
    writer.open(stamp: instant(30), zone: .utc)
    #expect(writer.rolloverDue == instant(60))
    writer.timeReached(instant(0), stamp: instant(60), zone: .utc)
    #expect(files() == 2)
    #expect(writer.rolloverDue == instant(60 + 1440))
    writer.clockStepped(by: .seconds(-3600), to: instant(15), zone: .utc)
    #expect(writer.rolloverDue == instant(60))
    writer.timeReached(instant(46), stamp: instant(61), zone: .utc)
    #expect(files() == 3)
    writer.clockStepped(by: .seconds(3 * 86_400), to: instant(61 + 3 * 1440), zone: .utc)
    writer.timeReached(instant(46), stamp: instant(61 + 3 * 1440), zone: .utc)
    #expect(files() == 4)
    #expect(
      folder.files.keys.sorted() == [
        "mail.@20150625T003000.s", "mail.@20150625T010000.s", "mail.@20150625T010001.s",
        "mail.@20150628T010000.c",
      ])
  }

  @Test func quietFileIsSavedAtItsTimeAndTheNextOneNamedForIt() {
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: 10_000, schedule: .daily(secondOfDay: 5400),
      filesMax: 10, header: Self.header)
    var folder = Folder()
    writer.open(stamp: SimInstant(secondsSinceEpoch: 1_435_215_003), zone: .utc)
    let due = SimInstant(secondsSinceEpoch: 1_435_282_200)
    #expect(writer.rolloverDue == due)
    writer.timeReached(
      SimInstant(nanoseconds: due.nanoseconds - 1),
      stamp: SimInstant(nanoseconds: due.nanoseconds - 1), zone: .utc)
    for action in writer.takeActions() { _ = folder.perform(action) }
    #expect(folder.files.keys.sorted() == ["mail.@20150625T065003.c"])
    writer.timeReached(
      due.advanced(by: .seconds(7)), stamp: due.advanced(by: .seconds(7)), zone: .utc)
    for action in writer.takeActions() { _ = folder.perform(action) }
    #expect(
      folder.files.keys.sorted() == ["mail.@20150625T065003.s", "mail.@20150626T013000.c"])
  }

  /// Full and locked disks at any moments: what is in no file is counted, and nothing is in two.
  @Test(arguments: 0..<40)
  func linesAreInOneFileOrCounted(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "full")
    var writer = LogFileWriter(
      filename: "mail", rolloverSizeBytes: 500, schedule: .interval(seconds: 60),
      filesMax: seed % 2 == 0 ? nil : 1000, header: Self.header)
    var folder = Folder()
    var second = Self.start
    var failing = false
    writer.open(stamp: SimInstant(secondsSinceEpoch: second), zone: Self.zone)
    func settle() {
      while true {
        let actions = writer.takeActions()
        if actions.isEmpty { return }
        for action in actions {
          let now = SimInstant(secondsSinceEpoch: second)
          if folder.perform(action) {
            guard case .append = action, failing else { continue }
            failing = false
            _ = writer.recovered()
          } else {
            failing = true
            _ = writer.failed(action, now: now)
          }
        }
      }
    }
    for number in 0..<400 {
      second += Int64(random.uniform(in: 0...9))
      switch random.uniform(in: 0...19) {
      case 0: folder.isFull.toggle()
      case 1: folder.isLocked.toggle()
      case 2: writer.rollOver(stamp: SimInstant(secondsSinceEpoch: second), zone: Self.zone)
      default: break
      }
      writer.append(
        Self.batch(number, second), type: .textMail, level: .information, zone: Self.zone)
      if random.uniform(in: 0...2) > 0 { settle() }
      writer.timeReached(
        SimInstant(secondsSinceEpoch: second), stamp: SimInstant(secondsSinceEpoch: second),
        zone: Self.zone)
    }
    folder.isFull = false
    folder.isLocked = false
    settle()
    second += 120
    writer.timeReached(
      SimInstant(secondsSinceEpoch: second), stamp: SimInstant(secondsSinceEpoch: second),
      zone: Self.zone)
    settle()
    writer.append(Self.batch(400, second), type: .textMail, level: .information, zone: Self.zone)
    settle()
    writer.close()
    settle()
    #expect(folder.numbers == folder.numbers.sorted())
    #expect(Set(folder.numbers).count == folder.numbers.count)
    #expect(folder.numbers.count + Int(writer.notKept) == 401)
    #expect(folder.numbers.last == 400, "it recovers")
  }
}
