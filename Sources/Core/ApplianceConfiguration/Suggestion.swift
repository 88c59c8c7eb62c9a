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
    let pattern = EditPattern(word)
    var best: Int?
    var distanceMax = Self.editsMax
    for index in self.words.indices {
      let candidate = self.words[index]
      guard abs(candidate.count - word.count) <= distanceMax,
        (candidate.letters ^ word.letters).nonzeroBitCount <= 2 * distanceMax,
        let distance = pattern.distance(to: candidate, atMost: distanceMax),
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
    return EditPattern(one).distance(to: two, atMost: self.editsMax)
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

  /// A word as the rows of a table of bits, compared with others a column a step.
  ///
  /// The restricted Damerau-Levenshtein distance; a word of at most 64 bytes is one machine word.
  /// Source: Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances",
  /// Nordic Journal of Computing 10 (2003).
  private struct EditPattern {
    private let word: Word
    /// For each byte of names the places where the word has it; few, since the table is made for
    /// each word.
    private var table = InlineArray<38, UInt64>(repeating: 0)

    private var count: Int { self.word.count }

    init(_ word: Word) {
      self.word = word
      for index in 0..<word.count {
        if let place = Self.place(of: word.bytes[index]) { self.table[place] |= 1 << UInt64(index) }
      }
    }

    /// The place in the table of a small letter, a digit, `_` or `-`; any other byte has none.
    private static func place(of byte: UInt8) -> Int? {
      switch byte {
      case 0x61...0x7A: Int(byte - 0x61)
      case 0x30...0x39: Int(byte - 0x30) + 26
      case 0x5F: 36
      case 0x2D: 37
      default: nil
      }
    }

    private func places(of byte: UInt8) -> UInt64 {
      if let place = Self.place(of: byte) { return self.table[place] }
      var places: UInt64 = 0
      for index in 0..<self.count where self.word.bytes[index] == byte {
        places |= 1 << UInt64(index)
      }
      return places
    }

    /// `nil` for more than `limit`.
    func distance(to other: Word, atMost limit: Int) -> Int? {
      guard abs(self.count - other.count) <= limit else { return nil }
      guard self.count > 0 else { return other.count }
      let last: UInt64 = 1 << UInt64(self.count - 1)
      // Where a cell is one more, or one less, than the one above it.
      var (rising, falling): (UInt64, UInt64) = (.max, 0)
      // Where a cell is what the one before and above it is.
      var (level, placesBefore): (UInt64, UInt64) = (0, 0)
      var distance = self.count
      for column in 0..<other.count {
        let places = self.places(of: other.bytes[column])
        let exchanged = ((~level & places) << 1) & placesBefore
        level = (((places & rising) &+ rising) ^ rising) | places | falling | exchanged
        var more = falling | ~(level | rising)
        let less = level & rising
        if more & last != 0 { distance += 1 }
        if less & last != 0 { distance -= 1 }
        // What is left can take back one each.
        guard distance - (other.count - column - 1) <= limit else { return nil }
        more = more << 1 | 1
        rising = less << 1 | ~(level | more)
        falling = more & level
        placesBefore = places
      }
      return distance
    }
  }
}
