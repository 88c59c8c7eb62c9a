import ApplianceConfiguration
import LogModel

/// What holds where a setting is missing, in the words of a file, so that a finding about a
/// misspelt name can say it.
enum AssumedDefaults {
  /// Source: docs/FIDELITY.md, "`timezone` absent".
  static let timeZone = "Etc/GMT"

  /// `nil` where nothing holds, or where the setting must be there.
  static func text(_ name: String, in parent: XMLElement) -> String? {
    switch parent.name {
    case RetrievalNames.filePoll: self.ofFiles(name)
    case RetrievalNames.ftpPush: name == "port" ? "21" : self.ofFiles(name)
    case RetrievalNames.scpPush:
      switch name {
      case "port": "22"
      case RetrievalNames.hostKeyChecking: "0"
      default: self.ofFiles(name)
      }
    case RetrievalNames.syslogPush: self.ofPush(name, parent)
    case "config": self.ofConfiguration(name, parent)
    case "alert_email_config": self.ofAlerts(name)
    case _ where LogSpellings.elements.contains(parent.name): self.ofSubscription(name)
    default: nil
    }
  }

  private static func ofSubscription(_ name: String) -> String? {
    switch name {
    case "log_level": "\(LogLevel.information.rawValue) (\(LogLevel.information.name))"
    case "module": LogType.textMail.displayName
    default: nil
    }
  }

  private static func ofFiles(_ name: String) -> String? {
    let files = LogFileSettings(filename: Setting(default: ""))
    return switch name {
    case "rolloversize": "\(files.rolloverSizeBytes.value) bytes"
    case "rollover_max_files": "\(files.filesMax.value)"
    case RetrievalNames.interval: "none"
    default: nil
    }
  }

  private static func ofPush(_ name: String, _ parent: XMLElement) -> String? {
    func text(_ name: String) -> String? { parent.children.first { $0.name == name }?.text }
    let push = SyslogPushSettings(host: Setting(default: ""))
    switch name {
    case "port": return text("tls") == "1" ? "6514" : "\(push.port.value)"
    case "protocol": return push.transport.value.rawValue
    case "facility": return push.facility.value.rawValue
    case "tls": return "0"
    case RetrievalNames.messageSize:
      let transport = text("protocol").flatMap {
        SyslogPushSettings.Transport(rawValue: $0.uppercased())
      }
      let bytes = SyslogPushSettings.messageBytesMaxDefault(transport ?? push.transport.value)
      return "\(bytes) bytes"
    default: return nil
    }
  }

  private static func ofConfiguration(_ name: String, _ root: XMLElement) -> String? {
    let globals = LogGlobalSettings()
    switch name {
    case "log_system_measurements_frequency":
      return "\(globals.systemMeasurementsFrequencySeconds.value)"
    case "log_message_id": return settingText(globals.logsMessageID.value)
    case "log_orig_subj": return settingText(globals.logsOriginalSubject.value)
    case "log_remote_response": return settingText(globals.logsRemoteResponse.value)
    case "timezone": return self.timeZone
    case "log_headers", "log_subscriptions", "interfaces", "smtp_routes", "listeners":
      return "none"
    case "autosupport_enabled": return settingText(AlertSettings().autosupportEnabled.value)
    case KnownNames.initialInterval, KnownNames.maximumInterval:
      // It may stand in the block too.
      let block = root.children.first { $0.name == "alert_email_config" }
      return block?.children.first { $0.name == name }?.text ?? self.ofAlerts(name)
    default: return nil
    }
  }

  private static func ofAlerts(_ name: String) -> String? {
    switch name {
    case "alert_from_email_address": "alert@ and the host name"
    case KnownNames.initialInterval: "\(AlertSettings().initialIntervalSeconds.value)"
    case KnownNames.maximumInterval: "\(AlertSettings().maximumIntervalSeconds.value)"
    default: nil
    }
  }
}
