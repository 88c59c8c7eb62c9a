public import ApplianceConfiguration

/// A way to elements of a file, such as `/config/log_subscriptions/log_*[module=mail]/@name`.
///
/// - A step is a name, in which `*` stands for any characters, or `**` for any number of levels.
/// - `[PATH=VALUE|VALUE]` keeps elements in which the path leads to one of the values, `!=` those in
///   which it leads to none of them, `[PATH]` those in which it leads anywhere, `[!PATH]` the rest.
///   The path `.` is the element's own text.
/// - `@name` at the end is an attribute.
/// - A path with `/` in front begins at the file: `/header` has `product`, `model`, `version` and
///   `serial` of the header comment, and beside it stands the root element.
public struct ElementPath: Hashable, Sendable, CustomStringConvertible {
  /// Something that a path leads to.
  public struct Place: Hashable, Sendable {
    /// The element, or the one that has the attribute.
    public let element: ConfigurationElement
    /// The attribute's value, or the element's text without blanks around it.
    public let value: String
    /// The name of the attribute whose value it is; `nil` for the element's text.
    let attribute: String?
  }

  indirect enum Condition: Hashable, Sendable {
    case exists(ElementPath)
    case lacks(ElementPath)
    case isOneOf(ElementPath, [WordPattern])
    case isNoneOf(ElementPath, [WordPattern])
  }

  struct Step: Hashable, Sendable {
    /// `nil` for any number of levels.
    var name: NamePattern?
    var conditions: [Condition] = []
  }

  /// The name of an element.
  enum NamePattern: Hashable, Sendable {
    case exactly(String)
    case like(WordPattern)

    func matches(_ name: String) -> Bool {
      switch self {
      case .exactly(let other): other == name
      case .like(let pattern): pattern.matches(name)
      }
    }
  }

  /// As it is written.
  public let description: String
  /// Whether it begins at the file.
  public let isAbsolute: Bool
  let steps: [Step]
  let attribute: String?

  init(description: String, isAbsolute: Bool, steps: [Step], attribute: String?) {
    self.description = description
    self.isAbsolute = isAbsolute
    self.steps = steps
    self.attribute = attribute
  }

  /// Where the path leads.
  ///
  /// - Parameters:
  ///   - element: where it begins, unless it is absolute.
  ///   - document: the file.
  public func places(from element: ConfigurationElement, in document: ConfigurationElement)
    -> [Place]
  {
    var elements = [self.isAbsolute ? document : element]
    for step in self.steps { elements = Self.elements(after: step, from: elements, in: document) }
    return elements.compactMap { element in
      guard let attribute else {
        return Place(element: element, value: Self.text(of: element), attribute: nil)
      }
      return element.attribute(attribute).map {
        Place(element: element, value: $0, attribute: attribute)
      }
    }
  }

  /// The deepest element that is on the way, whatever the conditions say.
  func deepest(in document: ConfigurationElement) -> ConfigurationElement {
    var elements = [document]
    for step in self.steps {
      let next = Self.elements(after: Step(name: step.name), from: elements, in: document)
      guard !next.isEmpty else { break }
      elements = next
    }
    return elements.first ?? document
  }

  private static func elements(
    after step: Step, from elements: [ConfigurationElement], in document: ConfigurationElement
  ) -> [ConfigurationElement] {
    guard let name = step.name else { return Self.allBelow(elements) }
    return elements.flatMap { element in
      element.children.filter { child in
        name.matches(child.name)
          && step.conditions.allSatisfy { $0.holds(for: child, in: document) }
      }
    }
  }

  /// The elements and everything in them, each once.
  private static func allBelow(_ elements: [ConfigurationElement]) -> [ConfigurationElement] {
    var seen: Set<SourcePosition> = []
    var result: [ConfigurationElement] = []
    func add(_ element: ConfigurationElement) {
      guard seen.insert(element.position).inserted else { return }
      result.append(element)
      for child in element.children { add(child) }
    }
    for element in elements { add(element) }
    return result
  }

  private static func text(of element: ConfigurationElement) -> String {
    let text = element.text.utf8
    guard let start = text.firstIndex(where: { !XMLBlank.isBlank($0) }),
      let end = text.lastIndex(where: { !XMLBlank.isBlank($0) })
    else { return "" }
    return String(element.text[start...end])
  }
}

extension ElementPath.Condition {
  func holds(for element: ConfigurationElement, in document: ConfigurationElement) -> Bool {
    func leads(_ path: ElementPath, toOneOf values: [WordPattern]) -> Bool {
      path.places(from: element, in: document).contains { place in
        values.contains { $0.matches(place.value) }
      }
    }
    switch self {
    case .exists(let path): return !path.places(from: element, in: document).isEmpty
    case .lacks(let path): return path.places(from: element, in: document).isEmpty
    case .isOneOf(let path, let values): return leads(path, toOneOf: values)
    case .isNoneOf(let path, let values): return !leads(path, toOneOf: values)
    }
  }
}
