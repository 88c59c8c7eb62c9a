/// How much of the peer's window a sender dares to use.
///
/// Source: RFC 5681 and, for fast recovery, RFC 6582 (NewReno).
struct CongestionControl: Sendable {
  /// cwnd, in bytes.
  private(set) var window = 0
  /// ssthresh, in bytes.
  private var slowStartThreshold = 1 << 30
  private var duplicates = 0
  /// In fast recovery, until everything up to here is acknowledged.
  private var recoveryEnd: UInt32?

  /// The handshake is over.
  mutating func begin(segments: Int, segmentSize: Int) {
    self.window = segments * segmentSize
  }

  /// New data are acknowledged.
  ///
  /// - Returns: whether the first segment that is not acknowledged must be sent again.
  mutating func acknowledged(_ bytes: Int, to number: UInt32, segmentSize: Int) -> Bool {
    guard let end = self.recoveryEnd else {
      self.duplicates = 0
      self.grow(bytes, segmentSize)
      return false
    }
    guard number.isBefore(end) else {
      self.recoveryEnd = nil
      self.duplicates = 0
      self.window = self.slowStartThreshold
      return false
    }
    self.window = max(segmentSize, self.window - bytes + segmentSize)
    return true
  }

  /// Source: RFC 5681 section 3.1.
  private mutating func grow(_ bytes: Int, _ segmentSize: Int) {
    if self.window < self.slowStartThreshold {
      self.window += min(bytes, segmentSize)
    } else {
      self.window += max(1, segmentSize * segmentSize / max(1, self.window))
    }
    self.window = min(self.window, 1 << 30)
  }

  /// An acknowledgement brought nothing; the third means that a segment is lost.
  ///
  /// Source: RFC 5681 section 3.2.
  ///
  /// - Returns: whether the first segment that is not acknowledged must be sent again.
  mutating func repeated(inFlight: Int, highest: UInt32, segmentSize: Int) -> Bool {
    self.duplicates += 1
    if self.recoveryEnd != nil {
      self.window += segmentSize
      return false
    }
    guard self.duplicates == 3 else { return false }
    self.halveThreshold(inFlight, segmentSize)
    self.window = self.slowStartThreshold + 3 * segmentSize
    self.recoveryEnd = highest
    return true
  }

  /// The retransmission timer fired.
  ///
  /// - Parameter isFirst: of a row without progress; later ones leave the threshold as it is
  ///   (RFC 5681 section 3.1).
  mutating func timedOut(isFirst: Bool, inFlight: Int, segmentSize: Int) {
    if isFirst { self.halveThreshold(inFlight, segmentSize) }
    self.window = segmentSize
    self.recoveryEnd = nil
    self.duplicates = 0
  }

  private mutating func halveThreshold(_ inFlight: Int, _ segmentSize: Int) {
    self.slowStartThreshold = max(inFlight / 2, 2 * segmentSize)
  }
}
