/// "did you mean" for a word that is not among those allowed.
public enum Suggestion {
  /// The nearest of `words` that is near; the first of them where several are as near.
  ///
  /// Near are at most two edits, and fewer than half of the letters.
  public static func nearest(to word: String, among words: some Sequence<String>) -> String? {
    NearNames(words).nearest(to: word)
  }

  /// Such as `; did you mean seed?`; empty when no word is near.
  public static func text(for word: String, among words: [String]) -> String {
    self.nearest(to: word, among: words).map { "; did you mean \($0)?" } ?? ""
  }
}

/// Words prepared once, so that many others can be compared with them.
///
/// A comparison allocates nothing. Most end at the lengths or at the letters: one edit changes at
/// most two of the letters that a word has.
public struct NearNames: Sendable {
  /// Longer words are not compared, so that a hostile file costs nothing.
  static let bytesMax = 40
  private static let editsMax = 2

  /// A word in lower case, and what rules it out at once.
  private struct Word: BitwiseCopyable, Sendable {
    let bytes: InlineArray<40, UInt8>
    let count: Int
    let characters: Int
    let letters: UInt64
  }

  private var words: [Word] = []
  private var texts: [String] = []

  /// Prepares `words`; those of more than 40 bytes are near to none.
  public init(_ words: some Sequence<String>) {
    for text in words {
      guard let word = Self.prepared(text) else { continue }
      self.words.append(word)
      self.texts.append(text)
    }
  }

  /// The nearest that is near; the first of them where several are as near.
  public func nearest(to text: String) -> String? {
    self.nearestIndex(to: text).map { self.texts[$0] }
  }

  private func nearestIndex(to text: String) -> Int? {
    guard let word = Self.prepared(text) else { return nil }
    var best: Int?
    var distanceMax = Self.editsMax
    for index in self.words.indices {
      let candidate = self.words[index]
      guard abs(candidate.count - word.count) <= distanceMax,
        (candidate.letters ^ word.letters).nonzeroBitCount <= 2 * distanceMax,
        let distance = Self.distance(word, candidate, atMost: distanceMax),
        distance * 2 < max(word.characters, candidate.characters)
      else { continue }
      best = index
      // Another one must be nearer.
      guard distance > 0 else { return index }
      distanceMax = distance - 1
    }
    return best
  }

  /// How many letters must be put in, taken out, changed or exchanged with their neighbour;
  /// `nil` for more than two, or a word of more than 40 bytes.
  public static func distance(_ one: String, _ two: String) -> Int? {
    guard let one = self.prepared(one), let two = self.prepared(two) else { return nil }
    return self.distance(one, two, atMost: self.editsMax)
  }

  private static func prepared(_ text: String) -> Word? {
    guard text.utf8.count <= self.bytesMax else { return nil }
    // Letters beyond ASCII may take another number of bytes in lower case.
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    let lower = isASCII ? text : text.lowercased()
    guard lower.utf8.count <= self.bytesMax else { return nil }
    var bytes = InlineArray<40, UInt8>(repeating: 0)
    var count = 0
    var letters: UInt64 = 0
    for byte in lower.utf8 {
      let isUpper = byte >= 0x41 && byte <= 0x5A
      let letter = isUpper ? byte | 0x20 : byte
      bytes[count] = letter
      count += 1
      letters |= 1 << UInt64(letter & 0x3F)
    }
    return Word(
      bytes: bytes, count: count, characters: isASCII ? count : text.count,
      letters: letters)
  }

  /// The restricted Damerau-Levenshtein distance, or `nil` when it is more than `limit`: only the
  /// cells near to the diagonal are looked at.
  private static func distance(_ one: Word, _ two: Word, atMost limit: Int) -> Int? {
    let (rows, columns) = (one.count, two.count)
    guard abs(rows - columns) <= limit else { return nil }
    let far = UInt8(limit + 1)
    var before = InlineArray<41, UInt8>(repeating: far)
    var last = InlineArray<41, UInt8>(repeating: far)
    for column in 0...min(columns, limit) { last[column] = UInt8(column) }
    for row in stride(from: 1, through: rows, by: 1) {
      let low = max(0, row - limit)
      let high = min(columns, row + limit)
      var current = InlineArray<41, UInt8>(repeating: far)
      var smallest = far
      for column in low...high {
        let cell: UInt8
        if column == 0 {
          cell = UInt8(min(row, Int(far)))
        } else {
          let letter = one.bytes[row - 1]
          let other = two.bytes[column - 1]
          var best = min(last[column - 1] + (letter == other ? 0 : 1), last[column] + 1)
          best = min(best, current[column - 1] + 1)
          if row > 1, column > 1, letter == two.bytes[column - 2], one.bytes[row - 2] == other {
            best = min(best, before[column - 2] + 1)
          }
          cell = min(best, far)
        }
        current[column] = cell
        smallest = min(smallest, cell)
      }
      // An exchange reaches back by two rows, and costs one at least.
      guard smallest < far || row == 1 || Self.hasNear(last, low, high, far) else { return nil }
      before = last
      last = current
    }
    let distance = last[columns]
    return distance < far ? Int(distance) : nil
  }

  private static func hasNear(
    _ row: borrowing InlineArray<41, UInt8>, _ low: Int, _ high: Int, _ far: UInt8
  ) -> Bool {
    for column in max(0, low - 1)...high where row[column] < far { return true }
    return false
  }
}
