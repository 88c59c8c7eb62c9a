import ApplianceConfiguration
internal import Simulation

/// Parts of addresses, ranges of them, and lists of both.
extension TextSanitizer {
  /// Senders or recipients with blanks between them.
  func entries(_ text: [UInt8]) -> [UInt8] {
    let isBlank: (UInt8) -> Bool = { Replacements.isBlank($0) || $0 == UInt8(ascii: ",") }
    var result: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      let blanks = rest.prefix(while: isBlank)
      let word = rest.dropFirst(blanks.count).prefix { !isBlank($0) }
      result += blanks + self.sender(Array(word))
      rest = rest.dropFirst(blanks.count + word.count)
    }
    return result
  }

  /// `192.0.2.1-20` and `192.0.2.1-192.0.2.20`: the ends as they are elsewhere.
  func addressRange(_ bytes: [UInt8]) -> [UInt8]? {
    guard let dash = bytes.firstIndex(of: UInt8(ascii: "-")),
      let first = IPv4Address(String(decoding: bytes[..<dash], as: UTF8.self))
    else { return nil }
    let rest = bytes[(dash + 1)...]
    let start = Array((self.replacements.address(first).description + "-").utf8)
    if let last = IPv4Address(String(decoding: rest, as: UTF8.self)) {
      return start + Array(self.replacements.address(last).description.utf8)
    }
    return !rest.isEmpty && rest.allSatisfy(Self.isDigit) ? start + rest : nil
  }

  /// The same of IPv6, and `2001:db8:`, the beginning of an address.
  func addressRange6(_ bytes: [UInt8]) -> [UInt8]? {
    let colon = UInt8(ascii: ":")
    let isPart: (UInt8) -> Bool = { Self.isHexDigit($0) || $0 == colon }
    if let dash = bytes.firstIndex(of: UInt8(ascii: "-")) {
      let first = String(decoding: bytes[..<dash], as: UTF8.self)
      let last = Array(bytes[(dash + 1)...])
      guard HostSyntax.isIPv6Address(first), last.allSatisfy(isPart) else { return nil }
      let start = Array((self.replacements.address6(first) + "-").utf8)
      return start + (last.contains(colon) ? self.word(last, isHost: true) : last)
    }
    let parts = bytes.split(separator: colon)
    let isHardware = parts.count == 6 && parts.allSatisfy { $0.count == 2 }
    guard bytes.count(where: { $0 == colon }) > 1, bytes.allSatisfy(isPart), !isHardware else {
      return nil
    }
    return self.replacements.hexadecimalDigits(bytes)
  }

  /// `00:1b:21:ab:cd:ef`, `00-1b-21-ab-cd-ef`, `001b.21ab.cdef`: the same address in each form.
  func hardwareAddress(_ bytes: [UInt8]) -> [UInt8]? {
    guard let mark = bytes.first(where: { !Self.isHexDigit($0) }), ":-.".utf8.contains(mark) else {
      return nil
    }
    let parts = bytes.split(separator: mark, omittingEmptySubsequences: false)
    let length = mark == UInt8(ascii: ".") ? 4 : 2
    guard parts.count * length == 12,
      parts.allSatisfy({ $0.count == length && $0.allSatisfy(Self.isHexDigit) })
    else { return nil }
    // Locally administered, as no maker's address is.
    let digits =
      Array("02".utf8)
      + self.replacements.hexadecimal(Array(parts.joined()), count: 5).joined()
    return Array(
      stride(from: 0, to: 12, by: length).map { digits[$0..<($0 + length)] }
        .joined(separator: [mark]))
  }

  /// `user@` and `@domain`, as access tables have them; the domain as it is elsewhere.
  func partOfMailAddress(_ bytes: [UInt8], at: Int) -> [UInt8] {
    let domain = bytes[(at + 1)...]
    let lead = domain.first == UInt8(ascii: ".") ? 1 : 0
    let name = String(decoding: domain.dropFirst(lead), as: UTF8.self)
    // What is too long to be an address must not become one.
    guard bytes.count <= 254, HostSyntax.isHostName(name) else {
      return self.replacements.scrambled(bytes)
    }
    return self.replacements.scrambled(Array(bytes[...at])) + domain.prefix(lead)
      + Array(self.replacements.host(name).utf8)
  }
}

extension Replacements {
  /// Pairs of hexadecimal digits.
  func hexadecimal(_ text: [UInt8], count: Int) -> [[UInt8]] {
    let hash = self.key.hash([0xFF] + text.map { $0 | 0x20 })
    return (0..<count).map { index in
      let digits = String(hash >> UInt64(8 * index) & 0xFF, radix: 16)
      return Array(((digits.utf8.count == 1 ? "0" : "") + digits).utf8)
    }
  }

  /// Other hexadecimal digits, the colons as they are.
  func hexadecimalDigits(_ text: [UInt8]) -> [UInt8] {
    let digits = Array(self.hexadecimal(text, count: 8).joined())
    return text.enumerated().map { index, byte in
      byte == UInt8(ascii: ":") ? byte : digits[index % digits.count]
    }
  }
}
