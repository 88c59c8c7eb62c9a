import ApplianceConfiguration

/// One attribute of an element.
struct XMLAttribute: Hashable, Sendable {
  var name: String
  var value: String
}

/// One element of a file: its content, and where its bytes stand in the file as it was read.
///
/// Byte offsets count from the file's first byte, a byte order mark included, so that an export can
/// splice what has changed into the original.
struct XMLElement: Hashable, Sendable {
  var name: String
  var attributes: [XMLAttribute] = []
  /// All text directly inside, CDATA included, line ends as LF.
  var text: String = ""
  var children: [XMLElement] = []
  /// The start tag's `<`.
  var position: SourcePosition
  /// From the start tag's `<` to behind the end tag's `>`.
  var byteRange: Range<Int>
  /// Between the tags; empty and at the end for `<x/>`.
  var contentRange: Range<Int>

  /// The attribute's value, or `nil` when it is absent.
  func attribute(_ name: String) -> String? {
    self.attributes.first { $0.name == name }?.value
  }
}

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
  /// - Returns: an empty text when `position` is outside the root.
  mutating func path(at position: SourcePosition) -> String {
    guard position >= self.root.position else { return "" }
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
