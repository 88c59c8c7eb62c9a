/// What a configuration says, as named values: the one description that its text, its JSON and the
/// difference of two share.
public struct OutlineNode: Hashable, Sendable {
  /// A value as it is written in JSON.
  public enum Value: Hashable, Sendable {
    case text(String)
    case number(Int)
    case flag(Bool)
    /// A secret: compared, and never shown.
    case secret(Passphrase)
    /// A host, whose spellings are the same.
    case host(HostText)

    /// For a person.
    public var text: String {
      switch self {
      case .text(let text): SecretText.mayHold(text) ? Diagnostic.hidden : text
      case .number(let number): String(number)
      case .flag(let flag): flag ? "yes" : "no"
      case .secret(let secret): secret.description
      // An address has colons, and no name before them.
      case .host(let host):
        HostSpelling(host: host.text) == .none && SecretText.mayHold(host.text)
          ? Diagnostic.hidden : host.text
      }
    }
  }

  /// A host as a file writes it, equal to its other spellings.
  public struct HostText: Hashable, Sendable {
    /// As a file writes it.
    public let text: String
    private let key: String

    init(_ text: String, key: String? = nil) {
      self.text = text
      self.key = key ?? HostSyntax.canonical(text)
    }

    public static func == (one: Self, other: Self) -> Bool { one.key == other.key }

    public func hash(into hasher: inout Hasher) { hasher.combine(self.key) }
  }

  /// What a node holds.
  public enum Content: Hashable, Sendable {
    /// A setting; `nil` where nothing gives it and there is no default.
    case value(Setting<Value>?)
    /// Named parts.
    case group([OutlineNode])
    /// Items; their order means something only where it says so.
    case list([OutlineNode], isOrdered: Bool)
    /// Elements that the model does not read.
    case elements([ConfigurationElement])
  }

  /// Such as `push_host`; of an item of a list, what tells it from others, such as `mail_logs`.
  public var name: String
  /// What it holds.
  public var content: Content
  /// What an item of a list is matched by: its name, or one spelling of it for all.
  var key: String

  init(_ name: String, key: String? = nil, _ content: Content) {
    self.name = name
    self.key = key ?? name
    self.content = content
  }

  init(_ name: String, host: Setting<String>?) {
    self.init(
      name,
      .value(
        Self.given(host).map {
          Setting(.host(HostText($0.value)), at: $0.position, state: $0.state)
        }))
  }

  init(_ name: String, _ text: Setting<String>?) {
    self.init(
      name,
      .value(
        Self.given(text).map { Setting(.text($0.value), at: $0.position, state: $0.state) }))
  }

  /// A value that is missing is none.
  private static func given(_ text: Setting<String>?) -> Setting<String>? {
    text.flatMap { $0.isMissing ? nil : $0 }
  }

  init(_ name: String, _ number: Setting<Int>?) {
    self.init(
      name, .value(number.map { Setting(.number($0.value), at: $0.position, state: $0.state) }))
  }

  init(_ name: String, _ port: Setting<UInt16>?) {
    self.init(name, port.map { Setting(Int($0.value), at: $0.position, state: $0.state) })
  }

  init(_ name: String, _ flag: Setting<Bool>?) {
    self.init(name, .value(flag.map { Setting(.flag($0.value), at: $0.position, state: $0.state) }))
  }

  init(_ name: String, _ secret: Setting<Passphrase>?) {
    self.init(
      name, .value(secret.map { Setting(.secret($0.value), at: $0.position, state: $0.state) }))
  }

  /// A value in the words that `text` gives.
  init<Value>(_ name: String, _ setting: Setting<Value>?, _ text: (Value) -> String) {
    self.init(
      name, setting.map { Setting(text($0.value), at: $0.position, state: $0.state) })
  }

  /// An item of a list that is called by a setting.
  init(called name: Setting<String>, host: Bool = false, _ parts: [OutlineNode]) {
    self.init(
      name.asName, key: host && !name.isMissing ? HostSyntax.canonical(name.value) : nil,
      .group(parts))
  }

  /// Items of a list, each named by what tells it from the others.
  init(_ name: String, isOrdered: Bool = false, _ items: [OutlineNode]) {
    self.init(name, .list(items, isOrdered: isOrdered))
  }

  /// What the model does not read.
  init(kept elements: [ConfigurationElement]) {
    self.init("kept", .elements(elements))
  }
}

extension Configuration {
  /// The whole configuration as named values, in a fixed order.
  public func outline() -> [OutlineNode] {
    [
      OutlineNode("appliance", .group(self.identity.outline())),
      OutlineNode("hostname", host: self.hostname),
      OutlineNode("time_zone", self.timeZone),
      OutlineNode("interfaces", self.interfaces.map { $0.outline() }),
      OutlineNode("network", .group(self.network.outline())),
      OutlineNode("users", self.users.map { $0.outline() }),
      OutlineNode("bounce_profiles", self.bounceProfiles.map { $0.outline() }),
      // What comes first among routes of one domain counts.
      OutlineNode("smtp_routes", self.smtpRoutes.map { $0.outline() }),
      OutlineNode("listeners", self.listeners.map { $0.outline() }),
      OutlineNode("subscriptions", self.subscriptions.map { $0.outline() }),
      OutlineNode("logs", .group(self.logGlobals.outline())),
      OutlineNode("alerts", .group(self.alerts.outline())),
      OutlineNode(
        "emptied",
        self.emptied.map {
          OutlineNode($0.value, .value(Setting(.text($0.value), at: $0.position)))
        }),
      OutlineNode(
        "kept_in_sections",
        .group(
          self.keptInSections.sorted { $0.key < $1.key }.map {
            OutlineNode($0.key, OutlineNode(kept: $0.value).content)
          })),
      OutlineNode(kept: self.kept),
      OutlineNode(
        "attributes",
        self.keptAttributes.map { kept in
          let value = Setting(
            kept.attribute.value, at: kept.position,
            state: kept.attribute.value.isEmpty ? .empty : .present)
          if kept.isSecret {
            return OutlineNode(
              "\(kept.element) \(kept.attribute.name)",
              Setting(Passphrase(kept.attribute.value), at: kept.position, state: value.state))
          }
          return OutlineNode("\(kept.element) \(kept.attribute.name)", value)
        }),
    ]
  }
}

extension ApplianceIdentity {
  func outline() -> [OutlineNode] {
    [
      OutlineNode("product", self.product), OutlineNode("model", self.model),
      OutlineNode("version", self.version), OutlineNode("serial_number", self.serialNumber),
      OutlineNode(
        "other_lines", isOrdered: true,
        self.otherLines.map { OutlineNode($0.value, $0) }),
    ]
  }
}
