internal import DequeModule
internal import LogFormats

/// Bytes of whole lines that leave in one write, and where each line ends in them.
public struct PushWrite: Hashable, Sendable {
  /// The lines, each with its LF.
  public var bytes: [UInt8]
  /// The offset behind each line's LF, rising; the last is `bytes.count`.
  public var lineEnds: [UInt32]

  /// Whole lines that leave together.
  public init(bytes: [UInt8], lineEnds: [UInt32]) {
    self.bytes = bytes
    self.lineEnds = lineEnds
  }

  /// How many lines it holds.
  public var lineCount: Int { self.lineEnds.count }

  /// The same messages without LF, each behind its length and a space (RFC 6587 section 3.4.1).
  var octetCounted: PushWrite {
    var framed = PushWrite(bytes: [], lineEnds: [])
    framed.bytes.reserveCapacity(self.bytes.count + 5 * self.lineCount)
    framed.lineEnds.reserveCapacity(self.lineCount)
    var start = 0
    for end in self.lineEnds {
      let message = self.bytes[start..<Int(end) - 1]
      framed.bytes.append(contentsOf: String(message.count).utf8)
      framed.bytes.append(0x20)
      framed.bytes.append(contentsOf: message)
      framed.lineEnds.append(UInt32(framed.bytes.count))
      start = Int(end)
    }
    return framed
  }
}

/// Lines that wait for a push's connection, oldest first.
///
/// Bounded in bytes; at the bound a new line is refused, so what waits longest is kept
/// (docs/FIDELITY.md, "Push queue"). Lines gather in chunks of about 64 KiB, copied once when they
/// leave.
struct PushQueue: ~Copyable, Sendable {
  private static let chunkBytes = 64 * 1024

  private var sealed = Deque<PushWrite>()
  private var tail = LineBuffer()
  private var tailEnds: [UInt32] = []
  /// How many bytes of the tail are whole lines.
  private var tailBytes = 0
  private var sealedBytes = 0
  private(set) var lineCount = 0
  let capacityBytes: Int

  init(capacityBytes: Int) {
    self.capacityBytes = capacityBytes
  }

  var byteCount: Int { self.sealedBytes + self.tailBytes }
  var isEmpty: Bool { self.lineCount == 0 }

  /// Lets `write` append one line, LF included, and keeps it if there is room.
  ///
  /// - Returns: false when the line was refused.
  mutating func append(_ write: (inout LineBuffer) -> Void) -> Bool {
    write(&self.tail)
    let length = self.tail.count - self.tailBytes
    guard self.byteCount + length <= self.capacityBytes else {
      self.tail.truncate(to: self.tailBytes)
      return false
    }
    self.tailBytes += length
    self.tailEnds.append(UInt32(self.tailBytes))
    self.lineCount += 1
    if self.tailBytes >= Self.chunkBytes { self.seal() }
    return true
  }

  /// Takes the oldest line alone.
  mutating func takeLine() -> PushWrite? { self.takeChunk(linesMax: 1) }

  /// Takes the oldest chunk of lines, or the first of its lines where it has more than `linesMax`.
  mutating func takeChunk(linesMax: Int = .max) -> PushWrite? {
    if self.sealed.isEmpty { self.seal() }
    guard var first = self.sealed.popFirst() else { return nil }
    guard first.lineCount > linesMax else {
      self.account(for: first)
      return first
    }
    let end = Int(first.lineEnds[linesMax - 1])
    let lines = PushWrite(
      bytes: Array(first.bytes[..<end]), lineEnds: Array(first.lineEnds[..<linesMax]))
    first.bytes.removeSubrange(..<end)
    first.lineEnds = first.lineEnds.dropFirst(linesMax).map { $0 - UInt32(end) }
    self.sealed.prepend(first)
    self.account(for: lines)
    return lines
  }

  /// Throws the lines away.
  mutating func removeAll() {
    self.sealed.removeAll()
    self.tail.removeAll()
    self.tailEnds.removeAll(keepingCapacity: true)
    self.tailBytes = 0
    self.sealedBytes = 0
    self.lineCount = 0
  }

  private mutating func account(for write: PushWrite) {
    self.sealedBytes -= write.bytes.count
    self.lineCount -= write.lineCount
  }

  private mutating func seal() {
    guard self.tailBytes > 0 else { return }
    self.sealed.append(PushWrite(bytes: self.tail.array, lineEnds: self.tailEnds))
    self.sealedBytes += self.tailBytes
    self.tail.removeAll()
    self.tailEnds = []
    self.tailEnds.reserveCapacity(512)
    self.tailBytes = 0
  }
}
