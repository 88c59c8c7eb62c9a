/// Why a line of an export is not one record.
public enum RefusedExportLine: Hashable, Sendable {
  /// A whole array on one line.
  case array
  /// Something stands behind the object.
  case textBehindObject
  /// A whole answer of Elastic's search: `hits.hits`.
  case searchAnswer
  /// One object with several lines in it, such as Splunk's `results`.
  case severalLines
  /// `{` alone: an object over many lines.
  case openObject
}

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

  /// Names of objects that matter for what is in them.
  private enum ObjectName {
    case event, hits
  }

  private static let depthMax = 64

  /// Why the record of the last call cannot be read as one; `nil` when it can.
  private(set) var refusal: RefusedExportLine?
  private var text: [UInt8] = []
  private var name: [UInt8] = []
  private var rank = Rank.none

  init() {}

  /// Gives `body` the line; `nil` when the record has none.
  mutating func withMessage<Result>(
    of record: UnsafeRawBufferPointer, keys: Keys, _ body: (UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    let record = record.from(record.firstIndex { $0 != 0x20 && $0 != 0x09 } ?? 0)
    self.rank = .none
    self.refusal = Self.isOpenObject(record) ? .openObject : nil
    self.scan(record, keys: keys)
    guard self.rank != .none else { return body(nil) }
    return self.text.withUnsafeBytes { body($0.trimmed) }
  }

  private static func isOpenObject(_ record: UnsafeRawBufferPointer) -> Bool {
    record.first == 0x7B && record.from(1).trimmed.isEmpty
  }

  /// Walks through the record's strings; those before a colon are names.
  private mutating func scan(_ record: UnsafeRawBufferPointer, keys: Keys) {
    var offset = 0
    var depth = 0
    // Whether the object at that depth is `event` or `hits`, by bit.
    var eventDepths: UInt64 = 0
    var hitsDepths: UInt64 = 0
    var wanted = Rank.none
    var object: ObjectName?
    var hasEnded = false
    while offset < record.count {
      let byte = record[offset]
      if hasEnded, !Self.mayFollowObject(byte) { return self.refuse(.textBehindObject) }
      switch byte {
      case 0x22:
        let start = offset + 1
        guard let end = Self.endOfString(record, start) else { return }
        offset = end + 1
        if Self.nextIsColon(record, offset) {
          Self.unescape(record, start..<end, into: &self.name)
          wanted = self.rank(ofName: keys, inEvent: Self.bit(eventDepths, depth))
          object = self.objectName
        } else {
          if wanted == .raw, self.rank == .raw { self.refuse(.severalLines) }
          if wanted.rawValue > self.rank.rawValue {
            Self.unescape(record, start..<end, into: &self.text)
            self.rank = wanted
          }
          wanted = .none
        }
        continue
      case 0x7B, 0x5B:
        let isObject = byte == 0x7B
        if isObject, depth == 1, record.first == 0x5B { self.refuse(.array) }
        if !isObject, object == .hits, Self.bit(hitsDepths, depth) { self.refuse(.searchAnswer) }
        depth += 1
        Self.set(&eventDepths, depth, isObject && object == .event)
        Self.set(&hitsDepths, depth, isObject && object == .hits)
        wanted = .none
        object = nil
      case 0x7D, 0x5D:
        depth = max(0, depth - 1)
        hasEnded = byte == 0x7D && depth == 0
      case 0x2C: wanted = .none
      default: break
      }
      offset += 1
    }
  }

  /// The first reason counts.
  private mutating func refuse(_ refusal: RefusedExportLine) {
    self.refusal = self.refusal ?? refusal
  }

  /// Blanks, and the comma or bracket of an array with an object a line.
  private static func mayFollowObject(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0D, 0x0A, 0x2C, 0x5D].contains(byte)
  }

  private static func bit(_ bits: UInt64, _ depth: Int) -> Bool {
    depth < self.depthMax && bits >> UInt64(depth) & 1 == 1
  }

  private static func set(_ bits: inout UInt64, _ depth: Int, _ isSet: Bool) {
    guard depth < self.depthMax else { return }
    bits &= ~(1 << UInt64(depth))
    if isSet { bits |= 1 << UInt64(depth) }
  }

  private var objectName: ObjectName? {
    if self.isName("event") { return .event }
    return self.isName("hits") ? .hits : nil
  }

  private func rank(ofName keys: Keys, inEvent: Bool) -> Rank {
    if keys != .elastic, self.isName("_raw") { return .raw }
    guard keys != .splunk else { return .none }
    if self.isName("event.original") || inEvent && self.isName("original") { return .original }
    // rsyslog's `jsonmesg` has both.
    if self.isName("rawmsg") { return .original }
    return self.isName("message") || self.isName("msg") ? .message : .none
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
