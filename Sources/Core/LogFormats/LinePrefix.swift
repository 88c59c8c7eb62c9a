public import LogModel
public import Simulation

/// What stands before a line's body on disk: `Thu Jun 25 08:50:03 2015 `.
///
/// Rendered once a second. Source: docs/FIDELITY.md, "On-disk stamp".
public struct DiskLinePrefix: ~Copyable, Sendable {
  private var bytes = LineBuffer(capacity: 64)
  private var second: Int64?

  /// Nothing rendered yet.
  public init() {}

  /// Appends the prefix for a line stamped `second`.
  public mutating func append(
    to buffer: inout LineBuffer, second: Int64, zone: ZoneTransitions
  ) {
    if self.second != second {
      self.second = second
      self.bytes.removeAll()
      self.bytes.append(
        string: zone.stamp(at: SimInstant(secondsSinceEpoch: second)).ctime)
      self.bytes.append(" ")
    }
    self.bytes.withUnsafeBytes { buffer.append($0) }
  }
}

/// What stands before a line's body on the wire: `<22>Jun 25 08:50:03 Mail_Log: `.
///
/// RFC 3164 without HOSTNAME unless another form is asked for; TAG is the subscription's name.
/// Rendered once a second and severity.
/// Source: docs/FIDELITY.md, "Syslog header".
public struct SyslogLinePrefix: ~Copyable, Sendable {
  private let facility: SyslogFacility
  let tag: String
  let form: SyslogHeaderForm
  private let severities: [LogLevel: SyslogSeverity]
  private var bytes = LineBuffer(capacity: 128)
  private var second: Int64?
  private var level: LogLevel?

  /// The prefix of one subscription's lines.
  ///
  /// - Parameter severities: those that are not the level's own.
  public init(
    facility: SyslogFacility, tag: String, form: SyslogHeaderForm = .rfc3164(host: nil),
    severities: [LogLevel: SyslogSeverity] = [:]
  ) {
    self.facility = facility
    self.tag = tag
    self.form = form
    self.severities = severities
  }

  /// Appends the prefix for a line at `level` stamped `second`.
  public mutating func append(
    to buffer: inout LineBuffer, second: Int64, level: LogLevel, zone: ZoneTransitions
  ) {
    if self.second != second || self.level != level {
      self.second = second
      self.level = level
      let instant = SimInstant(secondsSinceEpoch: second)
      let severity = self.severities[level] ?? level.syslogSeverity
      self.bytes.removeAll()
      self.bytes.append(
        string: self.form.text(
          priority: self.facility.priority(severity), stamp: zone.stamp(at: instant),
          offsetSeconds: zone.offsetSeconds(at: instant), tag: self.tag))
    }
    self.bytes.withUnsafeBytes { buffer.append($0) }
  }
}
