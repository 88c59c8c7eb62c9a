/// A disk buffer's files in memory, for worlds without a disk.
public struct MemorySpool: Hashable, Sendable {
  /// The segments by number.
  public var segments: [UInt32: [UInt8]] = [:]
  /// The mark.
  public var mark: [UInt8]?

  /// No files yet.
  public init() {}

  /// Does one thing.
  ///
  /// - Returns: what a `read` gave; `nil` for what is not there.
  public mutating func perform(_ action: SpoolAction) -> [UInt8]? {
    switch action {
    case .append(let segment, let bytes, _): self.segments[segment, default: []] += bytes
    case .truncate(let segment, let count):
      self.segments[segment] = self.segments[segment].map { Array($0.prefix(count)) }
    case .remove(let segment): self.segments[segment] = nil
    case .mark(let bytes): self.mark = bytes
    case .read(let segment, let offset, let count):
      guard let bytes = self.segments[segment], offset + count <= bytes.count else { return nil }
      return Array(bytes[offset..<(offset + count)])
    }
    return nil
  }
}
