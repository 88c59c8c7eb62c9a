public import LogModel

/// One rendered line of a batch: where its body stands and what a subscription filters by.
public struct RenderedLine: BitwiseCopyable, Sendable {
  /// Where the body begins in the batch's bytes.
  public let start: UInt32
  /// Where it ends.
  public let end: UInt32
  /// The stamp: whole seconds since the epoch, UTC.
  public let second: Int64
  /// The type of log that tells it.
  public let type: LogType
  /// How grave it is.
  public let level: LogLevel
}

/// The bodies of a batch of lines, `Level: text` without stamp, tag or line end.
///
/// A body is rendered once and taken by each subscription with its own prefix.
public struct RenderedBatch: ~Copyable, Sendable {
  /// The bodies, one behind the other.
  public internal(set) var bytes = LineBuffer()
  /// The lines, in order.
  public internal(set) var lines: [RenderedLine] = []

  /// An empty batch.
  public init() {}

  /// How many lines it holds.
  public var count: Int { self.lines.count }

  /// Forgets the lines and keeps the memory.
  public mutating func removeAll() {
    self.bytes.removeAll()
    self.lines.removeAll(keepingCapacity: true)
  }

  /// Adds one line, for what is rare; a renderer of events writes `bytes` and `lines` itself.
  public mutating func append(
    second: Int64, level: LogLevel, type: LogType, text: String
  ) {
    let start = UInt32(self.bytes.count)
    self.bytes.append(level.lineToken)
    self.bytes.append(": ")
    self.bytes.append(string: text)
    self.lines.append(
      RenderedLine(
        start: start, end: UInt32(self.bytes.count), second: second, type: type, level: level))
  }
}
