/// What became of a part of a configuration that took the place of a scenario's own.
public struct MappingNote: Hashable, Sendable {
  /// Which kind of part.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A push goes to a server of the scenario.
    case push
    /// A push that leads to the appliance itself, where nothing listens.
    case pushToItself = "push-to-itself"
    /// A push that is not simulated, since the scenario has no syslog server.
    case pushNotPlaced = "push-not-placed"
    /// A push, or a method of retrieval, that is not understood or cannot work.
    case pushNotInEffect = "push-not-in-effect"
    /// An encrypted push is simulated as a plain one.
    case encryption
    /// A push of a log type that the simulation writes no lines of.
    case logWithoutContent = "log-without-content"
    /// A push by FTP or SCP, which is not simulated.
    case fileTransfer = "file-transfer"
    /// Subscriptions without a push.
    case keptOnAppliance = "kept-on-appliance"
    /// A destination of an SMTP route goes to a mailbox host of the scenario.
    case relay
    /// A destination of an SMTP route that leads to the appliance itself.
    case relayToItself = "relay-to-itself"
    /// A destination that cannot be reached, since the scenario has no mailbox host.
    case relayNotPlaced = "relay-not-placed"
    /// A mailbox host stands for the mail exchanger of a recipient's domain.
    case mailExchanger = "mail-exchanger"
    /// Addresses of the appliance's interfaces.
    case ownAddress = "own-address"
    /// Name servers.
    case nameServer = "name-server"
    /// A fault of the scenario that names a subscription of the scenario's own configuration.
    case fault

    /// What is so, in words that follow no name.
    public var meaning: String {
      switch self {
      case .push: "a push goes to a server of the scenario"
      case .pushToItself: "a push leads to the appliance itself, where nothing listens"
      case .pushNotPlaced: "a push is not simulated: the scenario has no syslog server"
      case .pushNotInEffect:
        "a subscription is not simulated: its type or method is not understood or cannot work"
      case .encryption: "a push by TLS is simulated without"
      case .logWithoutContent: "a pushed log is of a type that the simulation writes no lines of"
      case .fileTransfer: "a push by FTP or SCP is not simulated"
      case .keptOnAppliance: "subscriptions stay on the appliance"
      case .relay: "an SMTP route leads to a mailbox host of the scenario"
      case .relayToItself: "an SMTP route leads to the appliance itself, where nothing listens"
      case .relayNotPlaced: "alert mails go nowhere: the scenario has no mailbox host"
      case .mailExchanger: "a mailbox host stands for the mail exchanger of a domain"
      case .ownAddress: "connections leave from the scenario's address"
      case .nameServer: "names are resolved by the scenario's name server"
      case .fault: "a fault of one subscription is one of all"
      }
    }
  }

  /// Which kind of part.
  public let kind: Kind
  /// A sentence about it.
  public let text: String

  /// A note.
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// Whether something of the configuration is not simulated as it is written, beyond addresses.
  public var isLimit: Bool {
    switch self.kind {
    case .push, .keptOnAppliance, .relay, .mailExchanger, .ownAddress, .nameServer: false
    case .pushToItself, .pushNotPlaced, .pushNotInEffect, .encryption, .logWithoutContent,
      .fileTransfer, .relayToItself, .relayNotPlaced, .fault:
      true
    }
  }
}
