import LogModel

/// Names that the reader knows, for what is made of them elsewhere.
public enum ConfigurationVocabulary {
  /// The elements that are log subscriptions and tell their type by their own name.
  public static let logElements = LogSpellings.elements.subtracting([LogSpellings.generic]).sorted()
  /// The log subscription whose child `module` tells its type.
  public static let genericLogElement = LogSpellings.generic
  /// What `module` may hold.
  public static let logModules = LogSpellings.rows.filter(\.type.isText).map(\.spelling)

  /// What is read of each container, by its name; a container may hold more, which is kept.
  public static let read: [String: Set<String>] = KnownNames.sections.merging(
    [
      "config": KnownNames.modelled, "interface": KnownNames.interfaceModelled,
      "listener": KnownNames.listenerModelled, "smtp_route": KnownNames.smtpRoute,
      "port_interface": KnownNames.port, "dns": KnownNames.names,
      "local_dns": KnownNames.localNames, "route": KnownNames.route, "user": KnownNames.user,
      KnownNames.bounceProfile: [KnownNames.bounceProfileName],
      "alert_email_config": KnownNames.alerts, "retrieval": RetrievalNames.methods,
      RetrievalNames.filePoll: RetrievalNames.files,
      RetrievalNames.ftpPush: RetrievalNames.files.union(RetrievalNames.transfer)
        .union([RetrievalNames.passphrase]),
      RetrievalNames.scpPush: RetrievalNames.files.union(RetrievalNames.transfer)
        .union([RetrievalNames.hostKeyChecking]),
      RetrievalNames.syslogPush: RetrievalNames.syslog,
    ], uniquingKeysWith: { first, _ in first })

  /// What is known to stand in a container and is kept without being read.
  public static let kept: [String: Set<String>] = [
    "config": KnownNames.notModelled,
    "interface": KnownNames.interface.subtracting(KnownNames.interfaceModelled),
    "listener": KnownNames.listener.subtracting(KnownNames.listenerModelled)
      .union(KnownNames.listenerKept),
    "dns": KnownNames.namesKept,
  ]
  /// Containers of the levels of a cluster's export; no public export says what they are called.
  public static let clusterContainers: Set<String> = ClusterNames.clusters
    .union(ClusterNames.groups).union(ClusterNames.machines).union(ClusterNames.lists)
  /// Texts of a level that are no settings.
  public static let clusterWords = ClusterNames.words
  /// What may stand in an access table that is elements, each with the attributes that it may have.
  public static let accessElements: [(name: String, attributes: [String])] = {
    typealias Names = AccessTableNames
    var elements: [(name: String, attributes: [String])] = []
    func add(_ names: some Sequence<String>, _ attributes: [String] = []) {
      for name in names where !elements.contains(where: { $0.name == name }) {
        elements.append((name, attributes))
      }
    }
    let groupParts = Names.groupNames + Names.policyReferences + Names.behaviours + Names.comments
    let entryParts = Names.recipientNames + Names.behaviours + Names.comments
    func unique(_ names: [String]) -> [String] { Set(names).sorted() }
    add(Names.groups.sorted(), unique(groupParts))
    add(Names.policies.sorted(), unique(Names.policyNames + Names.behaviours))
    add(Names.recipients.sorted(), unique(entryParts))
    add([Names.parameter], ["name"])
    add(Names.lists.union(Names.parameterLists).union(Names.senders).sorted())
    add(unique(groupParts + entryParts + Names.policyNames + Names.parameterNames))
    return elements
  }()
  /// What the attribute `name` of an alert class, and of an alert severity, may be, in any case.
  public static let alertClasses = AlertNames.classWords
  public static let alertSeverities = AlertNames.severityWords
  /// The ports of an interface's services.
  public static let servicePorts = KnownNames.services.map { $0 + "_port" }

  /// Whether the element or attribute at a path such as `config/dns/local_dns/dns_ip` is read.
  public static func isRead(_ path: String) -> Bool {
    var parts = path.split(separator: "/").map(String.init)[...]
    guard var parent = parts.popFirst() else { return false }
    for name in parts where !Self.clusterContainers.contains(name) {
      guard self.isRead(name, in: parent) else { return false }
      parent = name
    }
    return true
  }

  private static func isRead(_ name: String, in parent: String) -> Bool {
    if let names = self.read[parent], names.contains(name) { return true }
    switch parent {
    case "alert_class", "alert_severity":
      return ["@name", "alert_severity", "email_address"].contains(name)
    case "config", "cluster_config": return name == "config"
    case RetrievalNames.syslogPush: return DeliveryNames.all.contains(name)
    default: return LogSpellings.elements.contains(parent) && self.ofSubscription.contains(name)
    }
  }

  private static let ofSubscription: Set<String> = [
    "name", "log_level", "module", "retrieval", "bytes_to_record",
  ]
}
