internal import Simulation
import ApplianceConfiguration
import LogModel

/// Interfaces, and what else is a list of plain values.
struct InterfaceDecoder {
  let reader: ElementReader

  func interfaces(in root: XMLElement) -> [NetworkInterface] {
    guard let list = self.reader.section("interfaces", in: root) else { return [] }
    self.reader.checkContainer(list, knowing: ["interface"])
    return list.children.filter { $0.name == "interface" }.map { self.interface($0) }
  }

  private func interface(_ element: XMLElement) -> NetworkInterface {
    self.reader.checkContainer(element, knowing: KnownNames.interface)
    return NetworkInterface(
      name: self.reader.requiredText("interface_name", in: element),
      address: self.textUnlessEmpty("ip", in: element).map {
        self.reader.convert(
          $0, or: IPv4Address(bits: 0), .addressInvalid, allowed: "an address such as 10.0.0.1",
          by: { IPv4Address($0) })
      },
      prefixLength: self.textUnlessEmpty("netmask", in: element).map {
        self.reader.convert(
          $0, or: 0, .netmaskInvalid, allowed: "such as 255.255.255.0, 0xffffff00 or 24",
          by: netmaskPrefixLength)
      },
      ipv6Address: self.textUnlessEmpty("ip6", in: element),
      ipv6PrefixLength: self.textUnlessEmpty("ip6_prefix", in: element).map {
        self.reader.convert($0, or: 128, .netmaskInvalid, allowed: Allowed.number(0...128)) {
          wholeNumber($0).flatMap { (0...128).contains($0) ? $0 : nil }
        }
      },
      hostname: self.textUnlessEmpty("interface_hostname", in: element),
      physicalInterface: self.reader.text("phys_interface", in: element),
      certificateName: self.reader.text("certificate_name", in: element),
      services: self.services(of: element),
      // An element without content clears its setting; that it is there is kept.
      kept: element.children.filter {
        !KnownNames.interfaceModelled.contains($0.name)
          || $0.meaningfulText.isEmpty && KnownNames.interfaceClearable.contains($0.name)
      })
  }

  private func services(of element: XMLElement) -> [NetworkInterface.Service] {
    KnownNames.services.compactMap { name in
      guard let text = self.textUnlessEmpty(name + "_port", in: element) else { return nil }
      let port = self.reader.convert(
        text, or: 0, .servicePortInvalid, allowed: Allowed.number(1...65535)
      ) { wholeNumber($0).flatMap { (1...65535).contains($0) ? $0 : nil } }
      return NetworkInterface.Service(name: name, port: port)
    }
  }

  /// An interface without an address of version 4 leaves these elements empty.
  private func textUnlessEmpty(_ name: String, in parent: XMLElement) -> Setting<String>? {
    self.reader.text(name, in: parent).flatMap { $0.value.isEmpty ? nil : $0 }
  }

  // MARK: Ports, names, routes, users

  func network(in root: XMLElement) -> NetworkSettings {
    var network = NetworkSettings()
    network.ports = self.items("port_interface", of: "ports", in: root).map { element in
      NetworkSettings.Port(
        name: self.reader.requiredText("port_name", in: element),
        kept: self.reader.kept(of: element, reading: KnownNames.port))
    }
    if let names = self.reader.section("dns", in: root) {
      self.reader.keepAttributes(of: names)
      network.reverseLookupTimeout = self.reader.text("dns_ptr_timeout", in: names)
      if let local = self.reader.only("local_dns", in: names) {
        self.reader.checkContainer(local, knowing: KnownNames.localNames)
        network.keptOfServers = self.reader.kept(of: local, reading: KnownNames.localNames)
        network.nameServers = local.children.filter { $0.name == "dns_ip" }.map { element in
          var plain = element
          plain.attributes.removeAll { $0.name == "priority" }
          return NetworkSettings.NameServer(
            address: self.reader.value(of: plain),
            priority: element.attribute("priority").map {
              self.reader.withoutBlanks($0, of: element)
            })
        }
      }
      network.keptOfNames = self.reader.kept(of: names, reading: KnownNames.names)
    }
    network.nameInterface = self.reader.text("dns_interface", in: root)
    network.defaultGateway = self.reader.text("default_gateway", in: root)
    network.routes = self.items("route", of: "routes", in: root).map { element in
      NetworkSettings.Route(
        name: self.reader.requiredText("route_name", in: element),
        destination: self.reader.requiredText("destination", in: element),
        gateway: self.reader.requiredText("gateway", in: element),
        kept: self.reader.kept(of: element, reading: KnownNames.route))
    }
    return network
  }

  func users(in root: XMLElement) -> [UserAccount] {
    self.items("user", of: "users", in: root).map { element in
      UserAccount(
        username: self.reader.requiredText("username", in: element),
        fullName: self.reader.text("fullname", in: element),
        group: self.reader.text("group", in: element),
        passphrase: self.reader.text("enc_password", in: element, isSecret: true).map {
          Setting(Passphrase($0.value), at: $0.position, state: $0.state)
        },
        kept: self.reader.kept(of: element, reading: KnownNames.user))
    }
  }

  func bounceProfiles(in root: XMLElement) -> [BounceProfile] {
    self.items(KnownNames.bounceProfile, of: "bounce_profiles", in: root).compactMap { element in
      // Not every release may have the name: a profile without it is kept.
      guard let name = self.reader.text(KnownNames.bounceProfileName, in: element) else {
        return BounceProfile(name: Setting("", state: .missing), kept: element.children)
      }
      return BounceProfile(
        name: name, kept: self.reader.kept(of: element, reading: [KnownNames.bounceProfileName]))
    }
  }

  /// The items of a list section; other elements in it are reported.
  private func items(
    _ name: String, of section: String, in root: XMLElement
  ) -> [XMLElement] {
    guard let list = self.reader.section(section, in: root) else { return [] }
    self.reader.checkContainer(list, knowing: [name])
    let items = list.children.filter { $0.name == name }
    for item in items { self.reader.keepAttributes(of: item) }
    return items
  }
}
