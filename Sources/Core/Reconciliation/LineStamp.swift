/// The time that a line carries, read from its bytes without a calendar.
enum LineStamp {
  /// Days before each month, in a year that has a 29 February: syslog's stamp has no year.
  private static let daysBefore = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335]

  /// Bytes of `Jun 25 08:50:03`.
  static let bsdCount = 15
  /// Bytes of `Thu Jun 25 08:50:03 2015`.
  static let ctimeCount = 24
  /// Bytes of `2015-06-25T08:50:03`; a fraction and a zone follow.
  static let rfc3339Count = 19

  /// Seconds since the year began, of `Jun 25 08:50:03`.
  static func bsd(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= self.bsdCount, bytes[3] == 0x20, bytes[6] == 0x20,
      let month = self.month(bytes[0], bytes[1], bytes[2]),
      let day = bytes[4] == 0x20 ? self.digit(bytes[5]) : self.pair(bytes, 4),
      let clock = self.clock(bytes, 7)
    else { return nil }
    return (self.daysBefore[month] + day) * 86_400 + clock
  }

  /// Seconds since the year began, of `Thu Jun 25 08:50:03 2015`.
  static func ctime(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= self.ctimeCount, bytes[3] == 0x20, bytes[19] == 0x20,
      self.pair(bytes, 20) != nil, self.pair(bytes, 22) != nil
    else { return nil }
    return self.bsd(UnsafeRawBufferPointer(rebasing: bytes[4...]))
  }

  /// Seconds since the year began, of `2015-06-25T08:50:03`.
  static func rfc3339(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= self.rfc3339Count, bytes[4] == 0x2D, bytes[7] == 0x2D,
      bytes[10] == 0x54 || bytes[10] == 0x20, self.pair(bytes, 0) != nil,
      let month = self.pair(bytes, 5), (1...12).contains(month), let day = self.pair(bytes, 8),
      let clock = self.clock(bytes, 11)
    else { return nil }
    return (self.daysBefore[month - 1] + day) * 86_400 + clock
  }

  private static func clock(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
    guard bytes[offset + 2] == 0x3A, bytes[offset + 5] == 0x3A,
      let hour = self.pair(bytes, offset), let minute = self.pair(bytes, offset + 3),
      let second = self.pair(bytes, offset + 6)
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  private static func month(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Int? {
    switch (a, b, c) {
    case (0x4A, 0x61, 0x6E): 0
    case (0x46, 0x65, 0x62): 1
    case (0x4D, 0x61, 0x72): 2
    case (0x41, 0x70, 0x72): 3
    case (0x4D, 0x61, 0x79): 4
    case (0x4A, 0x75, 0x6E): 5
    case (0x4A, 0x75, 0x6C): 6
    case (0x41, 0x75, 0x67): 7
    case (0x53, 0x65, 0x70): 8
    case (0x4F, 0x63, 0x74): 9
    case (0x4E, 0x6F, 0x76): 10
    case (0x44, 0x65, 0x63): 11
    default: nil
    }
  }

  @inline(__always)
  private static func digit(_ byte: UInt8) -> Int? {
    (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil
  }

  @inline(__always)
  private static func pair(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
    guard let tens = self.digit(bytes[offset]), let ones = self.digit(bytes[offset + 1]) else {
      return nil
    }
    return tens * 10 + ones
  }
}
