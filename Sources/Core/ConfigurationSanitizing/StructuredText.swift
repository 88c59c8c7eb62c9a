/// Walks over a text of which nobody knows what it holds, or that holds hosts, and replaces what
/// has a form: keys and certificates, URLs, network shares, users, names of directories, settings
/// with a secret, hosts in regular expressions, addresses, names, and what looks drawn by chance.
struct StructuredText {
  let text: TextSanitizer
  let bytes: [UInt8]
  let isHost: Bool
  var index = 0
  var output: [UInt8] = []

  init(_ bytes: [UInt8], isHost: Bool, by text: TextSanitizer) {
    self.bytes = bytes
    self.isHost = isHost
    self.text = text
    self.output.reserveCapacity(bytes.count)
  }

  consuming func sanitized() -> [UInt8] {
    while self.index < self.bytes.count {
      if self.isWordByte(at: self.index) {
        if !self.takeFormBeginningWithWord() { self.takeWord() }
      } else if !self.takeFormBeginningWithMark() {
        self.copy(to: self.index + 1)
      }
    }
    return self.output
  }

  private mutating func takeFormBeginningWithMark() -> Bool {
    switch self.bytes[self.index] {
    case UInt8(ascii: "\\"):
      self.takeHome() || self.takeShare() || self.takeEscapedHost() || self.takeEscape()
    case UInt8(ascii: "/"): self.takeHome()
    case UInt8(ascii: "~"): self.takeTilde()
    case UInt8(ascii: "["): self.takeEscapedHost()
    default: false
    }
  }

  private mutating func takeFormBeginningWithWord() -> Bool {
    let first = self.bytes[self.index]
    if first == UInt8(ascii: "-"), self.takeFramed() { return true }
    if first == UInt8(ascii: "@"), self.index + 1 < self.bytes.count {
      self.copy(to: self.index + 1)
      if !self.takeEscapedHost() {
        self.index -= 1
        self.output.removeLast()
        return false
      }
      return true
    }
    guard Self.isLetter(first) || Self.isDigit(first) || first >= 0x80 else {
      // What is behind it may be a setting, as in `--password=x`.
      guard !self.isHost, "-_+%.".utf8.contains(first) else { return false }
      self.copy(to: self.index + 1)
      return true
    }
    if self.takeScheme() || self.takeURL() || self.takeEscapedHost() { return true }
    if self.takeDomainUser() || self.takeUserWithPassword() { return true }
    guard !self.isHost else { return false }
    return self.takeDirectoryName() || self.takeSetting() || self.takeRandom()
  }

  // MARK: Bytes

  mutating func copy(to end: Int) {
    self.output += self.bytes[self.index..<end]
    self.index = end
  }

  func end(from start: Int, while isPart: (UInt8) -> Bool) -> Int {
    self.bytes[start...].firstIndex { !isPart($0) } ?? self.bytes.count
  }

  func byte(at index: Int) -> UInt8? { index < self.bytes.count ? self.bytes[index] : nil }

  private func isWordByte(at index: Int) -> Bool { Self.isWordByte(self.bytes[index]) }

  static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    default: ".-_@+:%".utf8.contains(byte)
    }
  }

  static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  static func isLabelByte(_ byte: UInt8) -> Bool {
    Self.isLetter(byte) || Self.isDigit(byte) || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  // MARK: Words

  private mutating func takeWord() {
    var end = self.end(from: self.index, while: Self.isWordByte)
    // `user@acme\.com`: the host behind the mark is one of a regular expression.
    if let mark = self.byte(at: end), mark == UInt8(ascii: "\\") || mark == UInt8(ascii: "["),
      let at = self.bytes[self.index..<end].lastIndex(of: UInt8(ascii: "@")), at > self.index,
      Self.separator(in: self.bytes, at: end).map({ $0.count > 1 }) ?? false
    {
      end = at
      self.output += self.text.replacements.scrambled(Array(self.bytes[self.index..<end]))
      self.index = end
      return
    }
    // What is behind a colon may be a setting, unless all of it is an address or a user's password.
    if !self.isHost, let colon = self.bytes[self.index..<end].firstIndex(of: UInt8(ascii: ":")),
      !self.bytes[self.index..<end].contains(UInt8(ascii: "@")),
      // The zone of an address may have any letters.
      self.bytes[self.index..<end].prefix(while: { $0 != UInt8(ascii: "%") })
        .contains(where: { !TextSanitizer.isHexDigit($0) && !":.-".utf8.contains($0) })
    {
      end = colon + 1
    }
    let word = Array(self.bytes[self.index..<end])
    if !self.isHost, let network = self.networkBeginning(word, end: end) {
      self.output += network
    } else {
      self.output += self.text.word(word, isHost: self.isHost)
    }
    self.index = end
  }

  /// `10.20.30.` and, before what stands for any number, `10.20.`
  private func networkBeginning(_ word: [UInt8], end: Int) -> [UInt8]? {
    let dot = UInt8(ascii: ".")
    guard word.last == dot, word.allSatisfy({ Self.isDigit($0) || $0 == dot }) else { return nil }
    let isOpen = self.byte(at: end).map { "[(*\\".utf8.contains($0) } ?? false
    guard word.count(where: { $0 == dot }) == 3 || isOpen else { return nil }
    return self.text.replacements.addressPrefix(word)
  }

  /// A word of so many letters and digits that somebody drew it by chance: a token, a key, an
  /// identifier. Letters by letters, so that a serial number is the one that it is elsewhere.
  private mutating func takeRandom() -> Bool {
    let isPart: (UInt8) -> Bool = { byte in
      Self.isLetter(byte) || Self.isDigit(byte) || "+/=_-".utf8.contains(byte)
    }
    let end = self.end(from: self.index, while: isPart)
    let word = self.bytes[self.index..<end]
    guard Self.isRandom(word) else { return false }
    self.output += self.text.replacements.scrambled(Array(word))
    self.index = end
    return true
  }

  private static let randomBytesMin = 20

  /// How well-known issuers of access keys and tokens begin them.
  private static let issued = [
    "AKIA", "ASIA", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "ghp_", "gho_", "ghs_", "ghu_", "glpat-",
    "github_pat_", "0x",
  ].map { Array($0.utf8) }

  static func isRandom(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count >= 16 else { return false }
    if self.issued.contains(where: word.starts), word.contains(where: self.isDigit) { return true }
    let parts = word.split { !Self.isLetter($0) && !Self.isDigit($0) }
    // An identifier of 128 bits as RFC 9562 writes it.
    if parts.map(\.count) == [8, 4, 4, 4, 12], word.count == 36 {
      return parts.allSatisfy { $0.allSatisfy(TextSanitizer.isHexDigit) }
    }
    return parts.contains { part in
      let digits = part.count(where: Self.isDigit)
      // In a name words begin with capitals, which are few.
      let capitals = zip(part, part.dropFirst()).count { $0 & 0x60 == 0x60 && $1 & 0x60 == 0x40 }
      let isMixed =
        digits > 1 && digits < part.count || digits == 1 && capitals > 2
        || capitals > 5 && part.count >= 24
      return isMixed
        && (part.count >= 12 && word.count >= Self.randomBytesMin
          || part.count >= 16 && part.allSatisfy(TextSanitizer.isHexDigit))
    }
  }

  /// `-----BEGIN ...-----` to the end of what it frames, or of the text.
  private mutating func takeFramed() -> Bool {
    guard self.bytes[self.index...].starts(with: "-----BEGIN ".utf8) else { return false }
    var end = self.bytes.count
    let mark = Array("-----END ".utf8)
    var place = self.index + 11
    while place + mark.count <= self.bytes.count {
      if self.bytes[place] == mark[0], self.bytes[place...].starts(with: mark) {
        let label = self.end(from: place + mark.count) { $0 != mark[0] && $0 != 0x0A }
        end = self.end(from: label) { $0 == mark[0] }
        break
      }
      place += 1
    }
    self.output += self.text.replacements.secret(Array(self.bytes[self.index..<end]))
    self.index = end
    return true
  }
}
