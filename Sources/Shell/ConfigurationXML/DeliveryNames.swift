import ApplianceConfiguration
import LogModel

/// How delivery settings are spelt: elements of a namespace of our own inside `syslog_push`.
///
/// The reader names each element of the namespace with the prefix `sim`, whatever the file calls
/// it.
enum DeliveryNames {
  static let namespace = "urn:appliance-sim:delivery:1"
  static let prefix = "sim"
  static let declaration = "xmlns:\(Self.prefix)=\"\(Self.namespace)\""

  static let mode = "sim:mode"
  static let bufferBytes = "sim:buffer_bytes"
  static let overflow = "sim:overflow"
  static let sync = "sim:sync"
  static let closeConfirms = "sim:close_confirms"
  static let format = "sim:format"
  static let headerHost = "sim:header_host"
  static let framing = "sim:framing"
  static let linesPerSecond = "sim:lines_per_second"
  static let burstLines = "sim:burst_lines"
  static let sendBuffer = "sim:send_buffer"
  static let keepAliveIdle = "sim:keepalive_idle"
  static let keepAliveInterval = "sim:keepalive_interval"
  static let keepAliveCount = "sim:keepalive_count"
  static let userTimeout = "sim:user_timeout"
  static let tlsAuthorityFile = "sim:tls_ca_file"
  static let tlsCertificateFile = "sim:tls_certificate_file"
  static let tlsKeyFile = "sim:tls_key_file"
  static let tlsServerName = "sim:tls_server_name"
  static let tlsMinimumVersion = "sim:tls_minimum_version"

  /// Such as `sim:severity_critical`.
  static func severity(_ level: LogLevel) -> String { "sim:severity_" + level.name.lowercased() }

  /// All of them.
  static let all: Set<String> = Set(LogLevel.allCases.map { Self.severity($0) }).union([
    Self.mode, Self.bufferBytes, Self.overflow, Self.sync, Self.closeConfirms,
    Self.format, Self.headerHost, Self.framing, Self.linesPerSecond, Self.burstLines,
    Self.sendBuffer, Self.keepAliveIdle,
    Self.keepAliveInterval, Self.keepAliveCount, Self.userTimeout, Self.tlsAuthorityFile,
    Self.tlsCertificateFile, Self.tlsKeyFile, Self.tlsServerName, Self.tlsMinimumVersion,
  ])

  /// Whether a name is one of the namespace, known or not.
  static func isSetting(_ name: String) -> Bool {
    // Most names are settled by the first byte.
    name.utf8.first == UInt8(ascii: "s") && name.hasPrefix(Self.prefix + ":")
  }

  /// Whether an attribute declares the namespace.
  static func isDeclaration(_ attribute: XMLAttribute) -> Bool {
    attribute.value == Self.namespace
      && (attribute.name == "xmlns" || attribute.name.hasPrefix("xmlns:"))
  }
}
