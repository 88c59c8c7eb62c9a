internal import Text

/// A point of a stream at which something happens.
public enum StreamPoint: Hashable, Sendable, Codable {
  /// So many whole lines were read; 1 or more.
  case lines(UInt64)
  /// So many bytes were read; 1 or more.
  case bytes(UInt64)
  /// That long after the connection was accepted.
  case time(SimDuration)
}

/// What has to happen on one connection before a fault strikes it.
public enum StreamCondition: Hashable, Sendable, Codable {
  /// The stream reached a point.
  case point(StreamPoint)
  /// More than so many bytes came.
  case beyond(bytes: UInt64)
  /// These bytes came; nothing is never found.
  case pattern([UInt8])
  /// Nothing came for that long.
  case idle(SimDuration)
}

/// One connection as a fault's condition sees it: the one place where it is decided whether enough
/// came, whether a pattern came, and whether it was idle for long enough.
public struct StreamWatch: Hashable, Sendable {
  private let condition: StreamCondition
  /// Whether a pattern may begin in what came before.
  private let joinsSegments: Bool
  private let begunAt: SimInstant
  private var lastSeen: SimInstant
  private var bytes: UInt64 = 0
  private var lines: UInt64 = 0
  /// The end of what came, as long as a pattern may reach into it.
  private var tail: [UInt8] = []

  /// A connection that began at `begunAt`.
  ///
  /// - Parameter joinsSegments: whether a pattern is found across segments; a device that does not
  ///   reassemble streams looks into each alone.
  public init(_ condition: StreamCondition, begunAt: SimInstant, joinsSegments: Bool = true) {
    self.condition = condition
    self.joinsSegments = joinsSegments
    self.begunAt = begunAt
    self.lastSeen = begunAt
  }

  /// When time alone meets the condition; `nil` when it does not.
  public var dueAt: SimInstant? {
    switch self.condition {
    case .point(.time(let duration)): self.begunAt.advanced(by: duration)
    case .idle(let duration): self.lastSeen.advanced(by: duration)
    case .point(.lines), .point(.bytes), .beyond, .pattern: nil
    }
  }

  /// Whether time alone has met the condition at `now`.
  public func isDue(_ now: SimInstant) -> Bool {
    switch self.condition {
    case .point(.time(let duration)): self.begunAt.duration(to: now) >= duration
    case .idle(let duration): self.lastSeen.duration(to: now) >= duration
    case .point(.lines), .point(.bytes), .beyond, .pattern: false
    }
  }

  /// Lines that may still come up to the point; the largest number when no line is awaited.
  public var linesLeft: UInt64 {
    guard case .point(.lines(let count)) = self.condition else { return .max }
    return count > self.lines ? count - self.lines : 0
  }

  /// Bytes that may still come up to the point; the largest number when no byte is awaited.
  public var bytesLeft: UInt64 {
    guard case .point(.bytes(let count)) = self.condition else { return .max }
    return count > self.bytes ? count - self.bytes : 0
  }

  /// Something came that does not count, such as an answer.
  public mutating func touched(_ now: SimInstant) {
    self.lastSeen = now
  }

  /// So much came, whatever it says.
  ///
  /// - Returns: whether the condition is met by it.
  public mutating func counted(bytes: Int, lines: UInt64, now: SimInstant) -> Bool {
    self.lastSeen = now
    self.bytes += UInt64(bytes)
    self.lines += lines
    switch self.condition {
    case .point(.lines(let count)): return self.lines >= count
    case .point(.bytes(let count)): return self.bytes >= count
    case .beyond(let count): return self.bytes > count
    case .point(.time), .pattern, .idle: return false
    }
  }

  /// These bytes came; their lines are not counted.
  ///
  /// - Returns: whether the condition is met by them.
  public mutating func received(_ bytes: UnsafeRawBufferPointer, now: SimInstant) -> Bool {
    let isMet = self.counted(bytes: bytes.count, lines: 0, now: now)
    guard case .pattern(let pattern) = self.condition else { return isMet }
    guard self.joinsSegments, pattern.count > 1 else { return Self.holds(pattern, bytes) }
    let text = self.tail + bytes
    self.tail = Array(text.suffix(pattern.count - 1))
    return text.withUnsafeBytes { Self.holds(pattern, $0) }
  }

  private static func holds(_ pattern: [UInt8], _ text: UnsafeRawBufferPointer) -> Bool {
    !pattern.isEmpty && ByteSearch(pattern).isFound(in: text)
  }
}
