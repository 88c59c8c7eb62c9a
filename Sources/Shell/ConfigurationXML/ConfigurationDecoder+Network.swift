internal import Simulation
import ApplianceConfiguration
import LogModel

extension ConfigurationDecoder {
  mutating func smtpRoutes(in root: XMLElement) -> [SMTPRoute] {
    guard let list = self.section("smtp_routes", in: root) else { return [] }
    self.checkContainer(list, knowing: ["smtp_route"])
    return list.children.filter { $0.name == "smtp_route" }.map { self.smtpRoute($0) }
  }

  private mutating func smtpRoute(_ element: XMLElement) -> SMTPRoute {
    self.checkContainer(element, knowing: KnownNames.smtpRoute)
    let places = element.children.filter { $0.name == "route_destination_address" }
    if places.isEmpty {
      self.report(
        .elementMissing, at: element, found: "no <route_destination_address>",
        allowed: "one or more <route_destination_address>", assumed: "none")
    }
    return SMTPRoute(
      source: self.requiredText("route_source_address", in: element),
      destinations: places.map { place in
        let text = self.value(of: place)
        return self.convert(
          text, or: .useDNS, .routeDestinationInvalid,
          allowed: "host, host:port, [address], [address]:port, /dev/null or USEDNS",
          words: ["USEDNS", "/dev/null"], by: routeDestination)
      },
      kept: self.kept(of: element, reading: KnownNames.smtpRoute))
  }

  mutating func listeners(in root: XMLElement) -> [Listener] {
    guard let list = self.section("listeners", in: root) else { return [] }
    self.checkContainer(list, knowing: ["listener"])
    return list.children.filter { $0.name == "listener" }.map { self.listener($0) }
  }

  private mutating func listener(_ element: XMLElement) -> Listener {
    self.checkContainer(element, knowing: KnownNames.listener)
    let kind: Setting<Listener.Kind>
    if let text = self.text("type", in: element) {
      kind = self.convert(
        text, or: .public, .listenerKindInvalid, allowed: "public or private",
        words: ["public", "private"]
      ) { Listener.Kind(rawValue: $0.lowercased()) }
    } else {
      self.report(
        .elementMissing, at: element, found: "no <type>", allowed: "<type>", assumed: "public")
      kind = Setting(.public, at: element.position, state: .absent)
    }
    return Listener(
      name: self.requiredText("listener_name", in: element),
      interfaceName: self.requiredText("interface_name", in: element), kind: kind,
      bounceProfileName: self.text(KnownNames.listenerBounceProfile, in: element),
      hostAccess: self.hostAccess(of: element), recipientAccess: self.recipientAccess(of: element),
      kept: self.kept(of: element, reading: KnownNames.listener))
  }
}

/// The prefix length of a mask in one of the three spellings of real files: `255.255.255.0`,
/// `0xffffff00`, `24`.
func netmaskPrefixLength(_ text: String) -> Int? {
  let bits: UInt32
  if let address = IPv4Address(text) {
    bits = address.bits
  } else if text.hasPrefix("0x") || text.hasPrefix("0X") {
    let digits = text.dropFirst(2)
    guard digits.utf8.count == 8, digits.utf8.first != UInt8(ascii: "+"),
      let number = UInt32(digits, radix: 16)
    else { return nil }
    bits = number
  } else {
    return wholeNumber(text).flatMap { (0...32).contains($0) ? $0 : nil }
  }
  // Ones, then zeros: the inverse plus one is a power of two.
  guard ~bits & (~bits &+ 1) == 0 else { return nil }
  return bits.leadingZeroBitCount == 32 ? 0 : (~bits).leadingZeroBitCount
}

/// What a `route_destination_address` says; address literals lose their brackets.
func routeDestination(_ text: String) -> SMTPRoute.Destination? {
  if text == "/dev/null" { return .discard }
  if text.uppercased() == "USEDNS" { return .useDNS }
  let host: Substring
  let rest: Substring
  if text.hasPrefix("[") {
    guard let end = text.firstIndex(of: "]") else { return nil }
    host = text[text.index(after: text.startIndex)..<end]
    rest = text[text.index(after: end)...]
    guard HostSyntax.isHost(String(host)), !HostSyntax.isHostName(String(host)) else { return nil }
  } else {
    let end = text.firstIndex(of: ":") ?? text.endIndex
    host = text[..<end]
    rest = text[end...]
    guard HostSyntax.isHost(String(host)) else { return nil }
  }
  if rest.isEmpty { return .host(String(host), port: 25) }
  guard rest.hasPrefix(":"), let port = wholeNumber(String(rest.dropFirst())),
    (1...65535).contains(port)
  else { return nil }
  return .host(String(host), port: UInt16(port))
}
