public import LogModel
public import Simulation

/// How the traffic ends, and what is left then.
extension MailFlow {
  /// Adds a step.
  mutating func schedule(_ kind: StepKind, _ slot: UInt32, at instant: SimInstant) {
    if kind.isActive { self.activeSteps += 1 }
    self.steps.insert(kind, slot, at: instant)
  }

  /// Ends the traffic at once, as the shutdown of an appliance does.
  ///
  /// Connections that bring messages are cut, and a message that was being received is aborted; all
  /// else stays as it is. Source: docs/FIDELITY.md, "A stop".
  ///
  /// - Parameter instant: in model time; not before what has happened.
  public mutating func stop(at instant: SimInstant, into events: inout [LogEvent]) {
    guard !self.isFinished else { return }
    self.endArrivals(.stopped)
    self.now = max(self.now, instant)
    let sessions = self.steps.all.filter(\.kind.isOfSession)
    self.steps.keep { !$0.kind.isOfSession }
    self.activeSteps -= sessions.count
    for step in sessions.sorted(by: { self.icid($0) < self.icid($1) }) {
      self.messagesReserved -= Int(self.connections[step.slot].left)
      switch step.kind {
      case .dataEnds, .injectionLost: self.injectionIsLost(step.slot, into: &events)
      default: self.injectionCloses(step.slot, into: &events)
      }
    }
  }

  private func icid(_ step: DueHeap<StepKind>.Entry) -> UInt32 {
    self.connections[step.slot].icid.value
  }

  /// What is not done now, by kind; only kinds of which there is something.
  public var pendingWork: [PendingWork] {
    var counts: [PendingWork.Kind: (count: Int, due: SimInstant?)] = [:]
    func add(_ kind: PendingWork.Kind, due: SimInstant?) {
      let known = counts[kind]
      let first = [known?.due, due].compactMap { $0 }.min()
      counts[kind] = ((known?.count ?? 0) + 1, first)
    }
    for step in self.steps.all {
      var due = SimInstant(nanoseconds: step.due)
      if step.kind == .deliveryIdles {
        let connection = self.deliveries[step.slot]
        guard !connection.isClosed, connection.message == noSlot else { continue }
        due = connection.idleSince.advanced(by: self.settings.profile.deliveryIdle)
      }
      add(step.kind.pendingKind, due: due)
    }
    for destination in self.destinations {
      var waiting = destination.waitingFirst
      while waiting != noSlot {
        add(.awaitingConnection, due: nil)
        waiting = self.messages[waiting].nextWaiting
      }
    }
    return PendingWork.Kind.allCases.compactMap { kind in
      counts[kind].map { PendingWork(kind: kind, count: $0.count, nextDue: $0.due) }
    }
  }
}
