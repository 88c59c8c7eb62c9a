/// What is done with a connection, or with mail for a recipient.
public enum AccessBehaviour: String, Hashable, Sendable, CaseIterable {
  case accept = "ACCEPT"
  case reject = "REJECT"
  case relay = "RELAY"
  /// The connection is refused before anything is said.
  case tcpRefuse = "TCPREFUSE"
  /// The next sender groups are asked.
  case `continue` = "CONTINUE"

  /// Those that a recipient's entry may have.
  public static let ofRecipients: [AccessBehaviour] = [.accept, .reject]
  /// Those that a sender group or a mail flow policy may have.
  public static let ofSenders = AccessBehaviour.allCases

  /// The behaviour that a word in any case names.
  public init?(word: String) {
    self.init(rawValue: word.uppercased())
  }
}

/// A behaviour and what it is told, such as `max_message_size = 10485760`.
public struct AccessRule: Hashable, Sendable {
  /// One thing that it is told.
  public struct Parameter: Hashable, Sendable {
    /// Such as `max_message_size`.
    public var name: String
    /// As the file has it, without quotation marks.
    public var value: Setting<String>

    /// A parameter.
    public init(name: String, value: Setting<String>) {
      self.name = name
      self.value = value
    }
  }

  /// `nil` when the file does not say.
  public var behaviour: Setting<AccessBehaviour>?
  /// In file order.
  public var parameters: [Parameter]

  /// A rule.
  public init(behaviour: Setting<AccessBehaviour>? = nil, parameters: [Parameter] = []) {
    self.behaviour = behaviour
    self.parameters = parameters
  }
}

/// A Host Access Table: which senders a listener serves, and how.
public struct HostAccessTable: Hashable, Sendable {
  /// Senders that are treated alike; the first group that a sender is in counts.
  public struct SenderGroup: Hashable, Sendable {
    /// Such as `RELAYLIST`; the log names it.
    public var name: Setting<String>
    /// Addresses, ranges, hosts, reputation scores and so on, as the file has them.
    public var senders: [Setting<String>]
    /// The mail flow policy, without its dollar sign; `nil` when there is none by name.
    public var policyName: Setting<String>?
    /// What the group says itself, in the place of a policy or beside it.
    public var rule: AccessRule
    /// What somebody said of it.
    public var comment: Setting<String>?
    /// What else the file says of it.
    public var kept: [ConfigurationElement]

    /// A sender group.
    public init(
      name: Setting<String>, senders: [Setting<String>] = [], policyName: Setting<String>? = nil,
      rule: AccessRule = AccessRule(), comment: Setting<String>? = nil,
      kept: [ConfigurationElement] = []
    ) {
      self.name = name
      self.senders = senders
      self.policyName = policyName
      self.rule = rule
      self.comment = comment
      self.kept = kept
    }
  }

  /// A behaviour with a name, for sender groups to refer to.
  public struct MailFlowPolicy: Hashable, Sendable {
    /// Such as `THROTTLED`, without its dollar sign.
    public var name: Setting<String>
    /// What it says.
    public var rule: AccessRule
    /// What else the file says of it.
    public var kept: [ConfigurationElement]

    /// A policy.
    public init(
      name: Setting<String>, rule: AccessRule = AccessRule(), kept: [ConfigurationElement] = []
    ) {
      self.name = name
      self.rule = rule
      self.kept = kept
    }
  }

  /// In file order, which counts.
  public var groups: [SenderGroup] = []
  /// In file order.
  public var policies: [MailFlowPolicy] = []
  /// What is not understood, in the words of the file.
  public var unclear: [String] = []
  /// Elements that are not read.
  public var kept: [ConfigurationElement] = []
  /// The element as the file has it, for an export.
  public var source: ConfigurationElement

  /// An empty table, which `source` holds.
  public init(source: ConfigurationElement) {
    self.source = source
  }
}

/// A Recipient Access Table: for which recipients a public listener takes mail.
public struct RecipientAccessTable: Hashable, Sendable {
  /// One recipient, or a domain of them.
  public struct Entry: Hashable, Sendable {
    /// `ALL`, a domain, `.domain`, or an address.
    public var recipient: Setting<String>
    /// Accept or reject.
    public var rule: AccessRule
    /// What somebody said of it.
    public var comment: Setting<String>?
    /// What else the file says of it.
    public var kept: [ConfigurationElement]

    /// An entry.
    public init(
      recipient: Setting<String>, rule: AccessRule, comment: Setting<String>? = nil,
      kept: [ConfigurationElement] = []
    ) {
      self.recipient = recipient
      self.rule = rule
      self.comment = comment
      self.kept = kept
    }
  }

  /// In file order.
  public var entries: [Entry] = []
  /// What is not understood, in the words of the file.
  public var unclear: [String] = []
  /// Elements that are not read.
  public var kept: [ConfigurationElement] = []
  /// The element as the file has it, for an export.
  public var source: ConfigurationElement

  /// An empty table, which `source` holds.
  public init(source: ConfigurationElement) {
    self.source = source
  }
}
