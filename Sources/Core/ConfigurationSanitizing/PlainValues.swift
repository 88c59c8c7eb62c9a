/// Values that tell nothing although the name of what has them sounds like a secret.
enum PlainValues {
  /// Words in the place of a size, a time or a method.
  private static let measureWords: Set<String> = ValueKind.parameterWords.union([
    "md5", "sha", "sha1", "sha-1", "sha224", "sha256", "sha-256", "sha384", "sha-384", "sha512",
    "sha-512", "hmac-sha1", "hmac-sha256", "hmac-md5", "rsa", "dsa", "ecdsa", "ed25519", "aes",
    "des", "3des", "aes128", "aes256", "pem", "der", "pkcs7", "pkcs12", "x509", "base64", "hex",
    "raw", "text", "plain", "login", "basic", "digest", "bearer", "jwt", "opaque", "static",
    "dynamic", "fixed", "random", "simple", "strict", "optional", "never", "always", "demand",
    "allow", "try", "verify", "manual", "auto", "automatic", "local", "external", "internal",
    "radius", "ldap", "header", "cookie", "query", "strong", "weak", "high", "medium", "low",
    "bcrypt", "scrypt", "argon2", "argon2id", "pbkdf2", "crypt", "hashed", "plaintext", "minutes",
    "hours", "days", "expired", "valid", "self-signed", "numeric", "alphanumeric", "user", "system",
  ])

  /// Units behind a number, as short as a password never is.
  private static let units: Set<String> = [
    "b", "k", "m", "g", "kb", "mb", "gb", "s", "h", "d", "w", "y", "ms", "min", "bit", "bits",
    "byte", "bytes", "sec", "seconds", "minutes", "hours", "days", "weeks", "%",
  ]

  static func isOne(of known: Set<String>, _ text: [UInt8]) -> Bool {
    let words = text.split(whereSeparator: Replacements.isBlank)
    return words.count == 1
      && known.contains(String(decoding: words[0], as: UTF8.self).lowercased())
  }

  /// A number with its unit, or a word that means something.
  static func isMeasure(_ text: [UInt8]) -> Bool {
    let words = text.split(whereSeparator: Replacements.isBlank)
    guard let first = words.first else { return true }
    let digits = first.prefix(while: TextSanitizer.isDigit)
    if !digits.isEmpty, digits.count <= 10, words.count <= 2 {
      let unit = first.dropFirst(digits.count) + (words.count > 1 ? words[1] : [])
      return unit.isEmpty
        || Self.units.contains(String(decoding: unit, as: UTF8.self).lowercased())
    }
    return Self.isOne(of: Self.measureWords, text)
  }
}
