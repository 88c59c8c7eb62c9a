import ApplianceConfiguration
import Simulation

/// What can be wrong with a file: one row for each way, with the code of the finding it must give.
enum Defects {
  enum Change: Sendable {
    case tree(@Sendable (inout GeneratedElement, inout SeededGenerator) -> Void)
    case style(@Sendable (inout FileStyle) -> Void)
    case bytes(@Sendable ([UInt8]) -> [UInt8])
  }

  struct Row: Sendable {
    let code: DiagnosticCode
    let words: String
    let change: Change
  }

  static let rows =
    Self.files + Self.general + Self.references + Self.access + Self.logs + Self.furtherLogs
    + Self.delivery
    + Self.alerts

  // MARK: Kinds of rows

  /// The text of the first element of that name becomes one of the values.
  static func value(
    _ code: DiagnosticCode, _ name: String, _ values: [String]
  ) -> Row {
    Row(
      code: code, words: "<\(name)> holds one of: " + values.joined(separator: " | "),
      change: .tree { root, random in root.set(name, to: random.pick(values)) })
  }

  static func tree(
    _ code: DiagnosticCode, _ words: String,
    _ change: @escaping @Sendable (inout GeneratedElement) -> Void
  ) -> Row {
    Row(code: code, words: words, change: .tree { root, _ in change(&root) })
  }

  private static func style(
    _ code: DiagnosticCode, _ words: String, _ change: @escaping @Sendable (inout FileStyle) -> Void
  ) -> Row {
    Row(code: code, words: words, change: .style(change))
  }

  private static func bytes(
    _ code: DiagnosticCode, _ words: String, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) -> Row {
    Row(code: code, words: words, change: .bytes(change))
  }

  /// The first child of `parent` once more, as its last.
  private static func repeated(
    _ code: DiagnosticCode, _ child: String, in parent: String
  ) -> Row {
    self.tree(code, "<\(child)> of <\(parent)> is repeated") { root in
      func double(_ element: inout GeneratedElement) {
        if let first = element[child] { element.children.append(first) }
      }
      if parent == root.name { double(&root) } else { root.edit(parent, double) }
    }
  }

  private static func missing(
    _ code: DiagnosticCode, _ child: String, in parent: String
  ) -> Row {
    self.tree(code, "<\(parent)> has no <\(child)>") { root in
      if parent == root.name { root.remove(child) } else { root.edit(parent) { $0.remove(child) } }
    }
  }

  private static func added(
    _ code: DiagnosticCode, _ name: String, in parent: String
  ) -> Row {
    self.tree(code, "<\(parent)> has an unknown <\(name)>") { root in
      root.edit(parent) { $0.children.append(GeneratedElement(name, "1")) }
    }
  }

  /// An attribute `name` that is not understood.
  private static func named(_ code: DiagnosticCode, _ element: String, _ name: String) -> Row {
    self.tree(code, "<\(element)> is called \(name)") { root in
      root.edit(element) { $0.attributes = [("name", name)] }
    }
  }

  // MARK: Rows

  private static let files = [
    bytes(.fileEmpty, "nothing is left of the file") { _ in [] },
    bytes(.notWellFormed, "the file is cut in the middle") { Array($0.prefix($0.count / 2)) },
    bytes(.nulByte, "a NUL byte after the file") { $0 + [0] },
    bytes(.entityUnknown, "an entity that is not known") {
      Self.inserting("&nbsp;", behind: "<default_gateway>", in: $0)
    },
    style(.declarationMissing, "no XML declaration") { $0.declaration = "" },
    style(.encodingUnsupported, "an encoding that nobody has") {
      $0.declaration = "<?xml version=\"1.0\" encoding=\"KLINGON-1\"?>"
    },
    style(.encodingViolated, "a character beyond ASCII in a file of US-ASCII") {
      $0.declaration = "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>"
      $0.header.append("Owner: Ren\u{E9}")
    },
    style(.documentTypeMissing, "no document type") { $0.documentType = "" },
    style(.documentTypeUnexpected, "another document type") {
      $0.documentType = #"<!DOCTYPE config SYSTEM "other.dtd">"#
    },
    style(.internalSubset, "declarations in the document type") {
      $0.documentType = #"<!DOCTYPE config SYSTEM "config.dtd" [ <!ENTITY a "b"> ]>"#
    },
    style(.headerMissing, "no serial number in the header") { $0.header.removeLast() },
    style(.headerValueInvalid, "two versions in the header") {
      $0.header.append("Version: 9.1.0-011")
    },
    style(.headerTimeInvalid, "saved on the 31st of June") {
      $0.header.append("Current Time: Thu Jun 31 08:50:03 2015")
    },
    tree(.rootUnexpected, "another root element") { $0.name = "configuration" },
  ]

  private static let general = [
    repeated(.elementRepeated, "hostname", in: "config"),
    repeated(.elementRepeated, "log_subscriptions", in: "config"),
    missing(.elementMissing, "hostname", in: "config"),
    missing(.elementMissing, "interface_name", in: "interface"),
    missing(.elementMissing, "type", in: "listener"),
    missing(.elementMissing, "route_destination_address", in: "smtp_route"),
    tree(.contentUnexpected, "text between listeners") { root in
      root.edit("listeners") { $0.text = "text" }
    },
    added(.elementUnknown, "colour", in: "interface"),
    tree(.elementMisspelt, "a misspelt name that behaviour depends on") { root in
      root.edit("timezone") { $0.name = "timezon" }
    },
    value(.booleanInvalid, "log_message_id", ["yes", "2", "", "true"]),
    repeated(.nameDuplicate, "listener", in: "listeners"),
    repeated(.nameDuplicate, "smtp_route", in: "smtp_routes"),
    value(
      .hostnameInvalid, "interface_hostname", ["a b.example.com", "-a.example.com", "a..b", "1.2"]),
    value(.hostnameDoubtful, "interface_hostname", ["a_b.example.com", "a.example.com."]),
    tree(.hostnameInvalid, "the appliance's <hostname> is empty") { root in
      // Its own, not that of a syslog server, which may stand before it.
      for index in root.children.indices where root.children[index].name == "hostname" {
        root.children[index].text = ""
      }
    },
    value(.timeZoneInvalid, "timezone", ["../etc/passwd", "", "Europe//Berlin"]),
    missing(.timeZoneAssumed, "timezone", in: "config"),
    value(.addressInvalid, "ip", ["10.0.0.256", "10.0.0", "ten"]),
    value(.netmaskInvalid, "netmask", ["255.0.255.0", "33", "0xff00ff00"]),
    value(.routeSourceInvalid, "route_source_address", ["*", "a b", "@example.com"]),
    value(
      .routeDestinationInvalid, "route_destination_address", ["", "host:0", "host:65536", "[x"]),
    tree(.listenerKindInvalid, "a listener of an unknown kind") { root in
      root.edit("listener") { $0.set("type", to: "both") }
    },
    tree(.interfaceUnknown, "a listener on an interface that is not there") { root in
      root.edit("listener") { $0.set("interface_name", to: "Data 99") }
    },
    value(.nameEmpty, "listener_name", [""]),
  ]

  private static let logs = [
    missing(.elementMissing, "retrieval", in: "log_text"),
    missing(.elementMissing, "filename", in: "ftp_poll"),
    missing(.subscriptionsAbsent, "log_subscriptions", in: "config"),
    added(.logElementUnknown, "log_future", in: "log_subscriptions"),
    added(.logElementUnknown, "colour", in: "log_text"),
    value(.logModuleUnknown, "module", ["mial", "", "delivery"]),
    tree(.logNameInvalid, "the name of a log is a path") { root in
      root.edit("log_text") { $0.set("name", to: "../mail") }
    },
    tree(.logNameDoubtful, "the name of a log has blanks") { root in
      root.edit("log_text") { $0.set("name", to: "mail of today") }
    },
    repeated(.logNameDuplicate, "log_text", in: "log_subscriptions"),
    tree(.logNameAlike, "two names of logs that differ in case only") { root in
      root.edit("log_text") { $0.set("name", to: "alike") }
      root.edit("log_subscriptions") { list in
        guard var second = list["log_text"] else { return }
        second.set("name", to: "ALIKE")
        list.children.append(second)
      }
    },
    value(.logLevelInvalid, "log_level", ["0", "6", "Loud", ""]),
    tree(.retrievalInvalid, "two retrieval methods") { root in
      root.edit("retrieval") { $0.children.append(GeneratedElement("syslog_push", [])) }
    },
    tree(.retrievalInvalid, "no retrieval method") { root in
      root.edit("retrieval") { $0.children = [] }
    },
    value(.fileNameInvalid, "filename", ["../mail", "", "a/b", ".x"]),
    value(.fileNameDoubtful, "filename", ["a b", "-x", "mail.$unknown"]),
    value(.rolloverSizeInvalid, "rolloversize", ["10q", "", "99999999999999999999"]),
    value(.valueBeyondBound, "rolloversize", ["0", "1"]),
    value(.rolloverFilesInvalid, "rollover_max_files", ["many", "", "-1"]),
    value(.valueBeyondBound, "rollover_max_files", ["0", "1001"]),
    tree(.pushHostInvalid, "a syslog server that is none") { root in
      root.edit("syslog_push") { $0.set("hostname", to: "log server") }
    },
    tree(.pushPortInvalid, "port 0") { $0.edit("syslog_push") { $0.set("port", to: "0") } },
    tree(.pushPortInvalid, "port 65536") { root in
      root.edit("syslog_push") { $0.set("port", to: "65536") }
    },
    value(.pushProtocolInvalid, "protocol", ["SCTP", "", "TCP "]),
    value(.pushFacilityInvalid, "facility", ["local8", "", "23"]),
    tree(.pushTypeNotText, "a binary log is pushed") { root in
      root.edit("log_subscriptions") { list in
        guard list.children.count > 1 else { return }
        list.children[1].name = "log_delivery"
        list.children[1].remove("module")
      }
    },
    tree(.logTypeWithoutContent, "a log is pushed that nothing is written to") { root in
      root.edit("log_subscriptions") { list in
        guard list.children.count > 1 else { return }
        list.children[1].set("module", to: "consolidated_event")
      }
    },
    value(.measurementsFrequencyInvalid, "log_system_measurements_frequency", ["1m", ""]),
    value(.valueBeyondBound, "log_system_measurements_frequency", ["0", "86401"]),
  ]

  private static let alerts = [
    added(.alertElementUnknown, "alert_sound", in: "alert_email_config"),
    named(.alertClassUnknown, "alert_class", "sytem"),
    named(.alertSeverityUnknown, "alert_severity", "urgent"),
    value(
      .alertAddressInvalid, "email_address", ["", "nobody", "a b@example.com", "a@@example.com"]),
    value(.alertIntervalInvalid, "alert_initial_debounce_interval", ["5m", "-1", ""]),
    value(.alertIntervalsReversed, "alert_initial_debounce_interval", ["3601", "604800"]),
    tree(.criticalAlertsUnheard, "no recipient for System/Critical alerts") { root in
      root.remove("alert_email_config")
      root.set("autosupport_enabled", to: "0")
    },
    repeated(.alertRecipientRepeated, "email_address", in: "alert_severity"),
    tree(.alertElementMisspelt, "a misspelt name among the alert settings") { root in
      root.edit("alert_from_email_address") { $0.name = "alert_from_email_adress" }
    },
  ]

  private static func inserting(
    _ text: String, behind place: String, in bytes: [UInt8]
  ) -> [UInt8] {
    let mark = Array(place.utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: mark) } ?? 0
    return bytes[..<(start + mark.count)] + Array(text.utf8) + bytes[(start + mark.count)...]
  }
}
