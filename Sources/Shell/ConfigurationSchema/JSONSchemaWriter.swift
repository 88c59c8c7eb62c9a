/// The table as JSON Schema of the XML mapped to JSON: an element is an object of its attributes
/// (`@name`) and children, a leaf without attributes is its text, one with them has it as `#text`;
/// children of the same name are an array. The document is the object of `config`.
enum JSONSchemaWriter {
  static func text(_ root: SchemaElement, note: String) -> String {
    var text = "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
    text += "  \"$comment\": \(self.quoted(note)),\n"
    text += self.members(of: root).map { "  " + $0 }.joined(separator: ",\n")
    return text + "\n}\n"
  }

  /// The key words of an element's own schema.
  private static func members(of element: SchemaElement) -> [String] {
    // Text between elements has no meaning.
    var properties = ["\"#text\": {\"type\": \"null\"}"]
    var required: [String] = []
    if let attribute = element.attribute {
      properties.append(
        "\(self.quoted("@" + attribute.name)): {\(self.members(of: attribute.type))}")
      required.append("@" + attribute.name)
    }
    for child in element.children where !child.isFree {
      properties.append("\(self.quoted(child.name)): \(self.value(child))")
      if child.occurs.isRequired { required.append(child.name) }
    }
    var members = ["\"properties\": {\(properties.joined(separator: ", "))}"]
    if !required.isEmpty {
      members.append("\"required\": [\(required.map(self.quoted).joined(separator: ", "))]")
      members.insert("\"type\": \"object\"", at: 0)
    } else {
      // An empty container is an empty text.
      members.insert("\"type\": [\"object\", \"string\"], \"pattern\": \"^\\\\s*$\"", at: 0)
    }
    if case .container(_, let alternatives) = element.content, !alternatives.isEmpty {
      let one = alternatives.map { "{\"required\": [\(self.quoted($0.name))]}" }
      members.append("\"anyOf\": [\(one.joined(separator: ", "))]")
    }
    return members
  }

  private static func value(_ element: SchemaElement) -> String {
    let one: String
    if let type = element.leafType {
      let text = "{\(self.members(of: type))}"
      one =
        "{\"anyOf\": [\(text), {\"type\": \"object\", \"required\": [\"#text\"], "
        + "\"propertyNames\": {\"pattern\": \"^[#@]\"}, "
        + "\"properties\": {\"#text\": \(text)}}]}"
    } else {
      one = "{\(self.members(of: element).joined(separator: ", "))}"
    }
    guard element.occurs.isRepeated else { return one }
    return "{\"anyOf\": [\(one), {\"type\": \"array\", \"items\": \(one)}]}"
  }

  private static func members(of type: SchemaType) -> String {
    type.pattern.isEmpty
      ? "\"type\": \"string\""
      : "\"type\": \"string\", \"pattern\": \(self.quoted("^(\(type.pattern))$"))"
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.reduce(into: "") { result, character in
      if character == "\"" || character == "\\" { result.append("\\") }
      result.append(character)
    }
    return "\"\(escaped)\""
  }
}
