public import ApplianceConfiguration
public import LogFormats
public import LogModel
public import Simulation

/// What the owner of a folder of log files does next, in order.
public enum LogFileAction: Hashable, Sendable {
  /// Begin this file; it must not exist.
  case create(name: String)
  /// Append to the file begun last; so many logged lines are in it, header lines not counted.
  case append([UInt8], lines: Int)
  /// The file begun last is complete: close it and give it this name.
  case save(name: String, as: String)
  /// Delete a saved file.
  case delete(name: String)
}

/// Decides the files of one subscription: `FILENAME.@TIMESTAMP.c` while written, `.s` when saved.
///
/// A file begins with the header lines of its log type and ends at the line that makes it as large
/// as the rollover size, before the first line behind a rollover by time, or on demand, whichever
/// comes first. Source: docs/FIDELITY.md, "File names", "Rollover" and "Rollover by time".
public struct LogFileWriter: ~Copyable, Sendable {
  private let filename: String
  private let rolloverSizeBytes: Int
  private let schedule: RolloverSchedule
  private let filesMax: Int?
  private(set) var header: HeaderLines?
  private var prefix = DiskLinePrefix()
  private var buffer = LineBuffer()
  private var actions: [LogFileAction] = []
  private(set) var currentBase: String?
  private(set) var currentBytes = 0
  /// When the file being written was begun, and when the time ends it; seconds since the epoch, by
  /// the appliance's clock.
  private var begun = Int64.min
  private var due: Int64?
  /// What steps of the clock have moved them by too little, in nanoseconds.
  private var stepRest: Int64 = 0
  private var bufferedLines = 0
  /// What a local clock showed when the latest file was named, in seconds.
  private var lastStampSecond = Int64.min
  private var saved: [String] = []
  /// What could not be done with the files, and how often in a row.
  private var writeRetry = WriteRetry()

  /// A writer that has not begun a file.
  ///
  /// - Parameters:
  ///   - filesMax: how many files are kept, the one being written included; `nil` keeps all.
  ///   - header: `nil` for a log type without header lines.
  public init(
    filename: String, rolloverSizeBytes: Int, schedule: RolloverSchedule = .never, filesMax: Int?,
    header: HeaderLines?
  ) {
    self.filename = filename
    self.rolloverSizeBytes = rolloverSizeBytes
    self.schedule = schedule
    self.filesMax = filesMax
    self.header = header
  }

  /// Takes notice of files that an earlier run left: a `.c` is saved now, and `.s` count as kept.
  ///
  /// - Parameter existing: names in the folder, the one that was written last at the end.
  public mutating func adopt(existing: [String]) {
    let own = existing.filter { $0.hasPrefix(self.filename + ".@") }
    for name in own where !self.saved.contains(name) {
      if name.hasSuffix(".c") {
        let savedName = String(name.dropLast(2)) + ".s"
        self.actions.append(.save(name: name, as: savedName))
        self.saved.append(savedName)
      } else if name.hasSuffix(".s") {
        self.saved.append(name)
      }
    }
  }

  /// Takes the lines of a batch that belong to `type` and are at `level` or more severe.
  public mutating func append(
    _ batch: borrowing RenderedBatch, type: LogType, level: LogLevel, zone: ZoneTransitions
  ) {
    batch.bytes.withUnsafeBytes { bytes in
      for line in batch.lines where line.type == type && line.level <= level {
        if self.writeRetry.isWaiting {
          self.writeRetry.notKept += 1
          continue
        }
        self.rollOverIfDue(second: line.second, zone: zone)
        self.openIfNeeded(second: line.second, zone: zone)
        self.prefix.append(to: &self.buffer, second: line.second, zone: zone)
        self.buffer.append(
          UnsafeRawBufferPointer(rebasing: bytes[Int(line.start)..<Int(line.end)]))
        self.buffer.append(byte: 0x0A)
        self.bufferedLines += 1
        if self.currentBytes + self.buffer.count >= self.rolloverSizeBytes { self.save() }
      }
    }
  }

  /// The saved files that are kept, the oldest first.
  public var savedNames: [String] { self.saved }

  /// A saved file arrived elsewhere and is deleted here.
  public mutating func sent(_ name: String) {
    self.saved.removeAll { $0 == name }
    self.actions.append(.delete(name: name))
  }

  /// The header of the next file is another, and so may be the zone of the next line.
  public mutating func change(header: HeaderLines?) {
    self.header = header
    self.prefix = DiskLinePrefix()
  }

  /// Begins the first file, so that a subscription without lines has its header all the same.
  public mutating func open(stamp: SimInstant, zone: ZoneTransitions) {
    self.openIfNeeded(second: stamp.wholeSeconds, zone: zone)
  }

  /// Saves the file being written.
  public mutating func close() {
    self.save()
  }

  /// When files that could not be written are tried again; elapsed time.
  public var retryAt: SimInstant? { self.writeRetry.retryAt }

  /// When the time of the file being written is over, by the appliance's clock.
  public var rolloverDue: SimInstant? {
    self.writeRetry.isWaiting ? nil : self.due.map { self.instant($0) }
  }

  /// It is `now`, and the appliance's clock shows `stamp`: a file whose time is over is saved and
  /// the next one begun; files that could not be written are tried again.
  public mutating func timeReached(_ now: SimInstant, stamp: SimInstant, zone: ZoneTransitions) {
    if self.writeRetry.isWaiting {
      guard let retryAt = self.writeRetry.retryAt, retryAt <= now else { return }
      self.writeRetry.retryAt = nil
      self.openIfNeeded(second: stamp.wholeSeconds, zone: zone)
    }
    self.rollOverIfDue(second: stamp.wholeSeconds, zone: zone)
  }

  /// The appliance's clock was set and shows `stamp` now.
  ///
  /// A file is not older by that; a time of day that is to come again ends a file again.
  public mutating func clockStepped(
    by step: SimDuration, to stamp: SimInstant, zone: ZoneTransitions
  ) {
    guard self.due != nil else { return }
    if self.schedule.isByAge {
      // Whole seconds, as files count them; what is left over waits for the next step.
      let sum = SimInstant(nanoseconds: self.stepRest + step.nanoseconds)
      self.stepRest = sum.subsecondNanoseconds
      self.begun += sum.wholeSeconds
      self.due = self.due.map { $0 + sum.wholeSeconds }
    } else if step < .zero {
      self.due = self.schedule.next(after: stamp.wholeSeconds, zone: zone)
    }
  }

  /// Saves the file being written and begins the next one (`rollovernow`).
  public mutating func rollOver(stamp: SimInstant, zone: ZoneTransitions) {
    // Whoever asks for a new file may have made room for it.
    self.writeRetry.retryAt = nil
    self.save()
    self.openIfNeeded(second: stamp.wholeSeconds, zone: zone)
  }

  /// The actions since the last call, in order.
  ///
  /// - Parameter minimumBytes: appended lines may wait until so many bytes have gathered, unless a
  ///   file is begun or saved; 0 lets `tail` see each at once.
  public mutating func takeActions(minimumBytes: Int = 0) -> [LogFileAction] {
    guard !self.actions.isEmpty || self.buffer.count >= max(minimumBytes, 1) else { return [] }
    self.flush()
    let taken = self.actions
    self.actions = []
    return taken
  }

  private mutating func openIfNeeded(second: Int64, zone: ZoneTransitions) {
    guard self.currentBase == nil else { return }
    let base = self.nextBase(second: second, zone: zone)
    self.currentBase = base
    self.currentBytes = 0
    self.begun = second
    self.due = self.schedule.next(after: second, zone: zone)
    self.actions.append(.create(name: base + ".c"))
    self.deleteOldest()
    for text in self.header?.texts(offsetSeconds: zone.offsetSeconds(at: self.instant(second)))
      ?? []
    {
      self.prefix.append(to: &self.buffer, second: second, zone: zone)
      self.buffer.append(LogLevel.information.lineToken)
      self.buffer.append(": ")
      self.buffer.append(string: text)
      self.buffer.append(byte: 0x0A)
    }
  }

  /// A name that no file has had yet. Names go by the local clock, which shows an hour twice when
  /// summer time ends, and two files may begin in one second: the stamp then moves on, so that
  /// names stay unique and in order.
  private mutating func nextBase(second: Int64, zone: ZoneTransitions) -> String {
    var local = second + Int64(zone.offsetSeconds(at: self.instant(second)))
    if self.lastStampSecond != .min { local = max(local, self.lastStampSecond + 1) }
    while self.saved.contains(self.base(local: local) + ".s") { local += 1 }
    self.lastStampSecond = local
    return self.base(local: local)
  }

  private func base(local: Int64) -> String {
    "\(self.filename).@\(CalendarStamp(self.instant(local), offsetSeconds: 0).compact)"
  }

  private func instant(_ second: Int64) -> SimInstant {
    SimInstant(secondsSinceEpoch: second)
  }

  private mutating func flush() {
    guard self.buffer.count > 0 else { return }
    self.actions.append(.append(self.buffer.array, lines: self.bufferedLines))
    self.currentBytes += self.buffer.count
    self.bufferedLines = 0
    self.buffer.removeAll()
  }

  private mutating func rollOverIfDue(second: Int64, zone: ZoneTransitions) {
    guard let due = self.due, due <= second else { return }
    let latest = self.schedule.latest(since: self.begun, notAfter: second, zone: zone)
    self.save()
    self.openIfNeeded(second: latest ?? due, zone: zone)
  }

  private mutating func save() {
    guard let base = self.currentBase else { return }
    self.flush()
    self.actions.append(.save(name: base + ".c", as: base + ".s"))
    self.currentBase = nil
    self.due = nil
    self.saved.append(base + ".s")
  }

  /// Makes room for the file that was just begun: it counts as one of the files kept.
  private mutating func deleteOldest() {
    while let filesMax = self.filesMax, self.saved.count > max(filesMax - 1, 0) {
      self.actions.append(.delete(name: self.saved.removeFirst()))
    }
  }
}

/// Files that cannot be written: a full disk, a folder without permission.
extension LogFileWriter {
  /// How many lines passed the filter and are in no file.
  public var notKept: UInt64 { self.writeRetry.notKept }

  /// An action could not be carried out.
  ///
  /// - Returns: whether this is to be said, which is so once a period. Where no line can be
  ///   written, it is tried again after a wait, in which lines are counted and not kept.
  public mutating func failed(_ action: LogFileAction, now: SimInstant) -> Bool {
    switch action {
    case .append(let bytes, let lines):
      self.writeRetry.notKept += UInt64(lines)
      self.currentBytes = max(0, self.currentBytes - bytes.count)
    case .create(let name):
      if let base = self.currentBase, name == base + ".c" {
        self.currentBase = nil
        self.due = nil
        // What waits was meant for a file that there is not.
        self.writeRetry.notKept += UInt64(self.bufferedLines)
        self.bufferedLines = 0
        self.buffer.removeAll()
      }
    case .save(let name, let savedName):
      self.saved.removeAll { $0 == savedName }
      self.writeRetry.saveFailed(name: name, savedName)
      return self.writeRetry.isReportDue(now: now)
    case .delete(let name):
      self.saved.insert(name, at: 0)
      return self.writeRetry.isReportDue(now: now)
    }
    return self.writeRetry.failed(now: now)
  }

  /// The file that an action concerns is not at its place any more: somebody deleted or renamed it.
  /// What was not appended goes into a new file.
  ///
  /// - Parameter name: of the file that is gone.
  public mutating func gone(
    _ action: LogFileAction, name: String, stamp: SimInstant, zone: ZoneTransitions
  ) {
    switch action {
    case .append(let bytes, let lines):
      guard let base = self.currentBase, name == base + ".c" else {
        // Another one is being written already, and has later lines.
        self.writeRetry.notKept += UInt64(lines)
        return
      }
      let (waiting, waitingLines) = (self.buffer.array, self.bufferedLines)
      self.buffer.removeAll()
      self.currentBase = nil
      self.openIfNeeded(second: stamp.wholeSeconds, zone: zone)
      for lines in [bytes, waiting] { lines.withUnsafeBytes { self.buffer.append($0) } }
      self.bufferedLines = lines + waitingLines
    case .save(_, let savedName): self.saved.removeAll { $0 == savedName }
    case .create, .delete: break
    }
  }

  /// A line could be written again after a failure.
  ///
  /// - Returns: whether that is to be said, as the failure was.
  public mutating func recovered() -> Bool {
    let (saves, isSaid) = self.writeRetry.recovered()
    // A file that could not be saved gets one more chance; if not, the next run saves it.
    for (name, savedName) in saves {
      self.actions.append(.save(name: name, as: savedName))
      self.saved.append(savedName)
    }
    self.saved.sort()
    return isSaid
  }
}
