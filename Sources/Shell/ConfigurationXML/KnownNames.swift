/// Names of elements that real exports hold, so that what is known to exist is no finding.
///
/// Source: reference of the file format, "Top-level children seen in real exports"; a name that is
/// seen in another export is one more entry here.
enum KnownNames {
  /// Children of `config` that are read.
  static let modelled: Set<String> = [
    "hostname", "timezone", "interfaces", "smtp_routes", "listeners", "log_subscriptions",
    "log_system_measurements_frequency", "log_message_id", "log_orig_subj", "log_remote_response",
    "log_headers", "alert_email_config", "autosupport_enabled", Self.initialInterval,
    Self.maximumInterval, "ports", "dns", "dns_interface", "default_gateway", "routes", "users",
    "bounce_profiles",
  ]

  /// The sections that are lists, and what is read of each.
  static let sections: [String: Set<String>] = [
    "interfaces": ["interface"], "smtp_routes": ["smtp_route"], "listeners": ["listener"],
    "users": ["user"], "bounce_profiles": [Self.bounceProfile], "ports": ["port_interface"],
    "routes": ["route"], "log_headers": ["log_header"],
    "log_subscriptions": LogSpellings.elements,
  ]

  /// The waits before a duplicate alert: beside `alert_email_config` or in it. Standing: R.
  static let initialInterval = "alert_initial_debounce_interval"
  static let maximumInterval = "alert_maximum_debounce_interval"

  /// Children of `config` that are kept and mean nothing to the logging subsystem.
  static let notModelled: Set<String> = [
    "ip_groups", "allow_arp_multicast", "dehydration_enabled", "ethernet_settings",
    "dns_cache_ttl_min", "fips_mode", "config_encryption", "ntp", "https_certificate",
    "crl_sources", "filebeat_config", "update_interval", "hostkeys", "SenderBase_timeout",
    "system_state", "sshd", "ldap", "ldap_certificate", "ssl", "base_url", "proxy_server",
  ]

  /// Children of `config` that are known.
  static let known = Self.modelled.union(Self.notModelled)

  /// Names of the general part that behaviour depends on: what is near to one that is missing is
  /// taken for a misspelling of it.
  ///
  /// The simulation depends on none of the others. Short names among them have legitimate
  /// neighbours, such as `hosts` beside `ports`, so that of these only a typing error is taken for
  /// one (`TypingError.isOneOfSection`).
  static let behaviour = Self.modelled.subtracting([
    "ports", "dns", "dns_interface", "default_gateway", "routes", "users", "bounce_profiles",
  ]).union(Self.listener).subtracting([Self.bounceProfileName]).union(Self.smtpRoute)
    .union(["interface_name", "ip", "netmask"]).union(Self.repeatable)

  /// Those that may stand several times, in any part: one that is there is no sign that another
  /// name means something else.
  static let repeatable = Set([
    "interface", "listener", "smtp_route", "route_destination_address", "alert_class",
    "alert_severity", "email_address", "log_header",
  ]).union(LogSpellings.elements).union(AccessTableNames.groups).union(AccessTableNames.policies)
    .union(AccessTableNames.recipients)

  /// Those that are read each time that they stand there.
  static let severalTimes = Self.repeatable.union([
    "dns_ip", "route", "user", "port_interface", Self.bounceProfile,
  ])

  /// The services of an interface: a port element that is missing means that the service is off.
  static let services = [
    "ftpd", "telnetd", "sshd", "ccs", "httpd", "httpsd", "api_httpd", "api_httpsd",
    "trailblazer_httpsd", "euq_httpd", "euq_httpsd",
  ]

  /// Children of `interface` that are read.
  static let interfaceModelled = Set(Self.services.map { $0 + "_port" }).union([
    "interface_name", "ip", "netmask", "ip6", "ip6_prefix", "interface_hostname",
    "phys_interface", "certificate_name",
  ])

  /// Those of them that an interface may leave empty.
  static let interfaceClearable = Set(Self.services.map { $0 + "_port" }).union([
    "ip", "netmask", "ip6", "ip6_prefix", "interface_hostname",
  ])

  /// Children of `interface`; the last three are not read.
  static let interface = Self.interfaceModelled.union([
    "https_redirect", "euq_https_redirect", "euq_default_interface",
  ])

  /// The listener's reference to a bounce profile, and the profile's name.
  static let bounceProfileName = "bounce_profile_name"

  /// Children of `listener` that are leaves.
  static let listenerModelled: Set<String> = [
    "listener_name", "interface_name", "type", Self.bounceProfileName,
  ]

  /// Host and recipient access table, which are read as text or as elements.
  static let accessTables: Set<String> = ["hat", "rat"]

  /// Children of `listener` that are read.
  static let listener = Self.listenerModelled.union(Self.accessTables)

  /// Those that are known and kept.
  static let listenerKept: Set<String> = [
    "protocol", "port", "listen_queue_size", "default_domain", "max_concurrency",
    "SenderBase_timeout", "domain_map_table", "listener_ldap", "enable_received_header",
    "clean_smtp",
  ]

  /// Beginnings of names that are known and kept, by what they stand in.
  static let beginnings: [String: [String]] = [
    "config": ["global_"], "listener": ["smtpauth_", "hat_default_"],
  ]

  /// Children of `dns` that are known and kept.
  static let namesKept: Set<String> = ["alt_dns", "dnslist"]

  /// What is known to stand in a container that is read, and is kept without being read.
  static let keptInside: [String: Set<String>] = [
    "interface": Self.interface.subtracting(Self.interfaceModelled),
    "listener": Self.listenerKept, "dns": Self.namesKept,
  ]

  static let bounceProfile = "bounce_profile"

  /// What is read of the containers of the general part that have a list of their own.
  static let smtpRoute: Set<String> = ["route_source_address", "route_destination_address"]
  static let port: Set<String> = ["port_name"]
  static let names: Set<String> = ["local_dns", "dns_ptr_timeout"]
  static let localNames: Set<String> = ["dns_ip"]
  static let route: Set<String> = ["route_name", "destination", "gateway"]
  static let user: Set<String> = ["username", "fullname", "group", "enc_password"]
  static let alerts: Set<String> = [
    "alert_from_email_address", "alert_class", Self.initialInterval, Self.maximumInterval,
  ]
}

/// The names that public exports, the vendor's viewer or public tools show, by what they stand in.
///
/// The rest of the names in this folder is ours: an error may rest on these alone.
/// Source: reference of the file format, rows S and O.
enum PublicNames {
  private static let byParent: [String: Set<String>] = [
    "config": KnownNames.modelled.union(KnownNames.notModelled).subtracting([
      "log_headers", KnownNames.initialInterval, KnownNames.maximumInterval,
    ]),
    "interfaces": ["interface"], "interface": KnownNames.interface, "ports": ["port_interface"],
    "port_interface": KnownNames.port, "dns": KnownNames.names,
    "local_dns": KnownNames.localNames, "routes": ["route"], "route": KnownNames.route,
    "users": ["user"], "user": KnownNames.user, "smtp_routes": ["smtp_route"],
    "smtp_route": KnownNames.smtpRoute, "listeners": ["listener"],
    "listener": KnownNames.listener.union(KnownNames.listenerKept),
    "bounce_profiles": [KnownNames.bounceProfile],
    KnownNames.bounceProfile: [KnownNames.bounceProfileName],
    "rat": [AccessTableNames.recipientEntry],
    AccessTableNames.recipientEntry: [AccessTableNames.recipientAddress, "access", "rat_params"],
    "log_subscriptions": LogSpellings.publicElements,
    "retrieval": [RetrievalNames.filePoll, RetrievalNames.syslogPush],
    RetrievalNames.filePoll: RetrievalNames.files.subtracting([RetrievalNames.interval]),
    RetrievalNames.syslogPush: ["hostname"],
    "alert_email_config": ["alert_from_email_address", "alert_class"],
    "alert_class": ["alert_severity"], "alert_severity": ["email_address"],
  ]
  private static let ofSubscription: Set<String> = [
    "name", "log_level", "module", "retrieval", "bytes_to_record",
  ]

  /// Whether a public source shows `name` in an element called `parent`.
  static func contains(_ name: String, in parent: String) -> Bool {
    let names = Self.byParent[parent]
    return names?.contains(name)
      ?? (LogSpellings.elements.contains(parent) && Self.ofSubscription.contains(name))
  }

  /// Whether a public source shows what stands in an element of that name.
  static func containsContainer(_ name: String) -> Bool {
    Self.byParent[name] != nil || LogSpellings.elements.contains(name)
  }
}

/// How `retrieval` and what is below it are spelt; what no public file shows is our reconstruction.
///
/// Source: docs/FIDELITY.md, "FTP push, SCP push".
enum RetrievalNames {
  static let filePoll = "ftp_poll"
  static let ftpPush = "ftp_push"
  static let scpPush = "scp_push"
  static let syslogPush = "syslog_push"
  static let methods: Set<String> = [
    Self.filePoll, Self.ftpPush, Self.scpPush, Self.syslogPush,
  ]

  static let interval = "rollover_interval"
  static let files: Set<String> = [
    "filename", "rolloversize", "rollover_max_files", Self.interval,
  ]
  static let transfer: Set<String> = [
    "hostname", "port", "directory", "username",
  ]
  static let passphrase = "passphrase"
  static let hostKeyChecking = "host_key_checking"
  static let messageSize = "max_message_size"
  static let syslog: Set<String> = [
    "hostname", "port", "protocol", "facility", Self.messageSize, "tls",
  ]
}
