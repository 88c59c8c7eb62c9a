import ApplianceConfiguration

/// The levels of a cluster's export, each as a configuration of its own.
extension ClusterLayout {
  /// What stands beside the cluster, the cluster, and each group and machine, in that order.
  func levels(
    of document: XMLDocument, by decode: (XMLDocument) -> Configuration
  ) -> [ConfigurationLevel] {
    var levels: [ConfigurationLevel] = []
    var counts: [ConfigurationLevel.Kind: [String: Int]] = [:]
    /// One that has the name of another is compared too: as the second of that name.
    func ownName(_ kind: ConfigurationLevel.Kind, _ name: String) -> String {
      let count = (counts[kind]?[name] ?? 0) + 1
      counts[kind, default: [:]][name] = count
      return count == 1 ? name : name.isEmpty ? "(\(count))" : "\(name) (\(count))"
    }
    func add(
      _ kind: ConfigurationLevel.Kind, name: String, groupName: String? = nil,
      _ level: XMLElement, _ sections: [XMLElement], naming: [String]
    ) {
      var root = level
      root.name = ClusterNames.sections
      root.children = sections
      root.attributes.removeAll { naming.contains($0.name) }
      // What is wrong with a text between the levels is told by the layout.
      root.text = ""
      let comments = kind == .beside ? document.leadingComments : []
      let modelled = sections.filter { KnownNames.modelled.contains($0.name) }
      var configuration = decode(XMLDocument(root: root, leadingComments: comments))
      if kind != .beside { configuration.keptAttributes += Self.attributesBetween(level) }
      levels.append(
        ConfigurationLevel(
          kind, name: ownName(kind, name), groupName: groupName, configuration: configuration,
          sections: Dictionary(
            modelled.map { ($0.name, $0.position) }, uniquingKeysWith: { one, _ in one })))
    }
    add(.beside, name: "", document.root, self.sectionsBeside(document.root), naming: [])
    add(
      .cluster, name: self.name(of: self.cluster), self.cluster, self.sections(of: self.cluster),
      naming: ClusterNames.clusterNames)
    let groups = self.groups.map { (name: $0.key, element: $0.value) } + self.groupsAgain
    for (name, group) in groups.sorted(by: { $0.element.position < $1.element.position }) {
      add(.group, name: name, group, self.sections(of: group), naming: ClusterNames.groupNames)
    }
    for machine in self.machines {
      add(
        .machine, name: machine.name, groupName: machine.groupName, machine.element,
        self.sections(of: machine.element), naming: ClusterNames.machineNames)
    }
    return levels
  }

  /// Attributes of what says where a level and those in it begin; none is known.
  private static func attributesBetween(_ level: XMLElement) -> [KeptAttribute] {
    level.children.flatMap { child -> [KeptAttribute] in
      let isList = ClusterNames.lists.contains(child.name)
      let isSections = child.name == ClusterNames.sections
      guard isList || isSections || ClusterNames.words.contains(child.name) else { return [] }
      let own = child.attributes.map { attribute in
        KeptAttribute(
          of: child.name, attribute, content: XMLElement(name: child.name), at: child.position)
      }
      return own + (isList ? self.attributesBetween(child) : [])
    }
  }

  /// A cluster's own name; empty where it has none.
  private func name(of cluster: XMLElement) -> String {
    for name in ClusterNames.clusterNames {
      if let value = cluster.attribute(name) { return value }
      if let child = cluster.children.first(where: { $0.name == name }) { return child.text }
    }
    return ""
  }
}

extension ConfigurationReader {
  /// The levels of a cluster's export; `nil` of any other file.
  func levels(of document: XMLDocument) -> [ConfigurationLevel]? {
    guard let layout = ClusterLayout(document.root) else { return nil }
    return layout.levels(of: document) { document in
      // What is wrong with a level is told of the machines.
      let reader = ElementReader(
        findings: FindingCollector(findingsMax: 0, mode: .lenient), isWhole: false,
        listsUnmodelled: false, isTimeZone: self.isTimeZone)
      return ConfigurationDecoder(reader).decode(document)
    }
  }
}
