public import LogModel

/// What a push does about lines that did not arrive (docs/DELIVERY.md).
public enum DeliveryMode: String, Hashable, Sendable, CaseIterable, Codable {
  /// Fire and forget, as the documented appliance: a failure throws the queue away.
  case asAppliance = "as-appliance"
  /// Lines wait on disk while the server is away; what was not acknowledged is sent again.
  case buffered
  /// As `buffered`, and what the peer's kernel may have taken and not handed on is sent again too.
  case atLeastOnce = "at-least-once"
}

/// What happens at the limit of the disk buffer.
public enum BufferOverflow: String, Hashable, Sendable, CaseIterable, Codable {
  /// The new line is refused.
  case dropNewest = "drop-newest"
  /// The oldest lines that were not sent go.
  case dropOldest = "drop-oldest"
}

/// The form of a message's header.
public enum SyslogHeaderFormat: String, Hashable, Sendable, CaseIterable, Codable {
  /// `<PRI>Mmm dd hh:mm:ss TAG: `, as the documented appliance writes it, or with HOST before TAG.
  case rfc3164
  /// `<PRI>1 2015-06-25T08:50:03+02:00 HOST TAG - - - `.
  case rfc5424
}

/// How messages of a stream are told from each other (RFC 6587).
public enum SyslogFraming: String, Hashable, Sendable, CaseIterable, Codable {
  /// Each ends with LF (section 3.4.2), as the documented appliance does it.
  case lineFeed = "lf"
  /// Its length in octets and a space stand before each (section 3.4.1).
  case octetCounting = "octet-counting"
}

/// The oldest version of TLS that a push takes.
public enum TLSVersionMinimum: String, Hashable, Sendable, CaseIterable, Codable {
  case tls12 = "1.2"
  case tls13 = "1.3"
}

/// When a silent peer of a push counts as gone; 0 everywhere leaves it to the system.
public struct KeepAliveSettings: Hashable, Sendable {
  /// Seconds of silence before the first probe; 0 sends none.
  public var idleSeconds = Setting(default: 0)
  /// Seconds between probes that are not answered; counts only with `idleSeconds`.
  public var intervalSeconds = Setting(default: 5)
  /// How many of them end the connection; counts only with `idleSeconds`.
  public var count = Setting(default: 3)
  /// Seconds for which data may go without acknowledgement; 0 for the system's own time.
  public var userTimeoutSeconds = Setting(default: 0)

  /// Nothing is probed.
  public init() {}
}

/// How a push's connection is encrypted; counts only with `usesTLS`.
public struct PushTLSSettings: Hashable, Sendable {
  /// A PEM file of the authorities that may have signed the server's certificate; the system's
  /// own without it.
  public var authorityFile: Setting<String>?
  /// A PEM file of the certificate that is shown to the server, with its chain.
  public var certificateFile: Setting<String>?
  /// The PEM file of that certificate's key.
  public var keyFile: Setting<String>?
  /// The name that the server's certificate must have; the push's host without it.
  public var serverName: Setting<String>?
  /// Older versions are refused.
  public var versionMin: Setting<TLSVersionMinimum> = Setting(default: .tls12)

  /// The system's authorities, no client certificate.
  public init() {}
}

/// How a push delivers; all of it ours, and as the appliance does it unless told otherwise.
public struct DeliverySettings: Hashable, Sendable {
  /// What happens to lines that did not arrive.
  public var mode: Setting<DeliveryMode>
  /// The most bytes of lines that the disk buffer holds; 65,536 or more.
  public var bufferBytesMax: Setting<Int>
  /// What happens at that limit.
  public var overflow: Setting<BufferOverflow>
  /// Whether each record is flushed to the disk itself; if not, only a crash of the machine loses
  /// any.
  public var syncs: Setting<Bool>
  /// Whether a peer that ends a connection in order is taken to have read all of it, which no FIN
  /// says; counts only with `atLeastOnce`.
  public var closeConfirms: Setting<Bool> = Setting(default: false)
  /// The form of the header.
  public var format: Setting<SyslogHeaderFormat> = Setting(default: .rfc3164)
  /// Whether the appliance's host name stands in the header; `nil` for what the form does: RFC 5424
  /// has it, the documented form has not.
  public var showsHost: Setting<Bool>?
  /// How messages of a stream are told apart.
  public var framing: Setting<SyslogFraming> = Setting(default: .lineFeed)
  /// The most lines that leave in a second; 0 for no limit.
  public var linesPerSecond: Setting<Int> = Setting(default: 0)
  /// The most lines that leave at once under that limit; a second's worth without it.
  public var burstLines: Setting<Int>?
  /// The severities on the wire that are not the documented ones.
  public var severities: [LogLevel: Setting<SyslogSeverity>] = [:]
  /// The most bytes that the socket is asked to hold until they are acknowledged; without it 64 KiB for
  /// `atLeastOnce`, the system's own for the others. The kernel may hold twice as many.
  public var sendBufferBytes: Setting<Int>?
  /// When a silent peer counts as gone.
  public var keepAlive = KeepAliveSettings()
  /// How the connection is encrypted.
  public var tls = PushTLSSettings()

  /// Fire and forget; 1 GiB and drop the newest where there is a buffer.
  public init(
    mode: Setting<DeliveryMode> = Setting(default: .asAppliance),
    bufferBytesMax: Setting<Int> = Setting(default: 1 << 30),
    overflow: Setting<BufferOverflow> = Setting(default: .dropNewest),
    syncs: Setting<Bool> = Setting(default: false)
  ) {
    self.mode = mode
    self.bufferBytesMax = bufferBytesMax
    self.overflow = overflow
    self.syncs = syncs
  }

  /// The severity on the wire of a line at `level`.
  public func severity(of level: LogLevel) -> SyslogSeverity {
    self.severities[level]?.value ?? level.syslogSeverity
  }

  /// The most bytes that the socket is asked to hold; `nil` leaves it to the system.
  ///
  /// Between two looks at the peer's window no more can pass than the socket holds, so `atLeastOnce`
  /// has it small (docs/DELIVERY.md).
  public var sendBufferInForce: Int? {
    self.sendBufferBytes?.value ?? (self.mode.value == .atLeastOnce ? 65_536 : nil)
  }

  /// Whether the appliance's host name stands in the header.
  public var hasHost: Bool { self.showsHost?.value ?? (self.format.value == .rfc5424) }
}
