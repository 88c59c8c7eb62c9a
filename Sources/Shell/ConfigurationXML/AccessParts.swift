import ApplianceConfiguration

/// The attributes and children of an element that are still to be read.
struct AccessParts {
  private(set) var attributes: [ConfigurationAttribute]
  private(set) var children: [XMLElement]
  /// The names that were asked for.
  private(set) var taken: Set<String> = []
  /// Of those, the ones that may stand once only and did; each with all that mean the same.
  private(set) var answered: [String: [String]] = [:]
  /// Of those, the ones that say who is meant or what becomes of them.
  private(set) var decisive: Set<String> = []
  private let position: SourcePosition

  init(_ element: XMLElement) {
    self.attributes = element.attributes
    self.children = element.children
    self.position = element.position
  }

  /// The first attribute or leaf with one of the names.
  ///
  /// - Parameter isDecisive: whether it matters so much that a name near to it is a misspelling.
  mutating func text(_ names: [String], isDecisive: Bool = true) -> Setting<String>? {
    self.taken.formUnion(names)
    if isDecisive { self.decisive.formUnion(names) }
    guard let text = self.first(of: names) else { return nil }
    for name in names { self.answered[name] = names }
    return text
  }

  private mutating func first(of names: [String]) -> Setting<String>? {
    for name in names {
      if let index = self.attributes.firstIndex(where: { $0.name == name }) {
        let value = self.attributes.remove(at: index).value
        return Setting(value, at: self.position, state: value.isEmpty ? .empty : .present)
      }
      if let index = self.children.firstIndex(where: { $0.name == name && Self.isPlain($0) }) {
        return Self.setting(self.children.remove(at: index))
      }
    }
    return nil
  }

  /// All leaves with one of the names.
  mutating func takeLeaves(_ names: Set<String>) -> [Setting<String>] {
    self.taken.formUnion(names)
    self.decisive.formUnion(names)
    let found = self.children.filter { names.contains($0.name) && Self.isPlain($0) }
    self.children.removeAll { names.contains($0.name) && Self.isPlain($0) }
    return found.map(Self.setting)
  }

  mutating func takeParameters() -> [AccessRule.Parameter] {
    self.taken.formUnion(AccessTableNames.parameterLists)
    var result: [AccessRule.Parameter] = []
    var rest: [XMLElement] = []
    for child in self.children {
      let isList =
        AccessTableNames.parameterLists.contains(child.name) && child.attributes.isEmpty
        && child.text.utf8.allSatisfy(XMLBlank.isBlank)
      guard isList else {
        rest.append(child)
        continue
      }
      let read = child.children.compactMap(Self.parameter)
      // One that is not read keeps the list.
      if read.count == child.children.count { result += read } else { rest.append(child) }
    }
    self.children = rest
    return result
  }

  private static func parameter(_ element: XMLElement) -> AccessRule.Parameter? {
    guard element.children.isEmpty else { return nil }
    if element.attributes.isEmpty, element.name != AccessTableNames.parameter {
      return AccessRule.Parameter(name: element.name, value: self.setting(element))
    }
    guard element.name == AccessTableNames.parameter, element.attributes.count == 1,
      let name = element.attribute("name")
    else { return nil }
    return AccessRule.Parameter(name: name, value: self.setting(element))
  }

  private static func isPlain(_ element: XMLElement) -> Bool {
    element.children.isEmpty && element.attributes.isEmpty
  }

  private static func setting(_ element: XMLElement) -> Setting<String> {
    Setting(element.text, at: element.position, state: element.text.isEmpty ? .empty : .present)
  }
}
