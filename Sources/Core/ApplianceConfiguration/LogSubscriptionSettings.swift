public import LogModel

/// One log subscription: which log, how much of it, and where it goes.
public struct LogSubscriptionSettings: Hashable, Sendable {
  /// The name; also its folder and its syslog tag.
  public var name: Setting<String>
  /// What it records.
  public var type: Setting<LogType>
  /// Lines at this level and graver ones are recorded.
  public var level: Setting<LogLevel>
  /// Files, or a push.
  public var retrieval: Retrieval

  /// A subscription with these parts.
  public init(
    name: Setting<String>, type: Setting<LogType>,
    level: Setting<LogLevel> = Setting(.information), retrieval: Retrieval
  ) {
    self.name = name
    self.type = type
    self.level = level
    self.retrieval = retrieval
  }

  /// Whether its push keeps lines on disk until they need not be sent again; only by TCP, since a
  /// datagram is never acknowledged.
  public var hasDiskBuffer: Bool {
    guard case .syslogPush(let push) = self.retrieval else { return false }
    return push.delivery.mode.value != .asAppliance && push.transport.value == .tcp
  }

  /// How the log leaves the appliance (`retrieval` in the file).
  public enum Retrieval: Hashable, Sendable {
    /// "Manual download" (`ftp_poll`): files stay until fetched.
    case manualDownload(LogFileSettings)
    /// Each line is sent to a syslog server as it is logged.
    case syslogPush(SyslogPushSettings)
  }
}

/// How a subscription keeps its files.
public struct LogFileSettings: Hashable, Sendable {
  /// The first part of each file's name, such as `mail`.
  public var filename: Setting<String>
  /// A file that has reached this size is saved and a new one begun; 1 or more.
  public var rolloverSizeBytes: Setting<Int>
  /// How many files are kept at most, the oldest deleted first; 1 or more.
  public var filesMax: Setting<Int>

  /// 10 MB (10,485,760 bytes) and 10 files unless told otherwise.
  ///
  /// Source: docs/FIDELITY.md, "Rollover".
  public init(
    filename: Setting<String>, rolloverSizeBytes: Setting<Int> = Setting(10_485_760),
    filesMax: Setting<Int> = Setting(10)
  ) {
    self.filename = filename
    self.rolloverSizeBytes = rolloverSizeBytes
    self.filesMax = filesMax
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
  /// What happens to lines that did not arrive.
  public var delivery: DeliverySettings

  /// UDP to port 514 with facility `mail` unless told otherwise.
  ///
  /// Source: docs/FIDELITY.md, "Syslog push defaults".
  public init(
    host: Setting<String>, port: Setting<UInt16> = Setting(514),
    transport: Setting<Transport> = Setting(.udp),
    facility: Setting<SyslogFacility> = Setting(.mail),
    delivery: DeliverySettings = DeliverySettings()
  ) {
    self.host = host
    self.port = port
    self.transport = transport
    self.facility = facility
    self.delivery = delivery
  }
}
