import LogModel

extension DeliveryMode: DeliveryValue {}
extension BufferOverflow: DeliveryValue {}
extension SyslogHeaderFormat: DeliveryValue {}
extension SyslogFraming: DeliveryValue {}
extension TLSVersionMinimum: DeliveryValue {}

extension SyslogSeverity: DeliveryValue {
  init?(_ value: OutlineNode.Value) {
    guard case .text(let name) = value,
      let severity = Self.allCases.first(where: { $0.name == name })
    else { return nil }
    self = severity
  }

  var shown: OutlineNode.Value { .text(self.name) }
}

extension DeliverySettings {
  /// The severity on the wire of lines at `level`, where it is not the documented one.
  subscript(severityOf level: LogLevel) -> Setting<SyslogSeverity>? {
    get { self.severities[level] }
    set { self.severities[level] = newValue }
  }
}

/// The rows.
extension DeliveryField {
  /// What is done about lines that did not arrive.
  public static let mode = DeliveryField.words("mode", \.mode)
    .ofStreams("a datagram is never acknowledged", not: "buffered", "at-least-once")
    .refusing("bufered", "")
    .of(.mode, .replaces)

  private static let buffer = [
    DeliveryField(
      "buffer_bytes", outline: "buffer_bytes_max", .bytes(65_536...1_099_511_627_776),
      \.bufferBytesMax
    )
    .drawn(500, "65536", "64k", "1M", "2048m", "1099511627776").refusing("65535", "1g")
    .needing(Self.buffering, idle: "1m") { $0.mode.value != .asAppliance },
    DeliveryField.words("overflow", \.overflow)
      .drawn(500).refusing("oldest")
      .needing(Self.buffering, idle: "drop-oldest") { $0.mode.value != .asAppliance },
    DeliveryField("sync", outline: "syncs", .flag, \.syncs)
      .drawn(500)
      .needing(Self.buffering, idle: "1") { $0.mode.value != .asAppliance },
  ].map { $0.of(.buffer, .replaces) }

  private static let buffering = "a mode with a disk buffer: buffered or at-least-once"

  private static let confirmation = [
    DeliveryField("close_confirms", .flag, \.closeConfirms)
      .needing("the mode that ends connections: at-least-once", idle: "1") {
        $0.mode.value == .atLeastOnce
      }
      .of(.confirmation, .changesMessages)
  ]

  private static let form = [
    DeliveryField.words("format", \.format).refusing("rfc5425")
      .of(.form, .changesMessages),
    DeliveryField("header_host", outline: "shows_host", .flag, \.showsHost, notUnderstood: false)
      .of(.form, .changesMessages),
    DeliveryField.words("framing", \.framing).refusing("crlf")
      .ofStreams("a datagram is one message", not: "octet-counting")
      .of(.form, .reconnects),
  ]

  private static let severities = LogLevel.allCases.map { level in
    DeliveryField(
      "severity_" + level.name.lowercased(), .severity, \.[severityOf: level],
      notUnderstood: level.syslogSeverity
    )
    .drawn(200).refusing(level == .critical ? ["alrt"] : level == .trace ? ["8"] : [])
    .of(.severity, .changesMessages)
  }

  private static let rate = [
    DeliveryField("lines_per_second", .number(0...1_000_000), \.linesPerSecond)
      .drawn(400, from: 1...1_000_000).refusing("1000001"),
    DeliveryField("burst_lines", .number(1...1_000_000), \.burstLines, notUnderstood: 1)
      .drawn(500).refusing("0")
      .needing("a limit of lines per second beside it", idle: "100") {
        $0.linesPerSecond.value != 0
      },
  ].map { $0.of(.rate, .changesMessages) }

  private static let socket = [
    DeliveryField(
      "send_buffer", outline: "send_buffer_bytes", .bytes(16_384...16_777_216), \.sendBufferBytes,
      notUnderstood: 65_536
    )
    .drawn(300, "16384", "64k", "16M").refusing("16383", "17m")
    .ofStreams("a datagram is not acknowledged", not: "64k")
    .of(.socket, .reconnects)
  ]

  private static let keepAlive = [
    DeliveryField(
      "keepalive_idle", outline: "keepalive_idle_seconds", .number(0...7200),
      \.keepAlive.idleSeconds
    )
    .drawn(from: 1...7200).refusing("7201")
    .ofStreams(Self.connectionLost, not: "5"),
    DeliveryField(
      "keepalive_interval", outline: "keepalive_interval_seconds", .number(1...7200),
      \.keepAlive.intervalSeconds
    )
    .refusing("0").needing(Self.probing, idle: "5") { $0.keepAlive.idleSeconds.value != 0 },
    DeliveryField("keepalive_count", .number(1...50), \.keepAlive.count)
      .refusing("51").needing(Self.probing, idle: "3") { $0.keepAlive.idleSeconds.value != 0 },
  ].map { $0.of(.keepAlive, .reconnects) }

  private static let connectionLost = "no connection can be lost"
  private static let probing = "the seconds of silence before the first probe beside it"

  private static let timeout = [
    DeliveryField(
      "user_timeout", outline: "user_timeout_seconds", .number(0...86_400),
      \.keepAlive.userTimeoutSeconds
    )
    .refusing("-1").ofStreams(Self.connectionLost, not: "5")
    .of(.timeout, .reconnects)
  ]

  private static let encryption = [
    DeliveryField(
      "tls_ca_file", outline: "tls_authority_file", .file, \.tls.authorityFile, notUnderstood: ""
    )
    .drawn(500, "certificates/ca & root.pem").contradicting("ca.pem")
    .of(.authority, .reconnects),
    DeliveryField("tls_certificate_file", .file, \.tls.certificateFile, notUnderstood: "")
      .drawn(400, "client.pem")
      .paired("a certificate without its key") { $0.tls.keyFile != nil }
      .of(.clientCertificate, .reconnects),
    DeliveryField("tls_key_file", .file, \.tls.keyFile, notUnderstood: "")
      .drawn(400, "client.key")
      .paired("a key without its certificate") { $0.tls.certificateFile != nil }
      .of(.clientCertificate, .reconnects),
    DeliveryField("tls_server_name", .host, \.tls.serverName, notUnderstood: "")
      .drawn(400)
      .of(.server, .reconnects),
    DeliveryField.words("tls_minimum_version", outline: "tls_version_min", \.tls.versionMin)
      .drawn(400).contradicting("1.3")
      .of(.server, .reconnects),
  ]

  /// All settings, as they are read, shown and checked.
  public static let all: [DeliveryField] =
    [Self.mode] + Self.buffer + Self.confirmation + Self.form + Self.rate + Self.socket
    + Self.severities + Self.keepAlive + Self.timeout + Self.encryption

  /// The same as they are written.
  public static let written: [DeliveryField] =
    [Self.mode] + Self.buffer + Self.confirmation + Self.form + Self.rate + Self.severities
    + Self.socket + Self.keepAlive + Self.timeout + Self.encryption

  /// The settings of a topic.
  public static func of(_ topic: Topic) -> [DeliveryField] {
    self.all.filter { $0.topic == topic }
  }

  /// The one that the outline shows by that name.
  public static func named(inOutline name: String) -> DeliveryField? {
    self.all.first { $0.outlineName == name }
  }
}
