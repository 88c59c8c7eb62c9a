/// A configuration as lines for a person.
public enum ConfigurationText {
  /// One line a value, indented by what it belongs to; what no file gives is marked.
  ///
  /// - Parameter zoneOffset: what to say of the time zone's offset, which only zone data tells.
  public static func lines(
    _ configuration: Configuration, zoneOffset: String? = nil
  ) -> [String] {
    configuration.outline().flatMap { node in
      let offset = node.name == "time_zone" ? zoneOffset : nil
      return self.lines(node, depth: 0) + (offset.map { ["time zone offset: " + $0] } ?? [])
    }
  }

  private static func lines(_ node: OutlineNode, depth: Int) -> [String] {
    let indent = String(repeating: "  ", count: depth)
    let name = indent + escapingControls(node.name.replacing("_", with: " "))
    switch node.content {
    case .value(nil): return []
    case .value(.some(let setting)):
      return [name + ": " + escapingControls(self.value(setting))]
    case .group(let parts):
      let lines = parts.flatMap { self.lines($0, depth: depth + 1) }
      return lines.isEmpty ? [] : [indent + escapingControls(node.name)] + lines
    case .list(let items, _):
      guard !items.isEmpty else { return [] }
      return [name] + items.flatMap { self.item($0, depth: depth + 1) }
    case .elements(let elements):
      guard !elements.isEmpty else { return [] }
      return [name]
        + elements.map { element in
          let place = "line \(element.position.line)"
          return "\(indent)  <\(escapingControls(element.name))> not read, kept (\(place))"
        }
    }
  }

  private static func item(_ node: OutlineNode, depth: Int) -> [String] {
    guard case .value(.some(let setting)) = node.content else {
      return self.lines(node, depth: depth)
    }
    let indent = String(repeating: "  ", count: depth)
    let value = self.value(setting)
    // An item that is named after its value is said once.
    let line = node.name.hasSuffix(value) ? node.name : "\(node.name): \(value)"
    return [indent + escapingControls(line)]
  }

  private static func value(_ setting: Setting<OutlineNode.Value>) -> String {
    let text = setting.value.text
    switch setting.state {
    case .present: return text
    case .absent: return text + " (default)"
    case .empty, .missing: return "(empty)"
    case .notUnderstood(let found):
      return "\(text) (assumed, \(Diagnostic.quote(found)) is not understood)"
    }
  }
}
