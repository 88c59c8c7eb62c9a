public import ApplianceConfiguration

/// Looks whether one file follows the rules of the house.
public struct HouseRuleCheck {
  private let document: ConfigurationElement
  private let root: ConfigurationElement
  private let isWhole: Bool

  /// A check of a file.
  ///
  /// - Parameter isWhole: whether the file is a whole configuration; of sections alone nothing can
  ///   be said to be missing.
  public init(root: ConfigurationElement, identity: ApplianceIdentity, isWhole: Bool) {
    let lines = [
      ("product", identity.product), ("model", identity.model), ("version", identity.version),
      ("serial", identity.serialNumber),
    ]
    let header = ConfigurationElement(
      name: "header",
      children: lines.compactMap { name, setting in
        setting.position.map {
          ConfigurationElement(name: name, text: setting.value, position: $0)
        }
      }, position: SourcePosition(line: 1, column: 1))
    self.root = root
    self.document = ConfigurationElement(
      name: "", children: [header, root], position: SourcePosition(line: 0, column: 0))
    self.isWhole = isWhole
  }

  /// What breaks the rules in this file by itself.
  public func findings(by rules: [HouseRule]) -> [Diagnostic] {
    rules.flatMap { rule in
      let places = self.places(of: rule)
      return rule.conditions.flatMap { self.findings($0, of: rule, at: places) }
    }
  }

  /// Which paths of the rules lead somewhere in this file.
  public func paths(of rules: [HouseRule]) -> RulePaths {
    var paths = RulePaths()
    paths.ask(rules, isWhole: self.isWhole) { path in
      !path.places(from: self.document, in: self.document).isEmpty
    }
    return paths
  }

  /// The values that rules compare with other files.
  public func sharedValues(by rules: [HouseRule]) -> [SharedValue] {
    rules.filter(\.isAmongFiles).flatMap { rule in
      self.places(of: rule).filter { !$0.value.isEmpty }.map {
        SharedValue(
          rule: rule.name, value: $0.value, isSecret: self.isSecret($0),
          position: $0.element.position, path: "")
      }
    }
  }

  /// Whether no message may show a value: by the name of what holds it or of what is around, by a
  /// name that stands beside it, or by what is in it.
  private func isSecret(_ place: ElementPath.Place) -> Bool {
    if SecretText.mayHold(place.value) { return true }
    if let attribute = place.attribute, NameWords(attribute.utf8).isSecret { return true }
    var element: ConfigurationElement? = self.document
    while let current = element {
      if current.isSecret || current.namesSecret { return true }
      guard current.position != place.element.position else { return false }
      // Elements stand in the order of the file, each with all that is in it before the next.
      element = current.children.last { $0.position <= place.element.position }
    }
    return false
  }

  private func places(of rule: HouseRule) -> [ElementPath.Place] {
    rule.each.flatMap { $0.places(from: self.document, in: self.document) }
  }

  private func findings(
    _ condition: HouseRule.Condition, of rule: HouseRule, at places: [ElementPath.Place]
  ) -> [Diagnostic] {
    switch condition {
    case .has(let paths): return self.missing(paths, rule, places)
    case .lacks(let paths): return self.present(paths, rule, places)
    case .isOneOf(let values):
      return self.wrong(rule, places, allowed: Self.list(values)) { text in
        values.contains { $0.matches(text) }
      }
    case .isNoneOf(let values):
      return self.wrong(rule, places, allowed: "none of " + Self.list(values)) { text in
        !values.contains { $0.matches(text) }
      }
    case .between(let range):
      return self.wrong(rule, places, allowed: Self.words(range)) { text in
        Int(text).map { range.contains($0) } ?? false
      }
    case .refersTo(let path):
      let values = Set(
        path.places(from: self.document, in: self.document).map { $0.value.lowercased() })
      return self.wrong(rule, places, allowed: "a value of \(path)") { text in
        values.contains(text.lowercased())
      }
    case .count(let range): return self.miscounted(rule, places, range)
    case .uniqueInFile: return self.repeated(rule, places)
    case .uniqueAmongFiles, .sameInAllFiles: return []
    }
  }

  private func missing(
    _ paths: [ElementPath], _ rule: HouseRule, _ places: [ElementPath.Place]
  ) -> [Diagnostic] {
    let found = "no " + paths.map(\.description).joined(separator: ", and no ")
    func isMissing(_ element: ConfigurationElement) -> Bool {
      paths.allSatisfy { $0.places(from: element, in: self.document).isEmpty }
    }
    guard rule.each.isEmpty else {
      return places.filter { isMissing($0.element) }.map {
        rule.finding(at: $0.element.position, found: found, allowed: "one at least")
      }
    }
    guard self.isWhole, isMissing(self.document), let path = paths.first else { return [] }
    let near = path.deepest(in: self.document)
    let place = near.position < self.root.position ? self.root : near
    return [rule.finding(at: place.position, found: found, allowed: "one at least")]
  }

  private func present(
    _ paths: [ElementPath], _ rule: HouseRule, _ places: [ElementPath.Place]
  ) -> [Diagnostic] {
    let elements = rule.each.isEmpty ? [self.document] : places.map(\.element)
    return elements.flatMap { element in
      paths.flatMap { path in
        path.places(from: element, in: self.document).map { place in
          rule.finding(
            at: place.element.position, found: "\(path)" + self.shown(place), allowed: "none")
        }
      }
    }
  }

  private func wrong(
    _ rule: HouseRule, _ places: [ElementPath.Place], allowed: String, _ isRight: (String) -> Bool
  ) -> [Diagnostic] {
    places.filter { !isRight($0.value) }.map { place in
      rule.finding(
        at: place.element.position,
        found: self.isSecret(place) ? "another value" : Diagnostic.quote(place.value),
        allowed: allowed)
    }
  }

  private func miscounted(
    _ rule: HouseRule, _ places: [ElementPath.Place], _ range: ClosedRange<Int>
  ) -> [Diagnostic] {
    guard !range.contains(places.count), self.isWhole || places.count > range.upperBound else {
      return []
    }
    // The first that is too many.
    let place = places.count > range.upperBound ? places[range.upperBound].element : nil
    let paths = rule.each.map(\.description).joined(separator: ", ")
    return [
      rule.finding(
        at: (place ?? self.root).position, found: "\(places.count) of \(paths)",
        allowed: Self.words(range))
    ]
  }

  private func repeated(_ rule: HouseRule, _ places: [ElementPath.Place]) -> [Diagnostic] {
    var first: [String: SourcePosition] = [:]
    return places.filter { !$0.value.isEmpty }.compactMap { place in
      let position = place.element.position
      guard let other = first[place.value.lowercased()] else {
        first[place.value.lowercased()] = position
        return nil
      }
      return rule.finding(
        at: position, found: self.isSecret(place) ? "a value again" : Diagnostic.quote(place.value),
        allowed: "another value than at \(other.line):\(other.column)")
    }
  }

  // MARK: Words

  private func shown(_ place: ElementPath.Place) -> String {
    place.value.isEmpty || self.isSecret(place) ? "" : " " + Diagnostic.quote(place.value)
  }

  private static func list(_ values: [WordPattern]) -> String {
    values.prefix(20).map(\.description).joined(separator: ", ")
      + (values.count > 20 ? ", ..." : "")
  }

  static func words(_ range: ClosedRange<Int>) -> String {
    switch (range.lowerBound, range.upperBound) {
    case (.min, let top): "at most \(top)"
    case (let bottom, .max): "at least \(bottom)"
    case (let bottom, let top): "\(bottom) to \(top)"
    }
  }
}
