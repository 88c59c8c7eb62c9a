internal import Text
internal import Simulation
import ApplianceConfiguration
import ConfigurationPolicy
import LogModel

/// Log subscriptions and the settings of all logs.
struct LogDecoder {
  let reader: ElementReader

  func logGlobals(in root: XMLElement) -> LogGlobalSettings {
    let defaults = LogGlobalSettings()
    let headers = self.headers(in: root)
    return LogGlobalSettings(
      systemMeasurementsFrequencySeconds: self.reader.number(
        "log_system_measurements_frequency", in: root,
        absent: defaults.systemMeasurementsFrequencySeconds.value,
        code: .measurementsFrequencyInvalid, allowed: "a whole number of seconds", area: .logs),
      logsMessageID: self.reader.flag(
        "log_message_id", in: root, absent: defaults.logsMessageID.value, area: .logs),
      logsOriginalSubject: self.reader.flag(
        "log_orig_subj", in: root, absent: defaults.logsOriginalSubject.value, area: .logs),
      logsRemoteResponse: self.reader.flag(
        "log_remote_response", in: root, absent: defaults.logsRemoteResponse.value, area: .logs),
      headers: headers)
  }

  private func headers(in root: XMLElement) -> [Setting<String>] {
    guard let list = self.reader.section("log_headers", in: root) else { return [] }
    self.reader.checkContainer(list, knowing: ["log_header"], area: .logs)
    let headers = list.children.filter { $0.name == "log_header" }
    if !headers.isEmpty {
      self.reader.report(
        .logSettingUnsupported, at: list, found: Plural.counted(headers.count, "header"),
        allowed: "an empty <log_headers>")
    }
    return headers.map { self.reader.value(of: $0, area: .logs) }
  }

  func subscriptions(in root: XMLElement) -> [LogSubscriptionSettings] {
    guard let list = self.reader.section("log_subscriptions", in: root) else {
      guard self.reader.isWhole else { return [] }
      self.reader.report(
        .subscriptionsAbsent, at: root, found: "no <log_subscriptions>",
        allowed: "<log_subscriptions>")
      return []
    }
    self.reader.checkContainer(list, knowing: LogSpellings.elements, area: .logs)
    return list.children.filter { LogSpellings.elements.contains($0.name) }
      .map { self.subscription($0) }
  }

  private static let childrenOfAny: Set<String> = ["name", "log_level", "retrieval"]
  private static let childrenOfGeneric = Self.childrenOfAny.union(["module"])
  private static let nearLevels = NearNames(LogLevel.allCases.map(\.name))
  private static let nearModules = NearNames(LogSpellings.modules)

  private func subscription(_ element: XMLElement) -> LogSubscriptionSettings {
    let type = self.type(of: element)
    let isGeneric = element.name == LogSpellings.generic
    var known = isGeneric ? Self.childrenOfGeneric : Self.childrenOfAny
    var bytes: Setting<Int>?
    if type.value == .bounce {
      known.insert("bytes_to_record")
      if let text = self.reader.text("bytes_to_record", in: element, area: .logs) {
        let number = self.reader.convert(
          text, or: 0, .bytesToRecordInvalid, allowed: "a whole number", by: wholeNumber)
        self.reportUnsupported("bytes_to_record", number, text, unless: 0)
        bytes = number
      }
    }
    self.reader.checkContainer(element, knowing: known, area: .logs)
    return LogSubscriptionSettings(
      name: self.reader.requiredText("name", in: element, area: .logs), type: type,
      level: self.level(of: element),
      retrieval: RetrievalDecoder(reader: self.reader).retrieval(of: element),
      bytesToRecord: bytes, kept: self.reader.kept(of: element, reading: known),
      keptInRetrieval: element.children.first { $0.name == "retrieval" }
        .map { self.reader.kept(of: $0, reading: RetrievalNames.methods) } ?? [])
  }

  private func type(of element: XMLElement) -> Setting<LogType> {
    if let type = LogSpellings.type(ofElement: element.name) {
      return Setting(type, at: element.position)
    }
    guard let module = self.reader.text("module", in: element, area: .logs) else {
      self.reader.report(
        .elementMissing, at: element, found: "no <module>",
        allowed: "<module>: " + LogSpellings.allowedModules,
        assumed: LogType.textMail.displayName)
      return Setting(.textMail, at: element.position, state: .absent)
    }
    return self.reader.convert(
      module, or: .textMail, .logModuleUnknown, allowed: LogSpellings.allowedModules,
      words: Self.nearModules, assumed: "no log", learning: .module,
      by: LogSpellings.type(ofModule:))
  }

  private func level(of element: XMLElement) -> Setting<LogLevel> {
    guard let text = self.reader.text("log_level", in: element, area: .logs) else {
      return Setting(default: .information)
    }
    return self.reader.convert(
      text, or: .information, .logLevelInvalid,
      allowed: "1 to 5 or Critical, Warning, Information, Debug, Trace",
      words: Self.nearLevels, learning: .level, by: logLevel)
  }

  /// A setting that is real and has no effect yet: said, unless its value asks for nothing.
  func reportUnsupported(
    _ name: String, _ number: Setting<Int>, _ text: Setting<String>, unless harmless: Int?
  ) {
    guard number.state == .present, number.value != harmless else { return }
    self.reader.findings.add(
      Diagnostic(
        .logSettingUnsupported, at: text.position,
        found: "<\(name)> \(Diagnostic.quote(text.value))",
        allowed: harmless.map { "\($0), or no <\(name)>" } ?? "no <\(name)>"))
  }
}

/// 1 to 5, or one of the five names in any case; `Info` is how lines of a log have it.
func logLevel(_ text: String) -> LogLevel? {
  if let number = wholeNumber(text) { return UInt8(exactly: number).flatMap(LogLevel.init) }
  switch text.lowercased() {
  case "critical": return .critical
  case "warning": return .warning
  case "information", "info": return .information
  case "debug": return .debug
  case "trace": return .trace
  default: return nil
  }
}

/// Bytes, or kilobytes (1024) with the suffix `k`, or megabytes (1024 · 1024) with `m`, in any
/// case.
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

/// How a value is written for a person, where a finding says what is assumed.
func settingText<Value>(_ value: Value) -> String {
  switch value {
  // The plain ones first: to ask for a protocol takes longer than all else of a finding.
  case let number as Int: String(number)
  case let number as UInt16: String(number)
  case let text as String: text
  case let type as LogType: type.displayName
  case let level as LogLevel: level.name
  case let flag as Bool: flag ? "1" : "0"
  case let address as IPv4Address: address.description
  case let text as any RawRepresentable<String>: text.rawValue
  default: "\(value)"
  }
}
