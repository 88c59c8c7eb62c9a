import Simulation

/// The parts that the logging subsystem does not depend on, and file transfers.
extension ConfigurationPlan {
  static func ports(_ count: Int) -> GeneratedElement {
    GeneratedElement(
      "ports",
      (0..<count).map { index in
        let name = index == 0 ? "Management" : "Data \(index)"
        return GeneratedElement(
          "port_interface",
          [
            GeneratedElement("port_name", name),
            GeneratedElement(
              "direct", [GeneratedElement("jack", name), GeneratedElement("jack_mtu", "1500")]),
          ])
      })
  }

  static func nameServers(by random: inout SeededGenerator) -> GeneratedElement {
    let servers = (0...random.uniform(in: 0...2)).map { index in
      var server = GeneratedElement(
        "dns_ip",
        random.pick(["192.0.2.\(random.uniform(in: 2...250))", "2001:db8::\(index + 53)"]))
      if random.chance(permille: 800) { server.attributes = [("priority", "\(index)")] }
      return server
    }
    return GeneratedElement(
      "dns",
      [
        GeneratedElement("local_dns", servers),
        GeneratedElement("dns_ptr_timeout", random.pick(["20", "5", ""])),
      ])
  }

  static func services(by random: inout SeededGenerator) -> [GeneratedElement] {
    let services = [
      ("ftpd", 21), ("telnetd", 23), ("sshd", 22), ("ccs", 2222), ("httpd", 80), ("httpsd", 443),
      ("api_httpd", 6080), ("api_httpsd", 6443), ("trailblazer_httpsd", 4431),
      ("euq_httpd", 82), ("euq_httpsd", 83),
    ]
    var parts: [GeneratedElement] = []
    for (name, port) in services where random.chance(permille: 400) {
      let text = random.chance(permille: 200) ? "" : "\(port)"
      parts.append(GeneratedElement(name + "_port", text))
    }
    if random.chance(permille: 300) { parts.append(GeneratedElement("https_redirect", "1")) }
    if random.chance(permille: 300) {
      parts.append(GeneratedElement("certificate_name", random.pick(["demo", "own", ""])))
    }
    return parts
  }

  static func routes(by random: inout SeededGenerator) -> GeneratedElement {
    GeneratedElement(
      "routes",
      (0..<random.uniform(in: 0...3)).map { index in
        GeneratedElement(
          "route",
          [
            GeneratedElement("route_name", "route \(index)"),
            GeneratedElement("destination", "203.0.113.\(32 * index)/27"),
            GeneratedElement("gateway", random.pick(["192.0.2.2", "2001:db8::1"])),
          ])
      })
  }

  static func users(by random: inout SeededGenerator) -> GeneratedElement {
    let further = (0..<random.uniform(in: 0...3)).map { "user\($0)" + random.word(4...8) }
    return GeneratedElement(
      "users",
      (["admin"] + further).map { name in
        var parts = [
          GeneratedElement("username", name),
          GeneratedElement("fullname", random.pick(["", "R. & D. <staff>", "Somebody Else"])),
          GeneratedElement("group", random.pick(["admin", "operators", "guests"])),
          GeneratedElement("enc_password", "$1$" + random.word(8...8) + "$" + random.word(22...22)),
        ]
        if random.chance(permille: 200) { parts.append(GeneratedElement("locked", "0")) }
        return GeneratedElement("user", parts)
      })
  }

  private static let profile = "Slow Retries"

  static func bounceProfiles(by random: inout SeededGenerator) -> GeneratedElement {
    GeneratedElement(
      "bounce_profiles",
      ["Default", self.profile].map { name in
        GeneratedElement(
          "bounce_profile",
          [
            GeneratedElement("bounce_profile_name", name),
            GeneratedElement("max_retries", "\(random.uniform(in: 1...100))"),
          ])
      })
  }

  /// A listener's bounce profile and access tables.
  static func listenerParts(by random: inout SeededGenerator) -> [GeneratedElement] {
    var parts: [GeneratedElement] = []
    if random.chance(permille: 500) {
      let name = random.pick(["Default", self.profile, ""])
      parts.append(GeneratedElement("bounce_profile_name", name))
    }
    parts += self.accessTables(by: &random)
    return parts
  }

  static func transfer(
    _ name: String, by random: inout SeededGenerator
  ) -> GeneratedElement {
    let isFTP = random.chance(permille: 500)
    let own =
      isFTP
      ? GeneratedElement("passphrase", random.word(8...16) + "&<")
      : GeneratedElement("host_key_checking", random.pick(["0", "1"]))
    return GeneratedElement(
      isFTP ? "ftp_push" : "scp_push",
      [
        GeneratedElement("hostname", random.pick(["files.example.net", "203.0.113.21"])),
        GeneratedElement("port", "\(random.uniform(in: 1...65535))"),
        GeneratedElement("directory", random.pick(["", "/logs", "in/coming"])),
        GeneratedElement("username", random.word(5...9)), own,
      ] + self.fileParts(name, by: &random))
  }

  /// Sections that real exports have and the reader keeps without reading.
  static func kept(by random: inout SeededGenerator) -> [GeneratedElement] {
    let sections = [
      GeneratedElement("dns_interface", random.pick(["Management", "auto", ""])),
      GeneratedElement("allow_arp_multicast", "0"), GeneratedElement("fips_mode", "0"),
      GeneratedElement(
        "ntp",
        [
          GeneratedElement("ntp_server", "192.0.2.123"), GeneratedElement("ntp_use_auth", "0"),
        ]),
      GeneratedElement("hostkeys", [GeneratedElement("hostkey", random.word(40...60))]),
    ].filter { _ in random.chance(permille: 500) }
    // The interfaces may name a certificate.
    return sections + [
      GeneratedElement(
        "https_certificate",
        [
          GeneratedElement(
            "certificate",
            "-----BEGIN CERTIFICATE-----\n\(random.word(64...64))\n-----END CERTIFICATE-----"),
          GeneratedElement("key", random.word(20...40)),
        ])
    ]
  }

  /// The levels of a cluster with machines of these names: what a level has holds below it.
  static func cluster(
    _ machines: [String], by random: inout SeededGenerator
  ) -> GeneratedElement {
    let group = GeneratedElement(
      "group", [("name", "Main")],
      [
        GeneratedElement("timezone", random.pick(["Etc/GMT", "Europe/Oslo"])),
        GeneratedElement(
          "machines",
          machines.map { name in
            GeneratedElement(
              "machine", [("name", name)],
              [
                GeneratedElement("hostname", name + ".example.com"),
                GeneratedElement("log_message_id", random.pick(["0", "1"])),
              ])
          }),
      ])
    return GeneratedElement(
      "cluster",
      [
        GeneratedElement("cluster_name", "lab"), GeneratedElement("log_orig_subj", "1"),
        GeneratedElement("groups", [group]),
      ])
  }
}
