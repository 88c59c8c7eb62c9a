import ApplianceConfiguration
import LogModel
import Simulation

/// Makes the tree of a valid configuration that has at least one of everything.
enum ConfigurationPlan {
  static func root(by random: inout SeededGenerator) -> GeneratedElement {
    let interfaces = 1 + random.uniform(in: 0...3)
    var children = [
      GeneratedElement("hostname", self.host(by: &random)),
      GeneratedElement(
        "interfaces", (0..<interfaces).map { self.interface($0, by: &random) }),
      self.nameServers(by: &random),
      GeneratedElement("default_gateway", "192.0.2.1"), self.ports(interfaces),
      self.routes(by: &random), self.users(by: &random), self.bounceProfiles(by: &random),
    ]
    children += self.kept(by: &random)
    let zones = ["Etc/GMT", "Africa/Johannesburg", "Europe/Berlin", "America/New_York"]
    children.append(GeneratedElement("timezone", random.pick(zones)))
    children.append(
      GeneratedElement(
        "smtp_routes", (0...random.uniform(in: 0...3)).map { self.route($0, by: &random) }))
    children.append(
      GeneratedElement(
        "listeners",
        (0...random.uniform(in: 0...2)).map {
          self.listener($0, of: interfaces, by: &random)
        }))
    children.append(self.subscriptions(by: &random))
    children += self.logGlobals(by: &random)
    children.append(self.alerts(by: &random))
    children.append(GeneratedElement("autosupport_enabled", random.pick(["0", "1"])))
    // Values are read by path: top-level elements move between versions.
    if random.chance(permille: 300) { children.rotate(by: random.uniform(in: 1...9)) }
    let declarations = [(name: "xmlns:sim", value: DeliveryField.namespace)]
    return GeneratedElement(
      "config", random.chance(permille: 300) ? declarations : [], children)
  }

  static func host(by random: inout SeededGenerator) -> String {
    random.word(1...12) + "." + random.pick(["example.com", "example.net", "example.org"])
  }

  private static func interface(
    _ index: Int, by random: inout SeededGenerator
  ) -> GeneratedElement {
    let name = index == 0 ? "Management" : "Data \(index)"
    let prefix = random.uniform(in: 8...30)
    let bits = UInt32.max << UInt32(32 - prefix)
    let mask = random.pick([
      IPv4Address(bits: bits).description, "0x" + String(bits, radix: 16), "\(prefix)",
    ])
    var children = [
      GeneratedElement("interface_name", name),
      GeneratedElement("ip", "198.51.\(100 + index).\(random.uniform(in: 2...250))"),
    ]
    if random.chance(permille: 300) {
      children += [
        GeneratedElement("ip6", "2001:db8:\(index)::\(random.uniform(in: 1...999))"),
        GeneratedElement("ip6_prefix", random.pick(["64", "", "128"])),
      ]
    }
    children += [
      GeneratedElement("phys_interface", name), GeneratedElement("netmask", mask),
      GeneratedElement("interface_hostname", self.host(by: &random)),
    ]
    return GeneratedElement("interface", children + self.services(by: &random))
  }

  private static func route(_ index: Int, by random: inout SeededGenerator) -> GeneratedElement {
    let domain = "\(index)\(random.word(2...8)).example.org"
    let source = index == 0 ? "ALL" : random.pick([domain, "." + domain, "user@" + domain])
    let places = (0...random.uniform(in: 0...2)).map { _ in
      GeneratedElement(
        "route_destination_address",
        random.pick([
          self.host(by: &random), "relay.example.net:2525", "[192.0.2.25]:25", "192.0.2.26",
          "USEDNS", "/dev/null",
        ]))
    }
    return GeneratedElement(
      "smtp_route", [GeneratedElement("route_source_address", source)] + places)
  }

  private static func listener(
    _ index: Int, of interfaces: Int, by random: inout SeededGenerator
  ) -> GeneratedElement {
    let place = random.uniform(in: 0...(interfaces - 1))
    return GeneratedElement(
      "listener",
      [
        GeneratedElement("listener_name", "Listener\(index)"),
        GeneratedElement("interface_name", place == 0 ? "Management" : "Data \(place)"),
        GeneratedElement("type", random.pick(["public", "private"])),
      ] + self.listenerParts(by: &random))
  }

  // MARK: Logs

  /// The first is kept in files and the second pushed, so that each defect finds its place.
  private static func subscriptions(by random: inout SeededGenerator) -> GeneratedElement {
    let others = (0..<random.uniform(in: 0...20)).map { index in
      self.subscription(
        "log_\(index)", isPushed: random.chance(permille: 300), by: &random)
    }
    return GeneratedElement(
      "log_subscriptions",
      [
        self.subscription("mail_logs", module: "mail", isPushed: false, by: &random),
        self.subscription("pushed", module: "mail", isPushed: true, by: &random),
      ] + others)
  }

  private static let modules = [
    "mail", "system", "cli", "status", "authentication", "bounces", "antispam", "antivirus",
    "scanning", "ftpd", "gui", "ntp", "updater", "reportd", "encryption", "amp",
  ]
  private static let elements = [
    "status", "bounces", "antispam", "cli", "scanning", "antivirus", "euq", "euqgui", "reportd",
    "reportqueryd",
  ]

  private static func subscription(
    _ name: String, module: String? = nil, isPushed: Bool, by random: inout SeededGenerator
  ) -> GeneratedElement {
    var children = [GeneratedElement("name", name)]
    var element = "log_text"
    if module != nil || random.chance(permille: 500) {
      children.append(GeneratedElement("module", module ?? random.pick(self.modules)))
    } else {
      element = "log_" + random.pick(self.elements)
    }
    let level = ["Critical", "Warning", "Information", "Debug", "Trace"]
    let number = random.uniform(in: 1...5)
    children.append(
      GeneratedElement(
        "log_level",
        random.chance(permille: 300) ? "\(number)" : random.anyCase(level[number - 1])))
    if element == "log_bounces", random.chance(permille: 500) {
      children.append(GeneratedElement("bytes_to_record", random.pick(["0", "500"])))
    }
    let isTransferred = !isPushed && module == nil && random.chance(permille: 250)
    let method =
      isPushed
      ? self.push(delivers: module == nil, by: &random)
      : isTransferred ? self.transfer(name, by: &random) : self.files(name, by: &random)
    children.append(GeneratedElement("retrieval", [method]))
    return GeneratedElement(element, children)
  }

  private static func files(_ name: String, by random: inout SeededGenerator) -> GeneratedElement {
    GeneratedElement("ftp_poll", self.fileParts(name, by: &random))
  }

  static func fileParts(
    _ name: String, by random: inout SeededGenerator
  ) -> [GeneratedElement] {
    var parts = [
      GeneratedElement("filename", name),
      GeneratedElement("rolloversize", random.pick(["10485760", "1024", "500k", "10m", "1M"])),
      GeneratedElement("rollover_max_files", "\(random.uniform(in: 1...1000))"),
    ]
    if random.chance(permille: 200) {
      let intervals = ["none", "0", "", "daily", "Weekly", "hourly", "2h30m", "3600", "1d"]
      parts.append(GeneratedElement("rollover_interval", random.pick(intervals)))
    }
    return parts
  }

  /// Defects are put into the first push, to which what its delivery needs would be in the way.
  private static func push(
    delivers: Bool, by random: inout SeededGenerator
  ) -> GeneratedElement {
    let facilities = SyslogFacility.allCases.map(\.rawValue)
    var further: [GeneratedElement] = []
    if random.chance(permille: 200) {
      let sizes = ["1024", "2048", "9216"]
      further.append(GeneratedElement("max_message_size", random.pick(sizes)))
    }
    if random.chance(permille: 200) { further.append(GeneratedElement("tls", "0")) }
    var push = GeneratedElement(
      "syslog_push",
      [
        GeneratedElement(
          "hostname",
          random.pick([
            "203.0.113.\(random.uniform(in: 2...250))", "2001:db8::514", "log.example.net",
          ])),
        GeneratedElement("port", "\(random.uniform(in: 1...65535))"),
        GeneratedElement("protocol", random.anyCase(random.pick(["UDP", "TCP"]))),
        GeneratedElement("facility", random.anyCase(random.pick(facilities))),
      ] + further)
    if delivers, random.chance(permille: 600) { DeliveryPlan.add(to: &push, by: &random) }
    return push
  }

  private static func logGlobals(by random: inout SeededGenerator) -> [GeneratedElement] {
    let frequency = random.uniform(in: 1...86400)
    let fields = (0...random.uniform(in: 0...3)).map { _ in
      GeneratedElement("log_header", random.pick(["X-Spam", "Reply-To", "List-Id"]))
    }
    let headers = [
      GeneratedElement("log_headers", random.chance(permille: 300) ? fields : [])
    ].filter { _ in random.chance(permille: 500) }
    return headers + [GeneratedElement("log_system_measurements_frequency", "\(frequency)")]
      + ["log_message_id", "log_orig_subj", "log_remote_response"].map {
        GeneratedElement($0, random.pick(["0", "1"]))
      }
  }

  // MARK: Alerts

  private static func alerts(by random: inout SeededGenerator) -> GeneratedElement {
    let classes = ["hardware", "updater", "Outbreak Filters", "Anti-Virus", "antispam"]
    let further = classes.filter { _ in random.chance(permille: 400) }
    var children = (["system"] + further).map { name in
      GeneratedElement("alert_class", [("name", name)], self.severities(of: name, by: &random))
    }
    children.append(GeneratedElement("alert_from_email_address", "alert@example.com"))
    children.append(
      GeneratedElement("alert_initial_debounce_interval", "\(random.uniform(in: 0...300))"))
    children.append(
      GeneratedElement("alert_maximum_debounce_interval", "\(random.uniform(in: 300...3600))"))
    return GeneratedElement("alert_email_config", children)
  }

  private static func severities(
    of name: String, by random: inout SeededGenerator
  ) -> [GeneratedElement] {
    let further = ["warning", "Information"].filter { _ in random.chance(permille: 500) }
    return (["critical"] + further).map { severity in
      GeneratedElement(
        "alert_severity", [("name", severity)],
        (0...random.uniform(in: 0...2)).map {
          GeneratedElement("email_address", "\($0)\(random.word(1...8))@example.com")
        })
    }
  }
}

extension Array {
  fileprivate mutating func rotate(by count: Int) {
    self = Array(self.dropFirst(count) + self.prefix(count))
  }
}
