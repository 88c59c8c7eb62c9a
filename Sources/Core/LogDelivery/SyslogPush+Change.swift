public import ApplianceConfiguration
public import LogFormats
internal import LogModel
public import Simulation

/// A commit that changes a push while it goes on. Source: docs/FIDELITY.md, "A commit".
extension SyslogPush {
  /// What a change leads to.
  public struct Redirection: Hashable, Sendable {
    /// The connection that is not wanted any more.
    public let closing: ConnectionID?
    /// The one that is wanted.
    public let connecting: SyslogLinkStateMachine.ConnectAction
  }

  /// Messages are as `settings` say from the next line on.
  ///
  /// - Parameters:
  ///   - reconnects: whether they go to the settings' server by a new connection. The old one is
  ///     closed: lines that it did not take are lost as behind a failure, and the log is opened
  ///     anew. What waits while there is no connection goes to the new server, and so does all that
  ///     a disk buffer holds.
  ///   - now: elapsed time; `stamp` is what the appliance's clock shows then.
  public mutating func change(
    to settings: SyslogPushSettings, tag: String, hostname: String, header: HeaderLines?,
    reconnects: Bool, now: SimInstant, stamp: SimInstant, zone: ZoneTransitions
  ) -> Redirection? {
    let closing = reconnects ? self.connectedID : nil
    if let id = closing { self.leave(id, stamp: stamp) }
    // Numbers, and no part of the settings: those of the old box are gone with it.
    let limit = self.lineLimit
    self.settingsBox = SettingsBox(settings)
    self.backlog.change(to: settings, tag: tag, hostname: hostname, header: header)
    if self.lineLimit != limit { self.bucket = TokenBucket(settings.delivery) }
    guard reconnects else { return nil }
    if closing != nil { self.reopen(now: stamp, zone: zone) }
    self.lastProgress = now
    return self.link.redirect()
  }

  /// Lines a second and at once, as configured.
  private var lineLimit: [Int] {
    let delivery = self.settingsBox.settings.delivery
    return [delivery.linesPerSecond.value, delivery.burstLines?.value ?? 0]
  }
}

extension SyslogLinePrefix {
  /// What stands before the lines of a push.
  ///
  /// - Parameters:
  ///   - tag: the subscription's name.
  ///   - hostname: the appliance's, for headers that have it.
  init(_ settings: SyslogPushSettings, tag: String, hostname: String) {
    let delivery = settings.delivery
    let host = delivery.hasHost ? hostname : nil
    self.init(
      facility: settings.facility.value, tag: tag,
      form: delivery.format.value == .rfc5424 ? .rfc5424(host: host) : .rfc3164(host: host),
      severities: delivery.severities.mapValues(\.value))
  }
}

extension TokenBucket {
  /// The limit of a push; `nil` for none.
  init?(_ delivery: DeliverySettings) {
    let rate = delivery.linesPerSecond.value
    guard rate > 0 else { return nil }
    self.init(linesPerSecond: rate, burst: delivery.burstLines?.value ?? rate)
  }
}
