internal import Simulation
import ApplianceConfiguration
import LogModel

/// Replaces what identifies a site in the text of one element or attribute.
struct TextSanitizer {
  let replacements: Replacements

  /// `text` with references resolved, and the result without them.
  func sanitized(_ text: [UInt8], _ kind: ValueKind) -> [UInt8] {
    switch kind {
    case .secret:
      return Self.isSwitch(text) || PlainValues.isOne(of: ValueKind.parameterWords, text)
        ? text : self.replacements.secret(text)
    case .measure: return PlainValues.isMeasure(text) ? text : self.replacements.secret(text)
    case .name: return self.namesOrDirectoryName(text)
    case .path: return self.path(text)
    case .plain: return StructuredText(text, isHost: false, by: self).sanitized()
    case .host: return StructuredText(text, isHost: true, by: self).sanitized()
    case .mask:
      return Self.isMask(text)
        ? text : StructuredText(text, isHost: true, by: self).sanitized()
    case .comment: return self.replacements.blanked(text)
    case .prose: return self.prose(text)
    case .senders:
      return AccessTableSanitizer(text, .senders, by: self).sanitized()
    case .recipients:
      return AccessTableSanitizer(text, .recipients, by: self).sanitized()
    case .accessName: return self.accessName(text)
    case .accessEntries: return self.entries(text)
    case .parameter(let kind): return self.parameter(text, kind)
    }
  }

  /// A sentence without what it says; sizes and the words of switches say nothing.
  private func prose(_ text: [UInt8]) -> [UInt8] {
    let digits = text.prefix(while: Self.isDigit)
    let isSize = !digits.isEmpty && text.count - digits.count <= 1
    if isSize || Self.isSwitch(text) { return text }
    var result: [UInt8] = []
    var rest = text[...]
    while let scheme = Self.scheme(in: rest) {
      result += self.replacements.blanked(Array(rest[..<scheme.lowerBound])) + rest[scheme]
      rest = rest[scheme.upperBound...]
    }
    return result + self.replacements.blanked(Array(rest))
  }

  /// The first scheme of a URL, with what parts it from the rest: `http://` and `mailto:`.
  private static func scheme(in text: ArraySlice<UInt8>) -> Range<Int>? {
    for colon in text.indices where text[colon] == UInt8(ascii: ":") {
      let before = text[..<colon].reversed().prefix {
        StructuredText.isLetter($0) || Self.isDigit($0)
      }
      let start = colon - before.count
      if text[colon...].starts(with: "://".utf8) { return start..<(colon + 3) }
      if StructuredText.schemeLength(in: text[start...]) == before.count + 1 {
        return start..<(colon + 1)
      }
    }
    return nil
  }

  private static func isSwitch(_ text: [UInt8]) -> Bool {
    PlainValues.isOne(of: ValueKind.switchWords, text)
  }

  /// `cn=Jane Doe,dc=acme,dc=com` is the one that it is elsewhere.
  private func namesOrDirectoryName(_ text: [UInt8]) -> [UInt8] {
    let start = text.prefix(while: StructuredText.isLetter)
    let isDirectoryName =
      start.count < text.count && text[start.count] == UInt8(ascii: "=")
      && StructuredText.directoryAttributes.contains(
        String(decoding: start, as: UTF8.self).lowercased())
    guard isDirectoryName else { return self.names(text) }
    return StructuredText(text, isHost: false, by: self).sanitized()
  }

  /// A name; what stands in a file's name for something of the appliance tells nothing and stays.
  private func names(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: "$")) else { return self.name(text) }
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
    var tries = 0
    while tries < 1000, Self.isCommon(result) {
      result = self.replacements.scrambled(result)
      tries += 1
    }
    return result
  }

  private static func isCommon(_ name: [UInt8]) -> Bool {
    name.count <= 24
      && ValueKind.commonNames.contains(String(decoding: name, as: UTF8.self).lowercased())
  }

  private static func isMask(_ text: [UInt8]) -> Bool {
    let value = String(decoding: text, as: UTF8.self)
    if let address = IPv4Address(value) { return (~address.bits & (~address.bits &+ 1)) == 0 }
    return value.lowercased().hasPrefix("0x") || !value.contains(".")
  }

  // MARK: Words

  func word(_ bytes: [UInt8], isHost: Bool) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    guard bytes.contains(UInt8(ascii: ":")) else { return self.part(bytes, isHost: isHost) }
    if HostSyntax.isIPv6Address(text) { return Array(self.replacements.address6(text).utf8) }
    if let zone = bytes.firstIndex(of: UInt8(ascii: "%")),
      HostSyntax.isIPv6Address(String(decoding: bytes[..<zone], as: UTF8.self))
    {
      return self.word(Array(bytes[..<zone]), isHost: isHost) + bytes[zone...]
    }
    if isHost || bytes.contains(UInt8(ascii: "-")), let range = self.addressRange6(bytes) {
      return range
    }
    // What stands before the host of a URL is a user with a password.
    if let at = bytes.lastIndex(of: UInt8(ascii: "@")),
      bytes[..<at].contains(UInt8(ascii: ":"))
    {
      return self.replacements.secret(Array(bytes[..<at])) + [bytes[at]]
        + self.word(Array(bytes[(at + 1)...]), isHost: isHost)
    }
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    if let hardware = self.hardwareAddress(bytes) { return hardware }
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
    if let hardware = self.hardwareAddress(bytes) { return hardware }
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
      let mark: (UInt8) -> Bool = { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
      if let place = bytes.firstIndex(where: mark) {
        return self.core(Array(bytes[..<place]), isHost: false) + [bytes[place]]
          + self.core(Array(bytes[(place + 1)...]), isHost: false)
      }
      if let stem = FileNameEnds.stem(of: bytes) {
        return self.name(Array(stem)) + bytes[stem.endIndex...]
      }
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

  static func looksLikeHost(_ text: String) -> Bool {
    guard text.utf8.contains(UInt8(ascii: ".")) else { return false }
    // Names of services and keys begin with an underscore.
    let name = String(
      decoding: text.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "a") : $0 }, as: UTF8.self)
    guard HostSyntax.isHostName(name), let dot = name.lastIndex(of: ".") else { return false }
    let last = name[name.index(after: dot)...].utf8
    return last.count > 1 && (last.first.map(StructuredText.isLetter) ?? false)
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    Self.isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66
  }
}
