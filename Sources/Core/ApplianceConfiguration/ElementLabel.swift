/// What an element that the model does not read is called, so that two files' elements are matched
/// by name and not by place.
///
/// No public source says which child names an element; the rule goes by the names that real exports
/// show. Standing: ours; docs/CONFIG-CI.md, "Compare two exports", has it as a table.
enum ElementLabel {
  /// Children and attributes that name an element by themselves, in order of preference.
  private static let words = ["username", "id", "title"]
  private static let suffix = "_name"

  /// An element's name, and the child that holds it; `nil` where an attribute does.
  struct Found {
    var text: String
    var child: ConfigurationElement?
    /// Whether it is what the element itself is called; else it may be the name of something that
    /// the element is about.
    var isOwn = false
  }

  /// The element's name, or `nil` when nothing in it looks like one.
  static func label(of element: ConfigurationElement) -> String? { self.find(in: element)?.text }

  /// The element's name and where it is, or `nil` when nothing in it looks like one.
  static func find(in element: ConfigurationElement) -> Found? {
    if var name = self.value("name", in: element) {
      name.isOwn = true
      return name
    }
    var own: Found?
    var others: [Found] = []
    for child in element.children where child.name.hasSuffix(self.suffix) {
      guard let found = self.found(child) else { continue }
      if own == nil, self.isOwn(child.name.dropLast(self.suffix.count), of: element.name) {
        own = found
      }
      if others.count < 2 { others.append(found) }
    }
    if var own {
      own.isOwn = true
      return own
    }
    if others.count == 1 { return others[0] }
    for word in self.words {
      if let value = self.value(word, in: element) { return value }
    }
    return nil
  }

  /// Whether `STEM_name` is the element's own: `policy_name` of `policy`, `filter_name` of
  /// `content_filter`.
  private static func isOwn(_ stem: Substring, of name: String) -> Bool {
    !stem.isEmpty && (name == stem || name.hasSuffix("_" + stem) || stem.hasSuffix("_" + name))
  }

  private static func value(_ name: String, in element: ConfigurationElement) -> Found? {
    if let value = element.attribute(name).map(XMLBlank.trimmed), !value.isEmpty {
      return Found(text: value)
    }
    return element.children.first { $0.name == name }.flatMap(self.found)
  }

  private static func found(_ child: ConfigurationElement) -> Found? {
    let isText = child.children.isEmpty && !child.text.utf8.allSatisfy(XMLBlank.isBlank)
    return isText ? Found(text: XMLBlank.trimmed(child.text), child: child) : nil
  }
}
