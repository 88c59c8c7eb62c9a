internal import Simulation
import LogModel

/// The spellings of hosts, addresses and names that a configuration may hold; text only, no
/// look-up.
public enum HostSyntax {
  /// Whether `text` is a host name: labels of letters, digits and inner hyphens, the last one not
  /// a number.
  ///
  /// Source: RFC 1123 section 2.1; lengths RFC 1035 section 2.3.4.
  public static func isHostName(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.allSatisfy(Self.isLabel), let last = labels.last else { return false }
    return !last.allSatisfy(Self.isDigit)
  }

  /// Whether `text` is a host name, an IPv4 address or an IPv6 address without brackets.
  public static func isHost(_ text: String) -> Bool {
    Self.isHostName(text) || IPv4Address(text) != nil || Self.isIPv6Address(text)
  }

  /// Whether `text` is an IPv6 address in one of the forms of RFC 4291 section 2.2, without zone.
  public static func isIPv6Address(_ text: String) -> Bool {
    self.ipv6Groups(text) != nil
  }

  /// One spelling for all those of a host: hosts that are equal in it are one, as far as text can
  /// tell. For comparisons only: an IPv4 address within IPv6 (RFC 4291 section 2.5.5.2) is that
  /// address, and no group of zeros is left out.
  public static func canonical(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: ":")), let groups = self.ipv6Groups(text) else {
      return text.lowercased()
    }
    if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
      return IPv4Address(bits: UInt32(groups[6]) << 16 | UInt32(groups[7])).description
    }
    return groups.map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// Whether `text` is an address, or a network: an address, a slash, and the length of its prefix
  /// or, of IPv4, its mask.
  public static func isNetwork(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      .map(String.init)
    let isIPv4 = IPv4Address(parts[0]) != nil
    guard isIPv4 || self.isIPv6Address(parts[0]) else { return false }
    guard parts.count > 1 else { return true }
    if isIPv4, let mask = IPv4Address(parts[1]) { return (~mask.bits & (~mask.bits &+ 1)) == 0 }
    return self.isNumber(parts[1], in: 0...(isIPv4 ? 32 : 128))
  }

  /// Whether `text` is a whole number in `range`, in decimal digits and nothing else.
  public static func isNumber(_ text: String, in range: ClosedRange<Int>) -> Bool {
    text.utf8.allSatisfy(Self.isDigit) && Int(text).map(range.contains) ?? false
  }

  /// The eight groups of an IPv6 address; `nil` for anything else.
  private static func ipv6Groups(_ text: String) -> [UInt16]? {
    guard text.utf8.count <= 45 else { return nil }
    let halves = Self.splitAtDoubleColon(text)
    guard let first = halves.first, halves.count <= 2,
      let head = Self.groups(first, mayEndInIPv4: halves.count == 1)
    else { return nil }
    guard halves.count == 2 else { return head.count == 8 ? head : nil }
    guard let tail = Self.groups(halves[1], mayEndInIPv4: true), head.count + tail.count <= 7
    else { return nil }
    return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
  }

  /// Whether `text` could name a time zone, such as `Africa/Johannesburg` or `Etc/GMT-2`.
  ///
  /// Parts of letters, digits, `+`, `-` and `_`, so that the name is safe below a folder of zone
  /// files; whether the zone exists is for the shell to say.
  public static func isTimeZoneName(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 64 else { return false }
    return text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { part in
        !part.isEmpty
          && part.allSatisfy {
            Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
              || $0 == UInt8(ascii: "_")
          }
      }
  }

  /// Whether `text` is an IPv6 address with the zone that it is in, such as `fe80::1%em0`.
  ///
  /// Source: RFC 4007 section 11.2; a zone is named by its interface or a number.
  public static func isScopedAddress(_ text: String) -> Bool {
    let parts = text.utf8.split(
      separator: UInt8(ascii: "%"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, (1...16).contains(parts[1].count) else { return false }
    return Self.isIPv6Address(String(Substring(parts[0])))
      && parts[1].allSatisfy {
        Self.isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
          || $0 == UInt8(ascii: "_")
      }
  }

  /// Whether `text` is a plain email address: a dot-atom or a quoted text, `@`, a host name or an
  /// address literal.
  ///
  /// Source: RFC 5321 section 4.1.2.
  public static func isEmailAddress(_ text: String) -> Bool {
    guard text.utf8.count <= 254, let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else {
      return false
    }
    let local = text.utf8[..<at]
    guard !local.isEmpty, local.count <= 64 else { return false }
    let atoms = local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let isDotAtom = atoms.allSatisfy { !$0.isEmpty && $0.allSatisfy(Self.isAtomByte) }
    guard isDotAtom || Self.isQuotedText(local) else { return false }
    let domain = String(text[text.utf8.index(after: at)...])
    return Self.isHostName(domain) || Self.isBracketedAddress(domain)
  }

  /// Whether `text` may name a folder and a file: 1 to 64 letters, digits, `.`, `-` and `_`, the
  /// first one a letter, a digit or `_`, so that neither `..` nor an option can be written.
  public static func isSafeFileName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 64 else { return false }
    guard Self.isLetterOrDigit(first) || first == UInt8(ascii: "_") else { return false }
    return text.utf8.allSatisfy {
      Self.isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "_")
    }
  }

  /// Whether a folder and a file can be named so at all: 1 to 200 bytes, no slash, no control or
  /// format character, no dot first.
  public static func isUsableFileName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "."), text.utf8.count <= 200 else {
      return false
    }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
      default: scalar != "/"
      }
    }
  }

  /// Whether there are quotation marks around printable ASCII, in which each further one and each
  /// backslash has a backslash before it.
  private static func isQuotedText(_ text: Substring.UTF8View) -> Bool {
    let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
    guard text.count >= 2, text.first == quote, text.last == quote else { return false }
    var isEscaped = false
    for byte in text.dropFirst().dropLast() {
      guard (0x20...0x7E).contains(byte), isEscaped || byte != quote else { return false }
      isEscaped = !isEscaped && byte == backslash
    }
    return !isEscaped
  }

  private static func isBracketedAddress(_ text: String) -> Bool {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return false }
    let inner = String(text.dropFirst().dropLast())
    if inner.lowercased().hasPrefix("ipv6:") {
      return Self.isIPv6Address(String(inner.dropFirst(5)))
    }
    return IPv4Address(inner) != nil
  }

  private static func isLabel(_ label: Substring.UTF8View) -> Bool {
    guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
    return Self.isLetterOrDigit(first) && Self.isLetterOrDigit(last)
      && label.allSatisfy { Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
  }

  /// The text before and after each `::`.
  private static func splitAtDoubleColon(_ text: String) -> [Substring] {
    var halves: [Substring] = []
    var rest = text[...]
    while let index = rest.utf8.indices.first(where: { rest.utf8[$0...].starts(with: "::".utf8) }) {
      halves.append(rest[..<index])
      rest = rest[rest.utf8.index(index, offsetBy: 2)...]
    }
    return halves + [rest]
  }

  /// The 16-bit groups that `text` stands for; `nil` when it is not groups between single colons.
  private static func groups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt16]? {
    if text.isEmpty { return [] }
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    var groups: [UInt16] = []
    for (index, part) in parts.enumerated() {
      let digits = String(Substring(part))
      if mayEndInIPv4, index == parts.count - 1, let address = IPv4Address(digits) {
        groups += [UInt16(address.bits >> 16), UInt16(address.bits & 0xFFFF)]
      } else if (1...4).contains(part.count), part.allSatisfy(Self.isHexDigit),
        let group = UInt16(digits, radix: 16)
      {
        groups.append(group)
      } else {
        return nil
      }
    }
    return groups
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    Self.isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    Self.isDigit(byte) || (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
  }

  /// `atext` of RFC 5322 section 3.2.3.
  private static func isAtomByte(_ byte: UInt8) -> Bool {
    Self.isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
  }
}
