internal import ApplianceConfiguration

/// Names of directories, and settings that are written into a text.
extension StructuredText {
  // MARK: Directories

  /// The attribute types of directory names that sites use.
  ///
  /// Source: RFC 4519; `samaccountname` and the like are those of Active Directory.
  static let directoryAttributes: Set<String> = [
    "cn", "ou", "dc", "o", "l", "st", "c", "sn", "uid", "mail", "givenname", "street", "title",
    "samaccountname", "userprincipalname", "memberof", "member", "displayname", "proxyaddresses",
    "department", "company", "e", "emailaddress", "serialnumber", "mailhost", "objectcategory",
  ]

  /// `cn=Jane Doe,ou=Mail,dc=acme,dc=com`: the types stay; parts of a domain are those that they
  /// are elsewhere.
  mutating func takeDirectoryName() -> Bool {
    guard let type = Self.directoryType(in: self.bytes, at: self.index) else { return false }
    // The value is a name itself: `memberOf=cn=Staff,o=acme`.
    if Self.directoryType(in: self.bytes, at: type.value) != nil {
      self.copy(to: type.value)
      return true
    }
    guard let value = self.valueOfDirectoryAttribute(at: self.index) else { return false }
    if value.type == "dc" { return self.takeDomainComponents() }
    self.copy(to: value.range.lowerBound)
    self.output += self.directoryValue(self.bytes[value.range])
    self.index = value.range.upperBound
    return true
  }

  /// In a loop, not by calls of itself: a hostile text has any number of parts.
  private func directoryValue(_ value: ArraySlice<UInt8>) -> [UInt8] {
    func plain(_ value: ArraySlice<UInt8>) -> [UInt8] {
      let saysNothing = value.allSatisfy { Self.isDigit($0) || $0 == UInt8(ascii: "*") }
      if saysNothing { return Array(value) }
      // Within such a value another one is a name: each would be read within the one before.
      guard value.contains(UInt8(ascii: "@")), !self.isWithinValue else {
        return self.text.name(Array(value))
      }
      return StructuredText(Array(value), isHost: true, isWithinValue: true, by: self.text)
        .sanitized()
    }
    var result: [UInt8] = []
    var rest = value
    while true {
      // `smtp:` of a proxy address.
      if let scheme = Self.schemeLength(in: rest), scheme > 0 {
        result += rest.prefix(scheme)
        rest = rest.dropFirst(scheme)
        continue
      }
      // `{a}` and `{u}` stand for the address and the user that are asked about.
      guard let place = rest.firstIndex(of: UInt8(ascii: "{")),
        rest[place...].dropFirst(2).first == UInt8(ascii: "}")
      else { return result + plain(rest) }
      result += plain(rest[..<place])
      result += rest[place..<(place + 3)]
      rest = rest[(place + 3)...]
    }
  }

  /// An attribute type with its equals sign, and where the value begins.
  private static func directoryType(
    in bytes: [UInt8], at start: Int
  ) -> (name: String, value: Int)? {
    let name = bytes[min(start, bytes.count)...].prefix(21).prefix(while: Self.isLetter)
    guard !name.isEmpty, name.count <= 20 else { return nil }
    let sign = bytes[name.endIndex...].prefix { $0 == 0x20 }.endIndex
    let type = String(decoding: name, as: UTF8.self).lowercased()
    guard sign < bytes.count, bytes[sign] == UInt8(ascii: "="),
      Self.directoryAttributes.contains(type)
    else { return nil }
    let value = bytes[(sign + 1)...].prefix { $0 == 0x20 }.endIndex
    return value < bytes.count && bytes[value] == UInt8(ascii: "=") ? nil : (type, value)
  }

  private func valueOfDirectoryAttribute(at start: Int) -> (type: String, range: Range<Int>)? {
    guard let type = Self.directoryType(in: self.bytes, at: start) else { return nil }
    let value = type.value
    if self.byte(at: value) == UInt8(ascii: "\"") {
      // In quotation marks it may hold what else ends it (RFC 2253, section 4).
      let end = self.end(from: value + 1) { $0 != UInt8(ascii: "\"") && $0 >= 0x20 }
      return end > value + 1 ? (type.name, (value + 1)..<end) : nil
    }
    var place = value
    while let byte = self.byte(at: place), byte >= 0x20, !",;()\"'<>&|".utf8.contains(byte) {
      // OpenSSL writes `/C=CH/O=acme/CN=mail`.
      let isEnd =
        byte == UInt8(ascii: "/") && Self.directoryType(in: self.bytes, at: place + 1) != nil
      if isEnd { break }
      // A backslash keeps what is behind it in the value (RFC 4514, section 2.4).
      place = min(self.bytes.count, place + (byte == UInt8(ascii: "\\") ? 2 : 1))
    }
    while place > value, self.bytes[place - 1] == 0x20 { place -= 1 }
    return place > value ? (type.name, value..<place) : nil
  }

  private mutating func takeDomainComponents() -> Bool {
    var values: [Range<Int>] = []
    var next = self.index
    while let value = self.valueOfDirectoryAttribute(at: next), value.type == "dc" {
      values.append(value.range)
      let comma = self.end(from: value.range.upperBound) { $0 == 0x20 }
      guard self.byte(at: comma) == UInt8(ascii: ",") else { break }
      next = self.end(from: comma + 1) { $0 == 0x20 }
    }
    let name = String(
      decoding: Array(values.map { self.bytes[$0] }.joined(separator: [UInt8(ascii: ".")])),
      as: UTF8.self)
    let labels =
      name.utf8.count > 253
      ? [] : self.text.replacements.host(name).utf8.split(separator: UInt8(ascii: "."))
    for (place, value) in values.enumerated() {
      self.copy(to: value.lowerBound)
      self.output +=
        labels.count == values.count
        ? Array(labels[place]) : self.text.replacements.scrambled(Array(self.bytes[value]))
      self.index = value.upperBound
    }
    return !values.isEmpty
  }

  // MARK: Settings

  private static let schemes: Set<String> = ["bearer", "basic", "negotiate", "apikey"]
  /// Names of a session in a query or the path before one.
  private static let sessions: Set<String> = [
    "jsessionid", "phpsessid", "sessionid", "sessid", "aspsessionid",
  ]

  /// `password = x`, `"token": "x"`, `--api-key x` and `Authorization: Bearer x`.
  mutating func takeSetting() -> Bool {
    let isPart: (UInt8) -> Bool = { Self.isLabelByte($0) || $0 == UInt8(ascii: ".") }
    let end = self.end(from: self.index, while: isPart)
    let name = self.bytes[self.index..<end]
    guard name.count <= 64, let first = name.first, Self.isLetter(first) else { return false }
    let text = String(decoding: name, as: UTF8.self).lowercased()
    if Self.schemes.contains(text), self.byte(at: end) == 0x20 {
      return self.takeSecret(from: self.end(from: end) { $0 == 0x20 }, bytesMin: 8)
    }
    var place = end
    // A name may be in quotation marks.
    if let byte = self.byte(at: place), byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      place += 1
    }
    place = self.end(from: place) { $0 == 0x20 }
    let sign = self.end(from: place) { "=:>".utf8.contains($0) }
    let words = NameWords(name)
    if sign == place { return words.isSecret && self.takeSecretBehindBlank(end) }
    guard sign - place <= 2 else { return false }
    guard words.isSecret || Self.sessions.contains(text) else {
      return self.takeSettingOfHostOrUser(words, sign: place..<sign)
    }
    if self.bytes[sign...].starts(with: "//".utf8) { return false }
    let value = self.end(from: sign) { $0 == 0x20 }
    if text.hasSuffix("authorization") || text.hasSuffix("cookie") {
      let line = self.end(from: value) { $0 >= 0x20 && !"\"'<>".utf8.contains($0) }
      return self.takeSecret(from: value, to: line)
    }
    return self.takeSecret(from: value, bytesMin: 1)
  }

  /// `password x1`: a word with digits, as sentences have few.
  private mutating func takeSecretBehindBlank(_ end: Int) -> Bool {
    guard self.byte(at: end) == 0x20 else { return false }
    let word = self.bytes[(end + 1)..<self.end(from: end + 1) { $0 > 0x20 }]
    guard word.contains(where: Self.isDigit), word.contains(where: Self.isLetter) else {
      return false
    }
    return self.takeSecret(from: end + 1, bytesMin: 1)
  }

  /// `server=db1;user id=sa`: a single word that is a host or a user.
  private mutating func takeSettingOfHostOrUser(_ words: NameWords, sign: Range<Int>) -> Bool {
    let last = words.words.last ?? ""
    let isUser = ["user", "username", "login"].contains(last)
    guard isUser || words.isHost || ["server", "hostname"].contains(last),
      !self.bytes[sign.upperBound...].starts(with: "//".utf8)
    else { return false }
    var start = self.end(from: sign.upperBound) { $0 == 0x20 }
    if let quote = self.byte(at: start), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      start += 1
    }
    let end = self.end(from: start) { Self.isLabelByte($0) || $0 == UInt8(ascii: ".") }
    let value = Array(self.bytes[start..<end])
    // What is longer has a form of its own, such as a URL.
    let isWord = self.byte(at: end).map { $0 <= 0x20 || ",;\"'<>()&|}".utf8.contains($0) } ?? true
    guard isWord, value.contains(where: Self.isLetter), !Self.isSwitch(value) else { return false }
    self.copy(to: start)
    self.output += isUser ? self.text.name(value) : self.text.word(value, isHost: true)
    self.index = end
    return true
  }

  /// A value, in quotation marks or up to where one ends.
  private mutating func takeSecret(from start: Int, bytesMin: Int) -> Bool {
    if let quote = self.byte(at: start), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      return self.takeSecret(from: start + 1, to: self.end(from: start + 1) { $0 != quote })
    }
    let end = self.end(from: start) { $0 > 0x20 && !",;\"'<>()&|}".utf8.contains($0) }
    return end - start >= bytesMin && self.takeSecret(from: start, to: end)
  }

  private mutating func takeSecret(from start: Int, to end: Int) -> Bool {
    guard end > start else { return false }
    self.copy(to: start)
    let value = Array(self.bytes[start..<end])
    self.output += Self.isSwitch(value) ? value : self.text.replacements.secret(value)
    self.index = end
    return true
  }
}
