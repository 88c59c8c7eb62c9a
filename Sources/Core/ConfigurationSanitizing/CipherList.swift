/// Lists of ciphers as OpenSSL reads them, `HIGH:!aNULL:@STRENGTH`, which tell nothing of a site.
enum CipherList {
  /// The words of such lists.
  ///
  /// Source: OpenSSL's manual page `openssl-ciphers`.
  private static let words: Set<String> = [
    "HIGH", "MEDIUM", "LOW", "EXP", "EXPORT", "ALL", "DEFAULT", "COMPLEMENTOFALL",
    "COMPLEMENTOFDEFAULT", "aNULL", "eNULL", "NULL", "RSA", "kRSA", "aRSA", "DH", "kDH", "EDH",
    "kEDH", "DHE", "kDHE", "ADH", "ECDH", "kECDH", "EECDH", "kEECDH", "ECDHE", "kECDHE", "aECDH",
    "AECDH", "ECDSA", "aECDSA", "DSS", "aDSS", "SSL", "TLS", "SSLv2", "SSLv3", "TLSv1", "AES",
    "AES128", "AES256", "AESGCM", "AESCCM", "AESCCM8", "ARIA", "ARIA128", "ARIA256", "CAMELLIA",
    "CAMELLIA128", "CAMELLIA256", "CHACHA20", "POLY1305", "DES", "3DES", "CBC", "CBC3", "GCM",
    "CCM", "CCM8", "RC2", "RC4", "IDEA", "SEED", "MD5", "SHA", "SHA1", "SHA256", "SHA384", "PSK",
    "aPSK", "kPSK", "kECDHEPSK", "kDHEPSK", "kRSAPSK", "SRP", "aSRP", "kSRP", "KRB5", "GOST",
    "FIPS", "CBC3_SHA", "SUITEB128", "SUITEB128ONLY", "SUITEB192", "STRENGTH", "SECLEVEL",
  ]
  /// Whether a list of at least two parts begins there, and where it ends, or before where none
  /// begins.
  static func end(in bytes: [UInt8], from start: Int) -> (end: Int, isOne: Bool) {
    let isPart: (UInt8) -> Bool = { byte in
      StructuredText.isLabelByte(byte) || "!+@=.".utf8.contains(byte)
    }
    var place = start
    var parts = 0
    while place < bytes.count {
      let part = bytes[place...].prefix(65).prefix(while: isPart)
      guard Self.isCipher(part) else { return (place, false) }
      parts += 1
      place = part.endIndex
      guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { break }
      place += 1
    }
    return (place, parts > 1)
  }

  private static func isCipher(_ part: ArraySlice<UInt8>) -> Bool {
    let name = part.drop { "!+-@".utf8.contains($0) }
    // `@SECLEVEL=2`, `TLSv1.2`.
    let words = name.prefix { !"=.".utf8.contains($0) }.split { "+-".utf8.contains($0) }
    let rest = name.drop { !"=.".utf8.contains($0) }.dropFirst()
    return !words.isEmpty && part.count <= 64 && rest.count <= 1
      && rest.allSatisfy(TextSanitizer.isDigit)
      && words.allSatisfy { Self.words.contains(String(decoding: $0, as: UTF8.self)) }
  }
}
