import ApplianceConfiguration

/// What is wrong with the levels of a cluster's export: nothing of them is left out in silence.
extension ClusterLayout {
  /// How many unknown names are compared with those known: a hostile file has a million.
  private static let hintsMax = 10_000

  /// One element holds the levels; `clusters` are all that may, in the order of the file.
  mutating func checkOthers(_ clusters: [XMLElement]) {
    let place = "\(self.cluster.position.line):\(self.cluster.position.column)"
    for other in clusters where other.position != self.cluster.position {
      self.findings.append(
        Diagnostic(
          .repetitionDoubtful, at: other.position, found: "<\(other.name)>",
          allowed: "the <\(self.cluster.name)> at \(place) only", assumed: "that one alone"))
    }
  }

  /// A cluster, group or machine: its name once, no text, children that are sections or levels.
  mutating func checkLevel(_ level: XMLElement, names: [String]) {
    self.checkContent(of: level, attributes: names)
    // A machine's host name is one of its settings too.
    let spelt = names.filter { $0 != "hostname" }
    let isMachine = ClusterNames.machines.contains(level.name)
    let attribute = spelt.first { level.attribute($0) != nil }
    var first = attribute.map { "attribute " + $0 }
    for child in level.children {
      if spelt.contains(child.name) {
        if let first { self.reportRepeated(child, first) }
        first = first ?? "<\(child.name)>"
      } else if child.name == ClusterNames.sections {
        self.checkContent(of: child, attributes: [])
      } else if !ClusterNames.all.contains(child.name) {
        self.checkSection(child)
      } else if ClusterNames.words.contains(child.name),
        !isMachine || child.name != ClusterNames.groupOfMachine
      {
        self.reportUnexpected(child, in: level, allowed: spelt.joined(separator: ", "))
      }
    }
    guard isMachine else { return }
    for other in level.children.filter({ $0.name == ClusterNames.groupOfMachine }).dropFirst() {
      self.reportRepeated(other, "the first <\(other.name)>")
    }
  }

  private mutating func reportUnexpected(
    _ child: XMLElement, in level: XMLElement, allowed: String
  ) {
    self.findings.append(
      Diagnostic(
        .contentDoubtful, at: child.position, found: "<\(child.name)> in <\(level.name)>",
        allowed: allowed, assumed: ElementReader.notThere))
  }

  /// A list holds groups, machines and lists.
  mutating func checkList(_ list: XMLElement) {
    self.checkContent(of: list, attributes: [])
    let levels = ClusterNames.all.subtracting(ClusterNames.words)
      .union(list.name == ClusterNames.root ? ClusterNames.clusters : [])
    for child in list.children where !levels.contains(child.name) {
      if !ClusterNames.words.contains(child.name), self.checkSection(child) { continue }
      self.reportUnexpected(child, in: list, allowed: "groups and machines")
    }
  }

  /// Names that are taken, and groups that are not there.
  mutating func checkMachines() {
    var first: [String: XMLElement] = [:]
    for machine in self.machines {
      self.countSteps?(machine.element.children.count + 1)
      if let taken = first[machine.name] {
        self.reportTaken(machine.name, machine.element, by: taken)
      } else {
        first[machine.name] = machine.element
      }
      let reference = machine.element.children.first { $0.name == ClusterNames.groupOfMachine }
      if let reference { self.check(reference, of: machine) }
    }
  }

  /// One that has the name of another is not taken.
  mutating func reportTaken(_ name: String, _ element: XMLElement, by first: XMLElement) {
    guard !name.isEmpty else { return }
    let place = "\(first.position.line):\(first.position.column)"
    self.findings.append(
      Diagnostic(
        .nameDuplicate, at: element.position, found: Diagnostic.quote(name),
        allowed: "a name other than that of the <\(first.name)> at \(place)",
        assumed: "the first one"))
  }

  private mutating func check(_ reference: XMLElement, of machine: Machine) {
    let name = reference.text
    if machine.groupName != name {
      let group = Diagnostic.quote(machine.groupName ?? "")
      self.findings.append(
        Diagnostic(
          .contentDoubtful, at: reference.position, found: Diagnostic.quote(name),
          allowed: "the group \(group), which lists the machine", assumed: group))
    } else if self.groups[name] == nil {
      let names = self.groups.keys.sorted()
      self.findings.append(
        Diagnostic(
          .clusterGroupUnknown, at: reference.position, found: Diagnostic.quote(name),
          allowed: names.isEmpty ? "no group is there" : names.prefix(10).joined(separator: ", "),
          hint: Suggestion.nearest(to: name, among: names) ?? "",
          assumed: "the settings of the cluster"))
    }
  }

  private mutating func checkContent(of level: XMLElement, attributes: [String]) {
    let text = level.wordsOfText
    if !text.isEmpty {
      self.findings.append(
        Diagnostic(
          .contentDoubtful, at: level.position, found: "text \(Diagnostic.quote(text))",
          allowed: "elements only", assumed: ElementReader.notThere))
    }
    for attribute in level.attributes
    where !attributes.contains(attribute.name) && !DeliveryNames.isDeclaration(attribute) {
      self.findings.append(
        Diagnostic(
          .elementUnknown, at: level.position,
          found: "attribute \(attribute.name)=\(Diagnostic.quote(attribute.value))",
          allowed: attributes.isEmpty ? "no attributes" : attributes.joined(separator: ", ")))
    }
  }

  /// Tells of a name near to one that says which level is meant; false for all others.
  @discardableResult
  private mutating func checkSection(_ child: XMLElement) -> Bool {
    if KnownNames.modelled.contains(child.name) || KnownNames.notModelled.contains(child.name) {
      return false
    }
    let hint = self.hint(for: child.name)
    guard !hint.isEmpty else { return false }
    self.findings.append(
      Diagnostic(
        .elementDoubtful, at: child.position, found: "<\(child.name)>", hint: "<\(hint)>",
        assumed: ElementReader.notThere))
    return true
  }

  private static let nearNames = NearNames(ClusterNames.all.sorted())

  private mutating func hint(for name: String) -> String {
    if let hint = self.hints[name] { return hint }
    guard self.hints.count < Self.hintsMax else { return "" }
    let hint = Self.nearNames.nearest(to: name) ?? ""
    self.hints[name] = hint
    return hint
  }

  private mutating func reportRepeated(_ element: XMLElement, _ first: String) {
    self.findings.append(
      Diagnostic(
        .repetitionDoubtful, at: element.position, found: "<\(element.name)>",
        allowed: first + " only", assumed: first))
  }
}
