public import LogDelivery
internal import MailTransport
public import Simulation

/// Where a connection of a live appliance really goes, when a lab stands in for the network.
public enum LiveDestination: Hashable, Sendable {
  /// There.
  case address(host: String, port: UInt16)
  /// Nowhere: it fails so after a while.
  case failure(LinkFailure.Cause, after: SimDuration)
}

extension LinkFailure.Cause {
  /// The same in an SMTP session's terms.
  var mailProblem: SMTPConnectionProblem {
    switch self {
    case .unresolvable: .unresolvable
    case .timedOut: .timedOut
    case .hostUnreachable, .networkUnreachable: .unreachable
    default: .refused
    }
  }
}
