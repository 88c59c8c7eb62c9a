public import MailFlow
internal import Simulation

/// What the traffic had not done at its end, in words.
public enum PendingText {
  /// Such as `pending: 2 delayed messages (next 2015-06-25T06:51:03Z), 1 idle connection (next
  /// ...)`; `nil` for nothing.
  public static func line(_ pending: [PendingWork]) -> String? {
    guard !pending.isEmpty else { return nil }
    let parts = pending.map { work in
      let next = work.nextDue.map { " (next \(InstantText.seconds($0)))" } ?? ""
      return "\(self.words(work.kind, work.count))\(next)"
    }
    return "pending: " + parts.joined(separator: ", ")
  }

  private static func words(_ kind: PendingWork.Kind, _ count: Int) -> String {
    let s = count == 1 ? "" : "s"
    return switch kind {
    case .sessions: "\(count) incoming connection\(s) with mail"
    case .workQueue: "\(count) message\(s) in the work queue"
    case .deliveries: "\(count) message\(s) being delivered"
    case .awaitingConnection: "\(count) message\(s) waiting for a connection"
    case .retries: "\(count) delayed message\(s)"
    case .quarantines: "\(count) quarantined message\(s)"
    case .idleConnections: "\(count) idle connection\(s)"
    }
  }
}
