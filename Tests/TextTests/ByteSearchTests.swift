import Testing
import Text

/// Where bytes are found in others.
@Suite struct ByteSearchTests {
  private static let cases: [(pattern: String, text: String, offset: Int?)] = [
    // Nothing is everywhere, in nothing too.
    ("", "", 0), ("", "abc", 0),
    // Longer than the text, by one byte and by many.
    ("a", "", nil), ("abcd", "abc", nil), ("abcdefgh", "a", nil),
    ("abc", "abc", 0), ("a", "abc", 0), ("b", "abc", 1),
    // At the end, and cut off there.
    ("c", "abc", 2), ("bc", "abc", 1), ("cd", "abc", nil), ("]]>", "a]]]>", 2), ("]]>", "a]]", nil),
    // What began is the beginning of what follows.
    ("aab", "aaab", 1), ("abab", "abacabab", 4), ("aaa", "aabaaa", 3), ("-->", "--->", 1),
    ("abcabd", "abcabcabd", 3), ("aa", "ab", nil), ("ba", "aab", nil),
    // The first of several.
    ("ab", "xabab", 1),
    // Bytes beyond ASCII, and a NUL.
    ("\u{E9}", "caf\u{E9}", 3), ("\u{A9}", "caf\u{E9}", nil), ("\0b", "a\0b", 1),
  ]

  @Test(arguments: cases)
  func theFirstPlaceIsFound(_ pattern: String, _ text: String, _ offset: Int?) {
    let search = ByteSearch(pattern)
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBytes { search.firstOffset(in: $0) } == offset)
    #expect(bytes.withUnsafeBytes { search.isFound(in: $0) } == (offset != nil))
    #expect(search.firstIndex(in: bytes[...]) == offset)
    #expect(search.isFound(in: bytes[...]) == (offset != nil))
    #expect(search.isFound(in: text) == (offset != nil))
    #expect(ByteSearch(Array(pattern.utf8)) == search)
    // A slice has its own indices, and what is outside of it is not looked at.
    let padded = Array(pattern.utf8) + bytes + Array(pattern.utf8)
    let range = pattern.utf8.count..<(pattern.utf8.count + bytes.count)
    #expect(search.firstIndex(in: padded[range]) == offset.map { $0 + range.lowerBound })
  }

  /// All texts and patterns of two letters against the plainest search there is.
  @Test func itFindsWhatComparingAtEachPlaceFinds() {
    func words(_ lengths: ClosedRange<Int>) -> [[UInt8]] {
      lengths.flatMap { length in
        (0..<(1 << length)).map { bits in (0..<length).map { UInt8(bits >> $0 & 1) } }
      }
    }
    for text in words(0...7) {
      for pattern in words(0...4) {
        let plain = (0...text.count).first { text[$0...].starts(with: pattern) }
        #expect(ByteSearch(pattern).firstIndex(in: text[...]) == plain)
      }
    }
  }

  /// CR LF is one `Character`, in which `String.contains` finds no LF.
  @Test func bytesAreNoCharacters() {
    #expect(ByteSearch("\n-----").isFound(in: "a\r\n-----"))
    #expect(!ByteSearch("\u{E9}").isFound(in: "e\u{301}"))
  }
}
