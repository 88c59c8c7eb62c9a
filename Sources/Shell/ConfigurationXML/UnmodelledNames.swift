import ApplianceConfiguration

/// What a file holds that is not modelled, and what its names may have been meant as.
///
/// An archive has files with thousands of names that are not known: what is compared with them is
/// prepared once, and nothing is kept of a section that is not known.
struct UnmodelledNames {
  /// What is known of the names within elements of one name.
  private final class Container {
    let parent: String
    let known: Set<String>
    let beginnings: [String]
    /// The known names, and those of logs without what they all share.
    let near: NearNames
    let nearLogs: NearNames
    let allowed: String

    init(parent: String, known: Set<String>) {
      self.parent = parent
      self.known = known
      self.beginnings = KnownNames.beginnings[parent] ?? []
      let sorted = known.sorted()
      self.near = NearNames(sorted)
      self.nearLogs = NearNames(
        sorted.filter { $0.hasPrefix(Self.logBeginning) }
          .map { String($0.dropFirst(Self.logBeginning.utf8.count)) })
      self.allowed = sorted.joined(separator: ", ")
    }

    static let logBeginning = "log_"

    /// `log_ctr` is not near to `log_cli`, so what all names of logs share is left out.
    func nearest(to name: String) -> String? {
      guard name.hasPrefix(Self.logBeginning) else { return self.near.nearest(to: name) }
      let rest = String(name.dropFirst(Self.logBeginning.utf8.count))
      return self.nearLogs.nearest(to: rest).map { Self.logBeginning + $0 }
    }
  }

  private struct Sum {
    var count = 0
    var bytes = 0
  }

  private var containers: [Container] = []
  private var last: Container?
  /// Of what lies within sections that are checked, by the parent's name and then the element's.
  private var sums: [String: [String: Sum]] = [:]
  private var sections: Set<String> = []
  /// By the element's name, then by the attribute's.
  private var attributes: [String: [String: Int]] = [:]

  // MARK: Names

  /// The known names as words.
  mutating func allowed(_ known: Set<String>, in parent: String) -> String {
    self.container(parent, known).allowed
  }

  /// Whether a name that is not listed begins as known ones do.
  mutating func isKnownBeginning(
    _ name: String, in parent: String, among known: Set<String>
  ) -> Bool {
    self.container(parent, known).beginnings.contains { name.hasPrefix($0) }
  }

  /// The known name nearest to an unknown one; empty when none is near.
  ///
  /// A name is compared each time: that costs less than to look it up.
  mutating func hint(for name: String, in parent: String, among known: Set<String>) -> String {
    self.container(parent, known).nearest(to: name) ?? ""
  }

  private mutating func container(_ parent: String, _ known: Set<String>) -> Container {
    if let last, last.parent == parent, last.known == known { return last }
    let container =
      self.containers.first { $0.parent == parent && $0.known == known }
      ?? Container(parent: parent, known: known)
    if !self.containers.contains(where: { $0 === container }) { self.containers.append(container) }
    self.last = container
    return container
  }

  // MARK: Sizes

  /// Counts an element within a section that is checked.
  ///
  /// - Returns: whether it is the first of its name.
  @discardableResult
  mutating func note(_ element: XMLElement, in parent: String) -> Bool {
    var sum = self.sums[parent, default: [:]][element.name] ?? Sum()
    sum.count += 1
    sum.bytes += element.byteRange.count
    self.sums[parent, default: [:]][element.name] = sum
    return sum.count == 1
  }

  /// Whether no section of this name was asked about before.
  mutating func isFirstSection(_ name: String) -> Bool { self.sections.insert(name).inserted }

  /// Counts an attribute that is not modelled.
  mutating func note(_ attribute: XMLAttribute, of element: XMLElement) {
    self.attributes[element.name, default: [:]][attribute.name, default: 0] += 1
  }

  /// How much of the file is modelled.
  ///
  /// - Parameters:
  ///   - isModelled: for each section whether it is.
  ///   - namesMax: how many names are told apart.
  func coverage(
    of root: XMLElement, isModelled: [Bool], namesMax: Int
  ) -> ConfigurationCoverage {
    var coverage = ConfigurationCoverage(namesMax: namesMax)
    let sections = root.children
    for index in sections.indices {
      if isModelled[index] {
        coverage.addChecked(bytes: sections[index].byteRange.count)
      } else {
        coverage.addUnmodelled(sections[index].name, bytes: sections[index].byteRange.count)
      }
    }
    for (parent, sums) in self.sums {
      for (name, sum) in sums {
        coverage.exclude(.init(name: "\(parent)/\(name)", count: sum.count, bytes: sum.bytes))
      }
    }
    for (element, counts) in self.attributes {
      for (name, count) in counts {
        coverage.exclude(.init(name: "\(element)/@\(name)", count: count, bytes: 0))
      }
    }
    return coverage
  }
}
