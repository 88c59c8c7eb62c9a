/// What goes wrong at the appliance itself.
public enum ApplianceFault: Hashable, Sendable, Codable {
  /// Somebody saves the log files being written, of one subscription or of all.
  case rollOverNow(subscription: String?)
  /// The appliance's wall clock is set; negative for back.
  case clockStep(by: SimDuration)
  /// Neither log files nor disk buffers can be written.
  case diskFull

  /// What is known of it by its name.
  public var record: FaultRecord {
    switch self {
    case .rollOverNow(let subscription?):
      FaultRecord("rollovernow", ["subscription": .text(subscription)])
    case .rollOverNow(subscription: nil): FaultRecord("rollovernow")
    case .clockStep(let step): FaultRecord("clock-step", ["by": .duration(step)])
    case .diskFull: FaultRecord("disk-full")
    }
  }

  /// Its name.
  public var label: String { self.record.name }

  private static let live =
    "as described; nothing on the disk is touched, writes to it are refused"

  static let rows = [
    FaultRow(
      "rollovernow", "The appliance saves the log files being written and begins the next ones.",
      .appliance,
      keys: [
        FaultKey("subscription", .subscription, "Of one subscription; absent for all.", .optional)
      ], window: .start,
      details: """
        at `from` the files being written are saved and the next ones begun, of one subscription \
        or of all; files that could not be written are tried again at once
        """, live: live
    ) { .appliance(.rollOverNow(subscription: $0.text("subscription"))) },
    FaultRow(
      "clock-step", "The appliance's clock is set forward, or back.", .appliance,
      keys: [FaultKey("by", .step, "How far; with a minus sign before it, back.")],
      window: .start,
      details: """
        at `from` the appliance's clock is set: forward by `1h`, back by `-1h`, up to 100 days; \
        the rest of the network, and captures, keep their time. A line reports a step of more than \
        a second, stamps follow the clock, and nothing else does (ARCHITECTURE.md, "Time")
        """, live: "as described; only this run's clock is set, not the machine's"
    ) { $0.duration("by").map { .appliance(.clockStep(by: $0)) } },
    FaultRow(
      "disk-full", "The appliance's disk is full: log files and disk buffers take nothing.",
      .appliance,
      details: """
        log files and disk buffers take nothing; the record of a pushed log, which is the \
        simulator's own, does
        """, live: live
    ) { _ in .appliance(.diskFull) },
  ]
}
