internal import ApplianceConfiguration
internal import Simulation

/// Something in a text that has a form by which it is known: what it is replaced by, and where it
/// ends.
struct FoundForm {
  var output: [UInt8]
  let end: Int
}

/// Looks for forms that begin at a place of a text.
struct FormFinder {
  let bytes: [UInt8]
  let text: TextSanitizer

  var replacements: Replacements { self.text.replacements }

  func byte(at index: Int) -> UInt8? {
    self.bytes.indices.contains(index) ? self.bytes[index] : nil
  }

  func end(from start: Int, max: Int = .max, while isPart: (UInt8) -> Bool) -> Int {
    let rest = self.bytes[min(start, self.bytes.count)...].prefix(max)
    return rest.firstIndex { !isPart($0) } ?? rest.endIndex
  }

  /// Whether what begins there does not go on with a word before it.
  func isAtWordStart(_ index: Int) -> Bool {
    self.byte(at: index - 1).map { !StructuredText.isLabelByte($0) } ?? true
  }

  // MARK: Queries

  private static let nameBytesMax = 64

  /// The `?` of a query that has no scheme before it: `index.html?sid=x`, `?auth=x`, `p?x7f3a9c2`.
  func beginsQuery(at index: Int) -> Bool {
    let start = index + 1
    let name = self.end(from: start, max: Self.nameBytesMax) { byte in
      StructuredText.isLabelByte(byte) || ".[]".utf8.contains(byte)
    }
    guard name > start else { return false }
    if self.byte(at: name) == UInt8(ascii: "=") {
      return StructuredText.isLetter(self.bytes[start]) || self.bytes[start] == UInt8(ascii: "_")
    }
    let value = self.bytes[start..<name]
    return index > 0 && !self.isAtWordStart(index) && value.count >= 8
      && value.contains(where: StructuredText.isDigit)
      && value.contains(where: StructuredText.isLetter)
  }

  // MARK: Network shares

  /// `//server/share/folder`, a network share as Unix writes it.
  func forwardShare(at start: Int) -> FoundForm? {
    let slash = UInt8(ascii: "/")
    let isBehind = self.byte(at: start - 1).map { byte in
      StructuredText.isLabelByte(byte) || "/:.".utf8.contains(byte)
    }
    guard isBehind != true, self.byte(at: start + 1) == slash else { return nil }
    let isHostByte: (UInt8) -> Bool = {
      StructuredText.isLabelByte($0) || $0 == UInt8(ascii: ".")
    }
    let host = self.end(from: start + 2, while: isHostByte)
    guard host - start >= 4, self.byte(at: host) == slash,
      self.byte(at: host + 1).map(StructuredText.isLabelByte) == true
    else { return nil }
    var result = [slash, slash]
    result += self.text.word(Array(self.bytes[(start + 2)..<host]), isHost: true)
    var place = host
    while self.byte(at: place) == slash {
      let part = self.end(from: place) { $0 == slash }
      let end = self.end(from: part) { byte in
        byte > 0x20 && !"/\"'<>|\\,;()[]{}*?&".utf8.contains(byte)
      }
      result += self.bytes[place..<part] + self.text.name(Array(self.bytes[part..<end]))
      place = end
    }
    return FoundForm(output: result, end: place)
  }

  // MARK: Numbers

  /// `0xac1b0102`: an address of version 4 as one number.
  func hexadecimalAddress(at start: Int) -> FoundForm? {
    guard self.isAtWordStart(start), self.byte(at: start) == UInt8(ascii: "0"),
      self.byte(at: start + 1).map({ $0 | 0x20 }) == UInt8(ascii: "x")
    else { return nil }
    let end = self.end(from: start + 2, max: 9, while: TextSanitizer.isHexDigit)
    guard end - start == 10, self.byte(at: end).map(StructuredText.isLabelByte) != true,
      let bits = UInt32(String(decoding: self.bytes[(start + 2)..<end], as: UTF8.self), radix: 16)
    else { return nil }
    let address = self.replacements.address(IPv4Address(bits: bits))
    let digits = String(address.bits, radix: 16)
    let zeros = String(repeating: "0", count: 8 - digits.utf8.count)
    return FoundForm(
      output: self.bytes[start..<(start + 2)] + Array((zeros + digits).utf8), end: end)
  }
}
