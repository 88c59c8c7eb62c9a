/// What an element holds, by its name: the table that decides what a copy to share keeps.
enum ValueKind: Hashable {
  /// Only what looks like an address or a host name is replaced.
  case plain
  /// A host, a domain, an address, or a route's end.
  case host
  /// A mask, which tells nothing as long as it is one.
  case mask
  /// A name that somebody chose.
  case name
  /// A password, a key, a certificate.
  case secret

  private static let secretParts = [
    "passphrase", "password", "passwd", "secret", "enc_", "key", "community", "token",
    "certificate", "fingerprint",
  ]
  private static let nameParts = [
    "filename", "username", "fullname", "user_name", "contact", "location", "description",
    "comment", "organization", "company", "profile", "directory", "label", "serial", "_dn",
    "subject", "issuer", "phone", "country", "notes", "remark", "disclaimer", "footer",
  ]
  private static let hostParts = [
    "hostname", "server", "gateway", "destination", "route_source", "address", "domain", "proxy",
    "email",
  ]
  /// Flags whose names would make them something else.
  private static let flags: Set = ["host_key_checking"]
  private static let hosts: Set = ["ip", "ip6", "dns_ip", "host", "macaddr"]
  private static let names: Set = ["name", "user", "interface", "jack"]

  /// What text directly in an element, or in an attribute, of that name holds.
  static func of(_ name: String) -> ValueKind {
    let name = name.lowercased()
    if name == "netmask" { return .mask }
    if self.flags.contains(name) { return .plain }
    if name.hasSuffix("_name") || name.hasSuffix("_interface") || self.names.contains(name) {
      return .name
    }
    if self.secretParts.contains(where: name.contains) { return .secret }
    if self.nameParts.contains(where: name.contains) { return .name }
    let isHost = self.hosts.contains(name) || self.hostParts.contains(where: name.contains)
    return isHost ? .host : .plain
  }

  /// Names that come with every appliance, or that mean something: kept.
  static let commonNames: Set<String> = [
    "management", "data 1", "data 2", "data 3", "data 4", "m1", "d1", "p1", "p2", "admin", "all",
    "incomingmail", "outgoingmail", "none", "auto", "default",
    // Log subscriptions and their files as set up at the factory.
    "amp", "amp_archive", "amparchive", "antispam", "antivirus", "asarchive", "authentication",
    "avarchive", "bounces", "cli", "cli_logs", "config_history", "encryption", "error_logs",
    "errors", "euq_logs", "euqgui_logs", "euq", "euqgui", "ftpd_logs", "ftpd", "gui_logs", "gui",
    "mail_logs", "mail", "mail_log", "reportd_logs", "reportd", "reportqueryd_logs",
    "reportqueryd", "scanning", "slbld_logs", "slbld", "sntpd_logs", "sntpd", "status",
    "system_logs", "system", "trackerd_logs", "trackerd", "updater_logs", "updater", "upgrade_logs",
  ]

  /// Words in the place of a host that mean something.
  static let hostWords: Set<String> = ["all", "usedns", "dev", "null"]
}
