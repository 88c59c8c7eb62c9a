/// Walks over a text of which nobody knows what it holds, or that holds hosts, and replaces what
/// has a form: keys and certificates, URLs, network shares, users, names of directories, settings
/// with a secret, hosts in regular expressions, addresses, names, and what looks drawn by chance.
struct StructuredText {
  let text: TextSanitizer
  let bytes: [UInt8]
  let isHost: Bool
  /// Whether it is the value of a directory's attribute within another text.
  let isWithinValue: Bool
  let finder: FormFinder
  var index = 0
  var output: [UInt8] = []
  /// Where the next phrase begins, which may be a name before a mail address.
  private var phrase = 0
  private var displayName: Range<Int>?
  /// Up to where no list of ciphers begins.
  private var noCiphersUntil = 0

  init(_ bytes: [UInt8], isHost: Bool, isWithinValue: Bool = false, by text: TextSanitizer) {
    self.bytes = bytes
    self.isHost = isHost
    self.isWithinValue = isWithinValue
    self.text = text
    self.finder = FormFinder(bytes: bytes, text: text)
    self.output.reserveCapacity(bytes.count)
  }

  consuming func sanitized() -> [UInt8] {
    while self.index < self.bytes.count {
      if self.index >= self.phrase {
        self.phrase = self.finder.endOfPhrase(from: self.index)
        self.displayName = self.finder.displayName(in: self.index..<self.phrase)
        self.phrase += 1
      }
      if let name = self.displayName, name.lowerBound == self.index {
        self.take(
          FoundForm(
            output: self.text.replacements.scrambled(Array(self.bytes[name])), end: name.upperBound)
        )
      } else if Self.isWordByte(self.bytes[self.index]) {
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
    case UInt8(ascii: "/"):
      self.takeHome() || self.take(self.finder.forwardShare(at: self.index))
    case UInt8(ascii: "("): self.take(self.finder.alternatives(at: self.index))
    case UInt8(ascii: "\""): self.take(self.finder.quotedLocalPart(at: self.index))
    case UInt8(ascii: "="): self.take(self.finder.encodedWord(at: self.index))
    case UInt8(ascii: "?"): self.finder.beginsQuery(at: self.index) && self.takeURLQuery()
    case UInt8(ascii: "~"): self.takeTilde()
    case UInt8(ascii: "["): self.takeEscapedHost()
    default: false
    }
  }

  private mutating func takeFormBeginningWithWord() -> Bool {
    let first = self.bytes[self.index]
    if first == UInt8(ascii: "-") {
      if self.takeFramed() || self.take(self.finder.option(at: self.index)) { return true }
    }
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
    if self.index >= self.noCiphersUntil {
      let list = CipherList.end(in: self.bytes, from: self.index)
      if list.isOne {
        self.copy(to: list.end)
        return true
      }
      self.noCiphersUntil = list.end
    }
    if self.take(self.finder.hexadecimalAddress(at: self.index)) { return true }
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

  /// Replaces what was found, and goes on behind it.
  @discardableResult
  mutating func take(_ form: FoundForm?) -> Bool {
    guard let form else { return false }
    self.output += form.output
    self.index = form.end
    return true
  }

  func end(from start: Int, while isPart: (UInt8) -> Bool) -> Int {
    self.bytes[start...].firstIndex { !isPart($0) } ?? self.bytes.count
  }

  func byte(at index: Int) -> UInt8? { index < self.bytes.count ? self.bytes[index] : nil }

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
      RegularDot.range(in: self.bytes, at: end).map({ $0.count > 1 }) ?? false
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
    // What shows it is near its beginning, so that a long word is not looked over from each part.
    let word = self.bytes[self.index...].prefix(RandomWord.bytesMax).prefix(while: isPart)
    guard RandomWord.matches(word) else { return false }
    let end = self.end(from: word.endIndex, while: isPart)
    self.output += self.text.replacements.scrambled(Array(self.bytes[self.index..<end]))
    self.index = end
    return true
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
