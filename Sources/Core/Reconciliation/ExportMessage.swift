/// Finds the line in a record of a JSON export, one record a line.
///
/// It follows the paths that Splunk and Elastic write, and reads no more of JSON than that takes.
struct ExportMessage: ~Copyable {
  /// Whose names are looked for.
  enum Keys: Sendable {
    case any, splunk, elastic
  }

  private enum Rank: Int {
    case none, message, original, raw
  }

  private static let depthMax = 64

  private var text: [UInt8] = []
  private var name: [UInt8] = []
  private var rank = Rank.none

  init() {}

  /// Gives `body` the line; `nil` when the record has none.
  mutating func withMessage<Result>(
    of record: UnsafeRawBufferPointer, keys: Keys, _ body: (UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    self.rank = .none
    self.scan(record, keys: keys)
    guard self.rank != .none else { return body(nil) }
    return self.text.withUnsafeBytes { body($0.trimmed) }
  }

  /// Walks through the record's strings; those before a colon are names.
  private mutating func scan(_ record: UnsafeRawBufferPointer, keys: Keys) {
    var offset = 0
    var depth = 0
    // Whether the object at that depth is `event`, by bit.
    var eventDepths: UInt64 = 0
    var wanted = Rank.none
    var isEvent = false
    while offset < record.count {
      switch record[offset] {
      case 0x22:
        let start = offset + 1
        guard let end = Self.endOfString(record, start) else { return }
        offset = end + 1
        if Self.nextIsColon(record, offset) {
          Self.unescape(record, start..<end, into: &self.name)
          let inEvent = depth < Self.depthMax && eventDepths >> UInt64(depth) & 1 == 1
          wanted = self.rank(ofName: keys, inEvent: inEvent)
          isEvent = self.isName("event")
        } else {
          if wanted.rawValue > self.rank.rawValue {
            Self.unescape(record, start..<end, into: &self.text)
            self.rank = wanted
          }
          wanted = .none
        }
        continue
      case 0x7B, 0x5B:
        depth += 1
        if depth < Self.depthMax {
          eventDepths &= ~(1 << UInt64(depth))
          if isEvent && record[offset] == 0x7B { eventDepths |= 1 << UInt64(depth) }
        }
        wanted = .none
        isEvent = false
      case 0x7D, 0x5D: depth = max(0, depth - 1)
      case 0x2C: wanted = .none
      default: break
      }
      offset += 1
    }
  }

  private func rank(ofName keys: Keys, inEvent: Bool) -> Rank {
    if keys != .elastic, self.isName("_raw") { return .raw }
    guard keys != .splunk else { return .none }
    if self.isName("event.original") || inEvent && self.isName("original") { return .original }
    return self.isName("message") ? .message : .none
  }

  private func isName(_ text: StaticString) -> Bool {
    self.name.count == text.utf8CodeUnitCount
      && self.name.withUnsafeBytes { $0.starts(with: text) }
  }

  private static func nextIsColon(_ record: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    var offset = start
    while offset < record.count, record[offset] == 0x20 || record[offset] == 0x09 { offset += 1 }
    return offset < record.count && record[offset] == 0x3A
  }

  private static func endOfString(_ record: UnsafeRawBufferPointer, _ start: Int) -> Int? {
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

  private static func unescape(
    _ record: UnsafeRawBufferPointer, _ range: Range<Int>, into bytes: inout [UInt8]
  ) {
    bytes.removeAll(keepingCapacity: true)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let byte = record[offset]
      guard byte == 0x5C, offset + 1 < range.upperBound else {
        bytes.append(byte)
        offset += 1
        continue
      }
      let escaped = record[offset + 1]
      offset += 2
      switch escaped {
      case 0x6E: bytes.append(0x0A)
      case 0x74: bytes.append(0x09)
      case 0x72: bytes.append(0x0D)
      case 0x62: bytes.append(0x08)
      case 0x66: bytes.append(0x0C)
      case 0x75: offset = self.scalar(record, offset, end: range.upperBound, into: &bytes)
      default: bytes.append(escaped)
      }
    }
  }

  /// Appends the character of the four digits at `start`, and of a second half behind it.
  ///
  /// - Returns: where the text goes on.
  private static func scalar(
    _ record: UnsafeRawBufferPointer, _ start: Int, end: Int, into bytes: inout [UInt8]
  ) -> Int {
    guard let first = self.hexadecimal(record, start, end: end) else { return start }
    var value = first
    var next = start + 4
    if (0xD800...0xDBFF).contains(first), next + 2 <= end, record[next] == 0x5C,
      record[next + 1] == 0x75, let second = self.hexadecimal(record, next + 2, end: end),
      (0xDC00...0xDFFF).contains(second)
    {
      value = 0x1_0000 + (first - 0xD800) << 10 + (second - 0xDC00)
      next += 6
    }
    bytes.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
    return next
  }

  private static func hexadecimal(
    _ record: UnsafeRawBufferPointer, _ start: Int, end: Int
  ) -> UInt32? {
    guard start + 4 <= end else { return nil }
    var value: UInt32 = 0
    for offset in start..<start + 4 {
      guard let digit = Character(Unicode.Scalar(record[offset])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
