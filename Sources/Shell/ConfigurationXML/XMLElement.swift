import ApplianceConfiguration

/// An element as the reader sees it: the model keeps what it does not read, as it is.
typealias XMLElement = ConfigurationElement
typealias XMLAttribute = ConfigurationAttribute

/// Words for places of a tree, such as `/config/log_subscriptions/log_text[2]/log_level`.
///
/// Siblings are counted once for each parent that is asked about.
struct XMLPathFinder {
  private let root: XMLElement
  /// For a parent's position, each child's name with its number where several have that name.
  private var labels: [SourcePosition: [String]] = [:]

  init(root: XMLElement) {
    self.root = root
  }

  /// The path of the element whose start tag is at `position`, or of the one that encloses it.
  ///
  /// - Returns: `/comment()` when `position` is before the root, in the header comment.
  mutating func path(at position: SourcePosition) -> String {
    guard position >= self.root.position else { return "/comment()" }
    var path = "/" + self.root.name
    var element = self.root
    while let index = Self.child(of: element, at: position) {
      path += "/" + self.labels(of: element)[index]
      element = element.children[index]
    }
    return path
  }

  /// The index of the last child that starts at or before `position`.
  private static func child(of element: XMLElement, at position: SourcePosition) -> Int? {
    var low = 0
    var high = element.children.count
    while low < high {
      let middle = (low + high) / 2
      if element.children[middle].position <= position { low = middle + 1 } else { high = middle }
    }
    // A place that is exactly an element's own start tag lies in no child of it.
    return low == 0 || element.position == position ? nil : low - 1
  }

  private mutating func labels(of element: XMLElement) -> [String] {
    if let known = self.labels[element.position] { return known }
    var totals: [String: Int] = [:]
    for child in element.children { totals[child.name, default: 0] += 1 }
    var seen: [String: Int] = [:]
    let result = element.children.map { child in
      guard totals[child.name, default: 0] > 1 else { return child.name }
      seen[child.name, default: 0] += 1
      return "\(child.name)[\(seen[child.name, default: 0])]"
    }
    self.labels[element.position] = result
    return result
  }
}
