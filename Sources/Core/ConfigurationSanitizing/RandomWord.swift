/// Words of so many letters and digits that somebody drew them by chance.
enum RandomWord {
  /// How much of a word is looked at.
  static let bytesMax = 512
  private static let randomBytesMin = 20

  /// How well-known issuers of access keys and tokens begin them.
  private static let issued = [
    "AKIA", "ASIA", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "ghp_", "gho_", "ghs_", "ghu_", "glpat-",
    "github_pat_", "0x",
  ].map { Array($0.utf8) }

  static func matches(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count >= 16 else { return false }
    if self.issued.contains(where: word.starts), word.contains(where: TextSanitizer.isDigit) {
      return true
    }
    let parts = word.split { !StructuredText.isLetter($0) && !TextSanitizer.isDigit($0) }
    // An identifier of 128 bits as RFC 9562 writes it.
    if parts.map(\.count) == [8, 4, 4, 4, 12], word.count == 36 {
      return parts.allSatisfy { $0.allSatisfy(TextSanitizer.isHexDigit) }
    }
    return parts.contains { part in
      let digits = part.count(where: TextSanitizer.isDigit)
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
}
