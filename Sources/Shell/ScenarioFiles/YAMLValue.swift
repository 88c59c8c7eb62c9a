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

  /// How often a text is parsed again without a key that stands twice.
  private static let parsesMax = 20

  private let source: YAMLText
  private let findings: ScenarioFindings

  /// Reads a text; the first thing that is refused is thrown.
  static func read(_ source: YAMLText) throws(ScenarioFinding) -> YAMLValue {
    let findings = ScenarioFindings()
    let value = try self.read(source, findings)
    if let first = findings.sorted().first { throw first }
    return value
  }

  /// Reads a text. What is refused goes to `findings`, and nothing more is found at its place.
  ///
  /// - Throws: what leaves nothing to read.
  static func read(
    _ source: YAMLText, _ findings: ScenarioFindings
  ) throws(ScenarioFinding) -> YAMLValue {
    let tree = YAMLTree(source: source, findings: findings)
    var readable = source
    for _ in 1..<self.parsesMax {
      do {
        return try tree.parse(readable)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        // The parser ends here: the second one is made another key, so that the rest can be read.
        let (key, finding) = tree.repetition(of: keys, context, in: readable)
        guard let place = finding.place, let masked = readable.masking(key, at: place) else {
          throw finding
        }
        findings.refuse(finding)
        readable = masked
      } catch let finding as ScenarioFinding {
        throw finding
      } catch let error as YamlError {
        throw tree.finding(error)
      } catch {
        throw ScenarioFinding(at: nil, "not YAML: \(error)")
      }
    }
    throw ScenarioFinding(at: nil, "a key is repeated, allowed: each key once")
  }

  private func parse(_ text: YAMLText) throws -> YAMLValue {
    // The composed nodes know their anchors as long as the parser lives.
    // Scalars stay what is written: resolving types costs a dozen patterns a scalar.
    let parser = try Parser(yaml: text.text, resolver: .basic, encoding: .utf8)
    let node = try parser.singleRoot()
    guard let node else { throw ScenarioFinding(at: nil, "the file is empty") }
    return try withExtendedLifetime(parser) { try self.value(node, depth: 0) }
  }

  private func value(_ node: Node, depth: Int) throws(ScenarioFinding) -> YAMLValue {
    let place = self.place(node)
    guard depth < Self.depthMax else {
      throw ScenarioFinding(at: place, "too deep, allowed: \(Self.depthMax) levels")
    }
    // A tag is where the node begins; `!` at the beginning of a text must be quoted.
    let marks = [UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!")]
    let isMarked = self.source.byte(at: place).map(marks.contains) ?? false
    guard node.anchor == nil, !isMarked else {
      return self.refused(ScenarioFinding(at: place, Self.refusal))
    }
    switch node {
    case .alias:
      return self.refused(ScenarioFinding(at: place, Self.refusal))
    case .scalar(let scalar):
      return self.scalar(scalar, place)
    case .sequence(let sequence):
      var values: [YAMLValue] = []
      for child in sequence { values.append(try self.value(child, depth: depth + 1)) }
      return .list(values, place)
    case .mapping(let mapping):
      return try self.mapping(mapping, place, depth: depth)
    }
  }

  /// An empty value in the place of one that is refused.
  private func refused(_ finding: ScenarioFinding) -> YAMLValue {
    self.findings.refuse(finding)
    return .scalar(YAMLScalar(text: "", place: finding.place ?? SourcePosition(line: 1, column: 1)))
  }

  private func mapping(
    _ mapping: Node.Mapping, _ place: SourcePosition, depth: Int
  ) throws(ScenarioFinding) -> YAMLValue {
    var entries: [YAMLValue.Entry] = []
    var places: [String: SourcePosition] = [:]
    for (key, child) in mapping {
      guard case .scalar(let name) = try self.value(key, depth: depth + 1) else {
        self.findings.refuse(ScenarioFinding(at: self.place(key), "a key must be a word"))
        continue
      }
      if let first = places.updateValue(name.place, forKey: name.text) {
        self.findings.refuse(
          Self.duplicate(
            name.text, at: name.place, "the one at \(first.line):\(first.column)"))
        continue
      }
      let value = try self.value(child, depth: depth + 1)
      entries.append(YAMLValue.Entry(key: name.text, place: name.place, value: value))
    }
    return .map(entries, place)
  }

  private func scalar(
    _ scalar: Node.Scalar, _ place: SourcePosition
  ) -> YAMLValue {
    let control = scalar.string.unicodeScalars.first {
      ($0.value < 0x20 && ![0x09, 0x0A, 0x0D].contains($0.value)) || $0.value == 0x7F
    }
    if let control {
      return self.refused(
        ScenarioFinding(
          at: place,
          "found \(control.escaped(asASCII: true)) in a text, allowed: no control characters"))
    }
    return .scalar(
      YAMLScalar(
        text: scalar.string, place: place, isLiteral: scalar.style == .literal,
        isQuoted: scalar.style != .plain && scalar.style != .any))
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

  /// The first key that the parser found twice in one mapping.
  private func repetition(
    of keys: [String], _ context: YamlError.Context, in text: YAMLText
  ) -> (key: String, finding: ScenarioFinding) {
    let first = self.source.place(line: context.mark.line, column: context.mark.column)
    let key = keys.first ?? ""
    let again = text.repetition(of: key, at: first)
    return (
      key, Self.duplicate(key, at: again ?? first, "the one at \(first.line):\(first.column)")
    )
  }

  private func finding(_ error: YamlError) -> ScenarioFinding {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      let text = problem == "found undefined alias" ? Self.refusal : "not YAML: \(problem)"
      return ScenarioFinding(
        at: self.source.place(line: mark.line, column: mark.column), text)
    default:
      return ScenarioFinding(at: nil, "not YAML: \(error)")
    }
  }
}
