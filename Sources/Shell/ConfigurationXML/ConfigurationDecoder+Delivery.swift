import ApplianceConfiguration
import LogModel

/// What a push says of its delivery, in elements of our own (docs/DELIVERY.md).
extension ConfigurationDecoder {
  mutating func delivery(of push: XMLElement) -> DeliverySettings {
    self.readPushes.insert(push.position)
    self.reportUnknownDelivery(in: push)
    var delivery = DeliverySettings()
    delivery.mode = self.word(DeliveryNames.mode, in: push, or: .asAppliance)
    if let bytes = self.bytes(
      DeliveryNames.bufferBytes, in: push, or: delivery.bufferBytesMax.value)
    {
      delivery.bufferBytesMax = bytes
    }
    delivery.overflow = self.word(DeliveryNames.overflow, in: push, or: .dropNewest)
    delivery.syncs = self.flag(DeliveryNames.sync, in: push, absent: false, area: .logs)
    delivery.closeConfirms = self.flag(
      DeliveryNames.closeConfirms, in: push, absent: false, area: .logs)
    delivery.format = self.word(DeliveryNames.format, in: push, or: .rfc3164)
    if push.children.contains(where: { $0.name == DeliveryNames.headerHost }) {
      delivery.showsHost = self.flag(
        DeliveryNames.headerHost, in: push, absent: false, area: .logs)
    }
    delivery.framing = self.word(DeliveryNames.framing, in: push, or: .lineFeed)
    delivery.linesPerSecond = self.count(DeliveryNames.linesPerSecond, in: push, absent: 0)
    if push.children.contains(where: { $0.name == DeliveryNames.burstLines }) {
      delivery.burstLines = self.count(DeliveryNames.burstLines, in: push, absent: 1)
    }
    delivery.sendBufferBytes = self.bytes(DeliveryNames.sendBuffer, in: push, or: 65_536)
    delivery.severities = self.severities(of: push)
    delivery.keepAlive = self.keepAlive(of: push)
    delivery.tls = self.tls(of: push)
    return delivery
  }

  /// One that stands elsewhere, or in a push that is not read, has no effect, which whoever wrote
  /// it does not expect.
  mutating func reportMisplacedDelivery(_ element: XMLElement, in parent: XMLElement) {
    let name = "<\(element.name)>"
    let isInPush = parent.name == RetrievalNames.syslogPush
    if isInPush, DeliveryNames.all.contains(element.name) {
      self.report(
        .deliverySettingIdle, at: element, found: "\(name) of a push that is not read",
        allowed: "a push of a log that is known")
      return
    }
    if isInPush { return self.reportUnknownDelivery(element) }
    self.report(
      .deliveryElementUnknown, at: element, found: "\(name) in <\(parent.name)>",
      allowed: "\(name) in <\(RetrievalNames.syslogPush)>", assumed: Self.notThere)
  }

  /// A setting is an element, wherever its name is that of an attribute.
  mutating func reportDeliveryAttribute(_ name: String, of element: XMLElement) {
    self.report(
      .deliveryElementUnknown, at: element, found: "attribute \(name) of <\(element.name)>",
      allowed: "<\(name)> in <\(RetrievalNames.syslogPush)>", assumed: Self.notThere)
  }

  /// Behaviour depends on each, so one that is not known is an error.
  private mutating func reportUnknownDelivery(in push: XMLElement) {
    for child in push.children
    where DeliveryNames.isSetting(child.name) && !DeliveryNames.all.contains(child.name) {
      self.reportUnknownDelivery(child)
    }
  }

  private mutating func reportUnknownDelivery(_ element: XMLElement) {
    let names = DeliveryNames.all.sorted()
    let hint = Suggestion.nearest(to: element.name, among: names)
    self.report(
      .deliveryElementUnknown, at: element, found: "<\(element.name)>",
      allowed: names.joined(separator: ", "), hint: hint.map { "<\($0)>" } ?? "",
      assumed: Self.notThere)
  }

  private mutating func keepAlive(of push: XMLElement) -> KeepAliveSettings {
    var keepAlive = KeepAliveSettings()
    keepAlive.idleSeconds = self.count(
      DeliveryNames.keepAliveIdle, in: push, absent: keepAlive.idleSeconds.value)
    keepAlive.intervalSeconds = self.count(
      DeliveryNames.keepAliveInterval, in: push, absent: keepAlive.intervalSeconds.value)
    keepAlive.count = self.count(
      DeliveryNames.keepAliveCount, in: push, absent: keepAlive.count.value)
    keepAlive.userTimeoutSeconds = self.count(
      DeliveryNames.userTimeout, in: push, absent: keepAlive.userTimeoutSeconds.value)
    return keepAlive
  }

  private mutating func tls(of push: XMLElement) -> PushTLSSettings {
    var tls = PushTLSSettings()
    tls.authorityFile = self.text(DeliveryNames.tlsAuthorityFile, in: push, area: .logs)
    tls.certificateFile = self.text(DeliveryNames.tlsCertificateFile, in: push, area: .logs)
    tls.keyFile = self.text(DeliveryNames.tlsKeyFile, in: push, area: .logs)
    tls.serverName = self.text(DeliveryNames.tlsServerName, in: push, area: .logs)
    tls.versionMin = self.word(DeliveryNames.tlsMinimumVersion, in: push, or: .tls12)
    return tls
  }

  private mutating func severities(of push: XMLElement) -> [LogLevel: Setting<SyslogSeverity>] {
    let words = SyslogSeverity.allCases.map(\.name)
    var severities: [LogLevel: Setting<SyslogSeverity>] = [:]
    for level in LogLevel.allCases {
      guard let text = self.text(DeliveryNames.severity(level), in: push, area: .logs) else {
        continue
      }
      severities[level] = self.convert(
        text, or: level.syslogSeverity, .deliveryValueInvalid,
        allowed: "0 to 7, or " + words.joined(separator: ", "), words: NearNames(words),
        by: syslogSeverity)
    }
    return severities
  }

  /// One of the words of a setting; `fallback` when the element is absent.
  private mutating func word<Value>(
    _ name: String, in push: XMLElement, or fallback: Value
  ) -> Setting<Value>
  where
    Value: RawRepresentable<String> & CaseIterable & Hashable & Sendable
  {
    guard let text = self.text(name, in: push, area: .logs) else {
      return Setting(default: fallback)
    }
    let words = Value.allCases.map(\.rawValue)
    return self.convert(
      text, or: fallback, .deliveryValueInvalid, allowed: words.joined(separator: ", "),
      words: NearNames(words), by: Value.init(rawValue:))
  }

  /// `nil` when the element is absent.
  private mutating func bytes(
    _ name: String, in push: XMLElement, or fallback: Int
  ) -> Setting<Int>? {
    self.text(name, in: push, area: .logs).map {
      self.convert(
        $0, or: fallback, .deliveryValueInvalid,
        allowed: "bytes, or a number with the suffix k or m", by: byteCount)
    }
  }

  private mutating func count(
    _ name: String, in push: XMLElement, absent fallback: Int
  ) -> Setting<Int> {
    self.number(
      name, in: push, absent: fallback, code: .deliveryValueInvalid, allowed: "a whole number",
      area: .logs)
  }
}

/// 0 to 7, or a severity's name in any case.
private func syslogSeverity(_ text: String) -> SyslogSeverity? {
  if let number = wholeNumber(text) { return UInt8(exactly: number).flatMap(SyslogSeverity.init) }
  let name = text.lowercased()
  return SyslogSeverity.allCases.first { $0.name == name }
}
