/// Writes JSON piece by piece, so that a report of a million findings is never in memory at once.
///
/// Control and format characters are escaped wherever they are, beyond what RFC 8259 asks for, so
/// that a report that is shown on a terminal cannot drive it.
struct JSONText {
  /// What is written so far.
  private(set) var bytes: [UInt8] = []
  private var needsComma = false
  /// Whether a line end comes before what is written next.
  private var endsLine = false

  private static let digits = Array("0123456789abcdef".utf8)

  /// Opens an object, as a member or as an element.
  mutating func beginObject(_ key: StaticString? = nil) { self.begin(key, UInt8(ascii: "{")) }

  /// Ends the innermost object.
  mutating func endObject() { self.end(UInt8(ascii: "}")) }

  /// Opens an array, as a member or as an element.
  mutating func beginArray(_ key: StaticString? = nil) { self.begin(key, UInt8(ascii: "[")) }

  /// Ends the innermost array.
  mutating func endArray() { self.end(UInt8(ascii: "]")) }

  /// Ends a line before what comes next; JSON takes blanks between its tokens.
  mutating func endLine() { self.endsLine = true }

  /// A text, as a member or as an element.
  mutating func add(_ key: StaticString? = nil, _ text: String) {
    self.lead(key)
    self.quote(text)
  }

  /// A member whose name is a text of its own.
  mutating func add(named name: String, _ number: Int) {
    self.lead(nil)
    self.quote(name)
    self.bytes += " : ".utf8
    self.write(number)
  }

  /// A text that is left out when it is empty.
  mutating func addIfPresent(_ key: StaticString, _ text: String) {
    if !text.isEmpty { self.add(key, text) }
  }

  /// A number, as a member or as an element.
  mutating func add(_ key: StaticString? = nil, _ number: Int) {
    self.lead(key)
    self.write(number)
  }

  /// `true` or `false`.
  mutating func add(_ key: StaticString? = nil, isTrue: Bool) {
    self.lead(key)
    self.bytes += (isTrue ? "true" : "false").utf8
  }

  // MARK: Pieces

  private mutating func begin(_ key: StaticString?, _ bracket: UInt8) {
    self.lead(key)
    self.bytes.append(bracket)
    self.needsComma = false
  }

  private mutating func end(_ bracket: UInt8) {
    self.bytes.append(bracket)
    self.needsComma = true
  }

  private mutating func lead(_ key: StaticString?) {
    if self.needsComma { self.bytes += (self.endsLine ? "," : ", ").utf8 }
    if self.endsLine { self.bytes.append(0x0A) }
    self.needsComma = true
    self.endsLine = false
    guard let key else { return }
    self.bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { self.bytes += $0 }
    self.bytes += "\" : ".utf8
  }

  private mutating func write(_ number: Int) { self.bytes += String(number).utf8 }

  private mutating func quote(_ text: String) {
    self.bytes.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
      self.bytes += text.utf8
    } else {
      for scalar in text.unicodeScalars { self.append(scalar) }
    }
    self.bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"", "\\":
      self.bytes += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
    case "\n": self.bytes += "\\n".utf8
    case "\t": self.bytes += "\\t".utf8
    case "\r": self.bytes += "\\r".utf8
    case _ where scalar.value >= 0x20 && scalar.value < 0x7F:
      self.bytes.append(UInt8(truncatingIfNeeded: scalar.value))
    default:
      if Self.isEscaped(scalar) {
        Self.escape(scalar, into: &self.bytes)
      } else {
        self.bytes += UTF8.encode(scalar) ?? .init()
      }
    }
  }

  /// Whether a character that is no mark of JSON is escaped all the same.
  static func isEscaped(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  static func escape(_ scalar: Unicode.Scalar, into bytes: inout [UInt8]) {
    for unit in UTF16.encode(scalar) ?? .init() {
      bytes += "\\u".utf8
      for shift in [12, 8, 4, 0] { bytes.append(Self.digits[Int(unit >> UInt16(shift)) & 0xF]) }
    }
  }
}
