import ApplianceConfiguration
import ConfigurationPolicy
import LogModel

/// The alert settings.
struct AlertDecoder {
  let reader: ElementReader

  func alerts(in root: XMLElement) -> AlertSettings {
    var alerts = AlertSettings()
    alerts.autosupportEnabled = self.reader.flag(
      "autosupport_enabled", in: root, absent: false, area: .alerts)
    let block = self.reader.section("alert_email_config", in: root)
    alerts.initialIntervalSeconds = self.interval(
      KnownNames.initialInterval, in: root, block, absent: alerts.initialIntervalSeconds.value)
    alerts.maximumIntervalSeconds = self.interval(
      KnownNames.maximumInterval, in: root, block, absent: alerts.maximumIntervalSeconds.value)
    guard let block else { return alerts }
    self.reader.checkContainer(block, knowing: KnownNames.alerts, area: .alerts)
    // An empty element clears the setting: the default address.
    alerts.fromAddress = self.reader.text("alert_from_email_address", in: block, area: .alerts)
    alerts.recipients = self.recipients(in: block)
    alerts.kept =
      block.children.filter { $0.name == "alert_class" }.compactMap(Self.unread)
      + self.reader.kept(of: block, reading: KnownNames.alerts)
    return alerts
  }

  /// The interval stands beside `alert_email_config` or in it, not in both.
  private func interval(
    _ name: String, in root: XMLElement, _ block: XMLElement?, absent fallback: Int
  ) -> Setting<Int> {
    var both = root
    both.children = (root.children + (block?.children ?? [])).filter { $0.name == name }
    return self.reader.number(
      name, in: both, absent: fallback, code: .alertIntervalInvalid,
      allowed: "a whole number of seconds", area: .alerts)
  }

  private func recipients(in block: XMLElement) -> [AlertSettings.Recipient] {
    var recipients: [AlertSettings.Recipient] = []
    var heard: [String: AlertKinds] = [:]
    for classElement in block.children where classElement.name == "alert_class" {
      self.reader.checkContainer(
        classElement, knowing: ["alert_severity"], attributes: ["name"], area: .alerts)
      let classes = self.names(
        of: classElement, .alertClass, .alertClassUnknown, allowed: AlertNames.allowedClasses,
        words: AlertNames.classWords, by: AlertNames.classes(named:))
      for severityElement in classElement.children where severityElement.name == "alert_severity" {
        self.reader.checkContainer(
          severityElement, knowing: ["email_address"], attributes: ["name"], area: .alerts)
        let severities = self.names(
          of: severityElement, .alertSeverity, .alertSeverityUnknown,
          allowed: AlertNames.allowedSeverities,
          words: AlertNames.severityWords, by: AlertNames.severities(named:))
        let kinds = AlertKinds(classes, severities)
        for element in severityElement.children where element.name == "email_address" {
          let address = self.reader.value(of: element, area: .alerts)
          // What the address hears already, it hears once.
          let new = kinds.subtracting(heard[address.value, default: []])
          guard !new.isEmpty || kinds.isEmpty else {
            self.reader.report(
              .alertRecipientRepeated, at: element, found: Diagnostic.quote(address.value))
            continue
          }
          guard !new.isEmpty else { continue }
          heard[address.value, default: []].formUnion(kinds)
          recipients.append(AlertSettings.Recipient(address, hears: new))
        }
      }
    }
    return recipients
  }

  /// What of a class is not read: all of one that is not understood, else severities that are not,
  /// and elements that are not known.
  private static func unread(_ element: XMLElement) -> XMLElement? {
    guard element.attribute("name").map(XMLBlank.trimmed).flatMap(AlertNames.classes(named:)) != nil
    else {
      return element
    }
    var rest = element
    rest.children = element.children.compactMap { child in
      guard child.name == "alert_severity",
        child.attribute("name").map(XMLBlank.trimmed).flatMap(AlertNames.severities(named:)) != nil
      else { return child }
      var rest = child
      rest.children.removeAll { $0.name == "email_address" }
      return rest.children.isEmpty ? nil : rest
    }
    return rest.children.isEmpty ? nil : rest
  }

  /// What the attribute `name` stands for; a finding and nothing when it is not understood.
  private func names<Name: Hashable & Sendable>(
    of element: XMLElement, _ kind: LearnedWord.Kind, _ code: DiagnosticCode, allowed: String,
    words: [String],
    by conversion: (String) -> [Name]?
  ) -> [Name] {
    guard let written = element.attribute("name") else {
      self.reader.report(
        code, at: element, found: "no attribute name", allowed: allowed, assumed: "no recipient")
      return []
    }
    let name = self.reader.withoutBlanks(written, of: element)
    if let names = conversion(name) { return names }
    let hint = Suggestion.nearest(to: name, among: words) ?? ""
    if self.reader.knows(kind, name, near: hint) {
      self.reader.hasLearnedHearers = true
      return []
    }
    self.reader.report(
      code, at: element, found: Diagnostic.quote(name), allowed: allowed, hint: hint,
      assumed: "no recipient")
    return []
  }
}

/// How a file spells alert classes and severities: inferred short names, and the names that the
/// appliance shows, in any case; `all` stands for each.
enum AlertNames {
  private static let shortClasses: [(String, AlertClass)] = [
    ("system", .system), ("hardware", .hardware), ("updater", .updater),
    ("vof", .outbreakFilters), ("antivirus", .antiVirus), ("antispam", .antiSpam),
    ("dhap", .directoryHarvestAttackPrevention),
  ]
  private static let shortSeverities: [(String, AlertSeverity)] = [
    ("critical", .critical), ("warning", .warning), ("info", .information),
  ]

  static let classWords =
    ["all"] + Self.shortClasses.map(\.0) + AlertClass.allCases.map(\.rawValue)
  static let severityWords =
    ["all"] + Self.shortSeverities.map(\.0) + AlertSeverity.allCases.map(\.rawValue)
  static let allowedClasses =
    (["all"] + Self.shortClasses.map(\.0)).joined(separator: ", ") + " or a name as shown"
  static let allowedSeverities = "all, critical, warning, info or information"

  static func short(_ alertClass: AlertClass) -> String {
    Self.shortClasses.first { $0.1 == alertClass }?.0 ?? alertClass.rawValue
  }

  static func short(_ severity: AlertSeverity) -> String {
    Self.shortSeverities.first { $0.1 == severity }?.0 ?? severity.rawValue
  }

  static func classes(named name: String) -> [AlertClass]? {
    let key = name.lowercased()
    if key == "all" { return AlertClass.allCases }
    let short = Self.shortClasses.first { $0.0 == key }?.1
    let shown = AlertClass.allCases.first { $0.rawValue.lowercased() == key }
    return (short ?? shown).map { [$0] }
  }

  static func severities(named name: String) -> [AlertSeverity]? {
    let key = name.lowercased()
    if key == "all" { return AlertSeverity.allCases }
    let short = Self.shortSeverities.first { $0.0 == key }?.1
    let shown = AlertSeverity.allCases.first { $0.rawValue.lowercased() == key }
    return (short ?? shown).map { [$0] }
  }
}
