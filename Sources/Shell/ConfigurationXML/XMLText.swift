import ApplianceConfiguration
import Text

/// Writes elements in the canonical form: two spaces a level, LF, `<x></x>` for nothing.
struct XMLText {
  private(set) var text = ""
  /// Whether a name has characters beyond ISO-8859-1, for which there is no reference.
  private(set) var hasWideNames = false
  private var depth = 0

  mutating func raw(_ line: String) {
    self.text += line + "\n"
  }

  /// A leaf on a line of its own.
  mutating func leaf(_ name: String, _ value: String, attributes: [ConfigurationAttribute] = []) {
    self.text +=
      self.indent + Self.start(name, attributes) + XMLEscape.escaped(value, .content)
      + "</\(name)>\n"
  }

  /// A container whose children `body` writes.
  mutating func container(
    _ name: String, attributes: [ConfigurationAttribute] = [],
    _ body: (inout XMLText) -> Void
  ) {
    self.text += self.indent + Self.start(name, attributes) + "\n"
    self.depth += 1
    body(&self)
    self.depth -= 1
    self.text += self.indent + "</\(name)>\n"
  }

  /// An element as it is, but for comments and layout.
  mutating func kept(_ element: ConfigurationElement) {
    if !self.hasWideNames { self.hasWideNames = Self.hasWideNames(element) }
    if element.children.isEmpty {
      self.leaf(element.name, element.text, attributes: element.attributes)
    } else if element.text.utf8.allSatisfy(XMLBlank.isBlank) {
      self.container(element.name, attributes: element.attributes) { text in
        for child in element.children { text.kept(child) }
      }
    } else {
      // Layout would become part of the text.
      self.text += self.indent + Self.inline(element) + "\n"
    }
  }

  private var indent: String { String(repeating: "  ", count: self.depth) }

  private static func hasWideNames(_ element: ConfigurationElement) -> Bool {
    let names = [element.name] + element.attributes.map(\.name)
    return names.contains { $0.unicodeScalars.contains { $0.value > 0xFF } }
      // Containers ask for their children one by one, mixed text does not.
      || !element.text.utf8.allSatisfy(XMLBlank.isBlank)
        && element.children.contains(where: self.hasWideNames)
  }

  private static func inline(_ element: ConfigurationElement) -> String {
    self.start(element.name, element.attributes) + XMLEscape.escaped(element.text, .content)
      + element.children.map(self.inline).joined() + "</\(element.name)>"
  }

  private static func start(_ name: String, _ attributes: [ConfigurationAttribute]) -> String {
    "<" + name
      + attributes.map { " \($0.name)=\"\(XMLEscape.escaped($0.value, .attribute))\"" }.joined()
      + ">"
  }
}
