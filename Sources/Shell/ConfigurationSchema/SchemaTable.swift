import ApplianceConfiguration
import ConfigurationXML
import LogModel

/// What a file may hold, from which each schema is made: the one table.
///
/// Elements stand in any order and every container may hold more than is listed, as the reader has
/// it.
enum SchemaTable {
  static let root = SchemaElement(
    "config",
    [
      leaf("hostname", .hostName, .one), leaf("timezone", .timeZone, .optional),
      interfaces, routes, listeners, logs, logHeaders, alerts,
      leaf("log_system_measurements_frequency", .number, .optional),
      leaf("log_message_id", .flag, .optional), leaf("log_orig_subj", .flag, .optional),
      leaf("log_remote_response", .flag, .optional), leaf("autosupport_enabled", .flag, .optional),
      leaf("alert_initial_debounce_interval", .number, .optional),
      leaf("alert_maximum_debounce_interval", .number, .optional),
    ] + unread)

  private static let interfaces = SchemaElement(
    "interfaces",
    [
      SchemaElement(
        "interface",
        [
          leaf("interface_name", .notEmpty, .one), leaf("ip", .address, .optional),
          leaf("netmask", .mask, .optional),
          leaf("interface_hostname", .hostNameOrEmpty, .optional),
        ]
          + free([
            "ip6", "ip6_prefix", "phys_interface", "ftpd_port", "telnetd_port", "sshd_port",
            "ccs_port", "httpd_port", "https_redirect", "httpsd_port", "api_httpd_port",
            "api_httpsd_port", "trailblazer_httpsd_port", "euq_httpd_port", "euq_httpsd_port",
            "euq_default_interface", "certificate_name",
          ]), .many)
    ], .optional)

  private static let routes = SchemaElement(
    "smtp_routes",
    [
      SchemaElement(
        "smtp_route",
        [
          leaf("route_source_address", .notEmpty, .one),
          leaf("route_destination_address", .notEmpty, .oneOrMore),
        ], .many)
    ], .optional)

  private static let listeners = SchemaElement(
    "listeners",
    [
      SchemaElement(
        "listener",
        [
          leaf("listener_name", .notEmpty, .one), leaf("interface_name", .text, .one),
          leaf("type", .words(["public", "private"]), .one),
        ] + free(["hat", "rat"]), .many)
    ], .optional)

  // MARK: Logs

  private static let logs = SchemaElement(
    "log_subscriptions",
    [
      SchemaElement(
        ConfigurationVocabulary.genericLogElement, logParts + [leaf("module", .modules, .one)],
        .many)
    ]
      + ConfigurationVocabulary.logElements.map { name in
        let further = name == "log_bounces" ? [leaf("bytes_to_record", .text, .optional)] : []
        return SchemaElement(name, logParts + further, .many)
      }, .optional)

  private static let logParts = [
    leaf("name", .fileName, .one), leaf("log_level", .level, .optional),
    SchemaElement(
      "retrieval", [],
      alternatives: [files, push] + free(["ftp_push", "scp_push"]), .one),
  ]

  private static let files = SchemaElement(
    "ftp_poll",
    [
      leaf("filename", .logFileName, .one), leaf("rolloversize", .size, .optional),
      leaf("rollover_max_files", .number, .optional),
      leaf("rollover_interval", .text, .optional),
    ], .optional)

  private static let push = SchemaElement(
    "syslog_push",
    [
      leaf("hostname", .host, .one), leaf("port", .port, .optional),
      leaf("protocol", .words(SyslogPushSettings.Transport.allCases.map(\.rawValue)), .optional),
      leaf("facility", .words(SyslogFacility.allCases.map(\.rawValue)), .optional),
      leaf("max_message_size", .text, .optional), leaf("tls", .flag, .optional),
    ], .optional)

  private static let logHeaders = SchemaElement(
    "log_headers", [leaf("log_header", .text, .many)], .optional)

  // MARK: Alerts

  private static let alerts = SchemaElement(
    "alert_email_config",
    [
      leaf("alert_from_email_address", .mailAddressOrEmpty, .optional),
      leaf("alert_initial_debounce_interval", .number, .optional),
      leaf("alert_maximum_debounce_interval", .number, .optional),
      SchemaElement(
        "alert_class",
        [
          SchemaElement(
            "alert_severity", [leaf("email_address", .mailAddress, .many)],
            attribute: (
              "name",
              .words(
                ["all", "critical", "warning", "info"] + AlertSeverity.allCases.map(\.rawValue))
            ), .many)
        ],
        attribute: (
          "name",
          .words(
            ["all", "system", "hardware", "updater", "vof", "antivirus", "antispam", "dhap"]
              + AlertClass.allCases.map(\.rawValue))
        ), .many),
    ], .optional)

  // MARK: What is not read

  /// Known to stand in real exports; what is in them is not looked at.
  private static let unread =
    free([
      "allow_arp_multicast", "dehydration_enabled", "dns_cache_ttl_min", "dns_interface",
      "default_gateway", "fips_mode", "config_encryption", "update_interval", "SenderBase_timeout",
      "ip_groups", "crl_sources", "filebeat_config", "bounce_profiles",
    ]) + [
      SchemaElement(
        free: "ports", free(["port_interface", "port_name", "direct", "jack", "jack_mtu"])),
      SchemaElement(
        free: "ethernet_settings",
        free(["ethernet", "ethernet_interface", "media", "media_opt", "macaddr"])),
      SchemaElement(free: "dns", free(["local_dns", "dns_ip", "dns_ptr_timeout"])),
      SchemaElement(free: "routes", free(["route", "route_name", "destination", "gateway"])),
      SchemaElement(
        free: "ntp",
        free([
          "ntp_server", "ntp_server_info", "ntp_server_addr", "ntp_source_ip_interface",
          "ntp_use_auth",
        ])),
      SchemaElement(free: "https_certificate", free(["certificate", "key"])),
      SchemaElement(
        free: "users", free(["user", "username", "fullname", "group", "enc_password"])),
      SchemaElement(free: "hostkeys", free(["hostkey"])),
    ]

  private static func leaf(
    _ name: String, _ type: SchemaType, _ occurs: SchemaElement.Occurs
  ) -> SchemaElement {
    SchemaElement(leaf: name, type, occurs)
  }

  private static func free(_ names: [String]) -> [SchemaElement] {
    names.map { SchemaElement(free: $0, []) }
  }
}

/// One row of the table.
struct SchemaElement: Sendable {
  enum Occurs: Sendable {
    case one, optional, many, oneOrMore

    var isRequired: Bool { self == .one || self == .oneOrMore }
    var isRepeated: Bool { self == .many || self == .oneOrMore }
  }

  enum Content: Sendable {
    case leaf(SchemaType)
    /// These children, exactly one of the alternatives if there are any, and whatever else.
    case container([SchemaElement], alternatives: [SchemaElement])
    /// Anything; the names that are known to stand in it.
    case free([SchemaElement])
  }

  let name: String
  let content: Content
  let occurs: Occurs
  /// An attribute that must be there.
  var attribute: (name: String, type: SchemaType)?

  init(
    _ name: String, _ children: [SchemaElement], alternatives: [SchemaElement] = [],
    attribute: (name: String, type: SchemaType)? = nil, _ occurs: Occurs = .one
  ) {
    self.name = name
    self.content = .container(children, alternatives: alternatives)
    self.attribute = attribute
    self.occurs = occurs
  }

  init(leaf name: String, _ type: SchemaType, _ occurs: Occurs) {
    self.name = name
    self.content = .leaf(type)
    self.occurs = occurs
  }

  init(free name: String, _ children: [SchemaElement]) {
    self.name = name
    self.content = .free(children)
    self.occurs = .many
  }

  /// The children that are listed, the alternatives too.
  var children: [SchemaElement] {
    switch self.content {
    case .leaf: []
    case .container(let children, let alternatives): children + alternatives
    case .free(let children): children
    }
  }

  /// This and all below.
  var all: [SchemaElement] { [self] + self.children.flatMap(\.all) }
}

/// What a text may be, as a regular expression that XML Schema, RELAX NG and JSON Schema all read.
///
/// No stricter than the reader, which knows more: ranges, lengths, what is taken.
struct SchemaType: Sendable, Hashable {
  let pattern: String

  private static let label = "[A-Za-z0-9]([A-Za-z0-9\\-]*[A-Za-z0-9])?"
  private static let hostNamePattern = "\(label)(\\.\(label))*"

  static let text = SchemaType(pattern: "")
  static let notEmpty = SchemaType(pattern: ".+")
  static let flag = SchemaType(pattern: "[01]")
  static let number = SchemaType(pattern: "[0-9]+")
  static let size = SchemaType(pattern: "[0-9]+[kKmM]?")
  static let port = SchemaType(pattern: "0*[1-9][0-9]{0,4}")
  static let hostName = SchemaType(pattern: Self.hostNamePattern)
  static let hostNameOrEmpty = SchemaType(pattern: "(\(Self.hostNamePattern))?")
  static let host = SchemaType(pattern: "\(Self.hostNamePattern)|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*")
  static let timeZone = SchemaType(pattern: "[A-Za-z0-9+_\\-]+(/[A-Za-z0-9+_\\-]+)*")
  static let address = SchemaType(pattern: "([0-9]{1,3}(\\.[0-9]{1,3}){3})?")
  static let mask = SchemaType(pattern: "([0-9.]+|0[xX][0-9A-Fa-f]{8})?")
  static let fileName = SchemaType(pattern: "[A-Za-z0-9_][A-Za-z0-9._\\-]{0,63}")
  static let logFileName = SchemaType(
    pattern: "([A-Za-z0-9_]|[$]hostname|[$]serialnumber)"
      + "([A-Za-z0-9._\\-]|[$]hostname|[$]serialnumber){0,63}")
  static let mailAddress = SchemaType(pattern: "\\S+@\\S+")
  static let mailAddressOrEmpty = SchemaType(pattern: "(\\S+@\\S+)?")
  static let modules = SchemaType(
    pattern: ConfigurationVocabulary.logModules.joined(separator: "|"))
  static let level = SchemaType(
    pattern: "0*[1-5]|"
      + Self.words(["critical", "warning", "information", "debug", "trace"]).pattern)

  /// One of these in any case.
  static func words(_ words: [String]) -> SchemaType {
    var seen: Set<String> = []
    let patterns = words.filter { seen.insert($0.lowercased()).inserted }.map { word in
      word.reduce(into: "") { pattern, character in
        let pair = [character.uppercased(), character.lowercased()]
        switch character {
        case _ where pair[0] != pair[1]: pattern += "[\(pair[0])\(pair[1])]"
        case "-": pattern += "\\-"
        default: pattern.append(character)
        }
      }
    }
    return SchemaType(pattern: patterns.joined(separator: "|"))
  }
}
