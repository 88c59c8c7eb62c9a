import Simulation

/// Access tables of listeners, as text or as elements.
extension ConfigurationPlan {
  /// A sender group: who is in it, and by which policy or behaviour.
  private struct Group {
    var name: String
    var senders: [String]
    var policy: String?
    var behaviour = "ACCEPT"
  }

  private static let policies = [
    ("ACCEPTED", "ACCEPT"), ("BLOCKED", "REJECT"), ("RELAYED", "RELAY"), ("THROTTLED", "ACCEPT"),
    ("REFUSED", "TCPREFUSE"),
  ]

  static func accessTables(by random: inout SeededGenerator) -> [GeneratedElement] {
    var tables: [GeneratedElement] = []
    if random.chance(permille: 500) {
      let groups = self.groups(by: &random)
      tables.append(
        random.chance(permille: 500)
          ? self.hostElements(groups, by: &random) : self.hostText(groups, by: &random))
    }
    if random.chance(permille: 500) {
      let recipients = (0...random.uniform(in: 0...2)).map { "\($0)." + self.host(by: &random) }
      tables.append(
        random.chance(permille: 500)
          ? self.recipientElements(recipients, by: &random)
          : self.recipientText(recipients, by: &random))
    }
    return tables
  }

  private static func groups(by random: inout SeededGenerator) -> [Group] {
    let named = ["RELAYLIST", "WHITELIST", "BLACKLIST", "SUSPECTLIST"].filter { _ in
      random.chance(permille: 600)
    }.map { name in
      var group = Group(name: name, senders: self.senders(by: &random))
      if random.chance(permille: 700) {
        group.policy = random.pick(self.policies).0
      } else {
        group.behaviour = random.pick(["ACCEPT", "REJECT", "RELAY", "TCPREFUSE", "CONTINUE"])
      }
      return group
    }
    return named + [Group(name: "ALL", senders: ["ALL"], policy: "ACCEPTED")]
  }

  private static func senders(by random: inout SeededGenerator) -> [String] {
    (0..<random.uniform(in: 0...3)).map { _ in
      random.pick([
        "198.51.100.\(random.uniform(in: 1...250))", "203.0.113.0/\(random.uniform(in: 24...30))",
        "198.51.100.1-\(random.uniform(in: 2...250))", self.host(by: &random),
        "." + self.host(by: &random), "2001:db8::\(random.uniform(in: 1...999))",
        "sbrs[-10.0:-\(random.uniform(in: 1...9)).0]", "sbrs[none]",
      ])
    }
  }

  // MARK: Text

  private static func hostText(
    _ groups: [Group], by random: inout SeededGenerator
  ) -> GeneratedElement {
    var lines = ["", "# generated"]
    for (name, behaviour) in self.policies {
      let size = random.uniform(in: 1...100)
      lines += [
        "$\(name)",
        random.chance(permille: 500)
          ? "    \(behaviour) {}"
          : "    \(behaviour) { tls = \"off\", max_msgs_per_session = \(size) }",
      ]
    }
    for group in groups {
      lines.append(group.name == "ALL" ? "ALL" : group.name + ":")
      if group.name != "ALL" { lines += group.senders.map { "    " + $0 } }
      let comment = random.chance(permille: 500) ? " (Generated)" : ""
      lines.append("    " + (group.policy.map { "$" + $0 } ?? group.behaviour + " {}") + comment)
    }
    return GeneratedElement("hat", lines.joined(separator: "\n") + "\n")
  }

  private static func recipientText(
    _ recipients: [String], by random: inout SeededGenerator
  ) -> GeneratedElement {
    let lines = recipients.map { name in
      name + random.pick([" ACCEPT", " REJECT", " ACCEPT { bypass_receiving_control = 1 }"])
    }
    return GeneratedElement("rat", "\n" + (lines + ["ALL REJECT"]).joined(separator: "\n") + "\n")
  }

  // MARK: Elements

  private static func hostElements(
    _ groups: [Group], by random: inout SeededGenerator
  ) -> GeneratedElement {
    let policies = self.policies.map { name, behaviour in
      var parts = [GeneratedElement("access", random.anyCase(behaviour))]
      if random.chance(permille: 500) {
        parts.append(
          GeneratedElement("parameters", [GeneratedElement("max_message_size", "10485760")]))
      }
      return GeneratedElement("mail_flow_policy", [("name", name)], parts)
    }
    let senderGroups = groups.map { group in
      let reference =
        group.policy.map { GeneratedElement("policy_name", $0) }
        ?? GeneratedElement("access", group.behaviour)
      return GeneratedElement(
        "sender_group", [("name", group.name)],
        group.senders.map { GeneratedElement("sender", $0) } + [reference])
    }
    return GeneratedElement("hat", policies + senderGroups)
  }

  private static func recipientElements(
    _ recipients: [String], by random: inout SeededGenerator
  ) -> GeneratedElement {
    let entries = recipients.map { name in
      random.chance(permille: 300)
        ? GeneratedElement("rat_entry", name)
        : GeneratedElement(
          "rat_entry",
          [
            GeneratedElement("address", name),
            GeneratedElement("access", random.pick(["ACCEPT", "REJECT"])),
          ])
    }
    let all = GeneratedElement(
      "rat_entry",
      [
        GeneratedElement("address", "ALL"), GeneratedElement("access", "REJECT"),
      ])
    return GeneratedElement("rat", entries + [all])
  }
}
