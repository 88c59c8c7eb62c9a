/// The verdict about a configuration in a scenario, and why, from what happened.
///
/// Source: docs/FIDELITY.md, "Verdicts of a matrix".
public struct TrialJudgement: Hashable, Sendable {
  /// The most severe verdict of its logs.
  public let verdict: TrialVerdict
  /// Why: what was lost first, then why nobody received an alert. Empty where nothing needs a
  /// reason.
  public let reasons: [TrialReason]

  /// Judges `facts`.
  public init(_ facts: TrialFacts) {
    var judge = Judge(facts: facts)
    for push in facts.pushes { judge.judge(push) }
    for (name, count) in facts.linesNotInFile.sorted(by: { $0.key < $1.key }) where count > 0 {
      judge.judgeFile(of: name, count)
    }
    if facts.pushes.isEmpty { judge.addMissingPush() }
    self.verdict = judge.verdict
    self.reasons = judge.reasons
  }
}

/// Gathers the verdicts about each log.
private struct Judge {
  let facts: TrialFacts
  private(set) var verdict = TrialVerdict.noPush
  private(set) var reasons: [TrialReason] = []

  init(facts: TrialFacts) { self.facts = facts }

  private mutating func conclude(_ verdict: TrialVerdict, _ reasons: [TrialReason] = []) {
    self.verdict = max(self.verdict, verdict)
    self.reasons += reasons
  }

  mutating func judge(_ push: TrialFacts.Push) {
    let alert = TrialFacts.Alert(subscription: push.subscription)
    let isReceived = self.isReceived(alert)
    let losses = Self.losses(of: push) + Self.failures(of: push)
    if push.lost > 0 || push.datagramsUnread > 0 {
      if isReceived { return self.conclude(.alerted, losses) }
      self.conclude(.silentLoss, losses + self.silence(about: alert, of: push))
    } else if push.failureCount > 0 {
      if isReceived { return self.conclude(.alerted, losses) }
      self.conclude(.unnoticedFailure, losses + self.silence(about: alert, of: push))
    } else if push.accepted == 0 {
      self.conclude(.noLines, [Self.emptiness(of: push)])
    } else if Self.isRead(push) {
      self.conclude(.delivered)
    } else {
      self.conclude(.waiting, Self.waiting(of: push))
    }
  }

  mutating func judgeFile(of name: String, _ count: UInt64) {
    let alert = TrialFacts.Alert(subscription: name, isAboutFile: true)
    let loss = TrialReason(
      .notInLogFile, of: name, "lines not written to the log file", count: count)
    if self.isReceived(alert) { return self.conclude(.alerted, [loss]) }
    self.conclude(.silentLoss, [loss] + self.silence(about: alert, of: nil))
  }

  mutating func addMissingPush() {
    self.reasons += self.facts.pushesNotSimulated.map {
      TrialReason(.pushNotSimulated, of: $0, "not simulated: its type or method is not understood")
    }
    guard self.facts.pushesNotSimulated.isEmpty else { return }
    self.reasons.append(TrialReason(.notPushed, TrialVerdict.noPush.meaning))
  }

  // MARK: What happened

  private func isReceived(_ alert: TrialFacts.Alert) -> Bool {
    self.facts.mails.contains { $0.alert == alert && $0.outcome == .received }
  }

  /// Of datagrams nothing more can be known than that none is missing.
  private static func isRead(_ push: TrialFacts.Push) -> Bool {
    push.transport == .udp ? push.queued == 0 : push.received == push.accepted
  }

  private static func losses(of push: TrialFacts.Push) -> [TrialReason] {
    let rows: [(UInt64, TrialReason.Code, String)] = [
      (push.datagramsUnread, .datagramsUnread, "datagrams sent and not read by the server"),
      (push.queueDiscarded, .queueDiscarded, "lines discarded with the queue"),
      (
        push.unacknowledged, .unacknowledged,
        "lines not acknowledged when their connection failed, which may have arrived"
      ),
      (push.queueFull, .queueFull, "lines refused by the full queue"),
      (push.bufferDropped, .bufferDropped, "lines dropped from the disk buffer"),
      (push.bufferUnwritable, .bufferUnwritable, "lines not written to the disk buffer"),
    ]
    return rows.filter { $0.0 > 0 }.map { count, code, text in
      TrialReason(code, of: push.subscription, text, count: count)
    }
  }

  private static func failures(of push: TrialFacts.Push) -> [TrialReason] {
    push.failures.sorted { $0.key < $1.key }.map { reason, count in
      TrialReason(
        .pushFailed, of: push.subscription,
        "\(count == 1 ? "failure" : "failures") of the push: \(reason)", count: count)
    }
  }

  private static func waiting(of push: TrialFacts.Push) -> [TrialReason] {
    let unread = push.accepted - push.received
    return [
      TrialReason(
        .linesWaiting, of: push.subscription,
        "lines queued, under way or unread when the scenario ended",
        count: push.transport == .udp ? push.queued : unread)
    ]
  }

  private static func emptiness(of push: TrialFacts.Push) -> TrialReason {
    push.logged == 0
      ? TrialReason(
        .nothingLogged, of: push.subscription, "no line of this log was written in the scenario")
      : TrialReason(
        .allFiltered, of: push.subscription, "lines were written, and log_level kept all out",
        count: push.logged)
  }

  // MARK: Why nobody was alerted

  private func silence(
    about alert: TrialFacts.Alert, of push: TrialFacts.Push?
  ) -> [TrialReason] {
    let name = alert.subscription
    guard self.facts.alerts.contains(alert) else {
      guard let push, push.failureCount == 0 else {
        return [TrialReason(.noAlertRaised, of: name, "no alert was raised about it")]
      }
      let isUDP = push.transport == .udp
      return [
        TrialReason(
          isUDP ? .udpDetectsNothing : .noFailureDetected, of: name,
          isUDP
            ? "pushes by UDP, which detects no failure: no error line and no alert"
            : "no failure of the push was detected: no error line and no alert")
      ]
    }
    guard !self.facts.recipients.isEmpty else {
      let others = self.facts.otherRecipients
      let text = "an alert was raised, but nobody is to receive System/Critical alerts"
      return [
        TrialReason(
          .noRecipient, of: name,
          others == 0
            ? text + ": there is no recipient at all"
            : text + ": \(others == 1 ? "1 address receives" : "\(others) addresses receive") others"
        )
      ]
    }
    return self.facts.recipients.map { self.failedMail(to: $0, about: alert) }
  }

  private func failedMail(
    to recipient: TrialFacts.Recipient, about alert: TrialFacts.Alert
  ) -> TrialReason {
    let name = alert.subscription
    let lead = "the alert mail to \(recipient.address)"
    switch recipient.obstacle {
    case .routeDiscards(let domain):
      return TrialReason(
        .routeDiscards, of: name, "\(lead) was discarded: the SMTP route of \(domain) is /dev/null")
    case .noRoute(let domain):
      return TrialReason(.noRoute, of: name, "\(lead) was not sent: no route leads to \(domain)")
    case .mailUnfit(let error):
      return TrialReason(.mailUnfit, of: name, "\(lead) could not be made: \(error)")
    case nil: break
    }
    let attempts = self.facts.mails.filter {
      $0.alert == alert && $0.recipient.lowercased() == recipient.address.lowercased()
    }
    for attempt in attempts.reversed() {
      guard case .failed(let relay, let reason) = attempt.outcome else { continue }
      return TrialReason(.relayFailed, of: name, "\(lead) failed at the relay \(relay): \(reason)")
    }
    return TrialReason(
      .mailPending, of: name, "\(lead) was not accepted before the scenario ended")
  }
}
