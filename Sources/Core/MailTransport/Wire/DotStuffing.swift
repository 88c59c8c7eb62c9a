/// Makes a message transparent for DATA: a dot that begins a line is doubled.
///
/// Streaming: a message may come in any pieces. Only CRLF begins a new line, as the receiver sees
/// it.
///
/// Source: RFC 5321 section 4.5.2.
public struct DotStuffer: Sendable {
  private var isLineStart = true
  private var isAfterReturn = false

  /// A stuffer at the beginning of a message.
  public init() {}

  /// Appends `bytes` to `output`, stuffed.
  public mutating func stuff(_ bytes: some Sequence<UInt8>, into output: inout [UInt8]) {
    for byte in bytes {
      if self.isLineStart && byte == ASCII.dot {
        output.append(ASCII.dot)
      }
      output.append(byte)
      self.isLineStart = self.isAfterReturn && byte == ASCII.lineFeed
      self.isAfterReturn = byte == ASCII.carriageReturn
    }
  }

  /// Appends the line that ends the data, after a CRLF where the message lacks its last one.
  public mutating func finish(into output: inout [UInt8]) {
    if !self.isLineStart {
      output += ASCII.endOfLine
    }
    output.append(ASCII.dot)
    output += ASCII.endOfLine
    self = DotStuffer()
  }
}

/// Reads a message out of DATA: takes stuffed dots away and finds the end.
///
/// Strict, against SMTP smuggling: only CRLF begins a new line, so only CRLF `.` CRLF (or `.` CRLF
/// as the first line) ends the message. A bare CR or LF is kept as it came, ends nothing, hides no
/// dot, and is noted in `sawBareLineEnd`.
///
/// Source: RFC 5321 sections 2.3.8, 4.1.1.4 and 4.5.2.
public struct DotUnstuffer: Sendable {
  private enum State: Sendable {
    /// Behind CRLF. Can transition to: any but `dotReturn`.
    case lineStart
    /// In a line.
    case inLine
    /// Behind a CR that was passed on.
    case afterReturn
    /// Behind a dot that began a line and was taken away.
    case dot
    /// Behind such a dot and a CR that is held back. Leaves by the end, or by passing the CR on.
    case dotReturn
  }

  private var state = State.lineStart
  /// Whether a CR without LF or an LF without CR has been met.
  public private(set) var sawBareLineEnd = false

  /// An unstuffer behind the 354 reply.
  public init() {}

  /// Takes one byte of data and appends what it yields (none to two bytes) to `output`.
  ///
  /// - Returns: true when this byte ended the message; the next byte belongs to a command.
  public mutating func consume(_ byte: UInt8, into output: inout [UInt8]) -> Bool {
    switch self.state {
    case .lineStart where byte == ASCII.dot:
      self.state = .dot
    case .dot where byte == ASCII.carriageReturn:
      self.state = .dotReturn
    case .dotReturn where byte == ASCII.lineFeed:
      self.state = .lineStart
      return true
    case .dotReturn:
      output.append(ASCII.carriageReturn)
      self.state = .afterReturn
      self.pass(byte, into: &output)
    case .lineStart, .inLine, .afterReturn, .dot:
      self.pass(byte, into: &output)
    }
    return false
  }

  private mutating func pass(_ byte: UInt8, into output: inout [UInt8]) {
    let isAfterReturn = self.state == .afterReturn
    if isAfterReturn != (byte == ASCII.lineFeed) {
      self.sawBareLineEnd = true
    }
    output.append(byte)
    if byte == ASCII.carriageReturn {
      self.state = .afterReturn
    } else {
      self.state = isAfterReturn && byte == ASCII.lineFeed ? .lineStart : .inLine
    }
  }
}
