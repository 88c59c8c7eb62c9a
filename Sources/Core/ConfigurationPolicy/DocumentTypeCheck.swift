public import ApplianceConfiguration

/// Compares a file's elements with a document type.
public struct DocumentTypeCheck {
  private static let namesMax = 20

  private let documentType: DocumentType
  private let isExempt: (String) -> Bool
  private let allNames: [String]
  private var findings: [Diagnostic] = []
  private var hints: [String: String] = [:]

  /// A check by `documentType`.
  ///
  /// - Parameter isExempt: whether an element is a setting of our own, which no DTD knows.
  public init(_ documentType: DocumentType, exempting isExempt: @escaping (String) -> Bool) {
    self.documentType = documentType
    self.isExempt = isExempt
    self.allNames = documentType.elementNames.sorted()
  }

  /// What is wrong with the tree below `root`, in the order of the file.
  ///
  /// - Parameter hasSectionsOnly: whether the root holds some sections to load: what they leave out,
  ///   and their order, is then no matter.
  public mutating func findings(
    in root: ConfigurationElement, hasSectionsOnly: Bool = false
  ) -> [Diagnostic] {
    self.findings = []
    if self.documentType.knows(root.name) {
      self.check(root, byNameOnly: hasSectionsOnly)
    } else {
      self.reportUndeclared(root, allowed: "")
    }
    return self.findings
  }

  private mutating func check(_ element: ConfigurationElement, byNameOnly: Bool = false) {
    self.checkAttributes(of: element)
    // One that is mentioned and not declared may hold anything.
    guard let content = self.documentType.contents[element.name] else { return }
    let children = element.children.filter { !self.isExempt($0.name) }
    switch content {
    case .empty, .children:
      let words = Self.words(of: element.text)
      if !words.isEmpty {
        self.report(
          .elementMisplaced, at: element, found: "text \(element.quoted(words))",
          allowed: content == .empty ? "nothing" : "elements only")
      }
    case .any, .mixed: break
    }
    if case .children(let model) = content, !byNameOnly {
      self.check(children, in: element, by: model)
    } else {
      self.check(children, knowing: content.names)
    }
  }

  /// Children of which the number and the order are free.
  private mutating func check(_ children: [ConfigurationElement], knowing names: Set<String>?) {
    for child in children {
      let isKnown = names?.contains(child.name) ?? self.documentType.knows(child.name)
      if isKnown {
        self.check(child)
      } else {
        self.reportUnexpected(child, allowed: (names ?? []).sorted())
      }
    }
  }

  /// Children in the order of a model; one that may not stand where it is counts as not there.
  private mutating func check(
    _ children: [ConfigurationElement], in parent: ConfigurationElement, by model: ContentModel
  ) {
    var progress = model.beginning
    for child in children {
      if let next = model.following(child.name, after: progress) {
        progress = next
        self.check(child)
      } else {
        self.reportUnexpected(
          child, allowed: model.names(after: progress), orEnd: model.isComplete(progress))
        // It is at least known to the parent: what is in it can be compared.
        if model.names.contains(child.name) { self.check(child) }
      }
    }
    if !model.isComplete(progress) {
      let allowed = Self.list(model.names(after: progress))
      self.report(
        .elementMisplaced, at: parent, found: "the end of <\(parent.name)>", allowed: allowed)
    }
  }

  private mutating func checkAttributes(of element: ConfigurationElement) {
    let declared = self.documentType.attributes[element.name] ?? [:]
    for attribute in element.attributes {
      let name = attribute.name
      if name == "xmlns" || name.hasPrefix("xmlns:") || self.isExempt(name) { continue }
      guard let known = declared[name] else {
        self.report(
          .attributeUndeclared, at: element, found: "attribute \(name)",
          allowed: declared.isEmpty
            ? "no attributes" : declared.keys.sorted().joined(separator: ", "),
          hint: Suggestion.nearest(to: name, among: declared.keys.sorted()) ?? "")
        continue
      }
      if !known.values.isEmpty, !known.values.contains(attribute.value) {
        self.report(
          .attributeUndeclared, at: element,
          found: "\(name)=\(element.quoted(attribute.value))",
          allowed: known.values.joined(separator: ", "),
          hint: Suggestion.nearest(to: attribute.value, among: known.values) ?? "")
      }
    }
    let missing = declared.filter { name, attribute in
      attribute.isRequired && element.attribute(name) == nil
    }
    for name in missing.keys.sorted() {
      self.report(
        .attributeUndeclared, at: element, found: "no attribute \(name)", allowed: "\(name)=\"...\""
      )
    }
  }

  // MARK: Findings

  private mutating func reportUnexpected(
    _ child: ConfigurationElement, allowed names: [String], orEnd: Bool = false
  ) {
    let allowed = Self.list(names) + (orEnd && !names.isEmpty ? " or the end" : "")
    if self.documentType.knows(child.name) {
      self.report(
        .elementMisplaced, at: child, found: "<\(child.name)>",
        allowed: allowed.isEmpty ? "nothing" : allowed)
    } else {
      self.reportUndeclared(child, allowed: allowed)
    }
  }

  private mutating func reportUndeclared(_ element: ConfigurationElement, allowed: String) {
    let hint = self.hint(for: element.name)
    self.report(
      .elementUndeclared, at: element, found: "<\(element.name)>", allowed: allowed,
      hint: hint.isEmpty ? "" : "<\(hint)>")
  }

  private mutating func hint(for name: String) -> String {
    if let hint = self.hints[name] { return hint }
    let hint = self.hints.count < 1000 ? Suggestion.nearest(to: name, among: self.allNames) : nil
    self.hints[name] = hint ?? ""
    return hint ?? ""
  }

  private mutating func report(
    _ code: DiagnosticCode, at element: ConfigurationElement, found: String, allowed: String,
    hint: String = ""
  ) {
    self.findings.append(
      Diagnostic(code, at: element.position, found: found, allowed: allowed, hint: hint))
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(Self.namesMax).map { "<\($0)>" }.joined(separator: ", ")
      + (names.count > Self.namesMax ? ", ..." : "")
  }

  private static func words(of text: String) -> String {
    text.split(whereSeparator: XMLBlank.isBlank).joined(separator: " ")
  }
}
