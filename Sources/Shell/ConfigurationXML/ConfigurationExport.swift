public import ApplianceConfiguration
import LogModel

/// Writes a configuration as a file in canonical form: fixed order, two spaces a level, LF.
///
/// Two configurations that mean the same have the same export, and reading an export gives what was
/// exported. Settings that no file gives are not written. Comments, and what a reader reported as
/// left out, are not in it; `ConfigurationEditor` keeps every byte instead.
public enum ConfigurationExport {
  /// The bytes of the file, in ISO-8859-1 unless its header or a name has other characters.
  public static func canonical(_ configuration: Configuration) -> [UInt8] {
    var text = XMLText()
    text.container("config") { self.write(configuration, to: &$0) }
    if text.text.contains("<\(DeliveryNames.prefix):") {
      text = XMLText()
      let declaration = ConfigurationAttribute(
        name: "xmlns:" + DeliveryNames.prefix, value: DeliveryField.namespace)
      text.container("config", attributes: [declaration]) { self.write(configuration, to: &$0) }
    }
    let comment = self.header(configuration.identity)
    let isLatin1 =
      !text.hasWideNames && comment.unicodeScalars.allSatisfy { $0.value <= 0xFF }
    let encoding: SourceText.Encoding = isLatin1 ? .latin1 : .utf8
    let prologue = """
      <?xml version="1.0" encoding="\(isLatin1 ? "ISO-8859-1" : "UTF-8")"?>
      <!DOCTYPE config SYSTEM "config.dtd">

      <!--
      \(comment)-->

      """
    return encoding.bytes(of: prologue + text.text)
  }

  private static func header(_ identity: ApplianceIdentity) -> String {
    let known = [
      ("Product", identity.product), ("Model Number", identity.model),
      ("Version", identity.version), ("Serial Number", identity.serialNumber),
    ]
    let lines =
      known.filter { $0.1.state != .absent }.map { "\($0.0): \($0.1.value)" }
      + identity.otherLines.map(\.value)
    // Two hyphens would end the comment.
    return lines.map { "  " + $0.replacing("--", with: "- -") + "\n" }.joined()
  }

  private static func write(_ configuration: Configuration, to text: inout XMLText) {
    text.setting("hostname", configuration.hostname)
    self.writeNetwork(configuration, to: &text)
    text.setting("timezone", configuration.timeZone)
    text.section("users", of: configuration, configuration.users) { $1.write($0) }
    text.section("bounce_profiles", of: configuration, configuration.bounceProfiles) {
      $1.write($0)
    }
    text.section("smtp_routes", of: configuration, configuration.smtpRoutes) { $1.write($0) }
    text.section("listeners", of: configuration, configuration.listeners) { $1.write($0) }
    text.section("log_subscriptions", of: configuration, configuration.subscriptions) {
      $1.write($0)
    }
    let logs = configuration.logGlobals
    text.setting("log_system_measurements_frequency", logs.systemMeasurementsFrequencySeconds)
    text.setting("log_message_id", logs.logsMessageID)
    text.setting("log_orig_subj", logs.logsOriginalSubject)
    text.setting("log_remote_response", logs.logsRemoteResponse)
    text.section("log_headers", of: configuration, logs.headers) { $1.leaf("log_header", $0.value) }
    self.write(configuration.alerts, of: configuration, to: &text)
    text.setting("autosupport_enabled", configuration.alerts.autosupportEnabled)
    for element in configuration.kept { text.kept(element) }
  }

  private static func writeNetwork(_ configuration: Configuration, to text: inout XMLText) {
    let network = configuration.network
    text.section("ports", of: configuration, network.ports) { port, text in
      text.container("port_interface") {
        $0.setting("port_name", port.name)
        $0.kept(port.kept)
      }
    }
    text.section("interfaces", of: configuration, configuration.interfaces) { $1.write($0) }
    let hasNames =
      !network.nameServers.isEmpty || network.reverseLookupTimeout != nil
      || !network.keptOfNames.isEmpty || !network.keptOfServers.isEmpty
    if hasNames {
      text.container("dns") { text in
        if !network.nameServers.isEmpty || !network.keptOfServers.isEmpty {
          text.container("local_dns") { text in
            for server in network.nameServers {
              let priority = server.priority.map {
                ConfigurationAttribute(name: "priority", value: $0)
              }
              text.leaf(
                "dns_ip", server.address.value, attributes: [priority].compactMap(\.self))
            }
            text.kept(network.keptOfServers)
          }
        }
        text.setting("dns_ptr_timeout", network.reverseLookupTimeout)
        text.kept(network.keptOfNames)
      }
    } else if configuration.emptied.contains(where: { $0.value == "dns" }) {
      text.leaf("dns", "")
    }
    text.setting("dns_interface", network.nameInterface)
    text.setting("default_gateway", network.defaultGateway)
    text.section("routes", of: configuration, network.routes) { route, text in
      text.container("route") {
        $0.setting("route_name", route.name)
        $0.setting("destination", route.destination)
        $0.setting("gateway", route.gateway)
        $0.kept(route.kept)
      }
    }
  }

  private static func write(
    _ alerts: AlertSettings, of configuration: Configuration, to text: inout XMLText
  ) {
    let isEmpty =
      alerts.fromAddress == nil && alerts.recipients.isEmpty && alerts.kept.isEmpty
      && alerts.initialIntervalSeconds.state == .absent
      && alerts.maximumIntervalSeconds.state == .absent
    guard !isEmpty else {
      if configuration.emptied.contains(where: { $0.value == "alert_email_config" }) {
        text.leaf("alert_email_config", "")
      }
      return
    }
    text.container("alert_email_config") { text in
      text.setting("alert_from_email_address", alerts.fromAddress)
      for alertClass in AlertClass.allCases {
        text.write(alerts.recipients, of: alertClass)
      }
      text.setting(KnownNames.initialInterval, alerts.initialIntervalSeconds)
      text.setting(KnownNames.maximumInterval, alerts.maximumIntervalSeconds)
      text.kept(alerts.kept)
    }
  }
}
