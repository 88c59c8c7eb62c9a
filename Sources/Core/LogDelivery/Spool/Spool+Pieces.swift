internal import DequeModule

extension Deque<Spool.Piece> {
  /// Takes away those lines of a range that are in memory alone; which they are.
  ///
  /// Of what is left of such a piece no bytes are counted, as by `split`.
  mutating func takeUnwritten(_ range: Range<UInt64>) -> [Range<UInt64>] {
    var taken: [Range<UInt64>] = []
    var left = Self()
    for piece in self {
      let part = (piece.firstSequence..<piece.endSequence).clamped(to: range)
      guard piece.isUnwritten, !part.isEmpty else {
        left.append(piece)
        continue
      }
      taken.append(part)
      let rest = [piece.firstSequence..<part.lowerBound, part.upperBound..<piece.endSequence]
      for lines in rest where !lines.isEmpty {
        left.append(
          Spool.Piece(
            firstSequence: lines.lowerBound, endSequence: lines.upperBound, lineBytes: 0,
            segment: piece.segment, offset: 0, recordBytes: 0, isUnwritten: true))
      }
    }
    self = left
    return taken
  }
}

extension Sequence<Range<UInt64>> {
  /// How many lines these are.
  var lineCount: UInt64 { self.reduce(0) { $0 + UInt64($1.count) } }
}

extension Spool.Piece {
  /// The same with one of its records not written: what lies before, that record, what lies behind.
  ///
  /// Where records lie behind, it is not known how many of the bytes lie before: none are counted,
  /// so that a push rewinds too far and not too little.
  func split(around lost: Range<UInt64>, bytes: Int, lineBytes: Int) -> [Self] {
    let isLast = lost.upperBound >= self.endSequence
    var before = self
    before.endSequence = lost.lowerBound
    before.lineBytes = isLast ? self.lineBytes - lineBytes : 0
    if isLast { before.recordBytes -= bytes }
    var unwritten = Self(
      firstSequence: lost.lowerBound, endSequence: min(lost.upperBound, self.endSequence),
      lineBytes: lineBytes, segment: self.segment, offset: 0, recordBytes: 0)
    unwritten.isUnwritten = true
    let behind = Self(
      firstSequence: lost.upperBound, endSequence: self.endSequence, lineBytes: 0,
      segment: self.segment, offset: self.offset, recordBytes: self.recordBytes)
    return [before, unwritten, behind].filter { $0.firstSequence < $0.endSequence }
  }
}
