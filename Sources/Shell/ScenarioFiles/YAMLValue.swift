internal import Yams

/// A place in a scenario's file, from 1.
struct Place: Hashable, Sendable {
  let line: Int
  let column: Int
}

/// One value of a YAML file with its place: scalars as they are written, keys in order.
indirect enum YAMLValue: Sendable {
  case scalar(String, Place)
  case list([YAMLValue], Place)
  case map([(key: String, place: Place, value: YAMLValue)], Place)

  var place: Place {
    switch self {
    case .scalar(_, let place), .list(_, let place), .map(_, let place): place
    }
  }

  /// What it is, for a message.
  var kind: String {
    switch self {
    case .scalar(let text, _): "\"\(text.prefix(60))\""
    case .list: "a list"
    case .map: "a mapping"
    }
  }
}

/// Reads YAML as data and nothing else: one document, no anchors, aliases or tags, bounded.
enum YAMLTree {
  static let bytesMax = 1 << 20
  static let depthMax = 32

  static func read(_ text: String) throws(ScenarioFinding) -> YAMLValue {
    guard text.utf8.count <= self.bytesMax else {
      throw ScenarioFinding(
        at: nil, "the file is too large: found \(text.utf8.count) bytes, allowed: \(self.bytesMax)")
    }
    let node: Node?
    do {
      node = try Parser(yaml: text).singleRoot()
    } catch let error as YamlError {
      throw self.finding(error)
    } catch {
      throw ScenarioFinding(at: nil, "not YAML: \(error)")
    }
    guard let node else { throw ScenarioFinding(at: nil, "the file is empty") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return try self.value(node, depth: 0, lines)
  }

  private static func value(
    _ node: Node, depth: Int, _ lines: [Substring]
  ) throws(ScenarioFinding) -> YAMLValue {
    let place = self.place(node)
    guard depth < self.depthMax else {
      throw ScenarioFinding(at: place, "too deep, allowed: \(self.depthMax) levels")
    }
    // The parser resolves aliases to what they name; the node's own first character tells an anchor.
    if let first = self.character(at: place, lines), ["&", "*", "!"].contains(first) {
      throw ScenarioFinding(at: place, "anchors, aliases and tags are refused")
    }
    switch node {
    case .alias:
      throw ScenarioFinding(at: place, "anchors, aliases and tags are refused")
    case .scalar(let scalar):
      return .scalar(scalar.string, place)
    case .sequence(let sequence):
      var values: [YAMLValue] = []
      for child in sequence { values.append(try self.value(child, depth: depth + 1, lines)) }
      return .list(values, place)
    case .mapping(let mapping):
      var entries: [(String, Place, YAMLValue)] = []
      for (key, child) in mapping {
        guard case .scalar(let name) = key else {
          throw ScenarioFinding(at: self.place(key), "a key must be a word")
        }
        entries.append(
          (name.string, self.place(key), try self.value(child, depth: depth + 1, lines)))
      }
      return .map(entries, place)
    }
  }

  private static func character(at place: Place, _ lines: [Substring]) -> Unicode.Scalar? {
    guard place.line >= 1, place.line <= lines.count else { return nil }
    return lines[place.line - 1].unicodeScalars.dropFirst(place.column - 1).first
  }

  private static func place(_ node: Node) -> Place {
    Place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func finding(_ error: YamlError) -> ScenarioFinding {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      ScenarioFinding(
        at: Place(line: mark.line, column: mark.column), "not YAML: \(problem)")
    default:
      ScenarioFinding(at: nil, "not YAML: \(error)")
    }
  }
}
