import ApplianceConfiguration

/// An element as the reader sees it: the model keeps what it does not read, as it is.
typealias XMLElement = ConfigurationElement
typealias XMLAttribute = ConfigurationAttribute

/// Gets the number of elements, or of parts of a text, that a step of reading looks at.
///
/// No time is measured by it: tests compare the sums of a file and of one twice as large.
typealias StepCount = @Sendable (Int) -> Void

/// Words for places of a tree, such as `/config/log_subscriptions/log_text[2]/log_level`.
///
/// Siblings are counted once for each parent that is asked about.
struct XMLPathFinder {
  private let root: XMLElement
  private let countSteps: StepCount?
  /// For a parent's position, each child's number among those of its name; 0 for the only one.
  private var numbers: [SourcePosition: [Int]] = [:]

  init(root: XMLElement, countSteps: StepCount? = nil) {
    self.root = root
    self.countSteps = countSteps
  }

  /// The path of the element whose start tag is at `position`, or of the one that encloses it.
  ///
  /// - Returns: `/comment()` when `position` is before the root, in the header comment.
  mutating func path(at position: SourcePosition) -> String {
    guard position >= self.root.position else { return "/comment()" }
    var path = "/"
    path.reserveCapacity(80)
    path += self.root.name
    var element = self.root
    while let index = Self.child(of: element, at: position) {
      let number = self.number(of: index, in: element)
      element = element.children[index]
      path += "/"
      path += element.name
      if number > 0 { path += "[\(number)]" }
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

  /// The number of a child among those of its name; 0 for the only one.
  private mutating func number(of index: Int, in element: XMLElement) -> Int {
    let children = element.children
    guard children.count <= Self.countedMax else { return self.numbers(of: element)[index] }
    self.countSteps?(children.count)
    let name = children[index].name
    var (total, number) = (0, 0)
    for other in children.indices where children[other].name == name {
      total += 1
      if other <= index { number += 1 }
    }
    return total > 1 ? number : 0
  }

  /// How many children are counted each time; the numbers of more are kept.
  private static let countedMax = 16

  private mutating func numbers(of element: XMLElement) -> [Int] {
    if let known = self.numbers[element.position] { return known }
    let children = element.children
    self.countSteps?(children.count)
    var kinds: [String: Int] = [:]
    var totals: [Int] = []
    // The kind of each child, so that each name is looked up once.
    let kindOfEach = children.indices.map { index in
      let kind = kinds[children[index].name] ?? totals.count
      if kind == totals.count {
        kinds[children[index].name] = kind
        totals.append(0)
      }
      totals[kind] += 1
      return kind
    }
    var seen = [Int](repeating: 0, count: totals.count)
    let result = kindOfEach.map { kind in
      seen[kind] += 1
      return totals[kind] > 1 ? seen[kind] : 0
    }
    self.numbers[element.position] = result
    return result
  }
}
