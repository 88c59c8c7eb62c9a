/// Users: `CORP\jdoe`, `jdoe:password@host`, and those to whose home a path leads.
extension StructuredText {
  /// The longest user with password and host that is looked for: what is longer is text.
  private static let userBytesMax = 256

  /// `CORP\jdoe`, also with the backslash written twice: the domain is a host, and the user a name.
  ///
  /// A word of two letters or more behind a backslash is taken for a user in a regular expression
  /// too: one name too many tells nothing.
  mutating func takeDomainUser() -> Bool {
    let backslash = UInt8(ascii: "\\")
    let domain = self.end(from: self.index, while: Self.isDomainByte)
    let user = self.end(from: domain) { $0 == backslash }
    guard (1...2).contains(user - domain), domain - self.index >= 2,
      self.bytes[self.index..<domain].contains(where: Self.isLetter)
    else { return false }
    let end = self.endOfName(from: user) { Self.isDomainByte($0) || $0 == UInt8(ascii: "$") }
    guard end - user >= 2, Self.isLabelByte(self.bytes[user]) else { return false }
    self.output += self.text.word(Array(self.bytes[self.index..<domain]), isHost: true)
    self.index = domain
    self.copy(to: user)
    self.takeName(to: end)
    return true
  }

  /// `jdoe:password@host` without a scheme: as in a URL, whatever marks the password has.
  mutating func takeUserWithPassword() -> Bool {
    let colon = self.end(from: self.index) { Self.isDomainByte($0) || "+%".utf8.contains($0) }
    guard colon > self.index, self.byte(at: colon) == UInt8(ascii: ":") else { return false }
    // A range such as the `1:2` of `sbrs[1:2]` is no user; what follows a number and looks like a
    // password is taken as the local part of an address.
    guard self.bytes[self.index..<colon].contains(where: Self.isLetter) else { return false }
    let isToken: (UInt8) -> Bool = { byte in
      byte > 0x20 && byte != 0x7F && !"\"'<>`\\,;(){}|".utf8.contains(byte)
    }
    let token = self.bytes[self.index...].prefix(Self.userBytesMax).prefix(while: isToken)
    guard let at = token.lastIndex(of: UInt8(ascii: "@")), colon + 1 < at else { return false }
    let host = self.endOfName(from: at + 1, while: Self.isDomainByte)
    guard host > at + 1 else { return false }
    self.takeName(to: colon)
    self.copy(to: colon + 1)
    self.output += self.text.replacements.secret(Array(self.bytes[self.index..<at]))
    self.index = at
    self.copy(to: at + 1)
    self.output += self.text.word(Array(self.bytes[self.index..<host]), isHost: true)
    self.index = host
    return true
  }

  /// The folders that hold the users' own.
  private static let homes = ["users", "home", "documents and settings"].map { Array($0.utf8) }

  /// `C:\Users\jdoe\x`, `/home/jdoe/x` and `/Users/jdoe`: the user is a name.
  mutating func takeHome() -> Bool {
    let mark = self.bytes[self.index]
    // At the beginning of a run of marks only, so that a long one is looked over once.
    guard self.index == 0 || self.bytes[self.index - 1] != mark else { return false }
    let start = self.end(from: self.index) { $0 == mark }
    // Two backslashes begin a network share, except behind a drive.
    let isBehindDrive = self.index > 0 && self.bytes[self.index - 1] == UInt8(ascii: ":")
    let mayBeShare = mark == UInt8(ascii: "\\") && start - self.index > 1
    guard !mayBeShare || isBehindDrive else { return false }
    for home in Self.homes {
      let end = start + home.count
      guard end < self.bytes.count, self.bytes[end] == mark,
        zip(home, self.bytes[start..<end]).allSatisfy({ $0 == $1 || $0 == $1 | 0x20 })
      else { continue }
      let user = self.end(from: end) { $0 == mark }
      let userEnd = self.endOfUser(from: user, before: mark)
      guard userEnd > user else { return false }
      self.copy(to: user)
      self.takeName(to: userEnd)
      return true
    }
    return false
  }

  /// The name of a folder; with blanks in it where another part of the path follows.
  private func endOfUser(from start: Int, before mark: UInt8) -> Int {
    let isPart: (UInt8) -> Bool = { byte in
      byte > 0x20 && byte != 0x7F && !"\\/\"'<>|,;:()[]{}*?&".utf8.contains(byte)
    }
    let end = self.endOfName(from: start, while: isPart)
    guard self.byte(at: end) == 0x20, mark == UInt8(ascii: "\\") else { return end }
    let longer = self.bytes[start...].prefix(64).prefix { isPart($0) || $0 == 0x20 }.endIndex
    return self.byte(at: longer) == mark ? longer : end
  }

  /// `~jdoe/x`: the user is a name.
  mutating func takeTilde() -> Bool {
    let isInside = self.index > 0 && Self.isLabelByte(self.bytes[self.index - 1])
    let end = self.end(from: self.index + 1, while: Self.isDomainByte)
    guard !isInside, end > self.index + 1, self.byte(at: end) == UInt8(ascii: "/") else {
      return false
    }
    self.copy(to: self.index + 1)
    self.takeName(to: end)
    return true
  }

  private static func isDomainByte(_ byte: UInt8) -> Bool {
    Self.isLabelByte(byte) || byte == UInt8(ascii: ".")
  }

  /// The end of a name: the full stop of a sentence is none of it.
  private func endOfName(from start: Int, while isPart: (UInt8) -> Bool) -> Int {
    var end = self.end(from: start, while: isPart)
    while end > start, self.bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    return end
  }
}
