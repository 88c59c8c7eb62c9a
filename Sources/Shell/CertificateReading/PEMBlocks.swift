/// The blocks of a text in the armour of RFC 7468, as bytes.
enum PEMBlocks {
  /// The most certificates of one text that are read.
  static let blocksMax = 32
  /// The largest one, in bytes; a certificate has some kilobytes. Standing: ours.
  static let bytesMax = 64 * 1024

  private static let begin = "-----BEGIN CERTIFICATE-----"
  private static let end = "-----END CERTIFICATE-----"

  /// The bytes of each block; `nil` for one that is no base64, is too long, or does not end.
  static func blocks(in text: String) -> [[UInt8]?] {
    var blocks: [[UInt8]?] = []
    var body: [UInt8]?
    for line in text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
      let line = line.drop { $0 == 0x20 || $0 == 0x09 }
      if line.starts(with: self.begin.utf8) {
        body = []
      } else if line.starts(with: self.end.utf8) {
        guard let characters = body else { continue }
        body = nil
        blocks.append(characters.count <= 2 * self.bytesMax ? self.decode(characters) : nil)
        if blocks.count == self.blocksMax { return blocks }
      } else if let characters = body, characters.count <= 2 * self.bytesMax {
        body?.append(contentsOf: line)
      }
    }
    if body != nil { blocks.append(nil) }
    return blocks
  }

  /// Source: RFC 4648, section 4.
  static func decode(_ characters: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (bits, count, padding) = (UInt32(0), 0, 0)
    for character in characters where character != 0x20 && character != 0x09 {
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = self.value(of: character) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 1
      if count.isMultiple(of: 4) {
        bytes += [
          UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
          UInt8(truncatingIfNeeded: bits),
        ]
        bits = 0
      }
    }
    switch (count % 4, padding) {
    case (0, 0): return bytes
    case (2, 2): return bytes + [UInt8(truncatingIfNeeded: bits >> 4)]
    case (3, 1):
      return bytes + [
        UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2),
      ]
    default: return nil
    }
  }

  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
