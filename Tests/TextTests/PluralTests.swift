import Testing
import Text

/// Words agree with their counts.
@Suite struct PluralTests {
  @Test func oneIsTheOnlySingular() {
    #expect(Plural.counted(1, "line") == "1 line")
    for count in [0, 2, 11, 21, 101, -1, Int.max] {
      #expect(Plural.counted(count, "line") == "\(count) lines")
    }
    #expect(Plural.counted(UInt64.max, "byte") == "18446744073709551615 bytes")
    #expect(Plural.counted(UInt8(1), "byte") == "1 byte")
  }

  @Test func irregularWordsAreGiven() {
    #expect(Plural.counted(1, "copy", "copies") == "1 copy")
    #expect(Plural.counted(3, "copy", "copies") == "3 copies")
    #expect(Plural.word(1, "was", "were") == "was")
    #expect(Plural.word(0, "was", "were") == "were")
    #expect(Plural.word(2, "attempt") == "attempts")
  }
}
