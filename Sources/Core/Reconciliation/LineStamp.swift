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

  /// A stamp at the beginning of a line.
  struct Found {
    /// Seconds since the year began; `nil` for seconds since 1970, whose zone is not the log's.
    let seconds: Int?
    /// Its bytes, with the blank behind it.
    let count: Int
    /// Whether it is that of a log file: level and text follow.
    var isOfLogFile = false
  }

  /// A stamp in any form: `Jun 25 08:50:03`, with a fraction or a year; RFC 3339's; `2015 Jun 25
  /// 08:50:03`; `Thu 2015-06-25 08:50:03`; `1435215003.123`; a log file's.
  static func read(_ bytes: UnsafeRawBufferPointer) -> Found? {
    guard let first = bytes.first else { return nil }
    if (0x30...0x39).contains(first) { return self.numeric(bytes) }
    if let seconds = self.bsd(bytes) {
      var count = self.fractionEnd(bytes, self.bsdCount)
      // `Jun 25 08:50:03 2015`, or with a colon behind it.
      if bytes.count >= count + 6, self.pair(bytes, count + 1) == 20,
        self.pair(bytes, count + 3) != nil, bytes[count + 5] == 0x20
      {
        count += 5
      }
      return self.behindBlank(bytes, count).map { Found(seconds: seconds, count: $0) }
    }
    if let seconds = self.ctime(bytes) {
      return Found(
        seconds: seconds, count: Swift.min(self.ctimeCount + 1, bytes.count), isOfLogFile: true)
    }
    guard bytes.count > 4, bytes[3] == 0x20, (0x41...0x5A).contains(first),
      let found = self.numeric(bytes.from(4))
    else { return nil }
    return Found(seconds: found.seconds, count: found.count + 4)
  }

  private static func numeric(_ bytes: UnsafeRawBufferPointer) -> Found? {
    if let seconds = self.rfc3339(bytes) {
      let rest = bytes.from(self.rfc3339Count)
      guard let end = rest.firstIndex(where: { $0 == 0x20 || $0 == 0x09 }),
        rest.upTo(end).allSatisfy(self.isOfZone)
      else { return nil }
      return Found(seconds: seconds, count: self.rfc3339Count + end + 1)
    }
    if bytes.count > 5, bytes[4] == 0x20, self.pair(bytes, 0) != nil, self.pair(bytes, 2) != nil,
      let seconds = self.bsd(bytes.from(5))
    {
      return self.behindBlank(bytes, self.fractionEnd(bytes, 5 + self.bsdCount))
        .map { Found(seconds: seconds, count: $0) }
    }
    guard bytes.count > 10, bytes.upTo(10).allSatisfy({ self.digit($0) != nil }) else { return nil }
    return self.behindBlank(bytes, self.fractionEnd(bytes, 10)).map {
      Found(seconds: nil, count: $0)
    }
  }

  /// Bytes of `.123456+02:00` and `Z`.
  private static func isOfZone(_ byte: UInt8) -> Bool {
    (0x2B...0x3A).contains(byte) || byte == 0x5A
  }

  private static func fractionEnd(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    guard start < bytes.count, bytes[start] == 0x2E || bytes[start] == 0x2C else { return start }
    var end = start + 1
    while end < bytes.count, self.digit(bytes[end]) != nil { end += 1 }
    return end
  }

  /// A stamp ends with a blank, or the line does; some have a colon.
  private static func behindBlank(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard start < bytes.count else { return start }
    if bytes[start] == 0x20 || bytes[start] == 0x09 { return start + 1 }
    let isColon = start + 1 < bytes.count && bytes[start] == 0x3A && bytes[start + 1] == 0x20
    return isColon ? start + 2 : nil
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
