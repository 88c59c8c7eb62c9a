/// Finds the messages of a syslog stream, in either framing of RFC 6587.
///
/// A stream that begins with a digit other than 0 counts octets (section 3.4.1); any other has
/// lines that end with LF (section 3.4.2). Where a length should stand and does not, the rest of
/// the stream is read as lines.
public struct SyslogFrameReader: Hashable, Sendable {
  private enum State: Hashable, Sendable {
    /// Nothing was read.
    case start
    /// Messages end with LF.
    case lines
    /// The digits of a length, up to the space.
    case length(Int)
    /// So many octets of a message are to come.
    case octets(Int)
  }

  /// A longer message is not believed.
  private static let octetsMax = 16 << 20
  private var state = State.start

  /// A stream that has not begun.
  public init() {}

  /// Whether each further byte is one of a line that ends with LF.
  public var isOfLines: Bool { self.state == .lines }

  /// Reads the next bytes of the stream.
  ///
  /// - Parameter content: bytes of messages without their framing, and whether the message ends
  ///   with them; of a stream of lines the LF is among them.
  /// - Returns: how many messages have ended.
  public mutating func read(
    _ bytes: UnsafeRawBufferPointer, content: (UnsafeRawBufferPointer, Bool) -> Void = { _, _ in }
  ) -> UInt64 {
    if self.state == .start, let first = bytes.first {
      self.state = first >= 0x31 && first <= 0x39 ? .length(0) : .lines
    }
    var messages: UInt64 = 0
    var place = 0
    while place < bytes.count {
      switch self.state {
      case .start, .lines:
        let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
        for byte in rest where byte == 0x0A { messages += 1 }
        content(rest, rest.last == 0x0A)
        place = bytes.count
      case .length(let sum):
        self.readLength(bytes[place], sum)
        if self.state != .lines { place += 1 }
      case .octets(let count):
        let end = min(bytes.count, place + count)
        let isWhole = end - place == count
        content(UnsafeRawBufferPointer(rebasing: bytes[place..<end]), isWhole)
        if isWhole { messages += 1 }
        self.state = isWhole ? .length(0) : .octets(count - (end - place))
        place = end
      }
    }
    return messages
  }

  private mutating func readLength(_ byte: UInt8, _ sum: Int) {
    switch byte {
    case 0x30...0x39 where sum > 0 || byte > 0x30:
      let length = sum * 10 + Int(byte - 0x30)
      self.state = length <= Self.octetsMax ? .length(length) : .lines
    case 0x20 where sum > 0: self.state = .octets(sum)
    default: self.state = .lines
    }
  }
}
