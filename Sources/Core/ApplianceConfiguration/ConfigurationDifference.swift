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
      return self.changes(path, before, after, isOrdered: isOrdered)
    case (.elements(let before), .elements(let after)):
      return ElementDifference.changes(path, from: before, to: after)
    default:
      return self.whole(path, first, isAdded: false) + self.whole(path, second, isAdded: true)
    }
  }

  private static func whole(
    _ path: [String], _ node: OutlineNode, isAdded: Bool
  ) -> [ConfigurationChange] {
    switch node.content {
    // The outline of a push's delivery leaves out what is not written.
    case .value(let setting) where self.isDelivery(path, itsDefault: setting): return []
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
    case .elements(let elements):
      return ElementDifference.changes(
        path, from: isAdded ? [] : elements, to: isAdded ? elements : [])
    case .group, .list:
      return [ConfigurationChange(kind: isAdded ? .added : .removed, path: path)]
    }
  }

  private static func isDelivery(
    _ path: [String], itsDefault setting: Setting<OutlineNode.Value>?
  ) -> Bool {
    guard path.dropLast().last == "push_delivery", let name = path.last,
      let value = self.meaning(setting)
    else { return false }
    return DeliveryField.named(inOutline: name)?.absent == value
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
}

extension ConfigurationElement {
  /// The text; white space alone is layout, and no content.
  public var meaningfulText: String {
    self.text.utf8.allSatisfy(XMLBlank.isBlank) ? "" : self.text
  }

  /// Whether its text must not be shown: keys and passphrases.
  public var isSecret: Bool { Self.isSecret(self.name) }

  /// Whether what an element or attribute of that name holds must not be shown.
  static func isSecret(_ name: String) -> Bool { NameWords(name.utf8).isSecret }
}
