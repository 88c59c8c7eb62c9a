/// What is wrong or without effect in what a push says of its delivery (docs/DELIVERY.md).
enum DeliveryRules: RuleSection {
  static func findings(_ push: SyslogPushSettings) -> [Diagnostic] {
    let delivery = push.delivery
    let isDatagram = push.transport.value == .udp
    return self.rangeFindings(delivery)
      + (isDatagram ? self.datagramFindings(push) : [])
      + self.idleFindings(delivery)
      + self.encryptionFindings(push)
  }

  private static func rangeFindings(_ delivery: DeliverySettings) -> [Diagnostic] {
    DeliveryField.all.compactMap { field in
      guard let range = field.range, let setting = field[delivery],
        case .number(let number) = setting.value, !range.contains(number)
      else { return nil }
      return Self.finding(
        .deliveryValueInvalid, setting.map { _ in number }, allowed: Allowed.number(range))
    }
  }

  /// A datagram is never acknowledged, has bounds of its own and no connection.
  private static func datagramFindings(_ push: SyslogPushSettings) -> [Diagnostic] {
    DeliveryField.all.compactMap { field in
      guard let reason = field.streamReason, let setting = field[push.delivery],
        setting.value != field.absent
      else { return nil }
      return Self.contradiction(
        setting, "\(setting.value.text) with protocol UDP",
        allowed: "protocol TCP, or \(field.absent?.text ?? "no such element"): \(reason)")
    }
  }

  private static func idleFindings(_ delivery: DeliverySettings) -> [Diagnostic] {
    DeliveryField.all.compactMap { field in
      guard let need = field.need, let setting = field[delivery], setting.state == .present,
        !need.isMet(delivery)
      else { return nil }
      return Diagnostic(
        .deliverySettingIdle, at: setting.position, found: "the setting alone",
        allowed: need.words)
    }
  }

  /// Whoever names certificates believes that lines are encrypted.
  private static func encryptionFindings(_ push: SyslogPushSettings) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    if push.usesTLS.value, push.transport.value == .udp {
      findings.append(
        Diagnostic(
          .encryptionByDatagram, at: push.usesTLS.position, found: "<tls> 1 with protocol UDP",
          allowed: "protocol TCP, or 0, or no <tls>"))
    }
    let given = DeliveryField.all.compactMap { field in
      field.topic.isEncryption ? field[push.delivery].map { (field: field, setting: $0) } : nil
    }
    guard push.usesTLS.value else {
      return findings
        + given.filter { $0.field.absent == nil || $0.setting.state == .present }.map {
          Self.contradiction(
            $0.setting, $0.field.quoted($0.setting.value) + " without TLS", allowed: "<tls> 1")
        }
    }
    return findings + given.compactMap { Self.certificateFinding($0.setting, of: $0.field) }
      + given.compactMap { field, setting in
        guard let pair = field.pair, !pair.isMet(push.delivery) else { return nil }
        return Self.contradiction(setting, pair.words, allowed: "both or neither")
      }
  }

  private static func certificateFinding(
    _ setting: Setting<OutlineNode.Value>, of field: DeliveryField
  ) -> Diagnostic? {
    let text = setting.map(\.text)
    switch field.kind {
    case .file:
      return text.value.isEmpty
        ? self.finding(.deliveryValueInvalid, text, allowed: "the path of a PEM file") : nil
    case .host:
      return HostSyntax.isHost(text.value)
        ? nil : self.finding(.deliveryValueInvalid, text, allowed: Allowed.host)
    case .word, .flag, .number, .bytes, .severity: return nil
    }
  }

  private static func contradiction<Value>(
    _ setting: Setting<Value>, _ found: String, allowed: String
  ) -> Diagnostic {
    Diagnostic(.deliveryContradiction, at: setting.position, found: found, allowed: allowed)
  }
}

extension DeliveryField {
  /// What a number may be.
  fileprivate var range: ClosedRange<Int>? {
    switch self.kind {
    case .number(let range), .bytes(let range): range
    case .word, .flag, .severity, .file, .host: nil
    }
  }

  /// A value for a finding: what may be any text between quotation marks.
  fileprivate func quoted(_ value: OutlineNode.Value) -> String {
    switch self.kind {
    case .file, .host: Diagnostic.quote(value.text)
    case .word, .flag, .number, .bytes, .severity: value.text
    }
  }
}
