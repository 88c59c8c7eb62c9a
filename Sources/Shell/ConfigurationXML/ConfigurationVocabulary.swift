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
    "listener": KnownNames.listener.subtracting(KnownNames.listenerModelled),
  ]
  /// What the attribute `name` of an alert class, and of an alert severity, may be, in any case.
  public static let alertClasses = AlertNames.classWords
  public static let alertSeverities = AlertNames.severityWords
  /// The ports of an interface's services.
  public static let servicePorts = KnownNames.services.map { $0 + "_port" }
}
