/// The declarations of a document type (DTD): which elements exist, what each may hold, and which
/// attributes it has.
///
/// Source: XML 1.0, section 3.2 and 3.3.
public struct DocumentType: Hashable, Sendable {
  /// What an element may hold.
  public enum Content: Hashable, Sendable {
    /// Nothing at all.
    case empty
    /// Text and any declared element.
    case any
    /// Text, and these elements any number of times in any order.
    case mixed(Set<String>)
    /// Elements as the model says, and no text.
    case children(ContentModel)

    /// The names that may stand directly inside; `nil` for any.
    var names: Set<String>? {
      switch self {
      case .empty: []
      case .any: nil
      case .mixed(let names): names
      case .children(let model): model.names
      }
    }
  }

  /// One declared attribute.
  public struct Attribute: Hashable, Sendable {
    /// Whether it must be given.
    public var isRequired: Bool
    /// The values it may have; empty for any.
    public var values: [String]

    /// An attribute.
    public init(isRequired: Bool = false, values: [String] = []) {
      self.isRequired = isRequired
      self.values = values
    }
  }

  /// What each declared element may hold.
  public private(set) var contents: [String: Content] = [:]
  /// The attributes of each element, by their names.
  public private(set) var attributes: [String: [String: Attribute]] = [:]
  /// Names of elements that a content model mentions, declared or not.
  private var mentioned: Set<String> = []

  /// A document type without declarations.
  public init() {}

  /// Declares an element.
  public mutating func declare(element name: String, _ content: Content) {
    self.contents[name] = content
    self.mentioned.formUnion(content.names ?? [])
  }

  /// Declares an attribute of an element; the first declaration is binding.
  public mutating func declare(
    attribute name: String, of element: String, _ attribute: Attribute
  ) {
    guard self.attributes[element]?[name] == nil else { return }
    self.attributes[element, default: [:]][name] = attribute
  }

  /// Whether it declares the element, or a content model mentions it.
  public func knows(_ element: String) -> Bool {
    self.contents[element] != nil || self.mentioned.contains(element)
  }

  /// Every name of an element that it declares or mentions.
  var elementNames: Set<String> { self.mentioned.union(self.contents.keys) }
}
