public import ApplianceConfiguration
public import BasicContainers
public import LogFormats
public import LogModel
public import Simulation

/// One log subscription at work: its filter, its files and its push.
public struct LogSubscription: ~Copyable, Sendable {
  /// Given once.
  public let id: SubscriptionID
  /// The name.
  public let name: String
  /// What it keeps on disk.
  public var storage: SubscriptionStorage
  /// What it records.
  public let type: LogType
  /// Lines at this level and more severe ones pass.
  public private(set) var level: LogLevel
  /// The files: the subscription's own, or the record of what a pushed one logged; `nil` without
  /// record.
  public var files: LogFileWriter?
  /// The push; none for manual download. Out of line: a push is large, and an `Optional` of what
  /// cannot be copied is moved whole to be asked anything.
  @usableFromInline
  var pushes = UniqueArray<SyslogPush>()
  /// The saved files on their way to a server; `nil` where they stay.
  public var transfers: FileTransferQueue?
  /// That server; `nil` where files stay on the appliance.
  public let transferEndpoint: FileTransferEndpoint?
  /// Writes of the push's present connection that were reported.
  public var reportedWrites = 0

  /// The subscription that `settings` describe.
  ///
  /// - Parameters:
  ///   - header: the appliance's header lines; a type that has none does without.
  ///   - keepsRecord: whether a pushed subscription keeps a record in files, all of it.
  public init(
    _ id: SubscriptionID, settings: LogSubscriptionSettings, origin: FileOrigin = FileOrigin(),
    header: HeaderLines,
    keepsRecord: Bool,
    backoff: ExponentialBackoff = ExponentialBackoff(), limits: PushLimits = PushLimits()
  ) {
    self.id = id
    self.name = settings.name.value
    self.storage = SubscriptionStorage(settings, keepsRecord: keepsRecord)
    self.transferEndpoint = FileTransferEndpoint(settings.retrieval)
    self.type = settings.type.value
    self.level = settings.level.value
    let header = settings.type.value.hasHeaderLines ? header : nil
    switch settings.retrieval {
    case .notUnderstood:
      self.files = nil
    case .ftpPush(let transfer), .scpPush(let transfer):
      // What was not sent is never deleted.
      self.files = Self.writer(transfer.files, origin, header, keepsAll: true)
    case .manualDownload(let file):
      self.files = Self.writer(file, origin, header)
    case .syslogPush(let push):
      self.files =
        keepsRecord
        ? LogFileWriter(
          filename: settings.type.value == .textMail ? "mail" : settings.name.value,
          rolloverSizeBytes: LogFileSettings(filename: Setting("")).rolloverSizeBytes.value,
          filesMax: nil, header: header)
        : nil
      self.pushes.append(
        SyslogPush(
          tag: settings.name.value, settings: push, header: header, hostname: origin.hostname,
          backoff: backoff, limits: limits))
    }
  }

  /// How the names of a subscription's log files begin; `nil` for a push, whose record is ours.
  public static func filename(
    of settings: LogSubscriptionSettings, _ origin: FileOrigin
  ) -> String? {
    switch settings.retrieval {
    case .manualDownload(let file): self.expanded(file, origin)
    case .ftpPush(let transfer), .scpPush(let transfer): self.expanded(transfer.files, origin)
    case .syslogPush, .notUnderstood: nil
    }
  }

  private static func expanded(_ settings: LogFileSettings, _ origin: FileOrigin) -> String {
    LogFileName.expanded(
      settings.filename.value, hostname: origin.hostname, serialNumber: origin.serialNumber)
  }

  private static func writer(
    _ settings: LogFileSettings, _ origin: FileOrigin, _ header: HeaderLines?,
    keepsAll: Bool = false
  ) -> LogFileWriter {
    LogFileWriter(
      filename: self.expanded(settings, origin),
      rolloverSizeBytes: settings.rolloverSizeBytes.value,
      schedule: settings.rolloverSchedule.value,
      filesMax: keepsAll ? nil : settings.filesMax.value, header: header)
  }

  /// Takes the lines of a batch that pass the filter.
  public mutating func append(_ batch: borrowing RenderedBatch, zone: ZoneTransitions) {
    if self.files != nil {
      self.files?.append(batch, type: self.type, level: self.level, zone: zone)
    }
    if self.hasPush {
      self.pushes[0].append(batch, type: self.type, level: self.level, zone: zone)
    }
  }
}

/// A commit that changes it while it goes on. Source: docs/FIDELITY.md, "A commit".
extension LogSubscription {
  /// Records by `settings` from the next line on; files, type and method are as before.
  ///
  /// - Parameters:
  ///   - header: the appliance's header lines.
  ///   - reconnects: whether the push goes on by a new connection.
  /// - Returns: `nil` where nothing is to be connected or closed.
  public mutating func change(
    to settings: LogSubscriptionSettings, hostname: String, header: HeaderLines,
    reconnects: Bool, now: SimInstant, stamp: SimInstant, zone: ZoneTransitions
  ) -> SyslogPush.Redirection? {
    self.level = settings.level.value
    let header = self.type.hasHeaderLines ? header : nil
    self.files?.change(header: header)
    guard case .syslogPush(let push) = settings.retrieval, self.hasPush else { return nil }
    return self.pushes[0].change(
      to: push, tag: self.name, hostname: hostname, header: header, reconnects: reconnects,
      now: now, stamp: stamp, zone: zone)
  }
}

/// What names of log files may tell of the appliance.
public struct FileOrigin: Hashable, Sendable {
  /// The appliance's host name.
  public var hostname: String
  /// Its serial number.
  public var serialNumber: String

  /// An appliance of that name and number.
  public init(hostname: String = "", serialNumber: String = "") {
    self.hostname = hostname
    self.serialNumber = serialNumber
  }
}

/// The one door to the push. Inlined: its owner asks every push at every step.
extension LogSubscription {
  /// Whether lines are pushed.
  @inlinable
  public var hasPush: Bool { !self.pushes.isEmpty }

  /// Lends the push; `nil` without one.
  @discardableResult
  @inlinable
  public mutating func withPush<Result>(_ body: (inout SyslogPush) -> Result) -> Result? {
    self.hasPush ? body(&self.pushes[0]) : nil
  }

  /// Lends the push to be read; `nil` without one.
  @inlinable
  public func readPush<Result>(_ body: (borrowing SyslogPush) -> Result) -> Result? {
    self.hasPush ? body(self.pushes[0]) : nil
  }

  /// When `timeReached` of the push, or a file's next attempt, is wanted.
  public var wakeAt: SimInstant? {
    self.hasPush ? self.pushes[0].wakeAt : self.transfers?.wakeAt
  }
}

/// The files.
extension LogSubscription {
  /// How many saved files have not arrived yet.
  public var filesWaiting: Int { self.transfers?.waitingCount ?? 0 }

  /// Begins the first file.
  public mutating func openFiles(stamp: SimInstant, zone: ZoneTransitions) {
    self.files?.open(stamp: stamp, zone: zone)
  }

  /// When files that could not be written are tried again; elapsed time.
  public var filesRetryAt: SimInstant? {
    switch self.files {
    case .some(let files): files.retryAt
    case .none: nil
    }
  }

  /// When a file's time is over, by the appliance's clock.
  public var rolloverDue: SimInstant? {
    switch self.files {
    case .some(let files): files.rolloverDue
    case .none: nil
    }
  }

  /// Whether `filesTimeReached` is wanted.
  public func areFilesDue(now: SimInstant, stamp: SimInstant) -> Bool {
    self.filesRetryAt.map { $0 <= now } ?? false || self.rolloverDue.map { $0 <= stamp } ?? false
  }

  /// How many lines passed the filter and are in no file, though files were meant for them.
  public var linesNotKept: UInt64 {
    switch self.files {
    case .some(let files): files.notKept
    case .none: 0
    }
  }

  /// It is `now`, and the appliance's clock shows `stamp`, as far as the files are concerned.
  public mutating func filesTimeReached(
    _ now: SimInstant, stamp: SimInstant, zone: ZoneTransitions
  ) {
    self.files?.timeReached(now, stamp: stamp, zone: zone)
  }

  /// What to do with the files, in order.
  public mutating func takeFileActions(minimumBytes: Int = 0) -> [LogFileAction] {
    self.files?.takeActions(minimumBytes: minimumBytes) ?? []
  }
}
