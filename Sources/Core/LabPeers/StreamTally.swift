/// What of one direction of a stream was read, and what of it went on: the difference is dropped
/// when the stream ends.
public struct StreamTally: Hashable, Sendable {
  private var readFrames = SyslogFrameReader()
  private var passedFrames = SyslogFrameReader()
  private var settledFrames = SyslogFrameReader()
  private var bytesRead: UInt64 = 0
  private var bytesPassed: UInt64 = 0
  private var messagesRead: UInt64 = 0
  private var messagesPassed: UInt64 = 0
  private var bytesSettled: UInt64 = 0
  private var messagesSettled: UInt64 = 0

  /// Nothing was read.
  public init() {}

  /// Bytes came from the source.
  public mutating func read(_ bytes: UnsafeRawBufferPointer) {
    self.bytesRead += UInt64(bytes.count)
    self.messagesRead += self.readFrames.read(bytes).messages
  }

  /// Bytes went on to the target, in the order in which they came.
  public mutating func passed(_ bytes: UnsafeRawBufferPointer) {
    self.bytesPassed += UInt64(bytes.count)
    self.messagesPassed += self.passedFrames.read(bytes).messages
  }

  /// The target acknowledged bytes of those that went on, in order.
  public mutating func acknowledged(_ bytes: UnsafeRawBufferPointer) {
    self.bytesSettled += UInt64(bytes.count)
    self.messagesSettled += self.settledFrames.read(bytes).messages
  }

  /// Bytes that went on and were not acknowledged, and the messages that were not as a whole; one
  /// without an end counts, unless it did not go on as a whole.
  public var unacknowledged: (bytes: UInt64, lines: UInt64) {
    let bytes = self.bytesPassed - self.bytesSettled
    guard bytes > 0 else { return (0, 0) }
    let isWhole = self.bytesPassed == self.bytesRead
    let unfinished: UInt64 = isWhole && self.passedFrames.isWithinMessage ? 1 : 0
    return (bytes, self.messagesPassed - self.messagesSettled + unfinished)
  }

  /// Bytes that came, and whole messages.
  public var came: (bytes: UInt64, lines: UInt64) { (self.bytesRead, self.messagesRead) }

  /// Bytes that came and did not go on, and the messages that did not go on whole; one without an
  /// end counts.
  public var dropped: (bytes: UInt64, lines: UInt64) {
    let bytes = self.bytesRead - self.bytesPassed
    guard bytes > 0 else { return (0, 0) }
    let unfinished: UInt64 = self.readFrames.isWithinMessage ? 1 : 0
    return (bytes, self.messagesRead - self.messagesPassed + unfinished)
  }
}
