import ApplianceConfiguration
import ConfigurationXML
import LogModel

/// What a file may hold, from which each schema is made.
///
/// Which elements there are is the reader's own list, `ConfigurationVocabulary`; here stands what
/// their texts may be. Elements stand in any order and every container may hold more than is
/// listed, as the reader has it.
enum SchemaTable {
  static let root = container(
    "config",
    [
      leaf("hostname", .hostName, .one), leaf("timezone", .timeZone),
      section("interfaces", of: interface), section("smtp_routes", of: smtpRoute),
      section("listeners", of: listener), section("ports", of: port), names,
      section("routes", of: route), section("users", of: user),
      section("bounce_profiles", of: bounceProfile),
      section("log_headers", of: leaf("log_header", .text, .many)), logs, alerts,
      leaf("log_system_measurements_frequency", .number), leaf("log_message_id", .flag),
      leaf("log_orig_subj", .flag), leaf("log_remote_response", .flag),
      leaf("autosupport_enabled", .flag), leaf("alert_initial_debounce_interval", .number),
      leaf("alert_maximum_debounce_interval", .number),
      // Known to stand in real exports; what is in them is not looked at.
      free(
        "ethernet_settings", ["ethernet", "ethernet_interface", "media", "media_opt", "macaddr"]),
      free(
        "ntp",
        [
          "ntp_server", "ntp_server_info", "ntp_server_addr", "ntp_source_ip_interface",
          "ntp_use_auth",
        ]),
      free("https_certificate", ["certificate", "key"]), free("hostkeys", ["hostkey"]),
      cluster,
    ])

  /// What is in a level is looked at for one machine at a time only.
  private static let cluster = SchemaElement(
    free: "cluster",
    ConfigurationVocabulary.clusterContainers.union(ConfigurationVocabulary.clusterWords)
      .sorted().map { SchemaElement(free: $0, [], mayHave: ["name"]) })

  // MARK: General settings

  private static let interface = container(
    "interface",
    [
      leaf("interface_name", .notEmpty, .one), leaf("ip", .address), leaf("netmask", .mask),
      leaf("ip6_prefix", .numberOrEmpty), leaf("interface_hostname", .hostNameOrEmpty),
    ] + ConfigurationVocabulary.servicePorts.map { leaf($0, .portOrEmpty) }, .many)

  private static let smtpRoute = container(
    "smtp_route",
    [
      leaf("route_source_address", .notEmpty, .one),
      leaf("route_destination_address", .notEmpty, .oneOrMore),
    ], .many)

  private static let listener = container(
    "listener",
    [
      leaf("listener_name", .notEmpty, .one), leaf("interface_name", .text, .one),
      leaf("type", .words(["public", "private"]), .one), accessTable("hat"), accessTable("rat"),
    ], .many)

  /// As text or as elements, which the reader looks into and a schema does not.
  private static func accessTable(_ name: String) -> SchemaElement {
    SchemaElement(
      free: name,
      ConfigurationVocabulary.accessElements.map {
        SchemaElement(free: $0.name, [], mayHave: $0.attributes)
      })
  }

  private static let port = container(
    "port_interface", [leaf("port_name", .text, .one), free("direct", ["jack", "jack_mtu"])], .many)

  private static let names = container(
    "dns",
    [
      container(
        "local_dns",
        [SchemaElement(leaf: "dns_ip", .text, .many, mayHave: ["priority"])], .optional)
    ], .optional)

  private static let route = container(
    "route",
    [
      leaf("route_name", .text, .one), leaf("destination", .text, .one),
      leaf("gateway", .text, .one),
    ], .many)

  private static let user = container("user", [leaf("username", .text, .one)], .many)

  private static let bounceProfile = container("bounce_profile", [], .many)

  // MARK: Logs

  private static let logs = SchemaElement(
    "log_subscriptions",
    [
      SchemaElement(
        ConfigurationVocabulary.genericLogElement, logParts + [leaf("module", .modules, .one)],
        .many)
    ]
      + ConfigurationVocabulary.logElements.map { name in
        let further = name == "log_bounces" ? [leaf("bytes_to_record", .number)] : []
        return SchemaElement(name, logParts + further, .many)
      }, .optional)

  private static let logParts = [
    leaf("name", .fileName, .one), leaf("log_level", .level),
    SchemaElement(
      "retrieval", [], alternatives: [files, ftpPush, scpPush, push], .one),
  ]

  private static let fileParts = [
    leaf("filename", .logFileName, .one), leaf("rolloversize", .size),
    leaf("rollover_max_files", .number), leaf("rollover_interval", .text),
  ]

  private static let files = container("ftp_poll", fileParts, .optional)

  private static let transferParts =
    fileParts + [leaf("hostname", .host, .one), leaf("port", .port)]

  private static let ftpPush = container("ftp_push", transferParts, .optional)

  private static let scpPush = container(
    "scp_push", transferParts + [leaf("host_key_checking", .flag)], .optional)

  private static let push = container(
    "syslog_push",
    [
      leaf("hostname", .host, .one), leaf("port", .port),
      leaf("protocol", .words(SyslogPushSettings.Transport.allCases.map(\.rawValue))),
      leaf("facility", .words(SyslogFacility.allCases.map(\.rawValue))),
      leaf("max_message_size", .number), leaf("tls", .flag),
    ], .optional)

  // MARK: Alerts

  private static let alerts = container(
    "alert_email_config",
    [
      leaf("alert_from_email_address", .mailAddressOrEmpty),
      leaf("alert_initial_debounce_interval", .number),
      leaf("alert_maximum_debounce_interval", .number),
      SchemaElement(
        "alert_class",
        [
          SchemaElement(
            "alert_severity", [leaf("email_address", .mailAddress, .many)],
            attribute: ("name", .words(ConfigurationVocabulary.alertSeverities)), .many)
        ],
        attribute: ("name", .words(ConfigurationVocabulary.alertClasses)), .many),
    ], .optional)

  // MARK: Rows

  /// The rows given, and one for each other element that the reader knows in this container: of
  /// any text where it is read, of anything where it is kept.
  private static func container(
    _ name: String, _ rows: [SchemaElement], _ occurs: SchemaElement.Occurs = .one
  ) -> SchemaElement {
    let given = Set(rows.map(\.name))
    let read = ConfigurationVocabulary.read[name, default: []].subtracting(given).sorted()
    let kept = ConfigurationVocabulary.kept[name, default: []].subtracting(given).sorted()
    return SchemaElement(
      name, rows + read.map { leaf($0, .text) } + kept.map { free($0) }, occurs)
  }

  private static func section(_ name: String, of item: SchemaElement) -> SchemaElement {
    SchemaElement(name, [item], .optional)
  }

  private static func leaf(
    _ name: String, _ type: SchemaType, _ occurs: SchemaElement.Occurs = .optional
  ) -> SchemaElement {
    SchemaElement(leaf: name, type, occurs)
  }

  private static func free(_ name: String, _ names: [String] = []) -> SchemaElement {
    SchemaElement(free: name, names.map { SchemaElement(free: $0, []) })
  }
}
