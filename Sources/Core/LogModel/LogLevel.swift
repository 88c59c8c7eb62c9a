/// The level of a log subscription, and the severity of a line. Lower is more severe.
///
/// Source: docs/FIDELITY.md, "Log levels".
@frozen
public enum LogLevel: UInt8, Hashable, Comparable, Sendable, BitwiseCopyable, CaseIterable, Codable
{
  case critical = 1
  case warning = 2
  case information = 3
  case debug = 4
  case trace = 5

  /// The word in a line, such as `Info`.
  public var lineToken: StaticString {
    switch self {
    case .critical: "Critical"
    case .warning: "Warning"
    case .information: "Info"
    case .debug: "Debug"
    case .trace: "Trace"
    }
  }

  /// The name in full, such as `Information`.
  public var name: String {
    switch self {
    case .critical: "Critical"
    case .warning: "Warning"
    case .information: "Information"
    case .debug: "Debug"
    case .trace: "Trace"
    }
  }

  /// The syslog severity by the documented analogy (FIDELITY: "Severity on the wire").
  public var syslogSeverity: SyslogSeverity {
    switch self {
    case .critical: .alert
    case .warning: .warning
    case .information: .informational
    case .debug, .trace: .debug
    }
  }

  @inlinable
  public static func < (lhs: LogLevel, rhs: LogLevel) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// Severity of a syslog message (RFC 3164 section 4.1.1).
public enum SyslogSeverity: UInt8, Hashable, Sendable, CaseIterable, Codable {
  case emergency = 0
  case alert, critical, error, warning, notice, informational, debug

  /// The name, such as `informational`.
  public var name: String {
    switch self {
    case .emergency: "emergency"
    case .alert: "alert"
    case .critical: "critical"
    case .error: "error"
    case .warning: "warning"
    case .notice: "notice"
    case .informational: "informational"
    case .debug: "debug"
    }
  }
}

/// Facility of a syslog message, by the names and numbers of FreeBSD.
///
/// Source: docs/FIDELITY.md, "Facilities".
public enum SyslogFacility: String, Hashable, Sendable, CaseIterable, Codable {
  case auth, authpriv, console, daemon, ftp
  case local0, local1, local2, local3, local4, local5, local6, local7
  case mail, ntp, security, user

  /// The facility's number, 0 to 23 (RFC 3164 section 4.1.1, table 1).
  public var number: UInt8 {
    switch self {
    case .user: 1
    case .mail: 2
    case .daemon: 3
    case .auth: 4
    case .authpriv: 10
    case .ftp: 11
    case .ntp: 12
    case .security: 13
    case .console: 14
    case .local0: 16
    case .local1: 17
    case .local2: 18
    case .local3: 19
    case .local4: 20
    case .local5: 21
    case .local6: 22
    case .local7: 23
    }
  }

  /// PRI, the number between the angle brackets: facility · 8 + severity.
  public func priority(_ severity: SyslogSeverity) -> UInt8 {
    self.number * 8 + severity.rawValue
  }
}
