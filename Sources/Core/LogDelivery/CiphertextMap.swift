internal import DequeModule

/// Which bytes of an encrypted stream carry which lines, so that what the peer's kernel
/// acknowledged can be said in bytes of the lines.
///
/// A receiver can open a record of TLS only when all of it has arrived: the lines of a record are
/// acknowledged with its last byte, and not before.
public struct CiphertextMap: Hashable, Sendable {
  private struct Mark: Hashable, Sendable {
    let plaintext: UInt64
    let ciphertext: UInt64
  }

  /// Ends of records that are not acknowledged, rising.
  private var marks = Deque<Mark>()
  private var acknowledged: UInt64 = 0
  private var last = Mark(plaintext: 0, ciphertext: 0)

  /// Nothing is encrypted yet.
  public init() {}

  /// The first `plaintext` bytes of the lines are within the first `ciphertext` bytes of the
  /// stream.
  ///
  /// - Parameter ciphertext: what the handshake sent is in it.
  public mutating func sealed(plaintext: UInt64, ciphertext: UInt64) {
    guard plaintext > self.last.plaintext else { return }
    self.last = Mark(plaintext: plaintext, ciphertext: max(ciphertext, self.last.ciphertext))
    self.marks.append(self.last)
  }

  /// How many bytes of the lines are acknowledged with the first `ciphertext` bytes of the stream.
  public mutating func plaintext(acknowledged ciphertext: UInt64) -> UInt64 {
    while let first = self.marks.first, first.ciphertext <= ciphertext {
      self.acknowledged = first.plaintext
      self.marks.removeFirst()
    }
    return self.acknowledged
  }
}

extension PushWrite {
  /// Its bytes in pieces of whole lines that fit one record of TLS each, but for a longer line.
  ///
  /// - Returns: ranges of `bytes`, in order.
  public func pieces(bytesMax: Int = 16_384) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = 0
    var end = 0
    for line in self.lineEnds {
      if Int(line) - start > bytesMax, end > start {
        pieces.append(start..<end)
        start = end
      }
      end = Int(line)
    }
    if end > start { pieces.append(start..<end) }
    return pieces
  }
}
