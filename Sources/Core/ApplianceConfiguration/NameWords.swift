/// The words of an element's, attribute's or setting's name, and whether they say that it holds a
/// secret: the one answer for what is shown, compared and sanitized.
///
/// `ldap_bind_pw`, `auth-pwd`, `apiKey`
/// and `HTTPSCert2` are `ldap bind pw`, `auth pwd`, `api key` and `https cert`.
public struct NameWords: Sendable {
  /// In lower case, in order; digits, marks and changes of case part them.
  public let words: [String]

  /// The words of a name's bytes; what is no letter of ASCII parts them.
  public init(_ name: some Collection<UInt8>) {
    var words: [[UInt8]] = [[]]
    let bytes = Array(name)
    for index in bytes.indices {
      let byte = bytes[index]
      guard Self.isLetter(byte) else {
        words.append([])
        continue
      }
      if Self.isUpper(byte), index > 0 {
        let isAfterLower = !Self.isUpper(bytes[index - 1])
        // The last capital of `APIKey` begins a word.
        let isBeforeLower =
          index + 1 < bytes.count && Self.isLetter(bytes[index + 1])
          && !Self.isUpper(bytes[index + 1])
        if isAfterLower || isBeforeLower { words.append([]) }
      }
      words[words.count - 1].append(byte | 0x20)
    }
    self.words = words.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20)
  }

  // MARK: Secrets

  /// What says by itself that a secret follows.
  private static let secrets: Set<String> = [
    "pass", "pwd", "pw", "psk", "pin", "seed", "otp", "cred", "creds", "cert", "key", "hash",
    "private", "bearer", "token", "secret", "enc", "passwd", "passcode", "pem", "jwt", "hmac",
    "salt", "cookie", "authorization", "passes", "pwds", "pins", "seeds", "certs", "keys", "hashes",
    "tokens", "totp", "hotp", "pkcs", "privkey", "keytab", "sig", "otps", "psks", "pws", "totps",
    "sigs", "jwts", "pems", "salts", "cookies", "pfx", "jks", "nonce",
  ]
  /// What says so wherever in a name it is, as people write words together.
  private static let anywhere = [
    "passphrase", "password", "secret", "community", "certificate", "fingerprint", "credential",
  ]
  /// What is written together with one of `secrets`, as in `apikey` and `bindpw`; `monkey` and
  /// `spin` are words of their own.
  private static let compounds = [
    "access", "account", "admin", "api", "app", "auth", "bind", "ca", "client", "db", "dkim", "dsa",
    "enc", "encryption", "ftp", "host", "http", "ldap", "license", "login", "mail", "master", "my",
    "old", "new", "peer", "pre", "priv", "private", "proxy", "psk", "pub", "public", "radius",
    "refresh", "relay", "root", "rsa", "scp", "server", "session", "shared", "sign", "signing",
    "smtp", "snmp", "ssh", "ssl", "sys", "tls", "trap", "user", "web", "x",
  ]

  /// Whether what has the name is a secret.
  public var isSecret: Bool {
    self.words.contains { word in
      Self.secrets.contains(word) || Self.anywhere.contains { word.contains($0) }
        || Self.isCompound(word)
    }
  }

  private static func isCompound(_ word: String) -> Bool {
    let isSecretAtEnd = self.compounds.contains { first in
      word.hasPrefix(first) && self.secrets.contains(String(word.dropFirst(first.utf8.count)))
    }
    return isSecretAtEnd || self.ends.contains { word.hasSuffix($0) } && !self.noKeys.contains(word)
      || self.beginnings.contains { first in
        word.hasPrefix(first) && self.rests.contains(String(word.dropFirst(first.utf8.count)))
      }
  }

  /// What ends a word of several that is a secret's: `presharedkey`, `pwhash`, `bearertoken`.
  private static let ends = ["key", "hash", "token", "seed", "psk", "otp"]
  private static let noKeys: Set<String> = [
    "monkey", "turkey", "donkey", "hockey", "jockey", "whiskey", "lackey", "flunkey", "linseed",
    "rehash", "hotkey",
  ]
  /// What begins one, with what follows: `keystore`, `pincode`, `hashed`.
  private static let beginnings = ["key", "pin", "hash", "pw", "token", "cert", "spki", "ps"]
  private static let rests: Set<String> = [
    "data", "store", "material", "ring", "pair", "file", "phrase", "value", "blob", "bytes", "code",
    "number", "ed", "d", "hash", "key",
  ]
}
