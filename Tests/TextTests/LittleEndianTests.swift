import Testing
import Text

/// Numbers as bytes and back, the lowest byte first whatever the machine does.
@Suite struct LittleEndianTests {
  @Test func theLowestByteIsFirst() {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: 0x0403_0201 as UInt32)
    bytes.append(littleEndian: 0x0C0B_0A09_0807_0605 as UInt64)
    #expect(bytes == Array(1...12))
    bytes.replace(at: 3, littleEndian: 0xDDCC_BBAA)
    #expect(bytes == [1, 2, 3, 0xAA, 0xBB, 0xCC, 0xDD, 8, 9, 10, 11, 12])
    bytes.replace(at: 8, littleEndian: 0)
    #expect(bytes == [1, 2, 3, 0xAA, 0xBB, 0xCC, 0xDD, 8, 0, 0, 0, 0])
  }

  @Test(arguments: [0, 1, 0x80, 0xFFFF, UInt32.max])
  func shortNumbersComeBackAtAnyPlace(_ number: UInt32) {
    for lead in 0..<5 {
      var bytes = [UInt8](repeating: 0x55, count: lead)
      bytes.append(littleEndian: number)
      #expect(bytes.withUnsafeBytes { LittleEndian.word32($0, at: lead) } == number)
    }
  }

  @Test(arguments: [0, 1, 0x80, UInt64(UInt32.max) + 1, UInt64.max])
  func longNumbersComeBackAtAnyPlace(_ number: UInt64) {
    for lead in 0..<9 {
      var bytes = [UInt8](repeating: 0x55, count: lead)
      bytes.append(littleEndian: number)
      #expect(bytes.withUnsafeBytes { LittleEndian.word64($0, at: lead) } == number)
    }
  }

  @Test func rowsOfNumbersComeBackInOrder() {
    let numbers: [UInt64] = [3, 0, .max, 1 << 63]
    var bytes: [UInt8] = []
    for number in numbers { bytes.append(littleEndian: number) }
    #expect(bytes.withUnsafeBytes { LittleEndian.words64($0, count: 4) } == numbers)
    #expect(bytes.withUnsafeBytes { LittleEndian.words64($0, count: 2) } == [3, 0])
    #expect(bytes.withUnsafeBytes { LittleEndian.words64($0, count: 0) }.isEmpty)
  }
}
