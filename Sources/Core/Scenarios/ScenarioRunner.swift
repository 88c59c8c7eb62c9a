public import Alerting
public import ApplianceModel
public import MailFlow
public import NetworkModel
public import Simulation

/// What a scenario came to.
public struct ScenarioResult: Sendable {
  /// When it ended.
  public let end: SimInstant
  /// What happened, in order.
  public let events: [RunEvent]
  /// The fate of the lines.
  public let ledgers: [SubscriptionLedger]
  /// How many lines are in no log file though one was meant for them, by subscription.
  public let linesNotKept: [String: UInt64]
  /// What the mail flow came to.
  public let traffic: MailFlowCounters
  /// What the mail flow had not done at the end, by kind.
  public let pending: [PendingWork]
  /// The alert mails that were neither delivered nor given up.
  public let pendingAlertMails: [PendingAlertMail]
  /// Each expectation, and whether it is so.
  public let verdicts: [Verdict]
  /// Packets left out of the capture, since it was full.
  public let packetsLeftOut: Int
  /// The capture's first packets.
  public let packets: [PacketSummary]

  /// What a scenario came to that somebody else ran, such as the live world.
  public init(
    end: SimInstant, events: [RunEvent], ledgers: [SubscriptionLedger],
    linesNotKept: [String: UInt64], traffic: MailFlowCounters, pending: [PendingWork],
    pendingAlertMails: [PendingAlertMail], verdicts: [Verdict],
    packetsLeftOut: Int = 0,
    packets: [PacketSummary] = []
  ) {
    self.end = end
    self.events = events
    self.ledgers = ledgers
    self.linesNotKept = linesNotKept
    self.traffic = traffic
    self.pending = pending
    self.pendingAlertMails = pendingAlertMails
    self.verdicts = verdicts
    self.packetsLeftOut = packetsLeftOut
    self.packets = packets
  }
}

/// Runs a scenario in virtual time: the same scenario gives the same bytes, whatever the machine.
public struct ScenarioRunner<Output: ScenarioOutput> {
  private let scenario: Scenario
  private let output: Output

  /// A scenario that has not begun.
  public init(_ scenario: Scenario, output: Output) {
    self.scenario = scenario
    self.output = output
  }

  /// Runs to the scenario's end.
  ///
  /// - Returns: the result, and the output with all that was brought forth.
  public func run() -> (result: ScenarioResult, output: Output) {
    let (result, output) = ScenarioEngine(self.scenario, output: self.output).run(nil)
    guard let output = output as? Output else {
      preconditionFailure("an output does not change its type")
    }
    return (result, output)
  }
}
