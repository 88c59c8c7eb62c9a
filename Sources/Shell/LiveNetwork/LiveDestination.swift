public import LogDelivery
internal import MailTransport
public import NIOCore
public import Simulation

/// One address of a server, as a lab has it or as the system's resolver gave it.
public enum LiveAddress: Hashable, Sendable {
  /// There.
  case socket(SocketAddress)
  /// Nowhere: connecting to it fails so, that long after it began.
  case failure(LinkFailure.Cause, after: SimDuration)

  /// For a person, without a port.
  var text: String {
    switch self {
    case .socket(let address): address.ipAddress ?? "\(address)"
    case .failure: "an address that leads nowhere"
    }
  }
}

/// Where a name of a lab really leads, in place of what the system's resolver would say.
public struct LiveDestination: Hashable, Sendable {
  /// In the order in which they are tried; none when the name has no address.
  public var addresses: [LiveAddress]
  /// How long the look-up takes.
  public var lookupTime: SimDuration

  /// A name with these addresses.
  public init(_ addresses: [LiveAddress], lookupTime: SimDuration = .zero) {
    self.addresses = addresses
    self.lookupTime = lookupTime
  }
}

extension LinkFailure.Cause {
  /// The same in an SMTP session's terms.
  var mailProblem: SMTPConnectionProblem {
    switch self {
    case .unresolvable: .unresolvable
    case .timedOut: .timedOut
    case .hostUnreachable, .networkUnreachable: .unreachable
    case .tooManyFiles: .tooManyFiles
    default: .refused
    }
  }
}
