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
  /// Elements whose text was read, or that hold what was: their attributes say nothing here.
  private(set) var read: [XMLElement] = []
  /// Of the texts that were read, those with white space around them, as they are written.
  private(set) var padded: [Setting<String>] = []
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
    guard let text = self.first(of: names, isTrimmed: isDecisive) else { return nil }
    for name in names { self.answered[name] = names }
    return text
  }

  private mutating func first(of names: [String], isTrimmed: Bool) -> Setting<String>? {
    for name in names {
      if let index = self.attributes.firstIndex(where: { $0.name == name }) {
        let value = self.attributes.remove(at: index).value
        return self.setting(value, at: self.position, isTrimmed: isTrimmed)
      }
      if let index = self.children.firstIndex(where: { $0.name == name && $0.isLeaf }) {
        return self.setting(self.children.remove(at: index), isTrimmed: isTrimmed)
      }
    }
    return nil
  }

  /// All leaves with one of the names.
  mutating func takeLeaves(_ names: Set<String>) -> [Setting<String>] {
    self.taken.formUnion(names)
    self.decisive.formUnion(names)
    let found = self.children.filter { names.contains($0.name) && $0.isLeaf }
    self.children.removeAll { names.contains($0.name) && $0.isLeaf }
    return found.map { self.setting($0, isTrimmed: true) }
  }

  mutating func takeParameters() -> [AccessRule.Parameter] {
    self.taken.formUnion(AccessTableNames.parameterLists)
    var result: [AccessRule.Parameter] = []
    var rest: [XMLElement] = []
    for child in self.children {
      let isList =
        AccessTableNames.parameterLists.contains(child.name)
        && child.text.utf8.allSatisfy(XMLBlank.isBlank)
      guard isList else {
        rest.append(child)
        continue
      }
      let read = child.children.compactMap(Self.parameter)
      // One that is not read keeps the list.
      guard read.count == child.children.count else {
        rest.append(child)
        continue
      }
      self.read.append(child)
      for var parameter in child.children {
        if parameter.name == AccessTableNames.parameter {
          parameter.attributes.removeAll { $0.name == "name" }
        }
        self.read.append(parameter)
      }
      result += read
    }
    self.children = rest
    return result
  }

  private static func parameter(_ element: XMLElement) -> AccessRule.Parameter? {
    guard element.isLeaf else { return nil }
    let text = Setting(
      element.text, at: element.position, state: element.text.isEmpty ? .empty : .present)
    guard element.name == AccessTableNames.parameter else {
      return AccessRule.Parameter(name: element.name, value: text)
    }
    return element.attribute("name").map { AccessRule.Parameter(name: $0, value: text) }
  }

  private mutating func setting(_ element: XMLElement, isTrimmed: Bool) -> Setting<String> {
    self.read.append(element)
    return self.setting(element.text, at: element.position, isTrimmed: isTrimmed)
  }

  /// What people read keeps its white space.
  private mutating func setting(
    _ text: String, at place: SourcePosition, isTrimmed: Bool
  ) -> Setting<String> {
    let plain = isTrimmed ? XMLBlank.trimmed(text) : text
    if plain != text { self.padded.append(Setting(text, at: place)) }
    return Setting(plain, at: place, state: plain.isEmpty ? .empty : .present)
  }
}
