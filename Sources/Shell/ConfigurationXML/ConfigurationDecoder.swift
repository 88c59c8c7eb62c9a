import ApplianceConfiguration
import LogModel

/// Turns a tree into a typed configuration and findings; the tree is not changed.
///
/// Values are read by path, not by order. An element that is absent leaves the default; one that
/// is there and not understood is a finding, never a default.
struct ConfigurationDecoder {
  var findings: FindingCollector
  /// Names reported as unknown, as `parent/child`.
  var unknownNames: Set<String> = []

  init(findings: FindingCollector) {
    self.findings = findings
  }

  /// The configuration, meaningful only when `findings` has no error afterwards.
  mutating func decode(_ document: XMLDocument) -> Configuration {
    let root = document.root
    let identity = self.identity(of: document)
    guard root.name == "config" else {
      self.report(.rootUnexpected, at: root, found: "<\(root.name)>", allowed: "<config>")
      let none = Setting("")
      return Configuration(identity: identity, hostname: none, timeZone: none)
    }
    self.checkTopLevel(root)
    return Configuration(
      identity: identity, hostname: self.requiredText("hostname", in: root),
      timeZone: self.timeZone(in: root), interfaces: self.interfaces(in: root),
      smtpRoutes: self.smtpRoutes(in: root), listeners: self.listeners(in: root),
      subscriptions: self.subscriptions(in: root), logGlobals: self.logGlobals(in: root),
      alerts: self.alerts(in: root))
  }

  /// A log or alert setting in the wrong place or misspelt must not pass as a mere note.
  private mutating func checkTopLevel(_ root: XMLElement) {
    let known = KnownNames.modelled.union(KnownNames.notModelled)
    for child in root.children where !known.contains(child.name) {
      let name = child.name.lowercased()
      if name.hasPrefix("log_") || name.hasPrefix("logs") {
        let names = KnownNames.modelled.filter { $0.hasPrefix("log_") }
        self.reportUnknown(child, in: root, knowing: names, area: .logs)
      } else if name.hasPrefix("alert") || name.hasPrefix("autosupport") {
        let names = KnownNames.modelled.filter { $0.hasPrefix("a") }
        self.reportUnknown(child, in: root, knowing: names, area: .alerts)
      } else {
        self.reportUnknown(child, in: root, knowing: known, area: .general)
      }
    }
    var layout = root
    layout.children = []
    self.checkContainer(layout, knowing: [])
  }

  private mutating func timeZone(in root: XMLElement) -> Setting<String> {
    if let text = self.text("timezone", in: root) { return text }
    self.report(.timeZoneAssumed, at: root, found: "no <timezone>", allowed: "Etc/GMT is taken")
    return Setting("Etc/GMT")
  }
}
