import ApplianceConfiguration
import ConfigurationPolicy
import LogModel

/// Reading values out of elements: a value that is not understood is a finding, and what stands in
/// its place says so, since a file with an error gives no configuration unless read leniently.
extension ElementReader {
  /// Which part of the file an element belongs to: what is not understood weighs differently there.
  enum Area {
    case general, logs, alerts

    fileprivate var unknownCode: DiagnosticCode {
      switch self {
      case .general: .elementUnknown
      case .logs: .logElementUnknown
      case .alerts: .alertElementUnknown
      }
    }

    /// Of a name that is near to `hint`: an error only where it is a public name with a typing
    /// error.
    fileprivate func code(of name: String, near hint: String, in parent: String) -> DiagnosticCode {
      // A section on which nothing depends is near by a typing error alone (`isMisspelt`).
      let isKnownTypingError =
        self == .general && parent == "config" && !KnownNames.behaviour.contains(hint)
      let isError =
        PublicNames.contains(hint, in: parent)
        && (isKnownTypingError
          || TypingError.isOne(name, for: hint, isOfLog: parent == "log_subscriptions"))
      return switch self {
      // Nothing depends on a section that is not read.
      case .general:
        isError && !KnownNames.notModelled.contains(hint) ? .elementMisspelt : .elementDoubtful
      case .logs: isError ? .logElementMisspelt : .logElementUnknown
      case .alerts: isError ? .alertElementMisspelt : .alertElementUnknown
      }
    }
  }

  // MARK: Structure

  /// Reports what has no meaning in a container: children not in `known`, text, attributes.
  func checkContainer(
    _ element: XMLElement, knowing known: Set<String>, attributes: Set<String> = [],
    area: Area = .general
  ) {
    self.checkAttributes(element, knowing: attributes, area: area)
    let text = element.wordsOfText
    if !text.isEmpty {
      self.report(
        PublicNames.containsContainer(element.name) ? .contentUnexpected : .contentDoubtful,
        at: element, found: "text \(element.quoted(text))", allowed: "elements only",
        assumed: Self.notThere)
    }
    let kept = area == .general ? KnownNames.keptInside[element.name] : nil
    // By index: a copy of each child would count its references.
    let children = element.children
    self.countSteps?(children.count)
    for index in children.indices {
      if !known.contains(children[index].name) {
        self.reportUnknown(children[index], in: element, knowing: known, area: area)
      } else if let kept, kept.contains(children[index].name) {
        self.unmodelled.note(children[index], in: element.name)
      }
    }
  }

  /// Reports an element that is not known; in the general part each name of a parent once.
  ///
  /// A name that is near to one that behaviour depends on may be a misspelling, if that one is
  /// missing there or may stand several times: an error where it is a public name with a typing
  /// error, and a warning else. So may a section's that is another section with a typing error,
  /// although nothing depends on that one.
  func reportUnknown(
    _ child: XMLElement, in parent: XMLElement, knowing known: Set<String>, area: Area
  ) {
    // One of these is told wherever it stands.
    if DeliveryNames.isSetting(child.name) { return }
    let isSection = parent.name == "config"
    if self.unmodelled.isKnownBeginning(child.name, in: parent.name, among: known) {
      if !isSection { self.unmodelled.note(child, in: parent.name) }
      return
    }
    let hint = self.unmodelled.hint(for: child.name, in: parent.name, among: known)
    let isMisspelt = self.isMisspelt(child.name, near: hint, in: parent, area: area)
    if self.knows(.element, child.name, in: parent.name, near: hint) {
      // What exists is not modelled for that.
      if area == .general, !isSection { self.unmodelled.note(child, in: parent.name) }
      return
    }
    let code =
      isMisspelt ? area.code(of: child.name, near: hint, in: parent.name) : area.unknownCode
    if code == .elementUnknown {
      let isFirst =
        isSection
        ? self.listsUnmodelled && self.unmodelled.isFirstSection(child.name)
        : self.unmodelled.note(child, in: parent.name)
      guard self.listsUnmodelled, isFirst else { return }
    }
    var assumed = Self.notThere
    // What holds without the setting is what a model shows as its default.
    if isMisspelt, !KnownNames.repeatable.contains(hint) {
      let value = AssumedDefaults.text(hint, in: parent).map { ": " + $0 } ?? ""
      assumed = "what holds without <\(hint)>" + value
    }
    let allowed = area == .general ? "" : self.unmodelled.allowed(known, in: parent.name)
    self.findings.add(
      Diagnostic(
        code, at: child.position, found: "<\(child.name)>", allowed: allowed,
        hint: hint.isEmpty ? "" : "<\(hint)>", assumed: assumed))
  }

  /// What is assumed of an element or a text that is not read.
  static let notThere = "as if it were not there"

  private func isMisspelt(
    _ name: String, near hint: String, in parent: XMLElement, area: Area
  ) -> Bool {
    guard !hint.isEmpty else { return false }
    if area == .general, !KnownNames.behaviour.contains(hint) {
      guard parent.name == "config", TypingError.isOneOfSection(name, for: hint) else {
        return false
      }
    }
    return KnownNames.repeatable.contains(hint) || !self.hasChild(hint, parent)
  }

  private func hasChild(_ name: String, _ parent: XMLElement) -> Bool {
    if self.childNames?.parent != parent.position {
      self.countSteps?(parent.children.count)
      self.childNames = (parent.position, Set(parent.children.map(\.name)))
    }
    return self.childNames?.names.contains(name) ?? false
  }

  func checkAttributes(
    _ element: XMLElement, knowing known: Set<String>, area: Area
  ) {
    for attribute in element.attributes where !known.contains(attribute.name) {
      if DeliveryNames.isDeclaration(attribute) { continue }
      let value = element.quoted(attribute.value)
      self.keptAttributes.append(
        KeptAttribute(of: element.name, attribute, content: element, at: element.position))
      // One of these is told wherever it stands.
      if DeliveryNames.isSetting(attribute.name) { continue }
      let isLearned = self.knows(.attribute, attribute.name, in: element.name)
      if area == .general, self.reportNamespace(attribute, of: element, isLearned: isLearned) {
        continue
      }
      if area == .general {
        self.unmodelled.note(attribute, of: element)
        guard self.listsUnmodelled else { continue }
      }
      if isLearned { continue }
      self.report(
        area.unknownCode, at: element, found: "attribute \(attribute.name)=\(value)",
        allowed: known.isEmpty ? "no attributes" : known.sorted().joined(separator: ", "))
    }
  }

  // MARK: Namespaces

  /// Reports the namespace of an element that is known by its name: no public export has one.
  func checkNamespace(of element: XMLElement) {
    for attribute in element.attributes where attribute.name == "xmlns" {
      let isLearned = self.knows(.attribute, attribute.name, in: element.name)
      _ = self.reportNamespace(attribute, of: element, isLearned: isLearned)
    }
  }

  /// - Returns: whether the attribute gives the element a namespace, so that all is said of it.
  private func reportNamespace(
    _ attribute: XMLAttribute, of element: XMLElement, isLearned: Bool
  ) -> Bool {
    guard attribute.name == "xmlns", !attribute.value.isEmpty else { return false }
    if !isLearned {
      self.report(
        .contentDoubtful, at: element, found: "namespace \(Diagnostic.quote(attribute.value))",
        allowed: "no namespace")
    }
    return true
  }

  /// Reports a known section's name behind the prefix of a namespace.
  ///
  /// - Returns: whether it is one.
  func reportForeign(_ section: XMLElement) -> Bool {
    guard let colon = section.name.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let local = String(section.name[section.name.index(after: colon)...])
    guard KnownNames.known.contains(local), !DeliveryNames.isSetting(section.name) else {
      return false
    }
    if !self.knows(.element, section.name, in: "config", near: local) {
      self.findings.add(
        Diagnostic(
          .elementDoubtful, at: section.position, found: "<\(section.name)>",
          hint: "<\(local)>", assumed: Self.notThere))
    }
    return true
  }

  /// Keeps the attributes of an element about whose content nothing is said.
  func keepAttributes(of element: XMLElement) {
    for attribute in element.attributes where !DeliveryNames.isDeclaration(attribute) {
      self.keptAttributes.append(
        KeptAttribute(of: element.name, attribute, content: element, at: element.position))
    }
  }

  /// The only child of that name; each further one is reported.
  func only(_ name: String, in parent: XMLElement) -> XMLElement? {
    var first: XMLElement?
    let children = parent.children
    self.countSteps?(children.count)
    let bytes = name.utf8.count
    for index in children.indices
    where children[index].name.utf8.count == bytes && children[index].name == name {
      let child = children[index]
      if let first {
        if self.knows(.repetition, name, in: parent.name) { continue }
        let place = "\(first.position.line):\(first.position.column)"
        self.report(
          PublicNames.contains(name, in: parent.name) ? .elementRepeated : .repetitionDoubtful,
          at: child, found: "<\(name)>", allowed: "the one at \(place) only",
          assumed: "the first one")
      } else {
        first = child
      }
    }
    return first
  }

  /// The only section of that name; one that holds nothing is remembered, since it clears.
  func section(_ name: String, in root: XMLElement) -> XMLElement? {
    guard let section = self.only(name, in: root) else { return nil }
    if section.children.isEmpty {
      self.emptied.append(Setting(name, at: section.position, state: .empty))
    }
    return section
  }

  /// The children that are not read, as they are; of one of ours that is repeated, all but the
  /// first.
  func kept(of element: XMLElement, reading names: Set<String>) -> [XMLElement] {
    let children = element.children
    self.countSteps?(children.count)
    var seen: Set<String> = []
    /// Whether a name stands there once more; most elements have few children.
    func isRepeated(_ index: Int) -> Bool {
      let name = children[index].name
      if children.count > 16 { return !seen.insert(name).inserted }
      self.countSteps?(index)
      return children[..<index].contains { $0.name == name }
    }
    let kept = children.indices.filter { index in
      let name = children[index].name
      guard names.contains(name) else { return true }
      return isRepeated(index) && !KnownNames.severalTimes.contains(name)
        && !PublicNames.contains(name, in: element.name)
    }
    return kept.map { children[$0] }
  }

  func report(
    _ code: DiagnosticCode, at element: XMLElement, found: String, allowed: String = "",
    hint: String = "", assumed: String = ""
  ) {
    self.findings.add(
      Diagnostic(
        code, at: element.position, found: found, allowed: allowed, hint: hint, assumed: assumed))
  }
}

extension ConfigurationElement {
  /// The words of the text with a blank between them.
  var wordsOfText: String {
    // Between elements there is blank space alone, which bytes tell faster than characters.
    if self.text.utf8.allSatisfy(XMLBlank.isBlank) { return "" }
    return self.text.split(whereSeparator: XMLBlank.isBlank).joined(separator: " ")
  }
}
