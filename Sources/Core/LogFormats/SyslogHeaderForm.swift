public import LogModel
public import Simulation

/// What stands before a message's text on the wire.
public enum SyslogHeaderForm: Hashable, Sendable {
  /// `<22>Jun 25 08:50:03 HOST Mail_Log: `; HOST only where there is one, without its domain.
  case rfc3164(host: String?)
  /// `<22>1 2015-06-25T08:50:03+02:00 mail.example.com Mail_Log - - - `; `-` for no host.
  case rfc5424(host: String?)

  /// The header, up to where the text begins.
  func text(priority: UInt8, stamp: CalendarStamp, offsetSeconds: Int, tag: String) -> String {
    let lead = self.lead(tag: tag)
    switch self {
    case .rfc3164: return "<\(priority)>\(stamp.bsd)\(lead)"
    case .rfc5424: return "<\(priority)>1 \(stamp.rfc3339(offsetSeconds: offsetSeconds))\(lead)"
    }
  }

  /// What stands between the stamp and the text.
  func lead(tag: String) -> String {
    switch self {
    case .rfc3164(nil): return " \(tag): "
    case .rfc3164(.some(let host)):
      // RFC 3164 section 4.1.2: the domain name must not be in it.
      let label = host.prefix { $0 != "." }
      return " \(label) \(tag): "
    case .rfc5424(let host):
      // RFC 5424 section 6.2: at most 255 and 48 characters, and no blank.
      let name = host.map { String($0.prefix(255)) } ?? "-"
      return " \(name) \(Self.applicationName(tag)) - - - "
    }
  }
}

extension SyslogHeaderForm {
  /// RFC 5424 section 6.2.5: printable ASCII without blanks; the rest becomes hyphens.
  private static func applicationName(_ tag: String) -> String {
    let bytes = tag.unicodeScalars.prefix(48).map { scalar in
      (0x21...0x7E).contains(scalar.value) ? UInt8(scalar.value) : UInt8(ascii: "-")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension SyslogLinePrefix {
  /// Appends a whole message and its LF: the prefix and `body`, cut so that the message without its
  /// LF has at most `bytesMax` bytes.
  ///
  /// Source: docs/FIDELITY.md, "Cut of long messages".
  /// - Returns: whether it was cut.
  public mutating func appendMessage(
    to buffer: inout LineBuffer, second: Int64, level: LogLevel, zone: ZoneTransitions,
    bytesMax: Int, body: UnsafeRawBufferPointer
  ) -> Bool {
    let start = buffer.count
    self.append(to: &buffer, second: second, level: level, zone: zone)
    buffer.append(body)
    let isCut = buffer.count - start > bytesMax
    if isCut { buffer.truncate(to: buffer.characterBoundary(atOrBefore: start + bytesMax)) }
    buffer.append(byte: 0x0A)
    return isCut
  }
}

extension LineBuffer {
  /// Where a character of UTF-8 begins, at most three bytes before `offset`.
  func characterBoundary(atOrBefore offset: Int) -> Int {
    self.withUnsafeBytes { bytes in
      var place = offset
      while place > 0, offset - place < 3, bytes[place] & 0xC0 == 0x80 { place -= 1 }
      return bytes[place] & 0xC0 == 0x80 ? offset : place
    }
  }
}
