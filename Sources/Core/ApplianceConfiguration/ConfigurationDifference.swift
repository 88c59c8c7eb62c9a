/// One thing that two configurations say differently.
public struct ConfigurationChange: Hashable, Sendable {
  /// What happened to it.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case added, removed, changed
    /// The same items in another order, where the order means something.
    case reordered
  }

  /// What happened.
  public var kind: Kind
  /// The names on the way to it, such as `subscriptions`, `mail_logs`, `push_host`.
  public var path: [String]
  /// What the first says; `nil` when it says nothing, or what is there has no single value.
  public var from: String?
  /// What the second says.
  public var to: String?
  /// Where the first says it.
  public var fromPosition: SourcePosition?
  /// Where the second says it.
  public var toPosition: SourcePosition?

  /// Such as `subscription mail_logs: push host changed from 10.0.0.1 to 10.0.0.2`.
  public var text: String {
    var words = self.path.map { $0.replacing("_", with: " ") }
    var lead: [String] = []
    if self.path.count > 1, let singular = Self.singulars[self.path[0]] {
      lead = [singular + " " + self.path[1]]
      words = Array(words.dropFirst(2))
    } else if self.path.count > 2, let singular = Self.singulars[self.path[1]] {
      lead = [words[0], singular + " " + self.path[2]]
      words = Array(words.dropFirst(3))
    }
    if let subject = words.last ?? lead.popLast() {
      lead += words.dropLast()
      return (lead + [subject + self.event]).map(escapingControls).joined(separator: ": ")
    }
    return self.event
  }

  private var event: String {
    let from = self.from.map(Self.shown)
    let to = self.to.map(Self.shown)
    switch self.kind {
    case .added: return to.map { " set to \($0)" } ?? " added"
    case .removed: return from.map { " removed, was \($0)" } ?? " removed"
    case .changed: return " changed from \(from ?? "nothing") to \(to ?? "nothing")"
    case .reordered: return " in another order"
    }
  }

  private static func shown(_ text: String) -> String { text.isEmpty ? "nothing" : text }

  private static let singulars = [
    "interfaces": "interface", "users": "user", "bounce_profiles": "bounce profile",
    "smtp_routes": "SMTP route", "listeners": "listener", "subscriptions": "subscription",
    "recipients": "recipient", "headers": "header", "ports": "port", "routes": "route",
    "name_servers": "name server", "emptied": "emptied section", "kept": "element",
    "services": "service", "attributes": "attribute",
  ]
}

/// Compares two configurations by what they mean.
///
/// Items of a list are matched by name; their order counts only where it means something. A default
/// and the same value written out are the same, as are an empty text and none. The lines of the
/// header comment beyond product, model, version and serial number are not compared: they hold
/// the time of saving.
public enum ConfigurationDifference {
  /// What `second` says otherwise than `first`, in a fixed order.
  public static func changes(
    from first: Configuration, to second: Configuration
  ) -> [ConfigurationChange] {
    self.changes([], first.outline(), second.outline())
      .filter { $0.path.prefix(2) != ["appliance", "other_lines"] }
  }

  // MARK: Groups and lists

  private static func changes(
    _ path: [String], _ first: [OutlineNode], _ second: [OutlineNode], isOrdered: Bool = false
  ) -> [ConfigurationChange] {
    let (before, after) = (Self.keyed(first), Self.keyed(second))
    let beforeByKey = Dictionary(before, uniquingKeysWith: { one, _ in one })
    let afterByKey = Dictionary(after, uniquingKeysWith: { one, _ in one })
    var result: [ConfigurationChange] = []
    for (key, node) in before {
      let place = path + [key.text(of: node)]
      if let other = afterByKey[key] {
        result += self.changes(place, node, other)
      } else {
        result += self.whole(place, node, isAdded: false)
      }
    }
    for (key, node) in after where beforeByKey[key] == nil {
      result += self.whole(path + [key.text(of: node)], node, isAdded: true)
    }
    guard isOrdered else { return result }
    let common = (
      before.map(\.0).filter { afterByKey[$0] != nil },
      after.map(\.0).filter { beforeByKey[$0] != nil }
    )
    if common.0 != common.1 {
      result.append(ConfigurationChange(kind: .reordered, path: path))
    }
    return result
  }

  /// What a node is matched by, and which of several with that.
  private struct Key: Hashable {
    var name: String
    var number: Int

    func text(of node: OutlineNode) -> String {
      self.number == 1 ? node.name : "\(node.name)[\(self.number)]"
    }
  }

  private static func keyed(_ nodes: [OutlineNode]) -> [(Key, OutlineNode)] {
    var counts: [String: Int] = [:]
    return nodes.map { node in
      counts[node.key, default: 0] += 1
      return (Key(name: node.key, number: counts[node.key, default: 1]), node)
    }
  }

  private static func changes(
    _ path: [String], _ first: OutlineNode, _ second: OutlineNode
  ) -> [ConfigurationChange] {
    switch (first.content, second.content) {
    case (.value(let before), .value(let after)): return self.change(path, before, after)
    case (.group(let before), .group(let after)): return self.changes(path, before, after)
    case (.list(let before, let isOrdered), .list(let after, _)):
      // Elements that the model does not read are told apart by name and number.
      return self.changes(path, before, after, isOrdered: isOrdered && first.name != "kept")
    case (.element(let before), .element(let after)): return self.changes(path, before, after)
    default:
      return self.whole(path, first, isAdded: false) + self.whole(path, second, isAdded: true)
    }
  }

  private static func whole(
    _ path: [String], _ node: OutlineNode, isAdded: Bool
  ) -> [ConfigurationChange] {
    switch node.content {
    // An item that is named after its value is said once.
    case .value(.some(let setting)) where node.name.hasSuffix(setting.value.text):
      return [
        ConfigurationChange(
          kind: isAdded ? .added : .removed, path: path,
          fromPosition: isAdded ? nil : setting.position,
          toPosition: isAdded ? setting.position : nil)
      ]
    case .value(let setting):
      return isAdded ? self.change(path, nil, setting) : self.change(path, setting, nil)
    case .list(let items, _) where items.isEmpty: return []
    case .group, .list, .element:
      return [ConfigurationChange(kind: isAdded ? .added : .removed, path: path)]
    }
  }

  // MARK: Values

  private static func change(
    _ path: [String], _ first: Setting<OutlineNode.Value>?, _ second: Setting<OutlineNode.Value>?
  ) -> [ConfigurationChange] {
    let (before, after) = (self.meaning(first), self.meaning(second))
    guard before != after else { return [] }
    var kind = ConfigurationChange.Kind.changed
    if before == nil { kind = .added } else if after == nil { kind = .removed }
    return [
      ConfigurationChange(
        kind: kind, path: path, from: before.map(\.text), to: after.map(\.text),
        fromPosition: first?.position, toPosition: second?.position)
    ]
  }

  /// What is in force, or the text that is not understood.
  private static func meaning(_ setting: Setting<OutlineNode.Value>?) -> OutlineNode.Value? {
    guard let setting, setting.state != .empty else { return nil }
    if case .notUnderstood(let text) = setting.state { return .text(text) }
    return setting.value
  }

  // MARK: Elements

  private static func changes(
    _ path: [String], _ first: ConfigurationElement, _ second: ConfigurationElement
  ) -> [ConfigurationChange] {
    var result: [ConfigurationChange] = []
    let texts = (first.meaningfulText, second.meaningfulText)
    if texts.0 != texts.1 {
      let areSecret = [first, second].contains { $0.isSecret }
      result.append(
        ConfigurationChange(
          kind: .changed, path: path, from: areSecret ? "(hidden)" : Diagnostic.quote(texts.0),
          to: areSecret ? "(hidden)" : Diagnostic.quote(texts.1),
          fromPosition: first.position, toPosition: second.position))
    }
    let attributes = (Self.nodes(first.attributes), Self.nodes(second.attributes))
    result += self.changes(path, attributes.0, attributes.1)
    result += self.changes(
      path, first.children.map { OutlineNode($0.name, .element($0)) },
      second.children.map { OutlineNode($0.name, .element($0)) })
    return result
  }

  private static func nodes(_ attributes: [ConfigurationAttribute]) -> [OutlineNode] {
    attributes.map { OutlineNode("@" + $0.name, Setting($0.value)) }
  }
}

extension ConfigurationElement {
  /// The text, without the layout of an element that has children.
  public var meaningfulText: String {
    !self.children.isEmpty && self.text.allSatisfy(\.isWhitespace) ? "" : self.text
  }

  /// Whether its text must not be shown: keys and passphrases.
  public var isSecret: Bool {
    let name = self.name.lowercased()
    return ["pass", "secret", "key"].contains { name.contains($0) }
  }
}
