public import MailFlow
internal import Simulation
internal import Text

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
    switch kind {
    case .sessions: Plural.counted(count, "incoming connection") + " with mail"
    case .workQueue: Plural.counted(count, "message") + " in the work queue"
    case .deliveries: Plural.counted(count, "message") + " being delivered"
    case .awaitingConnection: Plural.counted(count, "message") + " waiting for a connection"
    case .retries: Plural.counted(count, "delayed message")
    case .quarantines: Plural.counted(count, "quarantined message")
    case .idleConnections: Plural.counted(count, "idle connection")
    }
  }
}
