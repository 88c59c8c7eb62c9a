/// Passwords in the options of commands.
extension FormFinder {
  /// Options whose value is `user:password`.
  private static let userOptions = [
    "--user", "--proxy-user", "--creds", "--credentials", "--auth", "--login", "-u", "-U",
  ].map { Array($0.utf8) }

  /// Words that begin with `p` behind a single hyphen and are no password.
  private static let words: Set<String> = [
    "passthrough", "persistent", "permissions", "placeholder", "population", "portrange",
    "positional", "pragma", "predicate", "preferences", "prepend", "preserve", "prettyprint",
    "preview", "printable", "printenv", "priorities", "priority", "process", "processes",
    "production", "profiles", "progress", "prohibit", "promiscuous", "properties", "property",
    "protocol", "protocols", "provider", "proxyport", "publickey", "pubout",
  ]

  /// `--user bob:password`, `-u bob:password` and `-pPASSWORD`.
  func option(at start: Int) -> FoundForm? {
    guard self.byte(at: start - 1).map({ $0 <= 0x20 || "\"'(`".utf8.contains($0) }) ?? true else {
      return nil
    }
    return self.userOption(at: start) ?? self.attachedPassword(at: start)
  }

  private static func isValueByte(_ byte: UInt8) -> Bool {
    byte > 0x20 && !"\"'<>`".utf8.contains(byte)
  }

  private func userOption(at start: Int) -> FoundForm? {
    let rest = self.bytes[start...]
    guard
      let option = Self.userOptions.first(where: { option in
        rest.starts(with: option)
          && self.byte(at: start + option.count).map { $0 == 0x20 || $0 == 0x3D } == true
      })
    else { return nil }
    let sign = self.end(from: start + option.count, max: 8) { $0 == 0x20 || $0 == 0x3D }
    let quote = self.end(from: sign, max: 1) { $0 == 0x22 || $0 == 0x27 }
    let end = self.end(from: quote, while: Self.isValueByte)
    let value = self.bytes[quote..<end]
    guard let colon = value.firstIndex(of: UInt8(ascii: ":")), colon > quote, colon + 1 < end,
      !value[colon...].starts(with: "://".utf8)
    else { return nil }
    return FoundForm(
      output: self.bytes[start..<quote] + self.text.name(Array(value[..<colon]))
        + [UInt8(ascii: ":")] + self.replacements.secret(Array(value[(colon + 1)...])),
      end: end)
  }

  /// What follows `-p` at once, where it is no number and no word of an option.
  private func attachedPassword(at start: Int) -> FoundForm? {
    guard self.byte(at: start + 1) == UInt8(ascii: "p") else { return nil }
    let end = self.end(from: start + 2, while: Self.isValueByte)
    let value = self.bytes[(start + 2)..<end]
    let isWord = value.allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") }
    let word = String(decoding: self.bytes[(start + 1)..<end], as: UTF8.self)
    guard value.count >= 4, value.contains(where: StructuredText.isLetter),
      !value.contains(UInt8(ascii: "=")), !isWord || value.count >= 8 && !Self.words.contains(word)
    else { return nil }
    return FoundForm(
      output: self.bytes[start..<(start + 2)] + self.replacements.secret(Array(value)), end: end)
  }
}
