internal import Alerting
public import ApplianceConfiguration
internal import ApplianceModel
internal import LogDelivery
internal import MailTransport
public import Simulation

/// A configuration in the place of a scenario's own: what it would do there.
public struct ConfigurationTrial: Sendable {
  /// What a configuration came to in one scenario.
  public struct Outcome: Hashable, Sendable {
    /// The scenario's name.
    public var scenario: String
    /// What happened.
    public var facts: TrialFacts
    /// What it means, and why.
    public var judgement: TrialJudgement
    /// What became of the configuration's hosts and methods.
    public var notes: [MappingNote]

    /// An outcome of these facts.
    public init(scenario: String, facts: TrialFacts, notes: [MappingNote] = []) {
      self.scenario = scenario
      self.facts = facts
      self.judgement = TrialJudgement(facts)
      self.notes = notes
    }
  }

  private let substitution: ConfigurationSubstitution

  /// A trial that has not been run.
  ///
  /// - Parameter zone: the transitions of the configuration's time zone.
  public init(_ configuration: Configuration, zone: ZoneTransitions, in scenario: Scenario) {
    self.substitution = ConfigurationSubstitution(configuration, zone: zone, in: scenario)
  }

  /// Runs the scenario to its end, and keeps nothing but the outcome.
  public func run() -> Outcome {
    let scenario = self.substitution.scenario
    let (result, _) = ScenarioRunner(scenario, output: NoOutput()).run()
    return Outcome(
      scenario: scenario.name,
      facts: TrialFacts(result, of: scenario.configuration),
      notes: self.substitution.notes)
  }
}

extension TrialFacts {
  /// The facts of a run.
  init(_ result: ScenarioResult, of configuration: Configuration) {
    self.init()
    self.addPushes(result, of: configuration)
    self.pushesNotSimulated = configuration.subscriptions
      .filter { if case .notUnderstood = $0.retrieval { true } else { false } }
      .map(\.name.value)
    self.addAlerts(result)
    self.addRecipients(of: configuration)
  }

  private mutating func addPushes(_ result: ScenarioResult, of configuration: Configuration) {
    let ledgers = Dictionary(
      result.ledgers.map { ($0.subscription, $0) }, uniquingKeysWith: { first, _ in first })
    for subscription in configuration.subscriptions {
      let name = subscription.name.value
      guard case .syslogPush(let settings) = subscription.retrieval else {
        if let count = result.linesNotKept[name], count > 0 { self.linesNotInFile[name] = count }
        continue
      }
      var push = Push(name, settings.transport.value)
      if let ledger = ledgers[name] { push.add(ledger) }
      push.datagramsSent = result.datagrams[name]?.sent ?? 0
      push.datagramsRead = result.datagrams[name]?.read ?? 0
      for event in result.events where event.subscription == name {
        if case .pushFailed(let failure) = event.fact { push.failures[failure, default: 0] += 1 }
      }
      self.pushes.append(push)
    }
  }

  private mutating func addAlerts(_ result: ScenarioResult) {
    var alertOfText: [String: Alert] = [:]
    for event in result.events {
      guard case .alertRaised(let raised) = event.fact, let cause = raised.event else { continue }
      let alert = Alert(subscription: cause.subscription, isAboutFile: cause.isAboutLogFile)
      alertOfText[raised.text] = alert
      self.alerts.append(alert)
    }
    for attempt in result.alertMailAttempts {
      guard let alert = alertOfText[attempt.alert.text] else { continue }
      self.mails.append(
        Mail(
          alert, to: attempt.recipient,
          attempt.failure.isEmpty
            ? .received : .failed(relay: attempt.relay, attempt.failure)))
    }
    for mail in result.pendingAlertMails {
      guard let alert = alertOfText[mail.text] else { continue }
      self.mails.append(Mail(alert, to: mail.recipient, .pending))
    }
  }

  private mutating func addRecipients(of configuration: Configuration) {
    let router = AlertRouter(settings: configuration.alerts, routes: configuration.smtpRoutes)
    let addresses = router.recipients(of: .logError)
    self.recipients = addresses.map {
      Recipient($0, obstacle: Self.obstacle(to: $0, by: router, configuration))
    }
    let all = Set(configuration.alerts.recipients.map { $0.address.value.lowercased() })
    self.otherRecipients = all.subtracting(addresses.map { $0.lowercased() }).count
  }

  private static func obstacle(
    to recipient: String, by router: AlertRouter, _ configuration: Configuration
  ) -> Recipient.Obstacle? {
    do throws(MailTransportError) {
      for text in [configuration.alerts.fromAddress?.value ?? "", recipient] where !text.isEmpty {
        _ = try MailAddress(text)
      }
      _ = try MailDomain(configuration.hostname.value)
      let address = try MailAddress(recipient)
      switch router.path(to: address) {
      case .relay: return nil
      case .discard: return .routeDiscards
      case .none: return .noRoute(domain: address.domain.text)
      }
    } catch {
      return .mailUnfit("\(error)")
    }
  }
}

extension TrialFacts.Push {
  fileprivate mutating func add(_ ledger: SubscriptionLedger) {
    let totals = ledger.totals
    self.logged = totals.logged
    self.accepted = totals.accepted
    self.received = totals.received
    self.acknowledged = totals.acknowledged
    self.queued = totals.queued
    self.lostAtMost = totals.lostAtMost
    self.queueDiscarded = totals.lostQueueDiscarded
    self.queueFull = totals.lostQueueFull
    self.bufferDropped = totals.lostBufferDropped
    self.bufferUnwritable = totals.lostBufferUnwritable
    // A connection that stood when the scenario ended was closed by it, not by a failure.
    let cutOff = ledger.connections.reduce(0) { sum, record -> UInt64 in
      guard record.closed != nil, record.failure == nil, !record.isDatagram else { return sum }
      let kept = record.written - record.requeued
      return sum + kept - min(max(record.acknowledged, record.received), kept)
    }
    self.unacknowledged =
      totals.lostUnacknowledged > cutOff ? totals.lostUnacknowledged - cutOff : 0
  }
}

extension AlertEvent {
  fileprivate var isAboutLogFile: Bool {
    switch self {
    case .logFileUnwritable: true
    case .pushFailed, .diskBufferUnwritable, .diskBufferFull, .fileNotSent: false
    }
  }
}
