import ApplianceConfiguration
import ConfigurationPolicy
import LogModel
internal import Text

/// Turns a tree into a typed configuration and findings; the tree is not changed.
///
/// Values are read by path, not by order. An element that is absent leaves the default; one that
/// is there and not understood is a finding, never a default.
struct ConfigurationDecoder {
  let reader: ElementReader

  init(_ reader: ElementReader) {
    self.reader = reader
  }

  /// The configuration, meaningful only when `findings` has no error afterwards.
  func decode(_ document: XMLDocument) -> Configuration {
    let root = document.root
    let identity = self.identity(of: document)
    let namespace = root.attribute("xmlns") ?? ""
    guard root.name == "config", namespace.isEmpty else {
      let found = namespace.isEmpty ? "" : " of the namespace \(Diagnostic.quote(namespace))"
      // The root of a cluster comes here when it has no machine to take.
      let isCluster = root.name == ClusterNames.root
      self.reader.report(
        .rootUnexpected, at: root,
        found: "<\(root.name)>" + (isCluster ? " without machines" : found),
        allowed: isCluster ? "<config>, or machines to choose from" : "<config>")
      let none = Setting("")
      return Configuration(identity: identity, hostname: none, timeZone: none)
    }
    self.reader.areModelled = root.children.map { KnownNames.modelled.contains($0.name) }
    self.checkTopLevel(root)
    var configuration = Configuration(
      identity: identity, hostname: self.hostname(in: root),
      timeZone: self.timeZone(in: root),
      interfaces: InterfaceDecoder(reader: self.reader).interfaces(in: root),
      smtpRoutes: MailDecoder(reader: self.reader).smtpRoutes(in: root),
      listeners: MailDecoder(reader: self.reader).listeners(in: root),
      subscriptions: LogDecoder(reader: self.reader).subscriptions(in: root),
      logGlobals: LogDecoder(reader: self.reader).logGlobals(in: root),
      alerts: AlertDecoder(reader: self.reader).alerts(in: root),
      network: InterfaceDecoder(reader: self.reader).network(in: root),
      users: InterfaceDecoder(reader: self.reader).users(in: root),
      bounceProfiles: InterfaceDecoder(reader: self.reader).bounceProfiles(in: root))
    self.checkWholeTree(root)
    configuration.emptied = self.reader.emptied.sorted { $0.value < $1.value }
    configuration.kept = self.reader.kept(of: root, reading: KnownNames.modelled)
    configuration.keptAttributes = self.reader.keptAttributes
    for (section, isModelled) in zip(root.children, self.reader.areModelled) where isModelled {
      guard let names = KnownNames.sections[section.name] else { continue }
      let kept = self.reader.kept(of: section, reading: names)
      if !kept.isEmpty { configuration.keptInSections[section.name] = kept }
    }
    return configuration
  }

  /// Whether an element's name says that people read its text, which may be a line of asterisks.
  private static func isForPeople(_ name: String) -> Bool {
    let name = name.lowercased()
    return ["banner", "motd", "text", "message", "comment", "description", "disclaimer", "footer"]
      .contains { name.contains($0) }
  }

  /// Looks for masked passphrases and misplaced delivery settings, wherever they stand.
  ///
  /// One finding for all masks of a file, so that an archive of masked files can be checked.
  private func checkWholeTree(_ root: XMLElement) {
    var count = 0
    var first: SourcePosition?
    var misplaced: [(element: XMLElement, parent: XMLElement)] = []
    var attributes: [(name: String, element: XMLElement)] = []
    func walk(_ element: XMLElement) {
      for attribute in element.attributes where DeliveryNames.isSetting(attribute.name) {
        attributes.append((attribute.name, element))
      }
      let masks =
        (Passphrase.isMask(element.text) && !Self.isForPeople(element.name) ? 1 : 0)
        + element.attributes.count { Passphrase.isMask($0.value) }
      if masks > 0 {
        count += masks
        if first == nil { first = element.position }
      }
      for child in element.children {
        if DeliveryNames.isSetting(child.name), !self.reader.readPushes.contains(element.position) {
          misplaced.append((child, element))
        }
        walk(child)
      }
    }
    walk(root)
    for (element, parent) in misplaced {
      DeliveryDecoder(reader: self.reader).reportMisplacedDelivery(element, in: parent)
    }
    for (name, element) in attributes {
      DeliveryDecoder(reader: self.reader).reportDeliveryAttribute(name, of: element)
    }
    guard count > 0 else { return }
    self.reader.findings.add(
      Diagnostic(
        .passphrasesMasked, at: first,
        found: Plural.counted(count, "masked passphrase") + ", the first one here",
        allowed: "a file saved with its passphrases, plain or encrypted"))
  }

  /// A log or alert setting in the wrong place or misspelt must not pass as a mere note.
  private func checkTopLevel(_ root: XMLElement) {
    for (child, isModelled) in zip(root.children, self.reader.areModelled) where !isModelled {
      if KnownNames.notModelled.contains(child.name) {
        self.reader.checkNamespace(of: child)
      } else {
        self.checkUnknownSection(child, in: root)
      }
    }
    var layout = root
    layout.children = []
    self.reader.checkContainer(layout, knowing: [])
  }

  private func checkUnknownSection(_ child: XMLElement, in root: XMLElement) {
    // Most names begin otherwise.
    let isCandidate = child.name.utf8.first.map { [0x61, 0x6C].contains($0 | 0x20) } ?? false
    let name = isCandidate ? child.name.lowercased() : ""
    if name.hasPrefix("log_") || name.hasPrefix("logs") {
      let names = KnownNames.modelled.filter { $0.hasPrefix("log_") }
      self.reader.reportUnknown(child, in: root, knowing: names, area: .logs)
    } else if name.hasPrefix("alert") || name.hasPrefix("autosupport") {
      let names = KnownNames.modelled.filter { $0.hasPrefix("a") }
      self.reader.reportUnknown(child, in: root, knowing: names, area: .alerts)
    } else if !self.reader.reportForeign(child) {
      self.reader.reportUnknown(child, in: root, knowing: KnownNames.known, area: .general)
    }
  }

  /// What a reading says of a section that is not known; `nil` where it says nothing.
  ///
  /// What loads sections over a file makes its finding by this one, so that a name is judged once.
  static func finding(
    aboutUnknownSection section: XMLElement, in root: XMLElement
  ) -> Diagnostic? {
    let reader = ElementReader(findings: FindingCollector(findingsMax: 1), isWhole: false)
    ConfigurationDecoder(reader).checkUnknownSection(section, in: root)
    return reader.findings.findings.first
  }

  private func hostname(in root: XMLElement) -> Setting<String> {
    guard !self.reader.isWhole else { return self.reader.requiredText("hostname", in: root) }
    return self.reader.text("hostname", in: root) ?? Setting(default: "")
  }

  private func timeZone(in root: XMLElement) -> Setting<String> {
    let fallback = AssumedDefaults.timeZone
    if let text = self.reader.text("timezone", in: root) {
      let isTimeZone = self.reader.isTimeZone
      return self.reader.convert(text, or: fallback, .timeZoneInvalid, allowed: Allowed.timeZone) {
        isTimeZone($0) ? $0 : nil
      }
    }
    guard self.reader.isWhole else { return Setting(default: fallback) }
    self.reader.report(
      .timeZoneAssumed, at: root, found: "no <timezone>", allowed: "\(fallback) is taken")
    return Setting(fallback)
  }
}
