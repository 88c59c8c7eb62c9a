internal import Simulation
import ApplianceConfiguration

/// URLs, network shares, and hosts in regular expressions.
extension StructuredText {
  // MARK: URLs

  /// Schemes that are followed by an address and not by `//`.
  ///
  /// Source: RFC 6068, 3261, 3966, 5122, 3860; `smtp`, `x400` and `x500` are those of the proxy
  /// addresses of Active Directory.
  private static let schemesOfAddresses: Set<String> = [
    "mailto", "sip", "sips", "tel", "xmpp", "im", "pres", "smtp", "x400", "x500", "callto", "skype",
  ]

  /// How many bytes a scheme before an address has, with its colon: those of `mailto:` and `sip:`;
  /// `nil` where none begins.
  static func schemeLength(in text: ArraySlice<UInt8>) -> Int? {
    let name = text.prefix(8).prefix { Self.isLetter($0) || Self.isDigit($0) }
    let rest = text.dropFirst(name.count)
    guard rest.first == UInt8(ascii: ":"), let next = rest.dropFirst().first, next > 0x20,
      self.schemesOfAddresses.contains(String(decoding: name, as: UTF8.self).lowercased())
    else { return nil }
    return name.count + 1
  }

  /// `mailto:ops@acme.com`: the scheme stays, and what is behind it is as it is elsewhere.
  mutating func takeScheme() -> Bool {
    let isInside = self.index > 0 && Self.isLabelByte(self.bytes[self.index - 1])
    guard !isInside, let length = Self.schemeLength(in: self.bytes[self.index...]),
      !self.bytes[(self.index + length)...].starts(with: "//".utf8)
    else { return false }
    self.copy(to: self.index + length)
    return true
  }

  /// `http://user:password@host:80/path?query#fragment`: the scheme stays.
  mutating func takeURL() -> Bool {
    let end = self.end(from: self.index) { byte in
      Self.isLetter(byte) || Self.isDigit(byte) || "+.-".utf8.contains(byte)
    }
    guard Self.isLetter(self.bytes[self.index]), self.bytes[end...].starts(with: "://".utf8) else {
      return false
    }
    self.copy(to: end + 3)
    self.takeAuthority()
    self.takeURLPath()
    if self.byte(at: self.index) == UInt8(ascii: "?") { self.takeURLQuery() }
    if self.byte(at: self.index) == UInt8(ascii: "#") {
      self.copy(to: self.index + 1)
      self.takeScrambled(to: self.end(from: self.index, while: Self.isURLByte))
    }
    return true
  }

  private static func isURLByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7F && !"\"'<>`|\\^{}".utf8.contains(byte)
  }

  private mutating func takeAuthority() {
    let end = self.end(from: self.index) { Self.isURLByte($0) && !"/?#,;)".utf8.contains($0) }
    // A password may hold what else ends the host.
    let longest = self.end(from: self.index) { Self.isURLByte($0) && !"/?#".utf8.contains($0) }
    if let at = self.bytes[self.index..<longest].lastIndex(of: UInt8(ascii: "@")) {
      self.takeUser(to: at)
      self.copy(to: at + 1)
      let end = self.end(from: self.index) { Self.isURLByte($0) && !"/?#,;)".utf8.contains($0) }
      self.takeHosts(to: end)
    } else {
      self.takeHosts(to: end)
    }
  }

  /// A user is the one of `<username>`, and a password is none of it.
  private mutating func takeUser(to end: Int) {
    let user = self.bytes[self.index..<end]
    let colon = user.firstIndex(of: UInt8(ascii: ":")) ?? end
    self.output += self.text.name(Array(user[..<colon]))
    if colon < end {
      self.output.append(UInt8(ascii: ":"))
      self.output += self.text.replacements.secret(Array(user[(colon + 1)...]))
    }
    self.index = end
  }

  private mutating func takeHosts(to end: Int) {
    while self.index < end {
      if self.takeEscapedHost() { continue }
      let word = min(end, self.end(from: self.index, while: Self.isWordByte))
      if word == self.index {
        self.copy(to: word + 1)
      } else {
        self.output += self.text.word(Array(self.bytes[self.index..<word]), isHost: true)
        self.index = word
      }
    }
  }

  /// Each part of a path as a name; a stop or a bracket behind it is not part of it.
  private mutating func takeURLPath() {
    let end = self.end(from: self.index) { Self.isURLByte($0) && $0 != 0x3F && $0 != 0x23 }
    guard self.byte(at: self.index) == UInt8(ascii: "/") else { return }
    while self.index < end {
      let part = min(end, self.end(from: self.index) { $0 != UInt8(ascii: "/") })
      if part == self.index { self.copy(to: part + 1) } else { self.takeName(to: part) }
    }
  }

  /// The names of a query stay, and numbers that are no secrets.
  @discardableResult
  mutating func takeURLQuery() -> Bool {
    self.copy(to: self.index + 1)
    let isPart: (UInt8) -> Bool = { Self.isURLByte($0) && !"&#;".utf8.contains($0) }
    while let byte = self.byte(at: self.index), Self.isURLByte(byte), byte != UInt8(ascii: "#") {
      let end = self.end(from: self.index, while: isPart)
      let sign = self.bytes[self.index..<end].firstIndex(of: UInt8(ascii: "="))
      let name = NameWords(self.bytes[self.index..<(sign ?? self.index)])
      if let sign { self.copy(to: sign + 1) }
      let value = Array(self.bytes[self.index..<end])
      let isKept = value.count <= 4 && value.allSatisfy(Self.isDigit) || Self.isSwitch(value)
      if name.isSecret {
        self.output += self.text.replacements.secret(value)
      } else {
        self.output += isKept ? value : self.text.replacements.scrambled(value)
      }
      self.index = end
      if let next = self.byte(at: end), next == UInt8(ascii: "&") || next == UInt8(ascii: ";") {
        self.copy(to: end + 1)
      }
    }
    return true
  }

  mutating func takeName(to end: Int) {
    self.output += self.text.name(Array(self.bytes[self.index..<end]))
    self.index = end
  }

  private mutating func takeScrambled(to end: Int) {
    self.output += self.text.replacements.scrambled(Array(self.bytes[self.index..<end]))
    self.index = end
  }

  static func isSwitch(_ value: [UInt8]) -> Bool {
    ValueKind.switchWords.contains(String(decoding: value, as: UTF8.self).lowercased())
  }

  // MARK: Network shares

  /// `\\server\share\folder`, also with every backslash written twice.
  mutating func takeShare() -> Bool {
    let backslash = UInt8(ascii: "\\")
    let isInside = self.index > 0 && Self.isLabelByte(self.bytes[self.index - 1])
    // Bounded, so that a long run of backslashes is not looked over from each of them.
    let start = self.bytes[self.index...].prefix(9).prefix { $0 == backslash }.endIndex
    guard !isInside, (2...8).contains(start - self.index) else { return false }
    let isHostByte: (UInt8) -> Bool = { Self.isLabelByte($0) || $0 == UInt8(ascii: ".") }
    let host = self.end(from: start, while: isHostByte)
    // `\\d` is a digit of a regular expression.
    guard host - start >= 2, self.bytes[start] != UInt8(ascii: ".") else { return false }
    // A path that is all of the text, or between quotation marks, ends with it.
    let isWhole = self.index == 0 || "\"'".utf8.contains(self.bytes[self.index - 1])
    self.copy(to: start)
    self.takeHosts(to: host)
    let isPart: (UInt8) -> Bool = { byte in
      byte >= 0x20 && byte != backslash && !"\"'<>|,;()[]{}*?&".utf8.contains(byte)
    }
    while self.byte(at: self.index) == backslash {
      let part = self.end(from: self.index) { $0 == backslash }
      self.copy(to: part)
      // With blanks in it where another part follows.
      let longest = self.bytes[part...].prefix(256).prefix(while: isPart).endIndex
      let hasBlanks = isWhole || self.byte(at: longest) == backslash
      self.takeName(
        to: hasBlanks ? longest : self.end(from: part) { $0 != 0x20 && isPart($0) })
    }
    return true
  }

  // MARK: Regular expressions

  /// `\b` and the like are no letters of a name behind them.
  mutating func takeEscape() -> Bool {
    guard let next = self.byte(at: self.index + 1), "bBdDsSwWnrtAzZ".utf8.contains(next) else {
      return false
    }
    self.copy(to: self.index + 2)
    return true
  }

  /// `dc1\.acme\.com`, `\.acme\.com`, `acme[.]com`, `acme\.(com|net)`, `10\.20\.`: replaced as
  /// the host or the network that it is without the marks, which stay.
  mutating func takeEscapedHost() -> Bool {
    var place = self.index
    var separators: [Range<Int>] = []
    var labels: [Range<Int>] = []
    if let first = RegularDot.range(in: self.bytes, at: place) {
      guard first.count > 1 else { return false }
      separators.append(first)
      place = first.upperBound
    }
    let hasLead = !separators.isEmpty
    while place < self.bytes.count {
      let label = self.end(from: place, while: Self.isLabelByte)
      guard label > place else { break }
      labels.append(place..<label)
      place = label
      guard let separator = RegularDot.range(in: self.bytes, at: place) else { break }
      separators.append(separator)
      place = separator.upperBound
    }
    guard !labels.isEmpty, separators.contains(where: { $0.count > 1 }) else { return false }
    let isOpen = separators.count - (hasLead ? 1 : 0) == labels.count
    guard let replaced = self.replacedLabels(labels, isOpen: isOpen, hasLead: hasLead) else {
      return false
    }
    var parts = separators[...]
    if hasLead, let lead = parts.popFirst() { self.output += self.bytes[lead] }
    for label in replaced {
      self.output += label
      if let separator = parts.popFirst() { self.output += self.bytes[separator] }
    }
    self.index = place
    return true
  }

  /// - Parameter isOpen: whether a dot is behind the last label, and something else than a label
  ///   behind that.
  private func replacedLabels(
    _ labels: [Range<Int>], isOpen: Bool, hasLead: Bool
  ) -> [[UInt8]]? {
    let texts = labels.map { Array(self.bytes[$0]) }
    let joined = Array(texts.joined(separator: [UInt8(ascii: ".")]))
    let dot = UInt8(ascii: ".")
    if texts.allSatisfy({ $0.allSatisfy(Self.isDigit) }) {
      guard texts.count < 4 else {
        return IPv4Address(String(decoding: joined, as: UTF8.self)).map { address in
          Self.split(Array(self.text.replacements.address(address).description.utf8))
        }
      }
      guard isOpen && !hasLead || texts.count == 3 else { return nil }
      return self.text.replacements.addressPrefix(joined + [dot]).map(Self.split)
    }
    let name = String(decoding: joined, as: UTF8.self)
    if HostSyntax.isHostName(name), !isOpen, texts.count > 1 {
      let host = Self.split(Array(self.text.replacements.host(name).utf8))
      if host.count == texts.count { return host }
    }
    // A single word behind a dot may be the end of a file's name, such as `\.exe`.
    guard texts.count > 1 || isOpen else { return nil }
    return texts.map { self.text.replacements.scrambled($0) }
  }

  private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: UInt8(ascii: ".")).map(Array.init)
  }
}
