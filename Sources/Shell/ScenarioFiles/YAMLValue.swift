internal import ApplianceConfiguration
internal import Yams

/// A scalar as it is written, and how.
struct YAMLScalar: Hashable, Sendable {
  var text: String
  var place: SourcePosition
  /// A block after `|`, line by line as in the file.
  var isLiteral = false
  /// Between quotation marks, or a block: an empty one is a text and not nothing.
  var isQuoted = false
}

/// One value of a YAML file with its place: scalars as they are written, keys in order.
indirect enum YAMLValue: Sendable {
  struct Entry: Sendable {
    var key: String
    var place: SourcePosition
    var value: YAMLValue
  }

  case scalar(YAMLScalar)
  case list([YAMLValue], SourcePosition)
  case map([Entry], SourcePosition)

  var place: SourcePosition {
    switch self {
    case .scalar(let scalar): scalar.place
    case .list(_, let place), .map(_, let place): place
    }
  }

  /// What it is, for a message.
  var kind: String {
    switch self {
    case .scalar(let scalar) where scalar.text.isEmpty && !scalar.isQuoted: "nothing"
    case .scalar(let scalar): ScenarioFinding.quote(scalar.text)
    case .list: "a list"
    case .map: "a mapping"
    }
  }
}

/// Reads YAML as data and nothing else: one document, no anchors, aliases or tags, bounded.
struct YAMLTree {
  static let depthMax = 32
  static let refusal = "anchors, aliases and tags are refused"

  private let source: YAMLText

  static func read(_ source: YAMLText) throws(ScenarioFinding) -> YAMLValue {
    try YAMLTree(source: source).read()
  }

  private func read() throws(ScenarioFinding) -> YAMLValue {
    do {
      // The composed nodes know their anchors as long as the parser lives.
      // Scalars stay what is written: resolving types costs a dozen patterns a scalar.
      let parser = try Parser(yaml: self.source.text, resolver: .basic, encoding: .utf8)
      let node = try parser.singleRoot()
      guard let node else { throw ScenarioFinding(at: nil, "the file is empty") }
      return try withExtendedLifetime(parser) { try self.value(node, depth: 0) }
    } catch let finding as ScenarioFinding {
      throw finding
    } catch let error as YamlError {
      throw self.finding(error)
    } catch {
      throw ScenarioFinding(at: nil, "not YAML: \(error)")
    }
  }

  private func value(_ node: Node, depth: Int) throws(ScenarioFinding) -> YAMLValue {
    let place = self.place(node)
    guard depth < Self.depthMax else {
      throw ScenarioFinding(at: place, "too deep, allowed: \(Self.depthMax) levels")
    }
    // A tag is where the node begins; `!` at the beginning of a text must be quoted.
    let marks = [UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!")]
    let isMarked = self.source.byte(at: place).map(marks.contains) ?? false
    guard node.anchor == nil, !isMarked else { throw ScenarioFinding(at: place, Self.refusal) }
    switch node {
    case .alias:
      throw ScenarioFinding(at: place, Self.refusal)
    case .scalar(let scalar):
      return .scalar(try self.scalar(scalar, place))
    case .sequence(let sequence):
      var values: [YAMLValue] = []
      for child in sequence { values.append(try self.value(child, depth: depth + 1)) }
      return .list(values, place)
    case .mapping(let mapping):
      return try self.mapping(mapping, place, depth: depth)
    }
  }

  private func mapping(
    _ mapping: Node.Mapping, _ place: SourcePosition, depth: Int
  ) throws(ScenarioFinding) -> YAMLValue {
    var entries: [YAMLValue.Entry] = []
    var places: [String: SourcePosition] = [:]
    for (key, child) in mapping {
      guard case .scalar(let name) = try self.value(key, depth: depth + 1) else {
        throw ScenarioFinding(at: self.place(key), "a key must be a word")
      }
      if let first = places.updateValue(name.place, forKey: name.text) {
        throw Self.duplicate(name.text, at: name.place, "the one at \(first.line):\(first.column)")
      }
      let value = try self.value(child, depth: depth + 1)
      entries.append(YAMLValue.Entry(key: name.text, place: name.place, value: value))
    }
    return .map(entries, place)
  }

  private func scalar(
    _ scalar: Node.Scalar, _ place: SourcePosition
  ) throws(ScenarioFinding) -> YAMLScalar {
    let control = scalar.string.unicodeScalars.first {
      ($0.value < 0x20 && ![0x09, 0x0A, 0x0D].contains($0.value)) || $0.value == 0x7F
    }
    if let control {
      throw ScenarioFinding(
        at: place,
        "found \(control.escaped(asASCII: true)) in a text, allowed: no control characters")
    }
    return YAMLScalar(
      text: scalar.string, place: place, isLiteral: scalar.style == .literal,
      isQuoted: scalar.style != .plain && scalar.style != .any)
  }

  // MARK: Places and errors

  private func place(_ node: Node) -> SourcePosition {
    self.source.place(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func duplicate(
    _ key: String, at place: SourcePosition, _ allowed: String
  ) -> ScenarioFinding {
    ScenarioFinding(
      at: place,
      "duplicate key: found \(ScenarioFinding.quote(key)) again, allowed: \(allowed) only")
  }

  private func finding(_ error: YamlError) -> ScenarioFinding {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let text = problem == "found undefined alias" ? Self.refusal : "not YAML: \(problem)"
      return ScenarioFinding(
        at: self.source.place(line: mark.line, column: mark.column), text)
    case .duplicatedKeysInMapping(let keys, let context):
      let first = self.source.place(line: context.mark.line, column: context.mark.column)
      let key = keys.first ?? ""
      let again = self.source.repetition(of: key, at: first)
      return Self.duplicate(key, at: again ?? first, "the one at \(first.line):\(first.column)")
    default:
      return ScenarioFinding(at: nil, "not YAML: \(error)")
    }
  }
}
