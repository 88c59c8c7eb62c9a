internal import Simulation
import ApplianceConfiguration
import LogModel

/// Routes and listeners.
struct MailDecoder {
  let reader: ElementReader

  func smtpRoutes(in root: XMLElement) -> [SMTPRoute] {
    guard let list = self.reader.section("smtp_routes", in: root) else { return [] }
    self.reader.checkContainer(list, knowing: ["smtp_route"])
    return list.children.filter { $0.name == "smtp_route" }.map { self.smtpRoute($0) }
  }

  private func smtpRoute(_ element: XMLElement) -> SMTPRoute {
    self.reader.checkContainer(element, knowing: KnownNames.smtpRoute)
    let places = element.children.filter { $0.name == "route_destination_address" }
    if places.isEmpty {
      self.reader.report(
        .elementMissing, at: element, found: "no <route_destination_address>",
        allowed: "one or more <route_destination_address>", assumed: "none")
    }
    return SMTPRoute(
      source: self.reader.requiredText("route_source_address", in: element),
      destinations: places.map { place in
        let text = self.reader.value(of: place)
        let destination = self.reader.convert(
          text, or: .useDNS, .routeDestinationInvalid,
          allowed: "host, host:port, [host], [address], [address]:port, /dev/null or USEDNS",
          words: NearNames(["USEDNS", "/dev/null"]), by: routeDestination)
        if let host = destination.value.endpoint?.host, HostSpelling(host: host) == .unusual {
          self.reader.findings.add(
            Diagnostic(
              .hostnameDoubtful, at: text.position, found: Diagnostic.quote(host),
              allowed: Allowed.host))
        }
        return destination
      },
      kept: self.reader.kept(of: element, reading: KnownNames.smtpRoute))
  }

  func listeners(in root: XMLElement) -> [Listener] {
    guard let list = self.reader.section("listeners", in: root) else { return [] }
    self.reader.checkContainer(list, knowing: ["listener"])
    return list.children.filter { $0.name == "listener" }.map { self.listener($0) }
  }

  private func listener(_ element: XMLElement) -> Listener {
    self.reader.checkContainer(element, knowing: KnownNames.listener.union(KnownNames.listenerKept))
    let kind: Setting<Listener.Kind>
    if let text = self.reader.text("type", in: element) {
      kind = self.reader.convert(
        text, or: .public, .listenerKindInvalid, allowed: "public or private",
        words: NearNames(["public", "private"])
      ) { Listener.Kind(rawValue: $0.lowercased()) }
    } else {
      self.reader.report(
        .elementMissing, at: element, found: "no <type>", allowed: "<type>", assumed: "public")
      kind = Setting(.public, at: element.position, state: .absent)
    }
    return Listener(
      name: self.reader.requiredText("listener_name", in: element),
      interfaceName: self.reader.requiredText("interface_name", in: element), kind: kind,
      bounceProfileName: self.reader.text(KnownNames.bounceProfileName, in: element),
      hostAccess: AccessTableDecoder(reader: self.reader).hostAccess(of: element),
      recipientAccess: AccessTableDecoder(reader: self.reader).recipientAccess(of: element),
      kept: self.reader.kept(of: element, reading: KnownNames.listener))
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

/// What a `route_destination_address` says; address literals lose their brackets, and those around
/// a name mean that its MX records are not asked.
func routeDestination(_ text: String) -> SMTPRoute.Destination? {
  if text == "/dev/null" { return .discard }
  if text.uppercased() == "USEDNS" { return .useDNS }
  if HostSyntax.isIPv6Address(text) || HostSyntax.isScopedAddress(text) {
    return .host(text, port: 25)
  }
  if text.hasPrefix("[") {
    guard let end = text.firstIndex(of: "]"), let port = port(text[text.index(after: end)...])
    else { return nil }
    var host = String(text[text.index(after: text.startIndex)..<end])
    // RFC 5321 section 4.1.3 has a tag before addresses of version 6.
    if host.lowercased().hasPrefix("ipv6:") { host = String(host.dropFirst(5)) }
    let isAddress = HostSyntax.isHost(host) && !HostSyntax.isHostName(host)
    if isAddress || HostSyntax.isScopedAddress(host) { return .host(host, port: port) }
    return HostSpelling(hostName: host) == .none || host.hasPrefix("[")
      ? nil : .hostByAddress(host, port: port)
  }
  let end = text.firstIndex(of: ":") ?? text.endIndex
  let host = String(text[..<end])
  guard HostSpelling(host: host) != .none, let port = port(text[end...]) else { return nil }
  return .host(host, port: port)
}

/// The port behind a host: 25 where nothing stands there.
private func port(_ text: Substring) -> UInt16? {
  if text.isEmpty { return 25 }
  guard text.hasPrefix(":"), let port = wholeNumber(String(text.dropFirst())),
    (1...65535).contains(port)
  else { return nil }
  return UInt16(port)
}
