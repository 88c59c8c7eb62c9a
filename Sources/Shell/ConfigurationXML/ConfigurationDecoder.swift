import ApplianceConfiguration
import ConfigurationPolicy
import LogModel

/// Turns a tree into a typed configuration and findings; the tree is not changed.
///
/// Values are read by path, not by order. An element that is absent leaves the default; one that
/// is there and not understood is a finding, never a default.
struct ConfigurationDecoder {
  var findings: FindingCollector
  /// Whether a time zone has this name.
  let isTimeZone: (String) -> Bool
  /// Whether the file is to be a whole one; sections alone leave the rest alone.
  let isWhole: Bool
  /// What a team's own exports or a document type make known.
  let learned: Set<LearnedWord>
  /// What is not known in this file, each with the known name that it is near to, or nothing;
  /// gathered when it is to be learned.
  var unknownWords: [LearnedWord: String]?
  /// Whether a class or severity of alerts is known by name alone, so that who hears what is not.
  var hasLearnedHearers = false
  /// Whether each name that is not modelled is a finding; else it is counted alone.
  let listsUnmodelled: Bool
  /// Whether each section is modelled.
  private(set) var areModelled: [Bool] = []
  /// What the file holds that is not modelled.
  var unmodelled = UnmodelledNames()
  /// The names below the parent that was asked about last.
  var childNames: (parent: SourcePosition, names: Set<String>)?
  /// Values that must be there and are not; each has a stand-in of its own.
  var missingCount = 0
  /// Where the pushes stand whose delivery settings were read.
  var readPushes: Set<SourcePosition> = []
  /// Attributes that are not known, of elements that are read.
  var keptAttributes: [KeptAttribute] = []
  /// Sections that hold nothing, in the order of reading.
  var emptied: [Setting<String>] = []
  /// Gets the number of elements that are looked at, each time that some are; for tests alone.
  var countSteps: StepCount?

  init(
    findings: FindingCollector, isWhole: Bool = true, listsUnmodelled: Bool = true,
    learned: Set<LearnedWord> = [], isLearning: Bool = false,
    isTimeZone: @escaping (String) -> Bool = HostSyntax.isTimeZoneName
  ) {
    self.findings = findings
    self.isTimeZone = isTimeZone
    self.isWhole = isWhole
    self.listsUnmodelled = listsUnmodelled
    self.learned = learned
    self.unknownWords = isLearning ? [:] : nil
  }

  /// Whether a word that is not known here was learned; one that was not is remembered.
  mutating func knows(
    _ kind: LearnedWord.Kind, _ name: String, in parent: String = "", near hint: String = ""
  ) -> Bool {
    guard !self.learned.isEmpty || self.unknownWords != nil else { return false }
    let word = LearnedWord(kind, name, in: parent)
    if self.learned.contains(word) { return true }
    self.unknownWords?[word] = hint
    return false
  }

  /// The configuration, meaningful only when `findings` has no error afterwards.
  mutating func decode(_ document: XMLDocument) -> Configuration {
    let root = document.root
    let identity = self.identity(of: document)
    let namespace = root.attribute("xmlns") ?? ""
    guard root.name == "config", namespace.isEmpty else {
      let found = namespace.isEmpty ? "" : " of the namespace \(Diagnostic.quote(namespace))"
      // The root of a cluster comes here when it has no machine to take.
      let isCluster = root.name == ClusterNames.root
      self.report(
        .rootUnexpected, at: root,
        found: "<\(root.name)>" + (isCluster ? " without machines" : found),
        allowed: isCluster ? "<config>, or machines to choose from" : "<config>")
      let none = Setting("")
      return Configuration(identity: identity, hostname: none, timeZone: none)
    }
    self.areModelled = root.children.map { KnownNames.modelled.contains($0.name) }
    self.checkTopLevel(root)
    var configuration = Configuration(
      identity: identity, hostname: self.hostname(in: root),
      timeZone: self.timeZone(in: root), interfaces: self.interfaces(in: root),
      smtpRoutes: self.smtpRoutes(in: root), listeners: self.listeners(in: root),
      subscriptions: self.subscriptions(in: root), logGlobals: self.logGlobals(in: root),
      alerts: self.alerts(in: root), network: self.network(in: root),
      users: self.users(in: root), bounceProfiles: self.bounceProfiles(in: root))
    self.checkWholeTree(root)
    configuration.emptied = self.emptied.sorted { $0.value < $1.value }
    configuration.kept = self.kept(of: root, reading: KnownNames.modelled)
    configuration.keptAttributes = self.keptAttributes
    for (section, isModelled) in zip(root.children, self.areModelled) where isModelled {
      guard let names = KnownNames.sections[section.name] else { continue }
      let kept = self.kept(of: section, reading: names)
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
  private mutating func checkWholeTree(_ root: XMLElement) {
    var count = 0
    var first: SourcePosition?
    var misplaced: [(element: XMLElement, parent: XMLElement)] = []
    var attributes: [(name: String, element: XMLElement)] = []
    func walk(_ element: XMLElement) {
      for attribute in element.attributes where DeliveryNames.all.contains(attribute.name) {
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
        if DeliveryNames.isSetting(child.name), !self.readPushes.contains(element.position) {
          misplaced.append((child, element))
        }
        walk(child)
      }
    }
    walk(root)
    for (element, parent) in misplaced { self.reportMisplacedDelivery(element, in: parent) }
    for (name, element) in attributes { self.reportDeliveryAttribute(name, of: element) }
    guard count > 0 else { return }
    self.findings.add(
      Diagnostic(
        .passphrasesMasked, at: first,
        found: "\(count) masked \(count == 1 ? "passphrase" : "passphrases"), the first one here",
        allowed: "a file saved with its passphrases, plain or encrypted"))
  }

  /// A log or alert setting in the wrong place or misspelt must not pass as a mere note.
  private mutating func checkTopLevel(_ root: XMLElement) {
    for (child, isModelled) in zip(root.children, self.areModelled) where !isModelled {
      if KnownNames.notModelled.contains(child.name) {
        self.checkNamespace(of: child)
      } else {
        self.checkUnknownSection(child, in: root)
      }
    }
    var layout = root
    layout.children = []
    self.checkContainer(layout, knowing: [])
  }

  private mutating func checkUnknownSection(_ child: XMLElement, in root: XMLElement) {
    // Most names begin otherwise.
    let isCandidate = child.name.utf8.first.map { [0x61, 0x6C].contains($0 | 0x20) } ?? false
    let name = isCandidate ? child.name.lowercased() : ""
    if name.hasPrefix("log_") || name.hasPrefix("logs") {
      let names = KnownNames.modelled.filter { $0.hasPrefix("log_") }
      self.reportUnknown(child, in: root, knowing: names, area: .logs)
    } else if name.hasPrefix("alert") || name.hasPrefix("autosupport") {
      let names = KnownNames.modelled.filter { $0.hasPrefix("a") }
      self.reportUnknown(child, in: root, knowing: names, area: .alerts)
    } else if !self.reportForeign(child) {
      self.reportUnknown(child, in: root, knowing: KnownNames.known, area: .general)
    }
  }

  /// What a reading says of a section that is not known; `nil` where it says nothing.
  ///
  /// What loads sections over a file makes its finding by this one, so that a name is judged once.
  static func finding(
    aboutUnknownSection section: XMLElement, in root: XMLElement
  ) -> Diagnostic? {
    var decoder = ConfigurationDecoder(findings: FindingCollector(findingsMax: 1), isWhole: false)
    decoder.checkUnknownSection(section, in: root)
    return decoder.findings.findings.first
  }

  private mutating func hostname(in root: XMLElement) -> Setting<String> {
    guard !self.isWhole else { return self.requiredText("hostname", in: root) }
    return self.text("hostname", in: root) ?? Setting(default: "")
  }

  private mutating func timeZone(in root: XMLElement) -> Setting<String> {
    let fallback = AssumedDefaults.timeZone
    if let text = self.text("timezone", in: root) {
      let isTimeZone = self.isTimeZone
      return self.convert(text, or: fallback, .timeZoneInvalid, allowed: Allowed.timeZone) {
        isTimeZone($0) ? $0 : nil
      }
    }
    guard self.isWhole else { return Setting(default: fallback) }
    self.report(.timeZoneAssumed, at: root, found: "no <timezone>", allowed: "\(fallback) is taken")
    return Setting(fallback)
  }
}
