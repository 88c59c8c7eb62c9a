/// The bytes that the mail grammars name.
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let quote: UInt8 = 0x22
  static let comma: UInt8 = 0x2C
  static let hyphen: UInt8 = 0x2D
  static let dot: UInt8 = 0x2E
  static let colon: UInt8 = 0x3A
  static let less: UInt8 = 0x3C
  static let equals: UInt8 = 0x3D
  static let greater: UInt8 = 0x3E
  static let question: UInt8 = 0x3F
  static let at: UInt8 = 0x40
  static let backslash: UInt8 = 0x5C
  static let underscore: UInt8 = 0x5F
  static let delete: UInt8 = 0x7F
  static let endOfLine: [UInt8] = [carriageReturn, lineFeed]

  static func isDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    Self.isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    Self.isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
  }

  static func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == Self.space || byte == Self.tab
  }

  /// A space or a visible character.
  static func isPrintable(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte)
  }

  /// What an atom is made of (RFC 5322 section 3.2.3, `atext`).
  static func isAtomText(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F, 0x5E...0x60, 0x7B...0x7E:
      return true
    default:
      return Self.isAlphanumeric(byte)
    }
  }

  /// Atoms joined by single dots (RFC 5322 section 3.2.3, `dot-atom-text`).
  static func isDotAtom(_ bytes: some Collection<UInt8>) -> Bool {
    var atomLength = 0
    for byte in bytes {
      if byte == Self.dot {
        guard atomLength > 0 else { return false }
        atomLength = 0
      } else {
        guard Self.isAtomText(byte) else { return false }
        atomLength += 1
      }
    }
    return atomLength > 0
  }

  /// `A` to `Z` as `a` to `z`, all else as it is.
  static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte + 0x20 : byte
  }

  /// `a` to `z` as `A` to `Z`, all else as it is.
  static func uppercased(_ byte: UInt8) -> UInt8 {
    (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
  }

  /// The text of ASCII `bytes` in capitals.
  static func uppercased(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.map { Self.uppercased($0) }, as: UTF8.self)
  }

  /// The number that one to eighteen decimal digits mean; `nil` for anything else.
  static func number(_ bytes: some Collection<UInt8>) -> Int? {
    guard (1...18).contains(bytes.count), bytes.allSatisfy({ Self.isDigit($0) }) else {
      return nil
    }
    return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
