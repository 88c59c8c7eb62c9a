internal import Simulation

/// How a text is spelt as the name or the address of a host.
public enum HostSpelling: Hashable, Sendable {
  /// As the RFCs have it.
  case usual
  /// As resolvers take it and the RFCs about names do not: with underscores, a dot behind the last
  /// label, the zone of an address, or brackets around the whole.
  case unusual
  /// None of a host.
  case none

  /// Of a host name.
  public init(hostName text: String) {
    self = Self.of(text, isUsual: HostSyntax.isHostName)
  }

  /// Of a host name, an IPv4 address or an IPv6 address.
  public init(host text: String) {
    self = HostSyntax.isScopedAddress(text) ? .unusual : Self.of(text, isUsual: HostSyntax.isHost)
  }

  /// Of an email address, by its domain.
  public init(emailAddress text: String) {
    guard !HostSyntax.isEmailAddress(text) else {
      self = .usual
      return
    }
    guard text.utf8.count <= 254, let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else {
      self = .none
      return
    }
    let domain = String(text[text.utf8.index(after: at)...])
    let isPlain = HostSyntax.isEmailAddress(text[...at] + "example.com")
    self = isPlain ? Self(hostName: domain) : .none
  }

  /// Of the source of an SMTP route: a host, with brackets or without, `.domain`, an email address,
  /// or `ALL`.
  public init(routeSource text: String) {
    if text == "ALL" || HostSyntax.isEmailAddress(text) || Self.isBracketedAddress(text) {
      self = .usual
    } else if text.utf8.first == UInt8(ascii: "."), !text.dropFirst().hasPrefix(".") {
      self = Self(hostName: String(text.dropFirst()))
    } else if Self(host: text) != .none {
      self = Self(host: text)
    } else {
      self = Self(emailAddress: text)
    }
  }

  /// The text without brackets around it.
  public static func withoutBrackets(_ text: String) -> String? {
    guard text.utf8.count > 2, text.hasPrefix("["), text.hasSuffix("]") else { return nil }
    return String(text.dropFirst().dropLast())
  }

  private static func isBracketedAddress(_ text: String) -> Bool {
    self.withoutBrackets(text).map {
      HostSyntax.isIPv6Address($0) || IPv4Address($0) != nil
    } ?? false
  }

  private static func of(
    _ text: String, isUsual: (String) -> Bool
  ) -> HostSpelling {
    if isUsual(text) { return .usual }
    var name = text
    if let inner = self.withoutBrackets(text) {
      if isUsual(inner) || self.isBracketedAddress(text) { return .unusual }
      name = inner
    }
    if name.utf8.count > 1, name.utf8.last == UInt8(ascii: ".") { name.removeLast() }
    // A label of underscores alone is one.
    let plain = String(
      decoding: name.utf8.map { $0 == UInt8(ascii: "_") ? 0x61 : $0 }, as: UTF8.self)
    return HostSyntax.isHostName(plain) ? .unusual : .none
  }
}
