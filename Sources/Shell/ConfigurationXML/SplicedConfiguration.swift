public import ApplianceConfiguration

/// A configuration file with sections loaded over it, and the way back from its places to theirs.
public struct SplicedConfiguration: Sendable {
  /// A stretch of the result that stands in one of the sources, byte for byte.
  struct Piece: Sendable {
    var start: Int
    var source: ConfigurationSplice.Source
    var sourceStart: Int
    var sourceLength: Int
  }

  /// The bytes of the whole file, for `ConfigurationReader`.
  public let bytes: [UInt8]
  /// In order, without gaps.
  let pieces: [Piece]
  let base: [UInt8]
  let sections: SplicedSections

  /// Where a place of `bytes` comes from.
  ///
  /// - Complexity: O(size of the file).
  public func origin(
    of position: SourcePosition
  ) -> (source: ConfigurationSplice.Source, position: SourcePosition) {
    let offset = Self.offset(of: position, in: self.bytes)
    guard let piece = self.pieces.last(where: { $0.start <= offset }) else {
      return (.base, position)
    }
    let within = min(offset - piece.start, max(piece.sourceLength - 1, 0))
    let source = piece.sourceStart + within
    switch piece.source {
    case .base:
      let place = SourceCursor.position(
        ofByte: min(source, self.base.count), in: self.base, markBytes: Self.mark(self.base))
      return (.base, place)
    case .overrides: return (.overrides, self.sections.position(ofByte: source))
    }
  }

  private static func mark(_ bytes: [UInt8]) -> Int {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  private static func offset(of position: SourcePosition, in bytes: [UInt8]) -> Int {
    var start = self.mark(bytes)
    var line = 1
    while line < position.line, let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      start = end + 1
      line += 1
    }
    return min(start + position.column - 1, bytes.count)
  }
}
