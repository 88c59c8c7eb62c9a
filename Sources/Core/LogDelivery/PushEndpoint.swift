public import ApplianceConfiguration
public import Simulation

/// Where a push connects and how: all that the owner of its socket needs.
public struct PushEndpoint: Hashable, Sendable {
  /// When a silent peer counts as gone (RFC 9293, section 3.8.4).
  public struct KeepAlive: Hashable, Sendable {
    /// Silence before the first probe.
    public let idle: SimDuration
    /// Between probes that are not answered.
    public let interval: SimDuration
    /// How many of them end the connection, 1 or more.
    public let probesMax: Int
  }

  /// How the connection is encrypted.
  public struct TLS: Hashable, Sendable {
    /// A PEM file of the authorities that are trusted; `nil` for the system's own.
    public let authorityFile: String?
    /// A PEM file of the client's certificate and chain; counts only with `keyFile`.
    public let certificateFile: String?
    /// The PEM file of that certificate's key.
    public let keyFile: String?
    /// The name that the server's certificate must have: the push's host unless configured.
    public let serverName: String
    /// Older versions are refused.
    public let versionMin: TLSVersionMinimum
  }

  /// A host name or an address literal.
  public let host: String
  /// 1 to 65535.
  public let port: UInt16
  /// The transport below syslog.
  public let transport: SyslogPushSettings.Transport
  /// `nil` where nothing is probed.
  public let keepAlive: KeepAlive?
  /// How long data may go without acknowledgement; `nil` for the system's own time.
  public let userTimeout: SimDuration?
  /// The most bytes that the socket is asked to hold; `nil` for the system's own.
  public let sendBufferBytes: Int?
  /// `nil` for a connection that is not encrypted.
  public let tls: TLS?
  /// Whether a close of the peer is no end yet: what is on its way is waited for
  /// (docs/DELIVERY.md, "Closing in order"). TLS hears of one by itself, and closes.
  public let outlivesPeersClose: Bool

  /// The endpoint that a push's settings describe.
  public init(_ settings: SyslogPushSettings) {
    let delivery = settings.delivery
    self.host = settings.host.value
    self.port = settings.port.value
    self.transport = settings.transport.value
    let watch = delivery.keepAlive
    self.keepAlive =
      watch.idleSeconds.value > 0
      ? KeepAlive(
        idle: .seconds(Int64(watch.idleSeconds.value)),
        interval: .seconds(Int64(watch.intervalSeconds.value)), probesMax: watch.count.value)
      : nil
    self.userTimeout =
      watch.userTimeoutSeconds.value > 0 ? .seconds(Int64(watch.userTimeoutSeconds.value)) : nil
    self.sendBufferBytes = delivery.sendBufferInForce
    self.tls =
      settings.usesTLS.value
      ? TLS(
        authorityFile: delivery.tls.authorityFile?.value,
        certificateFile: delivery.tls.certificateFile?.value,
        keyFile: delivery.tls.keyFile?.value,
        serverName: delivery.tls.serverName?.value ?? settings.host.value,
        versionMin: delivery.tls.versionMin.value)
      : nil
    self.outlivesPeersClose = delivery.mode.value == .atLeastOnce && !settings.usesTLS.value
  }
}
