internal import Simulation
import ApplianceConfiguration
import LogModel

extension XMLText {
  /// The element of a setting that something gives; what was not understood as the file has it.
  mutating func setting<Value>(
    _ name: String, _ setting: Setting<Value>?, _ words: (Value) -> String
  ) {
    guard let setting else { return }
    switch setting.state {
    case .absent, .missing: break
    case .present: self.leaf(name, words(setting.value))
    case .empty: self.leaf(name, "")
    case .notUnderstood(let text): self.leaf(name, text)
    }
  }

  mutating func setting(_ name: String, _ setting: Setting<String>?) {
    self.setting(name, setting) { $0 }
  }

  mutating func setting(_ name: String, _ setting: Setting<Int>?) {
    self.setting(name, setting) { String($0) }
  }

  mutating func setting(_ name: String, _ setting: Setting<Bool>?) {
    self.setting(name, setting) { $0 ? "1" : "0" }
  }

  mutating func kept(_ elements: [ConfigurationElement]) {
    for element in elements { self.kept(element) }
  }

  /// A list section; an empty one is written where the configuration says that it is cleared.
  mutating func section<Item>(
    _ name: String, of configuration: Configuration, _ items: [Item],
    _ write: (Item, inout XMLText) -> Void
  ) {
    let kept = configuration.keptInSections[name] ?? []
    guard !items.isEmpty || !kept.isEmpty else {
      if configuration.emptied.contains(where: { $0.value == name }) { self.leaf(name, "") }
      return
    }
    self.container(name) { text in
      for item in items { write(item, &text) }
      text.kept(kept)
    }
  }

  // MARK: Items

  mutating func write(_ interface: NetworkInterface) {
    self.container("interface") { text in
      text.setting("interface_name", interface.name)
      text.setting("ip", interface.address) { $0.description }
      text.setting("ip6", interface.ipv6Address)
      text.setting("ip6_prefix", interface.ipv6PrefixLength)
      text.setting("phys_interface", interface.physicalInterface)
      text.setting("netmask", interface.prefixLength)
      text.setting("interface_hostname", interface.hostname)
      for service in interface.services { text.setting(service.name + "_port", service.port) }
      text.setting("certificate_name", interface.certificateName)
      text.kept(interface.kept)
    }
  }

  mutating func write(_ user: UserAccount) {
    self.container("user") { text in
      text.setting("username", user.username)
      text.setting("fullname", user.fullName)
      text.setting("group", user.group)
      text.setting("enc_password", user.passphrase) { $0.text }
      text.kept(user.kept)
    }
  }

  mutating func write(_ profile: BounceProfile) {
    self.container(KnownNames.bounceProfile) { text in
      text.setting(KnownNames.bounceProfileName, profile.name)
      text.kept(profile.kept)
    }
  }

  mutating func write(_ route: SMTPRoute) {
    self.container("smtp_route") { text in
      text.setting("route_source_address", route.source)
      for destination in route.destinations {
        text.setting("route_destination_address", destination) { $0.description }
      }
      text.kept(route.kept)
    }
  }

  mutating func write(_ listener: Listener) {
    self.container("listener") { text in
      text.setting("listener_name", listener.name)
      text.setting("interface_name", listener.interfaceName)
      text.setting("type", listener.kind) { $0.rawValue }
      text.setting(KnownNames.bounceProfileName, listener.bounceProfileName)
      // The tables keep their form: how they are spelt inside is not known well enough.
      text.kept([listener.hostAccess?.source, listener.recipientAccess?.source].compactMap(\.self))
      text.kept(listener.kept)
    }
  }

  mutating func write(_ recipients: [AlertSettings.Recipient], of alertClass: AlertClass) {
    let ofClass = AlertKinds([alertClass], AlertSeverity.allCases)
    let recipients = recipients.filter { !$0.hears.isDisjoint(with: ofClass) }
    guard !recipients.isEmpty else { return }
    let name = { ConfigurationAttribute(name: "name", value: $0) }
    self.container("alert_class", attributes: [name(AlertNames.short(alertClass))]) { text in
      for severity in AlertSeverity.allCases {
        let kind = AlertKinds(alertClass, severity)
        let addresses = recipients.filter { $0.hears.contains(kind) }.map(\.address)
        guard !addresses.isEmpty else { continue }
        text.container("alert_severity", attributes: [name(AlertNames.short(severity))]) {
          for address in addresses { $0.leaf("email_address", address.value) }
        }
      }
    }
  }

  // MARK: Subscriptions

  mutating func write(_ subscription: LogSubscriptionSettings) {
    var (element, module) = LogSpellings.preferred(subscription.type.value)
    switch subscription.type.state {
    case .notUnderstood(let text): (element, module) = (LogSpellings.generic, text)
    case .absent, .missing: (element, module) = (LogSpellings.generic, nil)
    case .present, .empty: break
    }
    self.container(element) { text in
      text.setting("name", subscription.name)
      if let module { text.leaf("module", module) }
      text.setting("log_level", subscription.level) { $0.name }
      text.setting("bytes_to_record", subscription.bytesToRecord)
      text.write(subscription.retrieval, subscription.keptInRetrieval)
      text.kept(subscription.kept)
    }
  }

  private mutating func write(
    _ retrieval: LogSubscriptionSettings.Retrieval, _ kept: [ConfigurationElement]
  ) {
    if case .notUnderstood(let position) = retrieval, kept.isEmpty {
      if position != nil { self.leaf("retrieval", "") }
      return
    }
    self.container("retrieval") { text in
      defer { text.kept(kept) }
      switch retrieval {
      case .notUnderstood: break
      case .manualDownload(let files):
        text.container(RetrievalNames.filePoll) { $0.write(files) }
      case .ftpPush(let transfer):
        text.container(RetrievalNames.ftpPush) {
          $0.write(transfer)
          $0.setting(RetrievalNames.passphrase, transfer.passphrase) { $0.text }
          $0.write(transfer.files)
        }
      case .scpPush(let transfer):
        text.container(RetrievalNames.scpPush) {
          $0.write(transfer)
          $0.setting(RetrievalNames.hostKeyChecking, transfer.checksHostKey)
          $0.write(transfer.files)
        }
      case .syslogPush(let push): text.container(RetrievalNames.syslogPush) { $0.write(push) }
      }
    }
  }

  private mutating func write(_ files: LogFileSettings) {
    self.setting("filename", files.filename)
    self.setting("rolloversize", files.rolloverSizeBytes)
    self.setting("rollover_max_files", files.filesMax)
    self.setting(RetrievalNames.interval, files.rolloverSchedule) { $0.description }
    self.kept(files.kept)
  }

  private mutating func write(_ transfer: FileTransferSettings) {
    self.setting("hostname", transfer.host)
    self.setting("port", transfer.port) { String($0) }
    self.setting("directory", transfer.directory)
    self.setting("username", transfer.username)
  }

  private mutating func write(_ push: SyslogPushSettings) {
    self.setting("hostname", push.host)
    self.setting("port", push.port) { String($0) }
    self.setting("protocol", push.transport) { $0.rawValue }
    self.setting("facility", push.facility) { $0.rawValue }
    self.setting(RetrievalNames.messageSize, push.messageBytesMax)
    self.setting("tls", push.usesTLS)
    self.write(push.delivery)
    self.kept(push.kept)
  }

  private mutating func write(_ delivery: DeliverySettings) {
    for element in DeliveryNames.written {
      self.setting(element.name, element.field[delivery]) { value in
        switch value {
        case .flag(let flag): flag ? "1" : "0"
        case .text, .number, .secret, .host: value.text
        }
      }
    }
  }
}
