/// Makes lines of the messages of one stream: each is given when it is whole, with a LF.
///
/// So streams that share a file do not mix within a line. What is held of a message that has not
/// ended is bounded: beyond the bound it goes out in pieces, each a line of its own.
public struct SyslogLines: Hashable, Sendable {
  /// So much of one message is held at most.
  public static let heldMax = SyslogFrameReader.octetsMax
  private var held: [UInt8] = []
  /// Pieces that were given of messages longer than the bound.
  public private(set) var pieces: UInt64 = 0

  /// Nothing is held.
  public init() {}

  /// Bytes of a message that has not ended.
  public var heldBytes: Int { self.held.count }

  /// The next bytes of a message, and whether it ends with them.
  public mutating func take(
    _ content: UnsafeRawBufferPointer, isWhole: Bool, heldMax: Int = Self.heldMax,
    line: (UnsafeRawBufferPointer) -> Void
  ) {
    if isWhole, self.held.isEmpty, content.last == 0x0A { return line(content) }
    self.held.append(contentsOf: content)
    if isWhole {
      self.give(line)
    } else if self.held.count > heldMax {
      self.pieces += 1
      self.give(line)
    }
  }

  /// The stream is over: gives what has no end as a line.
  ///
  /// - Returns: its bytes.
  public mutating func finish(line: (UnsafeRawBufferPointer) -> Void) -> Int {
    let count = self.held.count
    if count > 0 { self.give(line) }
    return count
  }

  private mutating func give(_ line: (UnsafeRawBufferPointer) -> Void) {
    if self.held.last != 0x0A { self.held.append(0x0A) }
    self.held.withUnsafeBytes { line($0) }
    // A long message's room is given back.
    self.held.removeAll(keepingCapacity: self.held.capacity <= 1 << 16)
  }

  /// The line of one datagram, of which no more than `limit` bytes are kept: an end that the sender
  /// gave it is its LF.
  public static func line(ofDatagram bytes: some Collection<UInt8>, limit: Int?) -> [UInt8] {
    var line = Array(bytes.prefix(limit ?? .max))
    while let last = line.last, last == 0x0A || last == 0 { line.removeLast() }
    line.append(0x0A)
    return line
  }
}
