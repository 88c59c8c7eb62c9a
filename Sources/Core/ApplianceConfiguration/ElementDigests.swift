/// The content of the elements of a forest as numbers, each made once.
///
/// Places do not count, nor does the order of siblings of different names. 64 bits of a keyed hash:
/// that two different ones of a million elements are taken for the same has a chance of 1 in
/// 30 million, anew at each run.
struct ElementDigests {
  /// An element, and where its number is.
  struct Slot {
    let element: ConfigurationElement
    fileprivate let index: Int
  }

  /// In the order of the file.
  private var values: [UInt64] = []
  /// How many elements each is, with all below it.
  private var sizes: [UInt32] = []
  /// The roots of the forest.
  let roots: [ConfigurationElement]

  init(_ roots: [ConfigurationElement]) {
    self.roots = roots
    for root in roots { self.add(root) }
  }

  /// The number of an element's content.
  func digest(of slot: Slot) -> UInt64 { self.values[slot.index] }

  var rootSlots: [Slot] { self.slots(self.roots, from: 0) }

  func children(of slot: Slot) -> [Slot] {
    self.slots(slot.element.children, from: slot.index + 1)
  }

  private func slots(_ elements: [ConfigurationElement], from start: Int) -> [Slot] {
    var index = start
    return elements.map { element in
      defer { index += Int(self.sizes[index]) }
      return Slot(element: element, index: index)
    }
  }

  @discardableResult
  private mutating func add(_ element: ConfigurationElement) -> UInt64 {
    let index = self.values.count
    self.values.append(0)
    self.sizes.append(0)
    var children: [(name: String, digest: UInt64)] = []
    children.reserveCapacity(element.children.count)
    for child in element.children { children.append((child.name, self.add(child))) }
    var hasher = Hasher()
    hasher.combine(element.name)
    hasher.combine(element.meaningfulText)
    for attribute in Self.sorted(element.attributes, by: \.name) { hasher.combine(attribute) }
    for child in Self.sorted(children, by: \.name) { hasher.combine(child.digest) }
    let digest = UInt64(bitPattern: Int64(hasher.finalize()))
    self.values[index] = digest
    self.sizes[index] = UInt32(clamping: self.values.count - index)
    return digest
  }

  /// By name; those of one name stay in their order.
  private static func sorted<Item>(_ items: [Item], by name: (Item) -> String) -> [Item] {
    let isSorted = zip(items, items.dropFirst()).allSatisfy { name($0) <= name($1) }
    if isSorted { return items }
    return items.enumerated().sorted {
      (name($0.element), $0.offset) < (name($1.element), $1.offset)
    }.map(\.element)
  }
}
