public import LogModel

/// One log subscription: which log, how much of it, and where it goes.
public struct LogSubscriptionSettings: Hashable, Sendable {
  /// The name; also its folder and its syslog tag.
  public var name: Setting<String>
  /// What it records.
  public var type: Setting<LogType>
  /// Lines at this level and more severe ones are recorded.
  public var level: Setting<LogLevel>
  /// Files, or a push.
  public var retrieval: Retrieval
  /// Bounce logs: how many bytes of the bounced message are recorded.
  public var bytesToRecord: Setting<Int>?
  /// What else the file says of it.
  public var kept: [ConfigurationElement]
  /// What stands beside the method in `retrieval`.
  public var keptInRetrieval: [ConfigurationElement]

  /// A subscription with these parts.
  public init(
    name: Setting<String>, type: Setting<LogType>,
    level: Setting<LogLevel> = Setting(default: .information), retrieval: Retrieval,
    bytesToRecord: Setting<Int>? = nil, kept: [ConfigurationElement] = [],
    keptInRetrieval: [ConfigurationElement] = []
  ) {
    self.name = name
    self.type = type
    self.level = level
    self.retrieval = retrieval
    self.bytesToRecord = bytesToRecord
    self.kept = kept
    self.keptInRetrieval = keptInRetrieval
  }

  /// Whether a run does anything for it: its type, its method and what the method cannot do without
  /// are understood.
  public var isInEffect: Bool {
    guard self.type.isUnderstood else { return false }
    switch self.retrieval {
    case .notUnderstood: return false
    case .manualDownload: return true
    case .ftpPush(let transfer), .scpPush(let transfer):
      return transfer.host.state == .present && HostSpelling(host: transfer.host.value) != .none
    case .syslogPush(let push):
      return push.transport.isUnderstood && push.usesTLS.isUnderstood && self.type.value.isText
        && !(push.usesTLS.value && push.transport.value == .udp)
    }
  }

  /// Whether somebody waits for lines of it that the simulation never writes. A log that stays on
  /// the appliance is merely empty.
  public var sendsNothing: Bool {
    guard self.isInEffect, !self.type.value.hasContent else { return false }
    switch self.retrieval {
    case .ftpPush, .scpPush, .syslogPush: return true
    case .manualDownload, .notUnderstood: return false
    }
  }

  /// Whether its push keeps lines on disk until they need not be sent again; only by TCP, since a
  /// datagram is never acknowledged.
  public var hasDiskBuffer: Bool {
    guard case .syslogPush(let push) = self.retrieval else { return false }
    return push.delivery.mode.value != .asAppliance && push.transport.value == .tcp
  }

  /// How the log leaves the appliance (`retrieval` in the file).
  public indirect enum Retrieval: Hashable, Sendable {
    /// "Manual download" (`ftp_poll`): files stay until fetched.
    case manualDownload(LogFileSettings)
    /// Files are sent to an FTP server when they roll over.
    case ftpPush(FileTransferSettings)
    /// Files are sent to an SSH server when they roll over.
    case scpPush(FileTransferSettings)
    /// Each line is sent to a syslog server as it is logged.
    case syslogPush(SyslogPushSettings)
    /// The file's `retrieval` is missing or not understood; nothing is assumed in its place.
    case notUnderstood(SourcePosition?)
  }
}

/// How a subscription keeps its files.
public struct LogFileSettings: Hashable, Sendable {
  /// The first part of each file's name, such as `mail`.
  public var filename: Setting<String>
  /// A file that has reached this size is saved and a new one begun; 1 or more.
  public var rolloverSizeBytes: Setting<Int>
  /// When a file is saved and a new one begun because of the time.
  public var rolloverSchedule: Setting<RolloverSchedule>
  /// How many files are kept at most, the oldest deleted first; 1 or more.
  public var filesMax: Setting<Int>
  /// What else the file says of them.
  public var kept: [ConfigurationElement]

  /// 10 MB (10,485,760 bytes) and 10 files unless told otherwise.
  ///
  /// Source: docs/FIDELITY.md, "Rollover".
  public init(
    filename: Setting<String>, rolloverSizeBytes: Setting<Int> = Setting(default: 10_485_760),
    rolloverSchedule: Setting<RolloverSchedule> = Setting(default: .never),
    filesMax: Setting<Int> = Setting(default: 10), kept: [ConfigurationElement] = []
  ) {
    self.filename = filename
    self.rolloverSizeBytes = rolloverSizeBytes
    self.rolloverSchedule = rolloverSchedule
    self.filesMax = filesMax
    self.kept = kept
  }
}

/// Where and how a subscription pushes to a syslog server.
public struct SyslogPushSettings: Hashable, Sendable {
  /// The transport below syslog.
  public enum Transport: String, Hashable, Sendable, CaseIterable {
    case udp = "UDP"
    case tcp = "TCP"
  }

  /// The server: a host name or an address literal.
  public var host: Setting<String>
  /// The server's port, 1 to 65535.
  public var port: Setting<UInt16>
  /// UDP unless TCP is configured.
  public var transport: Setting<Transport>
  /// The facility in PRI.
  public var facility: Setting<SyslogFacility>
  /// The longest message, in bytes; `nil` when the file does not say.
  public var messageBytesMax: Setting<Int>?
  /// Whether the connection is encrypted.
  public var usesTLS: Setting<Bool>
  /// What happens to lines that did not arrive; ours.
  public var delivery: DeliverySettings
  /// What else the file says of the push.
  public var kept: [ConfigurationElement]

  /// UDP to port 514 with facility `mail` unless told otherwise.
  ///
  /// Source: docs/FIDELITY.md, "Syslog push defaults".
  public init(
    host: Setting<String>, port: Setting<UInt16> = Setting(default: 514),
    transport: Setting<Transport> = Setting(default: .udp),
    facility: Setting<SyslogFacility> = Setting(default: .mail),
    messageBytesMax: Setting<Int>? = nil, usesTLS: Setting<Bool> = Setting(default: false),
    delivery: DeliverySettings = DeliverySettings(), kept: [ConfigurationElement] = []
  ) {
    self.host = host
    self.port = port
    self.transport = transport
    self.facility = facility
    self.messageBytesMax = messageBytesMax
    self.usesTLS = usesTLS
    self.delivery = delivery
    self.kept = kept
  }

  /// The longest message of each transport where no file says, in bytes.
  ///
  /// Source: docs/FIDELITY.md, "Cut of long messages".
  public static func messageBytesMaxDefault(_ transport: Transport) -> Int {
    transport == .udp ? 9216 : 65_535
  }

  /// The longest message in force, header included, framing not.
  public var messageBytesMaxInForce: Int {
    self.messageBytesMax?.value ?? Self.messageBytesMaxDefault(self.transport.value)
  }
}

extension Configuration {
  /// The same for a run: a subscription that is not in effect does nothing, and keeps its place.
  public var inEffect: Configuration {
    var result = self
    for index in result.subscriptions.indices where !result.subscriptions[index].isInEffect {
      result.subscriptions[index].retrieval = .notUnderstood(nil)
    }
    return result
  }

  /// The pushes whose delivery mode keeps lines on disk until they are delivered.
  public var promisedSubscriptions: Set<String> {
    Set(self.subscriptions.filter(\.hasDiskBuffer).map(\.name.value))
  }
}
