import LogFormats
import LogModel
import Testing

@Suite struct LineBufferTests {
  private static let numbers: [UInt64] = [
    0, 9, 10, 99, 100, 4_294_967_295, 9_999_999_999_999_999_999, 10_000_000_000_000_000_000, .max,
  ]

  @Test(arguments: numbers)
  func numbersAreDecimal(_ number: UInt64) {
    var buffer = LineBuffer()
    buffer.append(decimal: number)
    #expect(String(decoding: buffer.array, as: UTF8.self) == "\(number)")
  }

  /// Whatever the sizes: the bytes are those of an array.
  @Test func growsOverItsCapacity() {
    var buffer = LineBuffer(capacity: 1)
    var expected: [UInt8] = []
    for number in 0..<300 {
      let text = String(repeating: "ä", count: number)
      buffer.append(string: text)
      buffer.append(byte: 0x0A)
      buffer.append("Info: ")
      buffer.append(decimal: UInt32(number))
      expected += Array("\(text)\nInfo: \(number)".utf8)
    }
    #expect(buffer.array == expected)
    #expect(buffer.count == expected.count)
  }

  @Test func forgetsFromAPlaceOn() {
    var buffer = LineBuffer()
    buffer.append("abcdef")
    buffer.truncate(to: 3)
    buffer.append("x")
    #expect(buffer.array == Array("abcx".utf8))
    buffer.removeAll()
    #expect(buffer.array.isEmpty)
  }

  @Test func emptyTextsAddNothing() {
    var buffer = LineBuffer()
    buffer.append("")
    buffer.append(string: "")
    buffer.append(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(buffer.count == 0)
  }
}

@Suite struct RenderedBatchTests {
  @Test func linesKnowTheirBodies() {
    var batch = RenderedBatch()
    batch.append(second: 1, level: .critical, type: .textMail, text: "one")
    batch.append(second: 2, level: .information, type: .status, text: "")
    let texts = batch.lines.map { line in
      String(decoding: batch.bytes.array[Int(line.start)..<Int(line.end)], as: UTF8.self)
    }
    #expect(texts == ["Critical: one", "Info: "])
    #expect(batch.lines.map(\.second) == [1, 2])
    batch.removeAll()
    #expect(batch.count == 0)
  }
}

@Suite struct HeaderLinesTests {
  @Test(arguments: [7200, 0, -21_600])
  func threeTexts(_ offset: Int) {
    let header = HeaderLines(version: "8.0.1-023", serialNumber: "A4BADB4712A9-511AA1E")
    #expect(
      header.texts(offsetSeconds: offset) == [
        "Begin Logfile", "Version: 8.0.1-023 SN: A4BADB4712A9-511AA1E",
        "Time offset from UTC: \(offset) seconds",
      ])
  }
}
