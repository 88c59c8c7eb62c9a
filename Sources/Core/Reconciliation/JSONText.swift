/// Strings of JSON.
enum JSONText {
  /// The quote that ends the string whose first byte is at `start`.
  static func endOfString(_ record: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    var offset = start
    while offset < record.count {
      switch record[offset] {
      case 0x22: return offset
      case 0x5C: offset += 2
      default: offset += 1
      }
    }
    return nil
  }

  /// Gives `body` each string without its quotes, and whether it is a name.
  static func forEachString(
    of record: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer, Bool) -> Void
  ) {
    var offset = 0
    while offset < record.count {
      offset += 1
      guard record[offset - 1] == 0x22 else { continue }
      guard let end = self.endOfString(record, offset) else { return }
      body(
        UnsafeRawBufferPointer(rebasing: record[offset..<end]), self.nextIsColon(record, end + 1))
      offset = end + 1
    }
  }

  static func nextIsColon(_ record: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    self.next(record, start) == 0x3A
  }

  static func nextIsDigit(_ record: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    self.next(record, start).map { (0x30...0x39).contains($0) } ?? false
  }

  /// The first byte from `start` on that is no blank.
  static func next(_ record: UnsafeRawBufferPointer, _ start: Int) -> UInt8? {
    var offset = start
    while offset < record.count, self.isBlank(record[offset]) { offset += 1 }
    return offset < record.count ? record[offset] : nil
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// The bytes of `73, 110]`.
  ///
  /// - Returns: where the bracket is, or the record's end.
  static func bytes(
    _ record: UnsafeRawBufferPointer, _ start: Int, into bytes: inout [UInt8]
  ) -> Int {
    bytes.removeAll(keepingCapacity: true)
    var offset = start
    var value: UInt8?
    while offset < record.count, record[offset] != 0x5D {
      if (0x30...0x39).contains(record[offset]) {
        value = (value ?? 0) &* 10 &+ (record[offset] - 0x30)
      } else if let whole = value {
        bytes.append(whole)
        value = nil
      }
      offset += 1
    }
    if let value { bytes.append(value) }
    return offset + 1
  }

  static func unescape(_ string: UnsafeRawBufferPointer, into bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    var offset = 0
    while offset < string.count {
      let byte = string[offset]
      guard byte == 0x5C, offset + 1 < string.count else {
        bytes.append(byte)
        offset += 1
        continue
      }
      let escaped = string[offset + 1]
      offset += 2
      switch escaped {
      case 0x6E: bytes.append(0x0A)
      case 0x74: bytes.append(0x09)
      case 0x72: bytes.append(0x0D)
      case 0x62: bytes.append(0x08)
      case 0x66: bytes.append(0x0C)
      case 0x75: offset = self.scalar(string, offset, into: &bytes)
      default: bytes.append(escaped)
      }
    }
  }

  /// Appends the character of the four digits at `start`, and of a second half behind it.
  ///
  /// - Returns: where the text goes on.
  private static func scalar(
    _ string: UnsafeRawBufferPointer, _ start: Int, into bytes: inout [UInt8]
  ) -> Int {
    guard let first = self.hexadecimal(string, start) else { return start }
    var value = first
    var next = start + 4
    if (0xD800...0xDBFF).contains(first), next + 2 <= string.count, string[next] == 0x5C,
      string[next + 1] == 0x75, let second = self.hexadecimal(string, next + 2),
      (0xDC00...0xDFFF).contains(second)
    {
      value = 0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00)
      next += 6
    }
    bytes.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
    return next
  }

  private static func hexadecimal(_ string: UnsafeRawBufferPointer, _ start: Int) -> UInt32? {
    guard start + 4 <= string.count else { return nil }
    var value: UInt32 = 0
    for offset in start..<start + 4 {
      guard let digit = Character(Unicode.Scalar(string[offset])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
