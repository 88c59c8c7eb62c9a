import ApplianceConfiguration

/// What a file holds that is not modelled, and what its names may have been meant as.
///
/// An archive has files with thousands of names that are not known: what is compared with them is
/// prepared once, each name is looked up once an element, and nothing else is kept of it.
struct UnmodelledNames {
  /// What is known of an unknown name in elements of one name.
  struct Name {
    /// The known name that it is near to; empty for none.
    let hint: String
    fileprivate var count = 0
    fileprivate var bytes = 0
  }

  /// What is known of the names within elements of one name.
  private struct Container {
    let parent: String
    let known: Set<String>
    let beginnings: [String]
    /// The known names, and those of logs without what they all share.
    let near: NearNames
    let nearLogs: NearNames
    let allowed: String
    var names: [String: Name] = [:]

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

  /// How many names are compared with those known: a hostile file has a million.
  static let hintsMax = 10_000

  private var containers: [Container] = []
  private var last = 0
  private var hintCount = 0
  /// By the element's name, then by the attribute's.
  private var attributes: [String: [String: Int]] = [:]

  // MARK: Names

  /// The known names as words.
  mutating func allowed(_ known: Set<String>, in parent: String) -> String {
    self.containers[self.index(parent, known)].allowed
  }

  /// Whether a name that is not listed begins as known ones do.
  mutating func isKnownBeginning(
    _ name: String, in parent: String, among known: Set<String>
  ) -> Bool {
    self.containers[self.index(parent, known)].beginnings.contains { name.hasPrefix($0) }
  }

  /// The known name nearest to an unknown one; empty when none is near. Each pair is compared once,
  /// and not without end.
  mutating func hint(for name: String, in parent: String, among known: Set<String>) -> String {
    let index = self.index(parent, known)
    if let name = self.containers[index].names[name] { return name.hint }
    guard self.hintCount < Self.hintsMax else { return "" }
    self.hintCount += 1
    let hint = self.containers[index].nearest(to: name) ?? ""
    self.containers[index].names[name] = Name(hint: hint)
    return hint
  }

  private mutating func index(_ parent: String, _ known: Set<String>) -> Int {
    func isSame(_ container: Container) -> Bool {
      container.parent == parent && container.known == known
    }
    if self.last < self.containers.count, isSame(self.containers[self.last]) { return self.last }
    if let index = self.containers.firstIndex(where: isSame) {
      self.last = index
    } else {
      self.containers.append(Container(parent: parent, known: known))
      self.last = self.containers.count - 1
    }
    return self.last
  }

  // MARK: Sizes

  /// Counts an element within a section that is not modelled.
  ///
  /// - Returns: whether it is the first of its name.
  @discardableResult
  mutating func note(
    _ element: XMLElement, in parent: String, among known: Set<String>
  ) -> Bool {
    let index = self.index(parent, known)
    guard let place = self.containers[index].names.index(forKey: element.name) else {
      self.containers[index].names[element.name] = Name(
        hint: "", count: 1, bytes: element.byteRange.count)
      return true
    }
    self.containers[index].names.values[place].count += 1
    self.containers[index].names.values[place].bytes += element.byteRange.count
    return self.containers[index].names.values[place].count == 1
  }

  /// Counts an attribute that is not modelled.
  mutating func note(_ attribute: XMLAttribute, of element: XMLElement) {
    self.attributes[element.name, default: [:]][attribute.name, default: 0] += 1
  }

  /// How much of the file is modelled.
  ///
  /// - Parameter namesMax: how many names are told apart.
  func coverage(of root: XMLElement, namesMax: Int) -> ConfigurationCoverage {
    var coverage = ConfigurationCoverage(namesMax: namesMax)
    for section in root.children {
      if KnownNames.modelled.contains(section.name) {
        coverage.addChecked(bytes: section.byteRange.count)
      } else {
        coverage.addUnmodelled(section.name, bytes: section.byteRange.count)
      }
    }
    for container in self.containers where container.parent != root.name {
      for (name, sum) in container.names where sum.count > 0 {
        coverage.exclude(
          .init(name: "\(container.parent)/\(name)", count: sum.count, bytes: sum.bytes))
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
