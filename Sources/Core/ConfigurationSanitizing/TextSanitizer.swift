internal import Simulation
import ApplianceConfiguration
import LogModel

/// Replaces what identifies a site in the text of one element or attribute.
struct TextSanitizer {
  let replacements: Replacements

  /// `text` with references resolved, and the result without them.
  func sanitized(_ text: [UInt8], _ kind: ValueKind) -> [UInt8] {
    switch kind {
    case .secret: return self.replacements.secret(text)
    case .name: return self.names(text)
    case .path: return self.path(text)
    case .plain: return self.words(of: text, isHost: false)
    case .host: return self.words(of: text, isHost: true)
    case .mask: return Self.isMask(text) ? text : self.words(of: text, isHost: true)
    case .comment: return self.replacements.blanked(text)
    case .senders:
      return AccessTableSanitizer(text, .senders, by: self).sanitized()
    case .recipients:
      return AccessTableSanitizer(text, .recipients, by: self).sanitized()
    case .accessName: return self.accessName(text)
    case .accessEntries: return self.entries(text)
    case .parameter(let kind): return self.parameter(text, kind)
    }
  }

  /// A name; what stands in a file's name for something of the appliance tells nothing and stays.
  private func names(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let start = rest.indices.first(where: { Self.placeholder(at: rest[$0...]) != nil }),
      let placeholder = Self.placeholder(at: rest[start...])
    {
      result += self.nameBesidePlaceholder(rest[..<start]) + placeholder
      rest = rest[start...].dropFirst(placeholder.count)
    }
    if result.isEmpty { return self.name(text) }
    return result + self.nameBesidePlaceholder(rest)
  }

  /// Each part of a path by what it is elsewhere; what has lines is no path but what one leads to.
  private func path(_ text: [UInt8]) -> [UInt8] {
    let parts = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let content = text.drop(while: Replacements.isBlank)
    if content.starts(with: "-----".utf8) { return self.replacements.secret(text) }
    return Array(parts.map { self.names(Array($0)) }.joined(separator: [UInt8(ascii: "/")]))
  }

  private static func placeholder(at text: ArraySlice<UInt8>) -> [UInt8]? {
    [LogFileName.hostname, LogFileName.serialNumber].map { Array($0.utf8) }
      .first { text.starts(with: $0) }
  }

  /// The `mail` of `mail.$hostname` is the name that it is alone.
  private func nameBesidePlaceholder(_ text: ArraySlice<UInt8>) -> [UInt8] {
    let isMark: (UInt8) -> Bool = { ".-_".utf8.contains($0) }
    guard let first = text.firstIndex(where: { !isMark($0) }),
      let last = text.lastIndex(where: { !isMark($0) })
    else { return Array(text) }
    return text[..<first] + self.name(Array(text[first...last])) + text[(last + 1)...]
  }

  func name(_ text: [UInt8]) -> [UInt8] {
    if Self.isCommon(text) { return text }
    // A name that is kept is nobody's replacement: on to the next one, which keeps names apart.
    var result = self.replacements.scrambled(text)
    for _ in 0..<1000 where Self.isCommon(result) { result = self.replacements.scrambled(result) }
    return result
  }

  private static func isCommon(_ name: [UInt8]) -> Bool {
    ValueKind.commonNames.contains(String(decoding: name, as: UTF8.self).lowercased())
  }

  private static func isMask(_ text: [UInt8]) -> Bool {
    let value = String(decoding: text, as: UTF8.self)
    if let address = IPv4Address(value) { return (~address.bits & (~address.bits &+ 1)) == 0 }
    return value.lowercased().hasPrefix("0x") || !value.contains(".")
  }

  // MARK: Words

  private func words(of text: [UInt8], isHost: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < text.count {
      let end = text[index...].firstIndex { !Self.isWordByte($0) } ?? text.count
      if end > index {
        result += self.word(Array(text[index..<end]), isHost: isHost)
        index = end
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    default: ".-_@+:%".utf8.contains(byte)
    }
  }

  func word(_ bytes: [UInt8], isHost: Bool) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    guard bytes.contains(UInt8(ascii: ":")) else { return self.part(bytes, isHost: isHost) }
    if HostSyntax.isIPv6Address(text) { return Array(self.replacements.address6(text).utf8) }
    if isHost, let range = self.addressRange6(bytes) { return range }
    // What stands before the host of a URL is a user with a password.
    if let at = bytes.lastIndex(of: UInt8(ascii: "@")),
      bytes[..<at].contains(UInt8(ascii: ":"))
    {
      return self.replacements.secret(Array(bytes[..<at])) + [bytes[at]]
        + self.word(Array(bytes[(at + 1)...]), isHost: isHost)
    }
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    let isHardware =
      parts.count == 6 && parts.allSatisfy { $0.count == 2 && $0.allSatisfy(Self.isHexDigit) }
    if isHardware {
      // Locally administered, as no maker's address is.
      let digest = self.replacements.hexadecimal(bytes, count: 5)
      return Array("02:".utf8) + Array(digest.joined(separator: [UInt8(ascii: ":")]))
    }
    return Array(
      parts.map { self.part(Array($0), isHost: isHost) }.joined(separator: [UInt8(ascii: ":")]))
  }

  private func part(_ bytes: [UInt8], isHost: Bool) -> [UInt8] {
    // A sentence's full stop is not part of a name.
    let dots = isHost ? 0 : bytes.reversed().prefix { $0 == UInt8(ascii: ".") }.count
    let core = Array(bytes.dropLast(dots))
    return self.core(core, isHost: isHost) + bytes.suffix(dots)
  }

  private func core(_ bytes: [UInt8], isHost: Bool) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    if bytes.isEmpty || bytes.allSatisfy(Self.isDigit) { return bytes }
    if let address = IPv4Address(text) {
      return Array(self.replacements.address(address).description.utf8)
    }
    if let range = self.addressRange(bytes) { return range }
    if let at = bytes.lastIndex(of: UInt8(ascii: "@")) {
      return HostSyntax.isEmailAddress(text)
        ? Array(self.replacements.mailAddress(text).utf8) : self.partOfMailAddress(bytes, at: at)
    }
    if bytes.allSatisfy({ Self.isDigit($0) || $0 == UInt8(ascii: ".") }) {
      if isHost, let prefix = self.replacements.addressPrefix(bytes) { return prefix }
      return isHost || bytes.count(where: { $0 == UInt8(ascii: ".") }) == 3
        ? self.replacements.numbers(bytes) : bytes
    }
    guard isHost else {
      if Self.looksLikeHost(text) { return Array(self.replacements.host(text).utf8) }
      let isForeign = bytes.contains { $0 >= 0x80 } && bytes.contains(UInt8(ascii: "."))
      return isForeign ? self.replacements.scrambled(bytes) : bytes
    }
    if ValueKind.hostWords.contains(text.lowercased()) { return bytes }
    // The domain of a route for all of its hosts begins with a dot.
    let lead = bytes.first == UInt8(ascii: ".") ? 1 : 0
    let name = String(decoding: bytes.dropFirst(lead), as: UTF8.self)
    return HostSyntax.isHostName(name)
      ? bytes.prefix(lead) + Array(self.replacements.host(name).utf8)
      : self.replacements.scrambled(bytes)
  }

  private static func looksLikeHost(_ text: String) -> Bool {
    guard HostSyntax.isHostName(text), let dot = text.lastIndex(of: ".") else { return false }
    let last = text[text.index(after: dot)...].utf8
    return last.count > 1 && last.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A }
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    Self.isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66
  }
}
