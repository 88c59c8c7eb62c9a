internal import Simulation
import ApplianceConfiguration
import LogModel

/// What each kind of value is replaced by: the same value by the same, valid by valid, and invalid
/// by what is invalid in the same way.
struct Replacements {
  /// What a value is, so that the same text as a host and as a name has nothing in common.
  private enum Domain: UInt8 {
    case label, user, network, address6, scramble, secret
  }

  let key: SanitizingKey
  let encoding: SanitizedEncoding

  private func hash(_ domain: Domain, _ text: some Collection<UInt8>) -> UInt64 {
    self.key.hash([domain.rawValue] + text)
  }

  /// Seven letters and digits, 35 bits.
  private func word(_ domain: Domain, _ text: some Collection<UInt8>) -> String {
    let digits = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    let hash = self.hash(domain, text)
    let bytes = (0..<7).map { digits[Int(hash >> UInt64(5 * $0) & 31)] }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Hosts and addresses

  /// Each label by one of its own, decided by it and what is above it, below `example`: what was a
  /// domain of a host stays one. `localhost` and the reserved names of RFC 2606 tell nothing.
  func host(_ name: String) -> String {
    let lower = name.lowercased()
    let reserved = ["example.com", "example.net", "example.org", "example", "invalid", "test"]
    if lower == "localhost" || reserved.contains(lower) { return name }
    let labels = lower.split(separator: ".")
    guard labels.count > 1 else { return "h" + self.word(.label, Array(lower.utf8)) }
    var result = reserved.first { lower.hasSuffix("." + $0) } ?? "example"
    let kept =
      result == "example" && !lower.hasSuffix(".example") ? 1 : result.split(separator: ".").count
    for index in labels.indices.dropLast(kept).reversed() {
      let above = labels[index...].joined(separator: ".")
      result = "h" + self.word(.label, Array(above.utf8)) + "." + result
    }
    return result
  }

  func mailAddress(_ address: String) -> String {
    guard let at = address.lastIndex(of: "@") else { return address }
    let domain = self.host(String(address[address.index(after: at)...]))
    return "u" + self.word(.user, Array(address.lowercased().utf8)) + "@" + domain
  }

  /// An address of 10.0.0.0/8 with the same last byte; what has the same first two bytes, and more
  /// bits up to the third, has them in common again, so that a network still holds its hosts.
  func address(_ address: IPv4Address) -> IPv4Address {
    let bits = address.bits
    let isMask = bits >= 0xFF00_0000 && (~bits & (~bits &+ 1)) == 0
    guard bits != 0, bits >> 24 != 127, !isMask else { return address }
    let (first, second) = (UInt8(bits >> 24), UInt8(bits >> 16 & 0xFF))
    return IPv4Address(
      10, self.second(first, second), self.third(first, second, UInt8(bits >> 8 & 0xFF)),
      UInt8(bits & 0xFF))
  }

  /// `192.0.2.`, `192.0` and the like, the beginning of what is replaced; `nil` when it is none.
  func addressPrefix(_ text: [UInt8]) -> [UInt8]? {
    let dot = UInt8(ascii: ".")
    var parts = text.split(separator: dot, omittingEmptySubsequences: false)
    let isClosed = parts.count > 1 && parts.last?.isEmpty == true
    if isClosed { parts.removeLast() }
    guard (1...3).contains(parts.count), isClosed || parts.count > 1 else { return nil }
    let octets = parts.compactMap { part in
      part.first == UInt8(ascii: "0") && part.count > 1
        ? nil : UInt8(String(decoding: part, as: UTF8.self))
    }
    guard octets.count == parts.count else { return nil }
    if [0, 127, 255].contains(octets[0]) { return text }
    var result: [UInt8] = [10]
    if octets.count > 1 { result.append(self.second(octets[0], octets[1])) }
    if octets.count > 2 { result.append(self.third(octets[0], octets[1], octets[2])) }
    let joined = result.map { String($0) }.joined(separator: ".")
    return Array(joined.utf8) + (isClosed ? [dot] : [])
  }

  private func second(_ first: UInt8, _ second: UInt8) -> UInt8 {
    UInt8(self.hash(.network, [first, second]) & 0xFF)
  }

  /// Each bit is turned, or not, by what stands before it.
  private func third(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt8 {
    (0..<8).reduce(third) { result, bit in
      let before = UInt8(UInt16(third) >> UInt16(bit + 1))
      let turns = self.hash(.network, [first, second, UInt8(bit), before]) & 1 == 1
      return turns ? result ^ 1 << UInt8(bit) : result
    }
  }

  /// An address of 2001:db8::/32, which is reserved for examples.
  func address6(_ text: String) -> String {
    let canonical = HostSyntax.canonical(text)
    if ["::", "::1"].contains(where: { HostSyntax.canonical($0) == canonical }) { return text }
    // An address of version 4 in it is the one that it is elsewhere.
    if let address = IPv4Address(canonical) { return "::ffff:\(self.address(address))" }
    let hash = self.hash(.address6, Array(canonical.utf8))
    let groups = (0..<4).map { String(hash >> UInt64(16 * $0) & 0xFFFF, radix: 16) }
    return "2001:db8:1:2:" + groups.joined(separator: ":")
  }

  // MARK: Other text

  /// Letters by letters, digits by digits, the rest as it is: names stay names, and what was wrong
  /// with them stays wrong.
  func scrambled(_ text: [UInt8]) -> [UInt8] {
    if text.count <= Self.shortBytesMax, text.allSatisfy({ $0 < 0x80 }) {
      return self.permuted(text)
    }
    var generator = self.hash(.scramble, Self.lowercased(text))
    return self.encoding.characters(of: text).flatMap { character -> [UInt8] in
      generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let draw = UInt8(generator >> 33 & 0xFF)
      guard character.count == 1, let byte = character.first else {
        return self.encoding.replaced(character)
      }
      switch byte {
      case 0x61...0x7A: return [0x61 + draw % 26]
      case 0x41...0x5A: return [0x41 + draw % 26]
      case 0x30...0x39: return [0x30 + draw % 10]
      case 0x80...: return self.encoding.replaced(character)
      default: return [byte]
      }
    }
  }

  /// Texts up to this length could meet by chance, so that two names became one.
  private static let shortBytesMax = 16

  /// Another text of the same shape, and no other text gives it, whatever its case: each character
  /// is shifted within its class by what stands before it, then by what then stands behind it.
  private func permuted(_ text: [UInt8]) -> [UInt8] {
    var result = text
    for index in result.indices {
      let before = Self.lowercased(Array(text[..<index]))
      let shift = self.hash(.scramble, [UInt8(text.count), 0] + before)
      result[index] = Self.shifted(result[index], by: shift)
    }
    for index in result.indices.reversed() {
      let behind = Self.lowercased(Array(result[(index + 1)...]))
      let shift = self.hash(.scramble, [UInt8(text.count), 1] + behind)
      result[index] = Self.shifted(result[index], by: shift)
    }
    return result
  }

  private static func shifted(_ byte: UInt8, by shift: UInt64) -> UInt8 {
    func within(_ first: UInt8, _ count: UInt8) -> UInt8 {
      first + (byte - first + UInt8(shift % UInt64(count))) % count
    }
    switch byte {
    case 0x61...0x7A: return within(0x61, 26)
    case 0x41...0x5A: return within(0x41, 26)
    case 0x30...0x39: return within(0x30, 10)
    default: return byte
    }
  }

  /// Digits between dots that are no address stay none: nines, but for leading zeros.
  func numbers(_ text: [UInt8]) -> [UInt8] {
    var isLeading = true
    return text.map { byte in
      if byte == UInt8(ascii: "0"), isLeading { return byte }
      isLeading = byte == UInt8(ascii: ".")
      return isLeading ? byte : UInt8(ascii: "9")
    }
  }

  /// Letters of the same number, which tell nothing; masks, lines that frame a certificate, and the
  /// name of a hash (`$6$`) stay.
  func secret(_ text: [UInt8]) -> [UInt8] {
    if text.allSatisfy({ $0 == UInt8(ascii: "*") || Self.isBlank($0) }) { return text }
    var generator = self.hash(.secret, text)
    let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
    let replaced = lines.map { line -> [UInt8] in
      var result: [UInt8] = []
      var rest = line
      while let frame = Self.frame(in: rest) {
        result += self.letters(for: rest[..<frame.lowerBound], by: &generator) + rest[frame]
        rest = rest[frame.upperBound...]
      }
      return result + self.letters(for: rest, by: &generator)
    }
    return Array(replaced.joined(separator: [0x0A]))
  }

  private func letters(for text: ArraySlice<UInt8>, by generator: inout UInt64) -> [UInt8] {
    let content = text.drop(while: Self.isBlank)
    let scheme = Self.schemeLength(content) + (text.count - content.count)
    var result = Array(text.prefix(scheme))
    for character in self.encoding.characters(of: Array(text.dropFirst(scheme))) {
      generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      guard character.count == 1, let byte = character.first, byte < 0x80 else {
        result += self.encoding.replaced(character)
        continue
      }
      let isKept = Self.isBlank(byte) || byte < 0x20
      result.append(isKept ? byte : 0x61 + UInt8(generator >> 33 & 0xFF) % 26)
    }
    return result
  }

  /// `-----BEGIN CERTIFICATE-----` and its like, which tell only what they frame.
  private static func frame(in text: ArraySlice<UInt8>) -> Range<Int>? {
    let dashes = Array("-----".utf8)
    var place = text.startIndex
    while let start = text[place...].firstIndex(of: dashes[0]) {
      let rest = text[start...]
      if let word = ["-----BEGIN ", "-----END "].first(where: { rest.starts(with: $0.utf8) }) {
        let label = rest.dropFirst(word.utf8.count).prefix { byte in
          (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x20
        }
        if label.count <= 40, text[label.endIndex...].starts(with: dashes) {
          return start..<(label.endIndex + dashes.count)
        }
      }
      place = start + 1
    }
    return nil
  }

  /// Words of a person's text without what they say.
  func blanked(_ text: [UInt8]) -> [UInt8] {
    self.encoding.characters(of: text).flatMap { character -> [UInt8] in
      guard character.count == 1, let byte = character.first, byte < 0x80 else {
        return self.encoding.replaced(character)
      }
      switch byte {
      case 0x30...0x39: return [0x30]
      case 0x41...0x5A, 0x61...0x7A: return [UInt8(ascii: "x")]
      default: return [byte]
      }
    }
  }

  /// Names of hashes in the modular form, `$6$salt$hash`.
  private static let hashNames: Set<String> = [
    "1", "2", "2a", "2b", "2x", "2y", "5", "6", "7", "8", "9", "y", "gy", "sha1", "md5", "apr1",
    "scrypt", "argon2i", "argon2d", "argon2id", "pbkdf2",
  ]

  private static func schemeLength(_ text: ArraySlice<UInt8>) -> Int {
    guard text.first == UInt8(ascii: "$"),
      let end = text.dropFirst().prefix(12).firstIndex(of: UInt8(ascii: "$")),
      self.hashNames.contains(String(decoding: text[(text.startIndex + 1)..<end], as: UTF8.self))
    else { return 0 }
    return end - text.startIndex + 1
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  private static func lowercased(_ text: [UInt8]) -> [UInt8] {
    text.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
  }
}

/// How bytes beyond ASCII make characters, and what stands for such a character.
enum SanitizedEncoding {
  case utf8, singleByte

  /// The characters, each as its bytes; a byte that fits no character is one of its own.
  func characters(of text: [UInt8]) -> [[UInt8]] {
    var result: [[UInt8]] = []
    var index = 0
    while index < text.count {
      let length = self == .utf8 ? Self.length(of: text[index...]) : 1
      result.append(Array(text[index..<index + length]))
      index += length
    }
    return result
  }

  /// An `é`; a byte that is wrong in its encoding stays, so that it stays wrong at its place.
  func replaced(_ character: [UInt8]) -> [UInt8] {
    switch self {
    case .singleByte: [0xE9]
    case .utf8: character.count > 1 ? [0xC3, 0xA9] : character
    }
  }

  private static func length(of text: ArraySlice<UInt8>) -> Int {
    guard let first = text.first else { return 1 }
    let length =
      switch first {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    let rest = text.dropFirst().prefix(length - 1)
    return rest.count == length - 1 && rest.allSatisfy { $0 & 0xC0 == 0x80 } ? length : 1
  }
}
