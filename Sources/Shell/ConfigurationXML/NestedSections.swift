import ApplianceConfiguration

/// Sections that stand deeper in a whole file: a load puts each in the place of the only element of
/// its name, wherever that is.
///
/// Read alone, each is put where it belongs, so that it is judged as what it is. What is put around
/// it has no place in the file, and nothing is found about it.
enum NestedSections {
  /// The place of what is not in the file.
  static let nowhere = SourcePosition(line: 0, column: 0)

  /// What an element stands in, where there is one answer only.
  private static let parents: [String: String] = {
    var parents: [String: Set<String>] = [:]
    var tables = ConfigurationVocabulary.read
    tables["alert_class"] = ["alert_severity"]
    tables["alert_severity"] = ["email_address"]
    tables[LogSpellings.generic] = ["retrieval", "log_level", "module", "bytes_to_record"]
    tables["listener", default: []].formUnion(KnownNames.accessTables)
    for (parent, children) in tables {
      for child in children where !KnownNames.known.contains(child) {
        parents[child, default: []].insert(parent)
      }
    }
    return parents.compactMapValues { $0.count == 1 ? $0.first : nil }
  }()

  /// From the section of a whole file down to what the element stands in; `nil` of a section, and
  /// of what is not known or stands in several.
  static func way(to name: String) -> [String]? {
    guard !KnownNames.known.contains(name), let parent = self.parents[name] else { return nil }
    var way = [parent]
    while let first = way.first, !KnownNames.known.contains(first) {
      guard let above = self.parents[first], way.count < 10 else { return nil }
      way.insert(above, at: 0)
    }
    return way
  }

  /// Sections, each where it belongs.
  struct Placed {
    /// The root with those that stand deeper in what they stand in.
    var root: XMLElement
    /// Those that stand deeper, each with what it stands in directly, in the order of the file.
    var nested: [(name: String, parent: String)] = []
    /// What cannot be loaded.
    var findings: [Diagnostic] = []

    /// Such as `; retrieval is a part of log_text: it takes the place of the only one there is`.
    var words: String {
      self.nested.map { name, parent in
        "; \(name) is a part of \(parent) and takes the place of the only one that there is"
      }.joined()
    }
  }

  /// Sections as they were given, in their places.
  static func place(_ given: XMLElement) -> Placed {
    var placed = Placed(root: given)
    placed.root.children = []
    var first: [String: XMLElement] = [:]
    let names = Set(given.children.map(\.name))
    for section in given.children {
      if let first = first[section.name] {
        placed.findings.append(self.repeated(section, first))
        continue
      }
      first[section.name] = section
      guard let way = self.way(to: section.name) else {
        placed.root.children.append(section)
        continue
      }
      if let outer = way.first(where: names.contains) {
        placed.findings.append(
          Diagnostic(
            .elementRepeated, at: section.position, found: "<\(section.name)>",
            allowed: "no section inside another that is replaced, <\(outer)>"))
        continue
      }
      placed.nested.append((section.name, way.last ?? ""))
      self.put(section, by: way[...], into: &placed.root)
    }
    return placed
  }

  private static func repeated(_ section: XMLElement, _ first: XMLElement) -> Diagnostic {
    let place = "\(first.position.line):\(first.position.column)"
    return Diagnostic(
      .elementRepeated, at: section.position, found: "<\(section.name)>",
      allowed: "a section that occurs once, the one at \(place) only")
  }

  private static func put(
    _ section: XMLElement, by way: ArraySlice<String>, into element: inout XMLElement
  ) {
    guard let name = way.first else {
      element.children.append(section)
      return
    }
    var index = element.children.firstIndex { $0.name == name && $0.position == self.nowhere }
    if index == nil {
      index = element.children.count
      element.children.append(
        XMLElement(
          name: name, position: self.nowhere, byteRange: section.byteRange,
          contentRange: section.byteRange))
    }
    guard let index else { return }
    self.put(section, by: way.dropFirst(), into: &element.children[index])
  }
}
