/// An element of a configuration that is being made.
struct GeneratedElement {
  var name: String
  var attributes: [(name: String, value: String)] = []
  var text = ""
  var children: [GeneratedElement] = []

  /// A leaf.
  init(_ name: String, _ text: String = "") {
    self.name = name
    self.text = text
  }

  /// A container without attributes.
  init(_ name: String, _ children: [GeneratedElement]) {
    self.init(name, [], children)
  }

  /// A container.
  init(
    _ name: String, _ attributes: [(name: String, value: String)], _ children: [GeneratedElement]
  ) {
    self.name = name
    self.attributes = attributes
    self.children = children
  }

  /// Changes the first element of that name below this one, in the order of the file.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  mutating func edit(_ name: String, _ body: (inout GeneratedElement) -> Void) -> Bool {
    for index in self.children.indices {
      if self.children[index].name == name {
        body(&self.children[index])
        return true
      }
      if self.children[index].edit(name, body) { return true }
    }
    return false
  }

  /// Sets the text of the first leaf of that name.
  mutating func set(_ name: String, to text: String) {
    self.edit(name) { $0.text = text }
  }

  /// Makes `text` that of the one child of that name, which need not be there.
  mutating func replace(_ name: String, by text: String) {
    self.remove(name)
    self.children.append(GeneratedElement(name, text))
  }

  /// Removes each child of that name.
  mutating func remove(_ name: String) {
    self.children.removeAll { $0.name == name }
  }

  /// The first child of that name.
  subscript(_ name: String) -> GeneratedElement? {
    self.children.first { $0.name == name }
  }
}
