import Simulation

/// The faults of the JSON Schema, made from their rows.
enum FaultSchemaText {
  /// Everything from `"fault"` to the definition of the last fault, as it stands within `$defs`.
  static func definitions(_ kept: String) -> String {
    self.choice + kept + FaultRow.all.map(self.definition).joined()
  }

  private static let about =
    "Something that goes wrong at a place, for a while. docs/FAULTS.md describes each."

  /// Which fault it is.
  private static var choice: String {
    let names = FaultRow.all.map(\.name)
    return """
          "fault": {
            "description": "\(Self.about)",
            "type": "object",
            "required": ["fault"],
            "properties": {
              "fault": {
                "enum": [
      \(names.map { "            \"\($0)\"" }.joined(separator: ",\n"))
                ]
              }
            },
            "oneOf": [
      \(names.map { "        {\"$ref\": \"#/$defs/fault-\($0)\"}" }.joined(separator: ",\n"))
            ]
          },

      """
  }

  private static func definition(_ row: FaultRow) -> String {
    var properties = ["\"fault\": {\"const\": \"\(row.name)\"}"]
    if !row.isOfAppliance {
      let place = row.isOfNames ? "fault-name" : "fault-host"
      properties.append("\"host\": {\"$ref\": \"#/$defs/\(place)\"}")
    }
    properties += row.keys.map(self.property)
    properties += row.window.keys.map {
      "\"\($0)\": {\"$ref\": \"#/$defs/fault-window/properties/\($0)\"}"
    }
    let required =
      ["fault"] + (row.isOfAppliance ? [] : ["host"])
      + row.keys.filter { $0.presence == .always }.map(\.name)
    return """
          "fault-\(row.name)": {
            "description": "\(row.summary)",
            "type": "object",
            "properties": {
      \(properties.map { "        \($0)" }.joined(separator: ",\n"))
            },
            "additionalProperties": false,
            "required": [\(self.list(required))]\(self.conditions(row))
          },

      """
  }

  private static func list(_ words: [String]) -> String {
    words.map { "\"\($0)\"" }.joined(separator: ", ")
  }

  /// What the keys say of each other.
  private static func conditions(_ row: FaultRow) -> String {
    var text = ""
    let alternatives = row.keys.filter { $0.presence == .oneOf }
    if !alternatives.isEmpty {
      let list = alternatives.map { "{\"required\": [\"\($0.name)\"]}" }
      text += ",\n      \"oneOf\": [\(list.joined(separator: ", "))]"
    }
    for key in row.keys {
      guard case .with(let other, let word) = key.presence else { continue }
      text += """
        ,
              "if": {"properties": {"\(other)": {"const": "\(word)"}}},
              "then": {"required": ["\(key.name)"]},
              "else": {"properties": {"\(key.name)": false}}
        """
    }
    return text
  }

  private static func property(_ key: FaultKey) -> String {
    let members = ["\"description\": \"\(key.summary)\""] + self.members(key.kind)
    let line = "\"\(key.name)\": {\(members.joined(separator: ", "))}"
    // In one line where it is short.
    guard line.count > 96 || line.contains("\n") else { return line }
    let lines = members.map { "          \($0)" }.joined(separator: ",\n")
    return "\"\(key.name)\": {\n\(lines)\n        }"
  }

  private static func members(_ kind: FaultKey.Kind) -> [String] {
    switch kind {
    case .integer(let range): [self.number(range)]
    case .share: [self.number(1...1000)]
    case .duration: ["\"$ref\": \"#/$defs/duration\""]
    case .step: ["\"$ref\": \"#/$defs/step\""]
    case .flag: ["\"enum\": [true, false]"]
    case .text(let sizes):
      [
        "\"type\": \"string\"", "\"minLength\": \(sizes.lowerBound)",
        "\"maxLength\": \(sizes.upperBound)",
      ]
    case .subscription: ["\"type\": [\"string\", \"number\", \"boolean\"]"]
    case .address: ["\"$ref\": \"#/$defs/address\""]
    case .words(let words): ["\"enum\": [\(self.list(words))]"]
    }
  }

  private static func number(_ range: ClosedRange<Int>) -> String {
    """
    "anyOf": [
                {"type": "integer", "minimum": \(range.lowerBound), "maximum": \(range.upperBound)},
                {"type": "string", "pattern": "^[0-9]+(_[0-9]+)*$"}
              ]
    """
  }
}
