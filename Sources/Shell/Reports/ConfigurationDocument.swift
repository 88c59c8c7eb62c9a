public import ApplianceConfiguration

/// A configuration, or the difference of two, as JSON.
public enum ConfigurationDocument {
  /// The whole model: each value with its state and its place.
  public static func json(_ configuration: Configuration) throws -> [UInt8] {
    try JSONBytes.encode(JSONTree.object(self.members(configuration.outline())))
  }

  /// The whole model, and the offset of its zone, which is no part of it; null for a zone that is
  /// not known.
  public static func json(
    _ configuration: Configuration, zoneOffset: ZoneOffset?
  ) throws -> [UInt8] {
    var members = self.members(configuration.outline())
    members["time_zone_offset"] =
      zoneOffset.map { offset in
        .object([
          "seconds": .number(offset.seconds), "time": .text(offset.time),
          "source": .text(offset.source.rawValue),
        ])
      } ?? .null
    return try JSONBytes.encode(JSONTree.object(members))
  }

  /// What differs.
  public static func json(_ changes: [ConfigurationChange]) throws -> [UInt8] {
    try JSONBytes.encode(JSONTree.object(["changes": self.list(changes)]))
  }

  /// What differs of many files.
  public static func json(_ files: [FileDifference]) throws -> [UInt8] {
    var counts = Dictionary(
      uniqueKeysWithValues: FileDifference.Status.allCases.map { ($0.rawValue, 0) })
    for file in files { counts[file.status.rawValue, default: 0] += 1 }
    let list = files.map { file in
      JSONTree.object([
        "file": .text(file.name), "status": .text(file.status.rawValue),
        "changes": self.list(file.changes),
      ])
    }
    return try JSONBytes.encode(
      JSONTree.object([
        "files": .list(list), "summary": .object(counts.mapValues(JSONTree.number)),
      ]))
  }

  private static func list(_ changes: [ConfigurationChange]) -> JSONTree {
    .list(
      changes.map { change in
        var members: [String: JSONTree] = [
          "kind": .text(change.kind.rawValue), "path": .list(change.path.map(JSONTree.text)),
          "scope": change.scope.map(JSONTree.text) ?? .null,
          "from": change.from.map(JSONTree.text) ?? .null,
          "to": change.to.map(JSONTree.text) ?? .null, "text": .text(change.text),
          "fromPosition": self.place(change.fromPosition),
          "toPosition": self.place(change.toPosition),
        ]
        if let level = change.sameAs { members["sameAs"] = .text(level) }
        return .object(members)
      })
  }

  private static func members(_ nodes: [OutlineNode]) -> [String: JSONTree] {
    Dictionary(nodes.map { ($0.name, self.tree($0)) }, uniquingKeysWith: { first, _ in first })
  }

  private static func tree(_ node: OutlineNode) -> JSONTree {
    switch node.content {
    case .value(let setting): return .object(self.value(setting))
    case .group(let parts): return .object(self.members(parts))
    case .list(let items, _): return .list(items.map(self.item))
    case .elements(let elements): return .list(elements.map(self.element))
    }
  }

  private static func item(_ node: OutlineNode) -> JSONTree {
    guard case .value(let setting) = node.content else { return self.tree(node) }
    return .object(self.value(setting).merging(["item": .text(node.name)]) { one, _ in one })
  }

  private static func value(_ setting: Setting<OutlineNode.Value>?) -> [String: JSONTree] {
    guard let setting else { return ["state": .text("absent"), "value": .null] }
    var members: [String: JSONTree] = [:]
    switch setting.state {
    case .absent, .missing: members["state"] = .text("absent")
    case .present: members["state"] = .text("present")
    case .empty: members["state"] = .text("empty")
    case .notUnderstood(let text):
      members["state"] = .text("not understood")
      members["found"] = .text(text)
    }
    switch setting.value {
    case .number(let number): members["value"] = .number(number)
    case .flag(let flag): members["value"] = .flag(flag)
    case .text, .secret, .host: members["value"] = .text(setting.value.text)
    }
    if let position = setting.position {
      members["line"] = .number(position.line)
      members["column"] = .number(position.column)
    }
    return members
  }

  private static func element(_ element: ConfigurationElement) -> JSONTree {
    self.element(element, isInSecret: false)
  }

  private static func element(
    _ element: ConfigurationElement, isInSecret: Bool
  ) -> JSONTree {
    let isSecret = isInSecret || element.isSecret || element.namesSecret
    func shown(_ text: String, _ isHidden: Bool) -> JSONTree {
      .text(isHidden ? Diagnostic.hidden : text)
    }
    var members: [String: JSONTree] = [
      "element": .text(element.name), "line": .number(element.position.line),
      "column": .number(element.position.column),
    ]
    let text = element.meaningfulText
    if !text.isEmpty { members["text"] = shown(text, isSecret || SecretText.mayHold(text)) }
    if !element.attributes.isEmpty {
      members["attributes"] = .list(
        element.attributes.map {
          .object([
            "name": .text($0.name), "value": shown($0.value, isSecret || element.isSecret($0)),
          ])
        })
    }
    if !element.children.isEmpty {
      members["children"] = .list(
        element.children.map { self.element($0, isInSecret: isSecret) })
    }
    return .object(members)
  }

  private static func place(_ position: SourcePosition?) -> JSONTree {
    guard let position else { return .null }
    return .object(["line": .number(position.line), "column": .number(position.column)])
  }
}

/// JSON of any shape.
private enum JSONTree: Encodable {
  case null
  case text(String)
  case number(Int)
  case flag(Bool)
  case list([JSONTree])
  case object([String: JSONTree])

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .text(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .flag(let flag): try container.encode(flag)
    case .list(let list): try container.encode(list)
    case .object(let members): try container.encode(members)
    }
  }
}
