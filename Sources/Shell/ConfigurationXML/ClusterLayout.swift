public import ApplianceConfiguration
internal import Text

/// How a cluster's export says which settings hold where.
///
/// No public export of a cluster is known but for the names of its root, of `cluster` and of what
/// holds a level's sections: each other name here is ours, and this table is the one place that
/// holds them. Source: docs/FIDELITY.md, "Cluster exports".
enum ClusterNames {
  /// In the place of `config`: what holds the levels, each with its sections in a `config`.
  ///
  /// Shown by a public tool; how groups and machines stand in it is not.
  static let root = "cluster_config"
  static let sections = "config"
  /// Below `config`: what holds the levels.
  static let clusters: Set<String> = ["cluster", "cluster_config"]
  static let groups: Set<String> = ["group", "cluster_group"]
  static let machines: Set<String> = ["machine", "cluster_machine"]
  /// Lists in which groups and machines may stand.
  static let lists: Set<String> = ["groups", "machines", "cluster_groups", "cluster_machines"]
  /// An attribute or a child.
  static let groupNames = ["name", "group_name"]
  static let machineNames = ["name", "machine_name", "hostname"]
  /// The group of a machine, where the machine does not stand in it.
  static let groupOfMachine = "group_name"
  static let clusterNames = ["name", "cluster_name"]
  /// Children of a level that are no sections.
  static let words: Set<String> = ["name", "group_name", "machine_name", "cluster_name"]
  /// All that says which level is meant.
  static let all = Self.groups.union(Self.machines).union(Self.lists).union(Self.words)
}

/// The levels of a cluster's export: machine over group over cluster over what stands beside.
struct ClusterLayout {
  struct Machine {
    var name: String
    var element: XMLElement
    var groupName: String?

    var shownName: String { self.name.isEmpty ? "(no name)" : self.name }
  }

  let cluster: XMLElement
  /// Whether the root holds the levels, and nothing beside.
  private let isRoot: Bool
  /// The first of each name.
  private(set) var groups: [String: XMLElement] = [:]
  /// Those whose name another one has, which no machine takes.
  private(set) var groupsAgain: [(name: String, element: XMLElement)] = []
  /// In the order of the file.
  private(set) var machines: [Machine] = []
  /// What is wrong with how the levels are laid out, whichever machine is taken.
  var findings: [Diagnostic] = []
  /// For a child's name that is not known, the one of `ClusterNames` that it is near to.
  var hints: [String: String] = [:]
  let countSteps: StepCount?

  /// The layout of an export; `nil` for one of a single appliance.
  ///
  /// - Parameter countSteps: gets the number of elements that are looked at; for tests alone.
  init?(_ root: XMLElement, countSteps: StepCount? = nil) {
    self.countSteps = countSteps
    // Most names begin otherwise, and an archive has millions.
    let clusters = root.children.filter {
      $0.name.hasPrefix("cluster") && ClusterNames.clusters.contains($0.name)
    }
    self.isRoot = root.name == ClusterNames.root
    if self.isRoot {
      self.cluster = clusters.first ?? root
      self.checkList(root)
      self.collect(root, groupName: nil)
    } else if let cluster = clusters.first(where: { !$0.children.isEmpty }) {
      self.cluster = cluster
    } else {
      return nil
    }
    self.checkOthers(clusters)
    guard self.cluster.position != root.position else {
      self.checkMachines()
      return
    }
    self.checkLevel(cluster, names: ClusterNames.clusterNames)
    self.collect(cluster, groupName: nil)
    self.checkMachines()
  }

  private mutating func collect(_ level: XMLElement, groupName: String?) {
    self.countSteps?(level.children.count)
    for child in level.children {
      if ClusterNames.machines.contains(child.name) {
        self.checkLevel(child, names: ClusterNames.machineNames)
        let name = self.name(of: child, ClusterNames.machineNames)
        let group = child.children.first { $0.name == ClusterNames.groupOfMachine }?.text
        self.machines.append(
          Machine(name: name, element: child, groupName: groupName ?? group))
      } else if ClusterNames.groups.contains(child.name) {
        self.checkLevel(child, names: ClusterNames.groupNames)
        let name = self.name(of: child, ClusterNames.groupNames)
        if let first = self.groups[name] {
          self.reportTaken(name, child, by: first)
          self.groupsAgain.append((name, child))
        } else {
          self.groups[name] = child
        }
        self.collect(child, groupName: name)
      } else if ClusterNames.lists.contains(child.name) {
        self.checkList(child)
        self.collect(child, groupName: groupName)
      }
    }
  }

  private mutating func name(of element: XMLElement, _ names: [String]) -> String {
    let sections = element.children.filter { $0.name == ClusterNames.sections }
      .flatMap(\.children)
    for name in names {
      if let value = element.attribute(name) { return value }
      let children = element.children + (name == "hostname" ? sections : [])
      if let child = children.first(where: { $0.name == name }) { return child.text }
    }
    self.findings.append(
      Diagnostic(
        .nameEmpty, at: element.position, found: "<\(element.name)> without a name",
        allowed: "one of " + names.joined(separator: ", "), assumed: "no name"))
    return ""
  }

  /// The root as the machine has it, and what of it was left out.
  func root(for machine: Machine, in root: XMLElement) -> (root: XMLElement, leftOut: [String]) {
    var result = root
    result.children = self.sectionsBeside(root)
    result.name = ClusterNames.sections
    var (leftOut, fromRoot, fromLevels): ([String], Set<String>, Set<String>) = ([], [], [])
    let group = machine.groupName.flatMap { self.groups[$0] }
    for level in [self.cluster, group, machine.element] {
      guard let level else { continue }
      let sections = self.sections(of: level)
      let names = Set(sections.map(\.name))
      let replaced = result.children.map(\.name).filter(names.contains)
      if level.position == self.cluster.position {
        fromRoot.formUnion(replaced)
      } else {
        fromLevels.formUnion(replaced)
      }
      result.children.removeAll { names.contains($0.name) }
      result.children += sections
    }
    for (names, place) in [(fromRoot, "beside the cluster"), (fromLevels, "group or cluster")]
    where !names.isEmpty {
      leftOut.append("\(names.sorted().joined(separator: ", ")) (from \(place))")
    }
    self.countSteps?(self.machines.count)
    let others = self.machines.filter { $0.element.position != machine.element.position }
    if !others.isEmpty {
      let listed = others.prefix(10).map(\.shownName).joined(separator: ", ")
      leftOut.append("\(Plural.word(others.count, "machine", "machines")) \(listed)")
    }
    let otherGroups = self.groups.keys.filter { $0 != machine.groupName }.sorted()
    if !otherGroups.isEmpty {
      leftOut.append(
        Plural.word(otherGroups.count, "group") + " "
          + otherGroups.prefix(10).joined(separator: ", "))
    }
    return (result, leftOut)
  }

  /// What stands in the root beside the cluster.
  func sectionsBeside(_ root: XMLElement) -> [XMLElement] {
    self.isRoot ? [] : root.children.filter { !ClusterNames.clusters.contains($0.name) }
  }

  /// What a level sets itself.
  func sections(of level: XMLElement) -> [XMLElement] {
    level.children.flatMap { child in
      if child.name == ClusterNames.sections { return child.children }
      let isSection =
        !ClusterNames.all.contains(child.name) && !ClusterNames.clusters.contains(child.name)
        && self.hints[child.name, default: ""].isEmpty
      return isSection ? [child] : []
    }
  }
}

extension ConfigurationReader {
  /// The root to decode: of a cluster's export that of one machine, with what there is to say;
  /// `nil` where the cluster has no machine of the name that was asked for.
  func machineRoot(of root: XMLElement, _ findings: inout FindingCollector) -> XMLElement? {
    guard let layout = ClusterLayout(root, countSteps: self.countSteps) else {
      if let name = self.machine, root.name == ClusterNames.sections {
        findings.add(
          Diagnostic(
            .machineIdle, at: root.position, found: "machine \(Diagnostic.quote(name))",
            allowed: "a machine of a cluster's export"))
      }
      return root
    }
    let names = layout.machines.map(\.shownName)
    let listed = names.isEmpty ? "none" : names.prefix(10).joined(separator: ", ")
    let chosen = self.machine.map { name in layout.machines.first { $0.name == name } }
    if let name = self.machine, chosen == .some(nil) {
      findings.add(
        Diagnostic(
          .clusterMachineUnknown, at: layout.cluster.position, found: Diagnostic.quote(name),
          allowed: listed, hint: Suggestion.nearest(to: name, among: names) ?? ""))
      return nil
    }
    findings.add(contentsOf: layout.findings)
    guard let machine = chosen ?? layout.machines.first else {
      // A root that holds nothing beside its levels is refused as such.
      if root.name == ClusterNames.root { return root }
      findings.add(
        Diagnostic(
          .clusterExport, at: layout.cluster.position,
          found: "this is a cluster export without machines", allowed: "export one appliance",
          assumed: "what is beside the cluster"))
      return root
    }
    let (result, leftOut) = layout.root(for: machine, in: root)
    if self.machine == nil {
      findings.add(
        Diagnostic(
          .clusterExport, at: layout.cluster.position,
          found: "this is a cluster export (machines \(listed))",
          allowed: "choose one with --machine",
          assumed: "machine \(machine.name)"))
    }
    if !leftOut.isEmpty {
      findings.add(
        Diagnostic(
          .clusterLevelsLeftOut, at: machine.element.position,
          found: "settings outside machine \(machine.name) are ignored",
          allowed: leftOut.dropLast().joined(separator: ", ")
            + (leftOut.count > 1 ? ", and " : "") + (leftOut.last ?? "")))
    }
    return result
  }
}

extension ClusterLayout.Machine: Equatable {
  static func == (one: Self, two: Self) -> Bool { one.element.position == two.element.position }
}

extension Diagnostic {
  /// Whether it says what of a cluster's export is taken, and what is left out.
  public var isAboutMachines: Bool {
    switch self.code {
    case .clusterExport, .machineIdle, .clusterMachineUnknown, .clusterGroupUnknown,
      .clusterLevelsLeftOut:
      true
    default: false
    }
  }

  /// Whether it says that a level of a cluster's export has the name of another, so that the other
  /// one is taken.
  public var isAboutLevelTaken: Bool {
    guard self.code == .nameDuplicate, let step = self.path.split(separator: "/").last else {
      return false
    }
    let name = String(step.prefix { $0 != "[" })
    return ClusterNames.groups.contains(name) || ClusterNames.machines.contains(name)
  }
}
