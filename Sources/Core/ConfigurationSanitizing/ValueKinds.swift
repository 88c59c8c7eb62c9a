internal import ApplianceConfiguration

/// What an element holds, by its name: the table that decides what a sanitized copy keeps.
indirect enum ValueKind: Hashable {
  /// Only what looks like an address or a host name is replaced.
  case plain
  /// A host, a domain, an address, or a route's end.
  case host
  /// A mask, which tells nothing as long as it is one.
  case mask
  /// A name that somebody chose.
  case name
  /// A path, each part of which is a name.
  case path
  /// A password, a key, a certificate.
  case secret
  /// A size, a time or a method of what would be one: `key_size`, `hash_method`.
  case measure
  /// What somebody said.
  case comment
  /// What somebody wrote for others: a banner, a message, a template, or a query. Numbers and the
  /// words of switches tell nothing.
  case prose
  /// A host access table that is text.
  case senders
  /// A recipient access table that is text.
  case recipients
  /// A name of a sender group or a mail flow policy, or a reference to one.
  case accessName
  /// Senders or recipients with blanks between them.
  case accessEntries
  /// The value of a policy's parameter, which would be of that kind elsewhere.
  case parameter(ValueKind)

  /// Whether the text is taken apart as an access table.
  var isAccessTable: Bool { self == .senders || self == .recipients }

  private static let nameParts = [
    "filename", "username", "fullname", "user_name", "contact", "location", "description",
    "comment", "organization", "company", "profile", "label", "serial", "_dn",
    "subject", "issuer", "phone", "country",
  ]
  private static let hostParts = [
    "hostname", "server", "gateway", "destination", "route_source", "address", "domain", "proxy",
    "email",
  ]
  /// Flags whose names would make them something else.
  private static let flags: Set = Self.delivery { if case .flag = $0 { true } else { false } }
    .union(["host_key_checking", "euq_default_interface"])
  private static let hosts: Set = Self.delivery { if case .host = $0 { true } else { false } }
    .union(["ip", "ip6", "dns_ip", "host", "macaddr", "host_name", "domain_name"])
  private static let names: Set = ["name", "user", "interface", "jack", "group", "role"]

  /// The names of delivery settings of a kind.
  private static func delivery(_ belongs: (DeliveryField.Kind) -> Bool) -> Set<String> {
    Set(DeliveryField.all.filter { belongs($0.kind) }.map(\.name))
  }

  /// What text directly in an element, or in an attribute, of that name holds.
  static func of(_ name: String) -> ValueKind {
    // Behind the prefix of a namespace, which is anybody's choice.
    let local = name.split(separator: ":").last.map(String.init) ?? ""
    let (name, words) = (local.lowercased(), NameWords(local.utf8))
    if name == "netmask" { return .mask }
    if self.flags.contains(name) { return .plain }
    if self.hosts.contains(name) { return .host }
    if name.hasSuffix("_file") || name.hasSuffix("_path") || name.contains("directory") {
      return .path
    }
    if name.hasSuffix("_name") || name.hasSuffix("_interface") || self.names.contains(name) {
      return .name
    }
    if words.isSecret { return words.isMeasure ? .measure : .secret }
    if words.isProse { return .prose }
    if self.nameParts.contains(where: name.contains) || words.isNameOfSomebody { return .name }
    return words.isHost || self.hostParts.contains(where: name.contains) ? .host : .plain
  }

  /// What the value of a parameter of that name holds.
  static func ofParameter(_ name: String) -> ValueKind {
    let kind = self.of(name)
    // `verify_domain` is a switch.
    return .parameter(kind == .host || kind == .mask ? .plain : kind)
  }

  /// The words of switches, which tell nothing wherever they are.
  static let switchWords: Set<String> = [
    "on", "off", "yes", "no", "true", "false", "default", "none", "enabled", "disabled", "enable",
    "disable", "null", "0", "1",
  ]

  /// The words of switches of mail flow policies.
  static let parameterWords: Set<String> = Self.switchWords.union([
    "required", "preferred", "accept", "reject", "relay", "unlimited",
  ])

  /// Names that come with every appliance, or that mean something: kept.
  static let commonNames: Set<String> = [
    "management", "data 1", "data 2", "data 3", "data 4", "m1", "d1", "p1", "p2", "admin", "all",
    "incomingmail", "outgoingmail", "none", "auto", "automatic", "any", "default", "0", "1",
    // Roles that every appliance has.
    "administrators", "operators", "guests", "technicians", "helpdesk", "read-only operators",
    "cloud administrators", "cloud operators",
    // Log subscriptions and their files as set up at the factory.
    "amp", "amp_archive", "amparchive", "antispam", "antivirus", "asarchive", "authentication",
    "avarchive", "bounces", "cli", "cli_logs", "config_history", "encryption", "error_logs",
    "errors", "euq_logs", "euqgui_logs", "euq", "euqgui", "ftpd_logs", "ftpd", "gui_logs", "gui",
    "mail_logs", "mail", "mail_log", "reportd_logs", "reportd", "reportqueryd_logs",
    "reportqueryd", "scanning", "slbld_logs", "slbld", "sntpd_logs", "sntpd", "status",
    "system_logs", "system", "trackerd_logs", "trackerd", "updater_logs", "updater", "upgrade_logs",
    // Sender groups and mail flow policies as set up at the factory.
    "relaylist", "whitelist", "blacklist", "suspectlist", "unknownlist", "allowed_list",
    "blocked_list", "allowlist", "blocklist", "accepted", "blocked", "relayed", "throttled",
    "trusted",
  ]

  /// Words in the place of a host that mean something.
  static let hostWords: Set<String> = Self.switchWords.union([
    "all", "usedns", "dev", "any", "auto", "automatic", "self", "tcp", "udp", "tls", "ssl", "ipv4",
    "ipv6", "mx",
  ])
}

/// The parts of access tables that are elements, by the names that an import reads.
enum AccessTablePart {
  case table, parameters

  private static let parameterLists: Set = ["parameters", "policy_parameters"]
  private static let behaviours: Set = ["access", "behaviour", "behavior", "action"]
  private static let comments: Set = ["comment", "description"]
  private static let entries: Set = [
    "sender_group", "hat_group", "sender", "sender_entry", "hat_entry", "rat_entry",
    "recipient_entry", "recipient", "address", "rat_address",
  ]

  /// What an element is part of, by its name and what it stands in.
  static func of(_ name: String, in part: AccessTablePart?) -> AccessTablePart? {
    if name == "hat" || name == "rat" { return .table }
    return part != nil && self.parameterLists.contains(name) ? .parameters : part
  }

  /// What an element or attribute holds that stands in this.
  func kind(of name: String) -> ValueKind {
    if self == .parameters { return name == "name" ? .plain : .ofParameter(name) }
    if name == "name" || name.hasSuffix("_name") { return .accessName }
    if Self.comments.contains(name) { return .comment }
    if Self.behaviours.contains(name) { return .plain }
    return Self.entries.contains(name) ? .accessEntries : ValueKind.of(name)
  }
}
