public import Alerting
public import ApplianceModel
public import MailFlow
public import NetworkModel
public import Simulation

/// How an attempt to send an alert mail ended.
public struct AlertMailAttempt: Hashable, Sendable {
  /// The alert.
  public let alert: Alert
  /// The address that it was for.
  public let recipient: String
  /// Host and port of the relay.
  public let relay: String
  /// Why it was not accepted; empty when the mailbox took it.
  public let failure: String
}

/// The datagrams of a push, header lines among them.
public struct DatagramCount: Hashable, Sendable {
  /// How many left the appliance.
  public var sent: UInt64 = 0
  /// How many a syslog server of the lab read; more than `sent` where the path doubles some.
  public var read: UInt64 = 0

  /// None.
  public init() {}
}

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
  /// What was still to be sent at the end.
  public let remains: RunRemains
  /// Packets left out of the capture, since it was full.
  public let packetsLeftOut: Int
  /// The capture's first packets.
  public let packets: [PacketSummary]
  /// How each attempt to send an alert mail ended, in order; of virtual runs only.
  public let alertMailAttempts: [AlertMailAttempt]
  /// The datagrams of each push by UDP, by subscription; of virtual runs only.
  public let datagrams: [String: DatagramCount]

  /// What a scenario came to that somebody else ran, such as the live world.
  public init(
    end: SimInstant, events: [RunEvent], ledgers: [SubscriptionLedger],
    linesNotKept: [String: UInt64], traffic: MailFlowCounters, pending: [PendingWork],
    pendingAlertMails: [PendingAlertMail], verdicts: [Verdict], remains: RunRemains,
    packetsLeftOut: Int = 0,
    packets: [PacketSummary] = [], alertMailAttempts: [AlertMailAttempt] = [],
    datagrams: [String: DatagramCount] = [:]
  ) {
    self.end = end
    self.events = events
    self.ledgers = ledgers
    self.linesNotKept = linesNotKept
    self.traffic = traffic
    self.pending = pending
    self.pendingAlertMails = pendingAlertMails
    self.verdicts = verdicts
    self.remains = remains
    self.packetsLeftOut = packetsLeftOut
    self.packets = packets
    self.alertMailAttempts = alertMailAttempts
    self.datagrams = datagrams
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
  /// - Returns: the result, and the output with everything that was produced.
  public func run() -> (result: ScenarioResult, output: Output) {
    var world = ScenarioWorld(self.scenario, output: self.output)
    world.advance(to: self.scenario.duration)
    return world.end()
  }
}
