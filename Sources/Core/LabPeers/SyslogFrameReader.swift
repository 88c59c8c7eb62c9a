/// Finds the messages of a syslog stream over TCP, in either framing of RFC 6587.
///
/// The framing is decided at each message's beginning. A message whose octets are counted begins
/// with its length, a space, and its priority's `<` and a digit (section 3.4.1); any other is a line
/// that ends with LF or NUL (section 3.4.2), and digits that are no such length belong to it. What
/// ends a line is read over where a message could begin: between counted messages, and in place of
/// an empty one.
public struct SyslogFrameReader: Hashable, Sendable {
  private enum State: Hashable, Sendable {
    /// A message may begin.
    case start
    /// A CR where a message may begin: of an end of line, or of a line.
    case carriageReturn
    /// Digits that may be a length.
    case digits(Int)
    /// Such digits and a space.
    case digitsAndSpace(Int)
    /// Such digits, a space and the `<` of what may be a priority.
    case digitsAndPriority(Int)
    /// Within a line.
    case line
    /// So many octets of a message are to come.
    case octets(Int)
  }

  /// A greater length is none.
  public static let octetsMax = 16 << 20
  /// The shortest message is a priority: `<0>`.
  private static let octetsMin = 3

  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")
  private static let nul: UInt8 = 0
  private static let space = UInt8(ascii: " ")
  private static let priorityStart = UInt8(ascii: "<")
  private var state = State.start

  /// A stream that has not begun.
  public init() {}

  /// Whether a message has begun and not ended.
  public var isWithinMessage: Bool {
    switch self.state {
    case .start, .carriageReturn: false
    case .digits, .digitsAndSpace, .digitsAndPriority, .line, .octets: true
    }
  }

  /// Reads the next bytes of the stream, up to the end of the message number `messagesMax` of them.
  ///
  /// - Parameter content: bytes of a message without its framing, and whether the message ends with
  ///   them; a line that ended with LF has it.
  /// - Returns: how many messages have ended, and how many bytes were read.
  public mutating func read(
    _ bytes: UnsafeRawBufferPointer, messagesMax: UInt64 = .max,
    content: (UnsafeRawBufferPointer, Bool) -> Void = { _, _ in }
  ) -> (messages: UInt64, bytes: Int) {
    var messages: UInt64 = 0
    var place = 0
    while place < bytes.count, messages < messagesMax {
      switch self.state {
      case .line:
        let end = Self.endOfLine(bytes, from: place)
        let isWhole = end < bytes.count
        let isKept = isWhole && bytes[end] == Self.lineFeed
        content(UnsafeRawBufferPointer(rebasing: bytes[place..<(isKept ? end + 1 : end)]), isWhole)
        if isWhole {
          messages += 1
          self.state = .start
        }
        place = isWhole ? end + 1 : end
      case .octets(let count):
        let end = min(bytes.count, place + count)
        let isWhole = end - place == count
        content(UnsafeRawBufferPointer(rebasing: bytes[place..<end]), isWhole)
        if isWhole { messages += 1 }
        self.state = isWhole ? .start : .octets(count - (end - place))
        place = end
      case .start, .carriageReturn, .digits, .digitsAndSpace, .digitsAndPriority:
        if self.begin(with: bytes[place], content) { place += 1 }
      }
    }
    return (messages, place)
  }

  /// The stream is over: what could still have been a length is a line.
  public mutating func finish(content: (UnsafeRawBufferPointer, Bool) -> Void) {
    switch self.state {
    case .digits(let number): Self.give("\(number)", content)
    case .digitsAndSpace(let number): Self.give("\(number) ", content)
    case .digitsAndPriority(let number): Self.give("\(number) <", content)
    case .start, .carriageReturn, .line, .octets: break
    }
    self.state = .start
  }

  /// Decides, byte by byte, what begins.
  ///
  /// - Returns: whether the byte was read; otherwise it is the next state's.
  private mutating func begin(
    with byte: UInt8, _ content: (UnsafeRawBufferPointer, Bool) -> Void
  ) -> Bool {
    switch (self.state, byte) {
    case (.start, Self.lineFeed), (.start, Self.nul),
      (.carriageReturn, Self.lineFeed), (.carriageReturn, Self.nul):
      self.state = .start
    case (.start, Self.carriageReturn):
      self.state = .carriageReturn
    case (.start, 0x31...0x39):
      self.state = .digits(Int(byte - 0x30))
    case (.digits(let number), 0x30...0x39)
    where number * 10 + Int(byte - 0x30) <= Self.octetsMax:
      self.state = .digits(number * 10 + Int(byte - 0x30))
    case (.digits(let number), Self.space):
      self.state = .digitsAndSpace(number)
    case (.digitsAndSpace(let number), Self.priorityStart) where number >= Self.octetsMin:
      self.state = .digitsAndPriority(number)
    case (.digitsAndPriority(let number), 0x30...0x39):
      Self.give("<", content)
      self.state = .octets(number - 1)
      return false
    case (.carriageReturn, _): return self.beginLine("\r", content)
    case (.digits(let number), _): return self.beginLine("\(number)", content)
    case (.digitsAndSpace(let number), _): return self.beginLine("\(number) ", content)
    case (.digitsAndPriority(let number), _): return self.beginLine("\(number) <", content)
    default: return self.beginLine("", content)
    }
    return true
  }

  private mutating func beginLine(
    _ text: String, _ content: (UnsafeRawBufferPointer, Bool) -> Void
  ) -> Bool {
    Self.give(text, content)
    self.state = .line
    return false
  }

  private static func give(
    _ text: String, _ content: (UnsafeRawBufferPointer, Bool) -> Void
  ) {
    guard !text.isEmpty else { return }
    Array(text.utf8).withUnsafeBytes { content($0, false) }
  }

  /// Where the next LF or NUL is; the end of `bytes` when there is none. Eight bytes at a time: a
  /// receiver at full speed spends its time here.
  private static func endOfLine(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let lows: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var place = start
    while place + 8 <= bytes.count {
      let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      let feeds = word ^ (lows &* UInt64(Self.lineFeed))
      // A high bit is set when one of the eight bytes is zero.
      if ((word &- lows) & ~word | (feeds &- lows) & ~feeds) & highs != 0 { break }
      place += 8
    }
    while place < bytes.count, bytes[place] != Self.lineFeed, bytes[place] != Self.nul {
      place += 1
    }
    return place
  }
}
