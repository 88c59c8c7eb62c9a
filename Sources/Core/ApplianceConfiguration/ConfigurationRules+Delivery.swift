import LogModel

extension ConfigurationRules {
  /// The smallest and largest disk buffer, in bytes.
  static let bufferBytes = 65_536...1_099_511_627_776
  /// The lowest and highest limits of the rate; 0 is no limit.
  static let linesPerSecond = 0...1_000_000
  static let burstLines = 1...1_000_000
  static let sendBufferBytes = 16_384...16_777_216
  static let keepAliveIdleSeconds = 0...7200
  static let keepAliveIntervalSeconds = 1...7200
  static let keepAliveCount = 1...50
  static let userTimeoutSeconds = 0...86_400

  /// What is wrong or without effect in what a push says of its delivery (docs/DELIVERY.md).
  func deliveryFindings(_ push: SyslogPushSettings) -> [Diagnostic] {
    let delivery = push.delivery
    let isDatagram = push.transport.value == .udp
    return self.rangeFindings(delivery)
      + (isDatagram ? self.datagramFindings(push) : [])
      + self.idleFindings(delivery)
      + self.encryptionFindings(push)
  }

  private func rangeFindings(_ delivery: DeliverySettings) -> [Diagnostic] {
    let keepAlive = delivery.keepAlive
    let settings: [(Setting<Int>?, ClosedRange<Int>)] = [
      (delivery.bufferBytesMax, Self.bufferBytes),
      (delivery.linesPerSecond, Self.linesPerSecond), (delivery.burstLines, Self.burstLines),
      (delivery.sendBufferBytes, Self.sendBufferBytes),
      (keepAlive.idleSeconds, Self.keepAliveIdleSeconds),
      (keepAlive.intervalSeconds, Self.keepAliveIntervalSeconds),
      (keepAlive.count, Self.keepAliveCount),
      (keepAlive.userTimeoutSeconds, Self.userTimeoutSeconds),
    ]
    return settings.compactMap { setting, range in
      guard let setting, !range.contains(setting.value) else { return nil }
      return Self.finding(.deliveryValueInvalid, setting, allowed: Allowed.number(range))
    }
  }

  /// A datagram is never acknowledged, has bounds of its own and no connection.
  private func datagramFindings(_ push: SyslogPushSettings) -> [Diagnostic] {
    let delivery = push.delivery
    var findings: [Diagnostic] = []
    if delivery.mode.value != .asAppliance {
      findings.append(
        Self.contradiction(
          delivery.mode, "\(delivery.mode.value.rawValue) with protocol UDP",
          allowed: "protocol TCP, or as-appliance: a datagram is never acknowledged"))
    }
    if delivery.framing.value != .lineFeed {
      findings.append(
        Self.contradiction(
          delivery.framing, "\(delivery.framing.value.rawValue) with protocol UDP",
          allowed: "protocol TCP, or lf: a datagram is one message"))
    }
    if let buffer = delivery.sendBufferBytes {
      findings.append(
        Self.contradiction(
          buffer, "\(buffer.value) with protocol UDP",
          allowed: "protocol TCP, or no such element: a datagram is not acknowledged"))
    }
    let keepAlive = delivery.keepAlive
    for setting in [keepAlive.idleSeconds, keepAlive.userTimeoutSeconds] where setting.value > 0 {
      findings.append(
        Self.contradiction(
          setting, "\(setting.value) with protocol UDP",
          allowed: "protocol TCP, or 0: no connection can be lost"))
    }
    return findings
  }

  private func idleFindings(_ delivery: DeliverySettings) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    if delivery.mode.value == .asAppliance {
      let buffer = "a mode with a disk buffer: buffered or at-least-once"
      findings += [
        Self.idle(delivery.bufferBytesMax, allowed: buffer),
        Self.idle(delivery.overflow, allowed: buffer),
        Self.idle(delivery.syncs, allowed: buffer),
      ].compactMap(\.self)
    }
    if delivery.mode.value != .atLeastOnce {
      findings += [
        Self.idle(delivery.closeConfirms, allowed: "the mode that ends connections: at-least-once")
      ].compactMap(\.self)
    }
    if delivery.linesPerSecond.value == 0, let burst = delivery.burstLines {
      findings += [Self.idle(burst, allowed: "a limit of lines per second beside it")]
        .compactMap(\.self)
    }
    if delivery.keepAlive.idleSeconds.value == 0 {
      let idle = "the seconds of silence before the first probe beside it"
      findings += [
        Self.idle(delivery.keepAlive.intervalSeconds, allowed: idle),
        Self.idle(delivery.keepAlive.count, allowed: idle),
      ].compactMap(\.self)
    }
    return findings
  }

  /// Whoever names certificates believes that lines are encrypted.
  private func encryptionFindings(_ push: SyslogPushSettings) -> [Diagnostic] {
    let tls = push.delivery.tls
    var findings: [Diagnostic] = []
    if push.usesTLS.value, push.transport.value == .udp {
      findings.append(
        Diagnostic(
          .encryptionByDatagram, at: push.usesTLS.position, found: "<tls> 1 with protocol UDP",
          allowed: "protocol TCP, or 0, or no <tls>"))
    }
    if !push.usesTLS.value {
      let names = [tls.authorityFile, tls.certificateFile, tls.keyFile, tls.serverName]
      findings += names.compactMap(\.self).map {
        Self.contradiction($0, Diagnostic.quote($0.value) + " without TLS", allowed: "<tls> 1")
      }
      if tls.versionMin.state == .present {
        findings.append(
          Self.contradiction(
            tls.versionMin, tls.versionMin.value.rawValue + " without TLS", allowed: "<tls> 1"))
      }
      return findings
    }
    for file in [tls.authorityFile, tls.certificateFile, tls.keyFile].compactMap(\.self)
    where file.value.isEmpty {
      findings.append(Self.finding(.deliveryValueInvalid, file, allowed: "the path of a PEM file"))
    }
    if let name = tls.serverName, !HostSyntax.isHost(name.value) {
      findings.append(Self.finding(.deliveryValueInvalid, name, allowed: Allowed.host))
    }
    switch (tls.certificateFile, tls.keyFile) {
    case (.some(let file), nil):
      findings.append(
        Self.contradiction(file, "a certificate without its key", allowed: "both or neither"))
    case (nil, .some(let file)):
      findings.append(
        Self.contradiction(file, "a key without its certificate", allowed: "both or neither"))
    case (.some, .some), (nil, nil): break
    }
    return findings
  }

  private static func contradiction<Value>(
    _ setting: Setting<Value>, _ found: String, allowed: String
  ) -> Diagnostic {
    Diagnostic(.deliveryContradiction, at: setting.position, found: found, allowed: allowed)
  }

  /// A finding if a file gives the setting.
  private static func idle<Value>(_ setting: Setting<Value>, allowed: String) -> Diagnostic? {
    guard setting.state == .present else { return nil }
    return Diagnostic(
      .deliverySettingIdle, at: setting.position, found: "the setting alone", allowed: allowed)
  }
}
