public import ApplianceConfiguration
public import LogModel

/// One change that a commit brings, as `ChangeDraw` draws it.
///
/// A value with its names, so that a commit can be made smaller: a change of what is not there
/// changes nothing.
public enum DrawnChange: Hashable, Sendable {
  /// What a delivery setting is changed to.
  public enum Delivery: Hashable, Sendable {
    case mode(DeliveryMode)
    case format(SyslogHeaderFormat)
    case linesPerSecond(Int)
    case keepAlive(idleSeconds: Int)
  }

  case nothing
  case added(LogSubscriptionSettings)
  case removed(String)
  case renamed(String, to: String)
  case level(String, LogLevel)
  /// Files in place of a push, or the other way round.
  case method(String, LogSubscriptionSettings.Retrieval)
  case host(String, String)
  case port(String, UInt16)
  /// With a datagram's delivery mode.
  case transport(String, SyslogPushSettings.Transport)
  case facility(String, SyslogFacility)
  case delivery(String, Delivery)
  /// Who is mailed about alerts.
  case recipient(String)
  /// Between duplicates of an alert.
  case intervals(initialSeconds: Int, maximumSeconds: Int)
  case relay(String, port: UInt16)
  case zone(String)
  case hostname(String)
  case measurements(seconds: Int)

  /// Makes the change.
  public func apply(to configuration: inout Configuration) {
    switch self {
    case .nothing: break
    case .added(let settings):
      guard Self.place(of: settings.name.value, in: configuration) == nil else { return }
      configuration.subscriptions.append(settings)
    case .removed(let name):
      configuration.subscriptions.removeAll { $0.name.value == name }
    case .renamed(let name, let new):
      guard Self.place(of: new, in: configuration) == nil else { return }
      Self.change(name, in: &configuration) { $0.name = Setting(new) }
    case .level(let name, let level):
      Self.change(name, in: &configuration) { $0.level = Setting(level) }
    case .method(let name, let retrieval):
      Self.change(name, in: &configuration) { $0.retrieval = retrieval }
    case .host(let name, let host):
      Self.changePush(name, in: &configuration) { $0.host = Setting(host) }
    case .port(let name, let port):
      Self.changePush(name, in: &configuration) { $0.port = Setting(port) }
    case .transport(let name, let transport):
      Self.changePush(name, in: &configuration) {
        $0.transport = Setting(transport)
        $0.delivery.mode = Setting(.asAppliance)
      }
    case .facility(let name, let facility):
      Self.changePush(name, in: &configuration) { $0.facility = Setting(facility) }
    case .delivery(let name, let delivery):
      Self.changePush(name, in: &configuration) { delivery.apply(to: &$0) }
    case .recipient(let address):
      configuration.alerts.recipients = [
        .init(alertClass: .system, severity: .critical, address: Setting(address))
      ]
    case .intervals(let initial, let maximum):
      configuration.alerts.initialIntervalSeconds = Setting(initial)
      configuration.alerts.maximumIntervalSeconds = Setting(maximum)
    case .relay(let host, let port):
      configuration.smtpRoutes = [
        SMTPRoute(source: Setting("ALL"), destinations: [Setting(.host(host, port: port))])
      ]
    case .zone(let name): configuration.timeZone = Setting(name)
    case .hostname(let name): configuration.hostname = Setting(name)
    case .measurements(let seconds):
      configuration.logGlobals.systemMeasurementsFrequencySeconds = Setting(seconds)
    }
  }

  private static func place(of name: String, in configuration: Configuration) -> Int? {
    configuration.subscriptions.firstIndex { $0.name.value == name }
  }

  private static func change(
    _ name: String, in configuration: inout Configuration,
    _ body: (inout LogSubscriptionSettings) -> Void
  ) {
    guard let index = self.place(of: name, in: configuration) else { return }
    body(&configuration.subscriptions[index])
  }

  private static func changePush(
    _ name: String, in configuration: inout Configuration,
    _ body: (inout SyslogPushSettings) -> Void
  ) {
    self.change(name, in: &configuration) { settings in
      guard case .syslogPush(var push) = settings.retrieval else { return }
      body(&push)
      settings.retrieval = .syslogPush(push)
    }
  }
}

extension DrawnChange.Delivery {
  fileprivate func apply(to push: inout SyslogPushSettings) {
    switch self {
    case .mode(let mode):
      // A datagram is never acknowledged.
      guard push.transport.value == .tcp else { return }
      push.delivery.mode = Setting(mode)
    case .format(let format): push.delivery.format = Setting(format)
    case .linesPerSecond(let lines): push.delivery.linesPerSecond = Setting(lines)
    case .keepAlive(let seconds): push.delivery.keepAlive.idleSeconds = Setting(seconds)
    }
  }
}

/// Its words, for a case that fails.
extension DrawnChange: CustomStringConvertible {
  /// Each `kind`.
  public static let kinds: Set<String> = [
    "nothing", "added", "removed", "renamed", "level", "method", "host", "port", "transport",
    "facility", "delivery", "alerts", "route", "zone", "host name", "measurements",
  ]

  /// What kind it is.
  public var kind: String {
    switch self {
    case .nothing: "nothing"
    case .added: "added"
    case .removed: "removed"
    case .renamed: "renamed"
    case .level: "level"
    case .method: "method"
    case .host: "host"
    case .port: "port"
    case .transport: "transport"
    case .facility: "facility"
    case .delivery: "delivery"
    case .recipient, .intervals: "alerts"
    case .relay: "route"
    case .zone: "zone"
    case .hostname: "host name"
    case .measurements: "measurements"
    }
  }

  public var description: String {
    switch self {
    case .nothing: "nothing is changed"
    case .added(let settings):
      "\(settings.name.value) is added, \(settings.level.value.name), \(settings.retrieval.words)"
    case .removed(let name): "\(name) is removed"
    case .renamed(let name, let new): "\(name) is renamed to \(new)"
    case .level(let name, let level): "\(name) to level \(level.name)"
    case .method(let name, let retrieval): "\(name) to \(retrieval.words)"
    case .host(let name, let host): "\(name) to host \(host)"
    case .port(let name, let port): "\(name) to port \(port)"
    case .transport(let name, let transport): "\(name) to \(transport.rawValue)"
    case .facility(let name, let facility): "\(name) to facility \(facility.rawValue)"
    case .delivery(let name, let delivery): "\(name) to \(delivery.words)"
    case .recipient(let address): "alerts to \(address)"
    case .intervals(let initial, let maximum):
      "duplicates of alerts every \(initial) to \(maximum) s"
    case .relay(let host, let port): "mail by \(host):\(port)"
    case .zone(let name): "time zone \(name)"
    case .hostname(let name): "host name \(name)"
    case .measurements(let seconds): "measurements every \(seconds) s"
    }
  }
}

extension DrawnChange.Delivery {
  fileprivate var words: String {
    switch self {
    case .mode(let mode): "delivery mode \(mode.rawValue)"
    case .format(let format): "header \(format.rawValue)"
    case .linesPerSecond(let lines): "at most \(lines) a second"
    case .keepAlive(let seconds): "a probe after \(seconds) s"
    }
  }
}

extension LogSubscriptionSettings.Retrieval {
  fileprivate var words: String {
    switch self {
    case .syslogPush(let push):
      "push by \(push.transport.value.rawValue) to \(push.host.value):\(push.port.value), "
        + push.delivery.mode.value.rawValue
    case .manualDownload(let files): "files \(files.filename.value)"
    case .ftpPush, .scpPush: "files that are sent"
    case .notUnderstood: "nothing that is understood"
    }
  }
}
