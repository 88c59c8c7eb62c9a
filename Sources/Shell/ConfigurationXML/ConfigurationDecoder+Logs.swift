import ApplianceConfiguration
import LogModel

extension ConfigurationDecoder {
  mutating func logGlobals(in root: XMLElement) -> LogGlobalSettings {
    let defaults = LogGlobalSettings()
    if let headers = self.only("log_headers", in: root), !headers.children.isEmpty {
      self.report(
        .logSettingUnsupported, at: headers, found: "\(headers.children.count) headers",
        allowed: "an empty <log_headers>")
    }
    return LogGlobalSettings(
      systemMeasurementsFrequencySeconds: self.number(
        "log_system_measurements_frequency", in: root,
        absent: defaults.systemMeasurementsFrequencySeconds.value,
        code: .measurementsFrequencyInvalid, allowed: "a whole number of seconds", area: .logs),
      logsMessageID: self.flag(
        "log_message_id", in: root, absent: defaults.logsMessageID.value, area: .logs),
      logsOriginalSubject: self.flag(
        "log_orig_subj", in: root, absent: defaults.logsOriginalSubject.value, area: .logs),
      logsRemoteResponse: self.flag(
        "log_remote_response", in: root, absent: defaults.logsRemoteResponse.value, area: .logs))
  }

  mutating func subscriptions(in root: XMLElement) -> [LogSubscriptionSettings] {
    guard let list = self.only("log_subscriptions", in: root) else {
      self.report(
        .subscriptionsAbsent, at: root, found: "no <log_subscriptions>",
        allowed: "<log_subscriptions>")
      return []
    }
    self.checkContainer(list, knowing: LogSpellings.elements, area: .logs)
    return list.children.filter { LogSpellings.elements.contains($0.name) }
      .map { self.subscription($0) }
  }

  private mutating func subscription(_ element: XMLElement) -> LogSubscriptionSettings {
    let type = self.type(of: element)
    var known: Set<String> = ["name", "log_level", "retrieval"]
    if element.name == LogSpellings.generic { known.insert("module") }
    if type.value == .bounce {
      known.insert("bytes_to_record")
      self.reportUnsupported("bytes_to_record", in: element, unless: ["0"])
    }
    self.checkContainer(element, knowing: known, area: .logs)
    return LogSubscriptionSettings(
      name: self.requiredText("name", in: element, area: .logs), type: type,
      level: self.level(of: element), retrieval: self.retrieval(of: element))
  }

  private mutating func type(of element: XMLElement) -> Setting<LogType> {
    if let type = LogSpellings.type(ofElement: element.name) {
      return Setting(type, at: element.position)
    }
    guard let module = self.text("module", in: element, area: .logs) else {
      self.report(
        .elementMissing, at: element, found: "no <module>",
        allowed: "<module>: " + LogSpellings.allowedModules)
      return Setting(.textMail, at: element.position)
    }
    return self.convert(
      module, or: .textMail, .logModuleUnknown, allowed: LogSpellings.allowedModules,
      by: LogSpellings.type(ofModule:))
  }

  private mutating func level(of element: XMLElement) -> Setting<LogLevel> {
    guard let text = self.text("log_level", in: element, area: .logs) else {
      return Setting(.information)
    }
    return self.convert(
      text, or: .information, .logLevelInvalid,
      allowed: "1 to 5 or Critical, Warning, Information, Debug, Trace", by: logLevel)
  }

  private mutating func retrieval(
    of element: XMLElement
  ) -> LogSubscriptionSettings.Retrieval {
    let placeholder = LogSubscriptionSettings.Retrieval.manualDownload(
      LogFileSettings(filename: Setting("none")))
    guard let retrieval = self.only("retrieval", in: element) else {
      self.report(
        .elementMissing, at: element, found: "no <retrieval>",
        allowed: "<retrieval> with <ftp_poll> or <syslog_push>")
      return placeholder
    }
    let names: Set<String> = ["ftp_poll", "ftp_push", "scp_push", "syslog_push"]
    self.checkContainer(retrieval, knowing: names, area: .logs)
    let methods = retrieval.children.filter { names.contains($0.name) }
    guard methods.count == 1, let method = methods.first else {
      let found = methods.map { "<\($0.name)>" }.joined(separator: " ")
      self.report(
        .retrievalInvalid, at: retrieval, found: found.isEmpty ? "none" : found,
        allowed: "<ftp_poll> or <syslog_push>")
      return placeholder
    }
    switch method.name {
    case "ftp_poll": return .manualDownload(self.files(method))
    case "syslog_push": return .syslogPush(self.push(method))
    default:
      self.report(
        .retrievalUnsupported, at: method, found: "<\(method.name)>",
        allowed: "<ftp_poll> or <syslog_push>")
      return placeholder
    }
  }

  private mutating func files(_ element: XMLElement) -> LogFileSettings {
    self.checkContainer(
      element,
      knowing: ["filename", "rolloversize", "rollover_max_files", "rollover_interval"],
      area: .logs)
    self.reportUnsupported("rollover_interval", in: element, unless: ["", "0"])
    let filename = self.requiredText("filename", in: element, area: .logs)
    let defaults = LogFileSettings(filename: filename)
    var size = defaults.rolloverSizeBytes
    if let text = self.text("rolloversize", in: element, area: .logs) {
      size = self.convert(
        text, or: size.value, .rolloverSizeInvalid,
        allowed: "bytes, or a number with the suffix k or m", by: byteCount)
    }
    return LogFileSettings(
      filename: filename, rolloverSizeBytes: size,
      filesMax: self.number(
        "rollover_max_files", in: element, absent: defaults.filesMax.value,
        code: .rolloverFilesInvalid, allowed: "a whole number", area: .logs))
  }

  private mutating func push(_ element: XMLElement) -> SyslogPushSettings {
    self.checkContainer(
      element, knowing: ["hostname", "port", "protocol", "facility", "max_message_size", "tls"],
      area: .logs)
    self.reportUnsupported("max_message_size", in: element, unless: [])
    let tls = self.flag("tls", in: element, absent: false, area: .logs)
    if tls.value {
      self.findings.add(
        Diagnostic(.retrievalUnsupported, at: tls.position, found: "TLS", allowed: "<tls>0</tls>"))
    }
    var push = SyslogPushSettings(host: self.requiredText("hostname", in: element, area: .logs))
    if let text = self.text("port", in: element, area: .logs) {
      push.port = self.convert(
        text, or: push.port.value, .pushPortInvalid, allowed: Allowed.number(1...65535)
      ) { wholeNumber($0).flatMap { UInt16(exactly: $0) } }
    }
    if let text = self.text("protocol", in: element, area: .logs) {
      push.transport = self.convert(text, or: .udp, .pushProtocolInvalid, allowed: "UDP or TCP") {
        SyslogPushSettings.Transport(rawValue: $0.uppercased())
      }
    }
    if let text = self.text("facility", in: element, area: .logs) {
      let names = SyslogFacility.allCases.map(\.rawValue).joined(separator: ", ")
      push.facility = self.convert(text, or: .mail, .pushFacilityInvalid, allowed: names) {
        SyslogFacility(rawValue: $0.lowercased())
      }
    }
    return push
  }

  /// A setting that is real and has no effect yet: said, unless its value asks for nothing.
  private mutating func reportUnsupported(
    _ name: String, in parent: XMLElement, unless harmless: Set<String>
  ) {
    guard let element = self.only(name, in: parent) else { return }
    let text = self.value(of: element, area: .logs)
    guard !harmless.contains(text.value) else { return }
    let found = "<\(name)> \(Diagnostic.quote(text.value))"
    let allowed = harmless.contains("0") ? "0, or no <\(name)>" : "no <\(name)>"
    self.report(.logSettingUnsupported, at: element, found: found, allowed: allowed)
  }
}

/// 1 to 5, or one of the five names in any case.
func logLevel(_ text: String) -> LogLevel? {
  if let number = wholeNumber(text) { return UInt8(exactly: number).flatMap(LogLevel.init) }
  switch text.lowercased() {
  case "critical": return .critical
  case "warning": return .warning
  case "information": return .information
  case "debug": return .debug
  case "trace": return .trace
  default: return nil
  }
}

/// Bytes, or kilobytes (1024) with the suffix `k`, or megabytes (1024 · 1024) with `m`, in any case.
func byteCount(_ text: String) -> Int? {
  let unit: Int
  switch text.utf8.last {
  case UInt8(ascii: "k"), UInt8(ascii: "K"): unit = 1024
  case UInt8(ascii: "m"), UInt8(ascii: "M"): unit = 1024 * 1024
  default: return wholeNumber(text)
  }
  guard let number = wholeNumber(String(text.dropLast())) else { return nil }
  let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
  return overflow ? nil : bytes
}
