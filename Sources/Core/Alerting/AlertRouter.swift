public import ApplianceConfiguration
public import MailTransport

/// Who gets an alert, and which relay takes the mail.
public struct AlertRouter: Sendable {
  /// The vendor's address, which gets a copy of each alert while AutoSupport is on.
  ///
  /// Source: docs/FIDELITY.md, "AutoSupport".
  public static let autosupportAddress = "alerts@ironport.com"

  /// A relay by name or address, and its port.
  public struct Relay: Hashable, Sendable {
    /// A host name or an address literal without brackets.
    public let host: String
    /// 1 to 65535.
    public let port: UInt16

    /// A relay.
    public init(host: String, port: UInt16) {
      self.host = host
      self.port = port
    }
  }

  /// Where the mail to an address goes.
  public enum Path: Hashable, Sendable {
    case relay(Relay)
    /// The route says `/dev/null`.
    case discard
    /// No route leads anywhere; MX look-ups are not made (docs/FIDELITY.md, "Alert relay").
    case none
  }

  private let settings: AlertSettings
  private let routes: [SMTPRoute]

  /// A router by the alert tree and the SMTP routes.
  public init(settings: AlertSettings, routes: [SMTPRoute]) {
    self.settings = settings
    self.routes = routes
  }

  /// The addresses that hear `definition`, each once, in file order, AutoSupport's last.
  public func recipients(of definition: AlertDefinition) -> [String] {
    let kind = AlertKinds(definition.alertClass, definition.severity)
    var found = self.settings.recipients.filter { $0.hears.contains(kind) }.map(\.address.value)
    if self.settings.autosupportEnabled.value { found.append(Self.autosupportAddress) }
    var seen: Set<String> = []
    return found.filter { seen.insert($0.lowercased()).inserted }
  }

  /// Where mail to an address goes: by a route of the address itself, else of its domain, else of
  /// the closest `.parent`, else of `ALL`. Among a route's destinations the first that is not
  /// `USEDNS` counts.
  public func path(to address: MailAddress) -> Path {
    let wanted = (address.description.lowercased(), address.domain.text.lowercased())
    var best: (specificity: Int, route: SMTPRoute)?
    for route in self.routes {
      let source = route.source.value.lowercased()
      guard let specificity = Self.specificity(of: source, for: wanted.1, address: wanted.0)
      else { continue }
      if best.map({ specificity > $0.specificity }) ?? true { best = (specificity, route) }
    }
    for destination in best?.route.destinations ?? [] {
      switch destination.value {
      case .host(let host, let port), .hostByAddress(let host, let port):
        return .relay(Relay(host: host, port: port))
      case .discard: return .discard
      case .useDNS: continue
      }
    }
    return .none
  }

  private static func specificity(
    of source: String, for domain: String, address: String
  ) -> Int? {
    if source == "all" { return 0 }
    if source == address { return Int.max }
    if source == domain { return Int.max - 1 }
    return source.hasPrefix(".") && domain.hasSuffix(source) ? source.utf8.count : nil
  }
}
