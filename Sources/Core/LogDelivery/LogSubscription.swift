public import ApplianceConfiguration
public import LogFormats
public import LogModel
public import Simulation

/// One log subscription at work: its filter, its files and its push.
public struct LogSubscription: ~Copyable, Sendable {
  /// The name.
  public let name: String
  /// What it records.
  public let type: LogType
  /// Lines at this level and graver ones pass.
  public let level: LogLevel
  /// The files: the subscription's own, or the record of what a pushed one logged; `nil` without record.
  public var files: LogFileWriter?
  /// The push; `nil` for manual download.
  public var push: SyslogPush?

  /// The subscription that `settings` describe.
  ///
  /// - Parameters:
  ///   - header: the appliance's header lines; a type that has none does without.
  ///   - keepsRecord: whether a pushed subscription keeps a record in files, all of it.
  public init(
    settings: LogSubscriptionSettings, header: HeaderLines, keepsRecord: Bool,
    backoff: ReconnectBackoff = ReconnectBackoff(), limits: PushLimits = PushLimits()
  ) {
    self.name = settings.name.value
    self.type = settings.type.value
    self.level = settings.level.value
    let header = settings.type.value.hasHeaderLines ? header : nil
    switch settings.retrieval {
    case .manualDownload(let file):
      self.files = LogFileWriter(
        filename: file.filename.value, rolloverSizeBytes: file.rolloverSizeBytes.value,
        filesMax: file.filesMax.value, header: header)
      self.push = nil
    case .syslogPush(let push):
      self.files =
        keepsRecord
        ? LogFileWriter(
          filename: settings.type.value == .textMail ? "mail" : settings.name.value,
          rolloverSizeBytes: LogFileSettings(filename: Setting("")).rolloverSizeBytes.value,
          filesMax: nil, header: header)
        : nil
      self.push = SyslogPush(
        tag: settings.name.value, settings: push, header: header, backoff: backoff, limits: limits)
    }
  }

  /// Takes the lines of a batch that pass the filter.
  public mutating func append(_ batch: borrowing RenderedBatch, zone: ZoneTransitions) {
    if self.files != nil {
      self.files?.append(batch, type: self.type, level: self.level, zone: zone)
    }
    if self.push != nil {
      self.push?.append(batch, type: self.type, level: self.level, zone: zone)
    }
  }
}
