public import Simulation

/// A line as it went to a push, as the log file has it.
extension SyslogLinePrefix {
  /// Appends the line of a log file that stands for a message, both with their LF.
  ///
  /// - Parameters:
  ///   - message: what `appendMessage` made.
  ///   - clock: what the appliance's clock shows; RFC 3164 says no year, and a message of the
  ///     future is one of last year.
  /// - Returns: false for what this push has not made.
  public func appendLogLine(
    of message: UnsafeRawBufferPointer, clock: CalendarStamp, to buffer: inout LineBuffer
  ) -> Bool {
    guard let priority = message.firstIndex(of: UInt8(ascii: ">")), priority <= 4 else {
      return false
    }
    var rest = UnsafeRawBufferPointer(rebasing: message[(priority + 1)...])
    func take(_ count: Int) -> String? {
      guard rest.count > count else { return nil }
      defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
      return String(decoding: rest[..<count], as: UTF8.self)
    }
    let time: LocalTime?
    switch self.form {
    case .rfc3164: time = take(15).flatMap { Self.time(bsd: $0, clock: clock) }
    case .rfc5424:
      // `1 2015-06-25T08:50:03+02:00`, or with a Z.
      guard take(2) == "1 " else { return false }
      time = take(19).flatMap { LocalTime(rfc3339: $0) }
      while let first = rest.first, first != UInt8(ascii: " ") { _ = take(1) }
    }
    let lead = Array(self.form.lead(tag: self.tag).utf8)
    guard let time, rest.count > lead.count, rest[..<lead.count].elementsEqual(lead) else {
      return false
    }
    let stamp = CalendarStamp(SimInstant(secondsSinceEpoch: time.seconds), offsetSeconds: 0)
    buffer.append(string: stamp.ctime)
    buffer.append(" ")
    buffer.append(UnsafeRawBufferPointer(rebasing: rest[lead.count...]))
    return true
  }

  private static func time(bsd: String, clock: CalendarStamp) -> LocalTime? {
    guard let time = LocalTime(ctime: "Thu \(bsd) \(clock.year)"),
      let now = LocalTime(ctime: clock.ctime)
    else { return LocalTime(ctime: "Thu \(bsd) \(clock.year - 1)") }
    let isAhead = time.seconds > now.seconds + 86_400
    return isAhead ? LocalTime(ctime: "Thu \(bsd) \(clock.year - 1)") : time
  }
}
