internal import ApplianceConfiguration
internal import LogDelivery

/// The verdict about a configuration in a scenario, and why, from what happened.
///
/// Source: docs/FIDELITY.md, "Verdicts of a matrix".
public struct TrialJudgement: Hashable, Sendable {
  /// The verdict about one log.
  public struct Log: Hashable, Sendable {
    /// The subscription; `nil` for the configuration as a whole.
    public let subscription: String?
    /// The verdict.
    public let verdict: TrialVerdict
    /// Why: what was lost first, then why nobody received an alert.
    public let reasons: [TrialReason]

    /// What was lost or failed, and how much.
    public var figures: [TrialReason] { self.reasons.filter { $0.count != nil } }
    /// Why nobody was alerted, or no line left.
    public var causes: [TrialReason] { self.reasons.filter { $0.count == nil } }
  }

  /// Each pushed log, each log file that lost lines, and what holds for the whole configuration.
  public let logs: [Log]

  /// The most severe verdict of its logs.
  public var verdict: TrialVerdict { self.logs.map(\.verdict).max() ?? .noPush }

  /// The reasons of all logs, in order.
  public var reasons: [TrialReason] { self.logs.flatMap(\.reasons) }

  /// The logs of a verdict.
  public func logs(with verdict: TrialVerdict) -> [Log] {
    self.logs.filter { $0.verdict == verdict }
  }

  /// Judges `facts`.
  public init(_ facts: TrialFacts) {
    let judge = Judge(facts: facts)
    self.logs =
      facts.pushes.map(judge.log)
      + facts.linesNotInFile.sorted { $0.key < $1.key }.filter { $0.value > 0 }
      .map { judge.file(of: $0.key, lines: $0.value) }
      + (facts.pushes.isEmpty ? judge.missingPush : [])
  }
}

/// Judges each log.
private struct Judge {
  let facts: TrialFacts

  func log(_ push: TrialFacts.Push) -> TrialJudgement.Log {
    func log(_ verdict: TrialVerdict, _ reasons: [TrialReason]) -> TrialJudgement.Log {
      TrialJudgement.Log(subscription: push.subscription, verdict: verdict, reasons: reasons)
    }
    let alert = TrialFacts.Alert(subscription: push.subscription)
    // Header lines are no lines of the log: a push that has only these loses none.
    let isLost = push.accepted > 0 && (push.lost > 0 || push.datagramsUnread > 0)
    let figures = Self.losses(of: push) + Self.failures(of: push)
    if isLost || push.failureCount > 0 {
      if self.isReceived(alert) { return log(.alerted, figures) }
      return log(
        isLost ? .silentLoss : .unnoticedFailure, figures + self.silence(about: alert, of: push))
    }
    if push.accepted == 0 { return log(.noLines, [Self.emptiness(of: push)]) }
    return Self.isRead(push) ? log(.delivered, []) : log(.waiting, [Self.waiting(of: push)])
  }

  func file(of name: String, lines count: UInt64) -> TrialJudgement.Log {
    let alert = TrialFacts.Alert(subscription: name, isAboutFile: true)
    let loss = TrialReason(.notInLogFile, count, .line, "not written to the log file")
    let isReceived = self.isReceived(alert)
    return TrialJudgement.Log(
      subscription: name, verdict: isReceived ? .alerted : .silentLoss,
      reasons: [loss] + (isReceived ? [] : self.silence(about: alert, of: nil)))
  }

  var missingPush: [TrialJudgement.Log] {
    guard self.facts.pushesNotSimulated.isEmpty else {
      return self.facts.pushesNotSimulated.map {
        TrialJudgement.Log(
          subscription: $0, verdict: .noPush,
          reasons: [
            TrialReason(.pushNotSimulated, "not simulated: its type or method is not understood")
          ])
      }
    }
    let reason = TrialReason(.notPushed, TrialVerdict.noPush.meaning)
    return [TrialJudgement.Log(subscription: nil, verdict: .noPush, reasons: [reason])]
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
    let rows: [(UInt64, TrialReason.Code, TrialReason.Unit, String)] = [
      (push.datagramsUnread, .datagramsUnread, .datagram, "sent and not read by the server"),
      (push.queueDiscarded, .queueDiscarded, .line, "discarded with the queue"),
      (
        push.unacknowledged, .unacknowledged, .line,
        "not acknowledged when the connection failed, which may have arrived"
      ),
      (push.queueFull, .queueFull, .line, "refused by the full queue"),
      (push.bufferDropped, .bufferDropped, .line, "dropped from the disk buffer"),
      (push.bufferUnwritable, .bufferUnwritable, .line, "not written to the disk buffer"),
    ]
    return rows.filter { $0.0 > 0 }.map { TrialReason($1, $0, $2, $3) }
  }

  private static func failures(of push: TrialFacts.Push) -> [TrialReason] {
    push.failures.sorted { $0.key.words < $1.key.words }.map { failure, count in
      TrialReason(.pushFailed, count, .failure, "of the push: \(failure.words)")
    }
  }

  private static func waiting(of push: TrialFacts.Push) -> TrialReason {
    TrialReason(
      .linesWaiting, push.transport == .udp ? push.queued : push.accepted - push.received, .line,
      "queued, under way or unread when the scenario ended")
  }

  private static func emptiness(of push: TrialFacts.Push) -> TrialReason {
    push.logged == 0
      ? TrialReason(.nothingLogged, "no line of this log was written in the scenario")
      : TrialReason(.allFiltered, "lines were written, and log_level kept all of them out")
  }

  // MARK: Why nobody was alerted

  private func silence(
    about alert: TrialFacts.Alert, of push: TrialFacts.Push?
  ) -> [TrialReason] {
    guard self.facts.alerts.contains(alert) else {
      guard let push, push.failureCount == 0 else {
        return [TrialReason(.noAlertRaised, "no alert was raised about it")]
      }
      guard push.transport == .udp else {
        return [
          TrialReason(
            .noFailureDetected, "no failure of the push was detected: no error line and no alert")
        ]
      }
      return [
        TrialReason(
          .udpDetectsNothing,
          "pushed by UDP, which detects no failure: no error line and no alert")
      ]
    }
    guard !self.facts.recipients.isEmpty else {
      let others = self.facts.otherRecipients
      let rest =
        switch others {
        case 0: "there is no recipient at all"
        case 1: "1 address receives others"
        default: "\(others) addresses receive others"
        }
      return [
        TrialReason(
          .noRecipient,
          "an alert was raised, but nobody is to receive System/Critical alerts: \(rest)")
      ]
    }
    return self.facts.recipients.map { self.failedMail(to: $0, about: alert) }
  }

  private func failedMail(
    to recipient: TrialFacts.Recipient, about alert: TrialFacts.Alert
  ) -> TrialReason {
    let lead = "the alert mail to \(recipient.address)"
    switch recipient.obstacle {
    case .routeDiscards:
      return TrialReason(.routeDiscards, "\(lead) was discarded: its SMTP route is /dev/null")
    case .noRoute(let domain):
      return TrialReason(.noRoute, "\(lead) was not sent: no SMTP route leads to \(domain)")
    case .mailUnfit(let error):
      return TrialReason(.mailUnfit, "\(lead) could not be composed: \(error)")
    case nil: break
    }
    let attempts = self.facts.mails.filter {
      $0.alert == alert && $0.recipient.lowercased() == recipient.address.lowercased()
    }
    for attempt in attempts.reversed() {
      guard case .failed(let relay, let reason) = attempt.outcome else { continue }
      return TrialReason(.relayFailed, "\(lead) failed at the relay \(relay): \(reason)")
    }
    return TrialReason(.mailPending, "\(lead) was not accepted before the scenario ended")
  }
}
