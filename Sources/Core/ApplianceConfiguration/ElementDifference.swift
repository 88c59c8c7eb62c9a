internal import Text

/// Compares elements that the model does not read: siblings of one name are matched by what they
/// are called, else by content, never by place.
struct ElementDifference {
  private typealias Slot = ElementDigests.Slot

  /// Of more elements that moved in one list, only that the order is another is told.
  private static let movedMax = 10
  /// How many of those that were added a removed one is compared with.
  private static let window = 8

  private let first: ElementDigests
  private let second: ElementDigests
  private let path: [String]
  private var changes: [ConfigurationChange] = []

  /// What the second elements say otherwise than the first, in the order of the first file's names.
  static func changes(
    _ path: [String], from first: [ConfigurationElement], to second: [ConfigurationElement]
  ) -> [ConfigurationChange] {
    var difference = Self(path: path, first: first, second: second)
    difference.compare([], difference.first.rootSlots, difference.second.rootSlots, isSecret: false)
    return difference.changes
  }

  private init(path: [String], first: [ConfigurationElement], second: [ConfigurationElement]) {
    self.path = path
    self.first = ElementDigests(first)
    self.second = ElementDigests(second)
  }

  // MARK: Siblings

  /// Siblings of one name.
  private struct Group {
    var first: [Slot] = []
    var second: [Slot] = []
  }

  private mutating func compare(
    _ names: [String], _ first: [Slot], _ second: [Slot], isSecret: Bool
  ) {
    var order: [String] = []
    var groups: [String: Group] = [:]
    for slot in first {
      let name = slot.element.name
      if groups[name] == nil { order.append(name) }
      groups[name, default: Group()].first.append(slot)
    }
    for slot in second {
      let name = slot.element.name
      if groups[name] == nil { order.append(name) }
      groups[name, default: Group()].second.append(slot)
    }
    for name in order {
      self.compare(names, groups[name, default: Group()], called: name, isSecret: isSecret)
    }
  }

  private mutating func compare(
    _ names: [String], _ group: Group, called name: String, isSecret: Bool
  ) {
    let isSame = group.first.elementsEqual(group.second) {
      self.first.digest(of: $0) == self.second.digest(of: $1)
    }
    if isSame { return }
    let match = GroupMatch(
      first: Side(group.first, self.first), second: Side(group.second, self.second))
    for (index, slot) in group.first.enumerated() {
      let place = names + [match.word(first: index)]
      if let other = match.secondOf[index] {
        let other = group.second[other]
        guard self.first.digest(of: slot) != self.second.digest(of: other) else { continue }
        self.compare(names + [match.word(first: index)], slot, other, isSecret: isSecret)
      } else {
        self.add(place, slot.element, isAdded: false, isSecret: isSecret)
      }
    }
    for (index, slot) in group.second.enumerated() where match.firstOf[index] == nil {
      self.add(
        names + [match.word(second: index)], slot.element, isAdded: true, isSecret: isSecret)
    }
    self.addMoved(names, match, group, called: name)
  }

  private mutating func addMoved(
    _ names: [String], _ match: GroupMatch, _ group: Group, called name: String
  ) {
    // One that keeps its number has moved among the others: numbers would not say how.
    guard match.moved.count <= Self.movedMax, match.moved.allSatisfy({ $0.first != $0.second })
    else {
      self.append(
        ConfigurationChange(
          kind: .reordered, path: names + [name], fromPosition: group.first.first?.position,
          toPosition: group.second.first?.position))
      return
    }
    for pair in match.moved {
      self.append(
        ConfigurationChange(
          kind: .moved, path: names + [match.word(first: pair.first)],
          from: "place \(pair.first + 1)", to: "place \(pair.second + 1)",
          fromPosition: group.first[pair.first].position,
          toPosition: group.second[pair.second].position))
    }
  }

  // MARK: One element

  private mutating func add(
    _ names: [String], _ element: ConfigurationElement, isAdded: Bool, isSecret: Bool
  ) {
    let isHidden = isSecret || element.isSecret || element.namesSecret
    let text =
      element.children.isEmpty && !element.meaningfulText.isEmpty
      ? Self.shown(element.text, isHidden: isHidden) : nil
    self.append(
      ConfigurationChange(
        kind: isAdded ? .added : .removed, path: names, from: isAdded ? nil : text,
        to: isAdded ? text : nil, fromPosition: isAdded ? nil : element.position,
        toPosition: isAdded ? element.position : nil))
  }

  private mutating func compare(
    _ names: [String], _ first: Slot, _ second: Slot, isSecret: Bool
  ) {
    let isHidden =
      isSecret || first.element.isSecret || first.element.namesSecret
      || second.element.namesSecret
    let texts = (first.element.meaningfulText, second.element.meaningfulText)
    if texts.0 != texts.1 {
      self.append(
        ConfigurationChange(
          kind: .changed, path: names, from: Self.shown(texts.0, isHidden: isHidden),
          to: Self.shown(texts.1, isHidden: isHidden), fromPosition: first.position,
          toPosition: second.position))
    }
    self.compareAttributes(names, first, second, isSecret: isHidden)
    self.compare(
      names, self.first.children(of: first), self.second.children(of: second), isSecret: isHidden)
  }

  private mutating func compareAttributes(
    _ names: [String], _ first: Slot, _ second: Slot, isSecret: Bool
  ) {
    func shown(_ attribute: ConfigurationAttribute) -> String {
      Self.shown(
        attribute.value, isHidden: isSecret || first.element.isSecret(attribute))
    }
    for attribute in first.element.attributes {
      let other = second.element.attributes.first { $0.name == attribute.name }
      guard attribute.value != other?.value else { continue }
      self.append(
        ConfigurationChange(
          kind: other == nil ? .removed : .changed, path: names + ["@" + attribute.name],
          from: shown(attribute), to: other.map(shown), fromPosition: first.position,
          toPosition: other == nil ? nil : second.position))
    }
    for attribute in second.element.attributes
    where first.element.attribute(attribute.name) == nil {
      self.append(
        ConfigurationChange(
          kind: .added, path: names + ["@" + attribute.name], to: shown(attribute),
          toPosition: second.position))
    }
  }

  private static let privateKey = ByteSearch("PRIVATE KEY-----")

  private static func shown(_ text: String, isHidden: Bool) -> String {
    isHidden || self.privateKey.isFound(in: text) || SecretText.mayHold(text)
      ? "(hidden)" : Diagnostic.quote(text)
  }

  private mutating func append(_ change: ConfigurationChange) {
    var change = change
    change.elementNames = change.path.count
    change.path = self.path + change.path
    self.changes.append(change)
  }
}

extension ElementDigests.Slot {
  fileprivate var position: SourcePosition { self.element.position }
}

extension ElementDifference {
  /// Siblings of one name in one file.
  private struct Side {
    let slots: [ElementDigests.Slot]
    let digests: ElementDigests
    let labels: [String?]
    /// Whether each label is what the element itself is called.
    let isOwn: [Bool]

    init(_ slots: [ElementDigests.Slot], _ digests: ElementDigests) {
      self.slots = slots
      self.digests = digests
      let found = slots.map { ElementLabel.find(in: $0.element) }
      self.labels = found.map { $0?.text }
      self.isOwn = found.map { $0?.isOwn ?? false }
    }

    /// How often each label stands there.
    var labelCounts: [String: Int] {
      Dictionary(self.labels.compactMap(\.self).map { ($0, 1) }, uniquingKeysWith: +)
    }
  }

  /// Which of the siblings of one name belong together.
  private struct GroupMatch {
    /// For each of the first file's, the place of its like in the second's; and the reverse.
    private(set) var secondOf: [Int: Int] = [:]
    private(set) var firstOf: [Int: Int] = [:]
    /// Those that stand in another order, as few as possible.
    private(set) var moved: [SequenceAlignment.Pair] = []
    private let first: Side
    private let second: Side
    /// Labels that stand at most once on each side: these name an element.
    private let telling: Set<String>

    /// What siblings are matched by.
    private enum Key: Hashable {
      case label(String)
      case content(UInt64)
    }

    init(first: Side, second: Side) {
      self.first = first
      self.second = second
      let counts = (first.labelCounts, second.labelCounts)
      self.telling = Set(
        counts.0.merging(counts.1, uniquingKeysWith: max).filter { $0.value == 1 }.keys)
      if first.slots.count == 1, second.slots.count == 1 {
        // As among several: what is called otherwise is another one.
        let isOther =
          first.isOwn[0] && second.isOwn[0] && first.labels[0] != second.labels[0]
        if !isOther, self.isAlike(0, 0, isOnly: true) { self.match(.init(first: 0, second: 0)) }
        return
      }
      var numbers: [Key: Int] = [:]
      let keys = [first, second].map { side in
        side.slots.indices.map { index in
          let key = self.key(index, of: side)
          let number = numbers[key] ?? numbers.count
          numbers[key] = number
          return number
        }
      }
      let ordered = SequenceAlignment.pairs(keys[0], keys[1])
      ordered.forEach { self.match($0) }
      self.matchMoved(keys[0], keys[1])
      self.matchGaps(between: ordered)
    }

    private mutating func match(_ pair: SequenceAlignment.Pair) {
      self.secondOf[pair.first] = pair.second
      self.firstOf[pair.second] = pair.first
    }

    private func key(_ index: Int, of side: Side) -> Key {
      if let label = side.labels[index], self.telling.contains(label) { return .label(label) }
      return .content(side.digests.digest(of: side.slots[index]))
    }

    /// Those that are not in order: they are there, and moved.
    private mutating func matchMoved(_ first: [Int], _ second: [Int]) {
      var places: [Int: [Int]] = [:]
      for index in second.indices.reversed() where self.firstOf[index] == nil {
        places[second[index], default: []].append(index)
      }
      for index in first.indices where self.secondOf[index] == nil {
        guard let place = places[first[index]]?.popLast() else { continue }
        let pair = SequenceAlignment.Pair(first: index, second: place)
        self.match(pair)
        self.moved.append(pair)
      }
    }

    /// Between two that are matched, what was removed and what was added can be one, changed.
    private mutating func matchGaps(between ordered: [SequenceAlignment.Pair]) {
      var start = SequenceAlignment.Pair(first: 0, second: 0)
      let end = SequenceAlignment.Pair(
        first: self.first.slots.count, second: self.second.slots.count)
      for pair in ordered + [end] {
        self.matchGap(start.first..<pair.first, start.second..<pair.second)
        start = SequenceAlignment.Pair(first: pair.first + 1, second: pair.second + 1)
      }
    }

    private mutating func matchGap(_ first: Range<Int>, _ second: Range<Int>) {
      let removed = first.filter { self.secondOf[$0] == nil && !self.isTelling($0, self.first) }
      var added = second.filter { self.firstOf[$0] == nil && !self.isTelling($0, self.second) }[...]
      let isOnly = removed.count == 1 && added.count == 1
      for index in removed {
        let near = added.prefix(ElementDifference.window)
        guard let found = near.firstIndex(where: { self.isAlike(index, $0, isOnly: isOnly) })
        else { continue }
        self.match(.init(first: index, second: added[found]))
        // What is matched stays in order.
        added = added[(found + 1)...]
      }
    }

    private func isTelling(_ index: Int, _ side: Side) -> Bool {
      side.labels[index].map(self.telling.contains) ?? false
    }

    /// Whether two that are neither called the same nor the same are one that changed.
    ///
    /// Leaves are when nothing else comes into question; others by half of their children.
    private func isAlike(_ first: Int, _ second: Int, isOnly: Bool) -> Bool {
      let slots = (self.first.slots[first], self.second.slots[second])
      let labels = (self.first.labels[first], self.second.labels[second])
      if labels.0 == labels.1, isOnly, self.first.slots.count == 1 { return true }
      if slots.0.element.children.isEmpty || slots.1.element.children.isEmpty { return isOnly }
      var counts: [UInt64: Int] = [:]
      let children = (
        self.first.digests.children(of: slots.0), self.second.digests.children(of: slots.1)
      )
      for child in children.0 { counts[self.first.digests.digest(of: child), default: 0] += 1 }
      var shared = 0
      for child in children.1 {
        let digest = self.second.digests.digest(of: child)
        guard let count = counts[digest], count > 0 else { continue }
        counts[digest] = count - 1
        shared += 1
      }
      return shared * 2 >= max(children.0.count, children.1.count)
    }

    // MARK: Words

    /// How one of the first file's is called: as its like in the second, where there is one.
    func word(first index: Int) -> String {
      if let other = self.secondOf[index] { return self.word(second: other) }
      return self.word(index, of: self.first)
    }

    func word(second index: Int) -> String { self.word(index, of: self.second) }

    private func word(_ index: Int, of side: Side) -> String {
      let name = side.slots[index].element.name
      if let label = side.labels[index], self.telling.contains(label), !SecretText.mayHold(label),
        !(self.first.slots.count == 1 && self.second.slots.count == 1 && !self.isBothCalled(label))
      {
        return "\(name) \(Diagnostic.quote(label))"
      }
      let isOnly = self.first.slots.count <= 1 && self.second.slots.count <= 1
      return isOnly ? name : "\(name)[\(index + 1)]"
    }

    /// Of one whose name changed, neither name says which is meant.
    private func isBothCalled(_ label: String) -> Bool {
      self.secondOf.isEmpty || self.first.labels == self.second.labels
    }
  }
}
