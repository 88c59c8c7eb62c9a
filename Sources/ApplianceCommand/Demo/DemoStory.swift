import Alerting
import ApplianceModel
import LiveNetwork
import LogDelivery
import Simulation

/// What the documented case must show, and when the demo goes on: decides by facts, does no I/O.
struct DemoStory: Sendable {
  /// What is expected, in the order of the story.
  enum Expectation: CaseIterable, Sendable {
    case firstPushReset, errorLogged, alertMailed, alertLogged, documentedStream, pushGoesOn
    case ledgerBalances

    /// - Parameter collector: the real one behind the device on the path; `nil` for the lab's.
    func words(collector: String?) -> String {
      switch self {
      case .firstPushReset:
        collector.map { "the first push was forwarded to \($0), and then its connection was reset" }
          ?? "the server read the first push and then reset the connection"
      case .errorLogged: "the mail log has the documented error line"
      case .alertMailed: "the Critical System alert mail reached its mailbox"
      case .alertLogged: "the mail log says that the alert was sent"
      case .documentedStream:
        "the second connection begins with exactly the four documented lines"
      case .pushGoesOn: "more lines follow them"
      case .ledgerBalances: "every line is in exactly one class of the ledger"
      }
    }
  }

  /// What to do next.
  enum Instruction: Hashable, Sendable {
    case holdTraffic
    /// The four lines are there: let the traffic go on for a while.
    case resumeTraffic
    /// All was seen: end the traffic.
    case stop
    case none
  }

  private enum Phase: Hashable, Sendable {
    case firstPush, failed, documentedLinesRead, goingOn
  }

  /// The subscription's name, also its tag.
  let subscription: String
  private var phase = Phase.firstPush
  private(set) var met: Set<Expectation> = []
  /// What the server read on the second connection while the traffic was held.
  private(set) var secondStream: [UInt8] = []

  init(subscription: String) {
    self.subscription = subscription
  }

  /// The error line of the documented case, without stamp and level.
  var errorText: String { self.failure.text }

  private var failure: AlertEvent {
    .pushFailed(
      subscription: self.subscription, host: "", LinkFailure(.established, .reset))
  }

  mutating func happened(_ event: RunEvent) -> Instruction {
    guard event.subscription == self.subscription, event.kind == .pushFailed else { return .none }
    // The traffic rests, so that the next push begins with the documented lines and nothing else.
    self.phase = .failed
    return .holdTraffic
  }

  mutating func logged(_ line: String) {
    if line.hasSuffix(" Critical: \(self.errorText)") { self.met.insert(.errorLogged) }
    if line.contains(" Info: A System/Critical alert was sent to ") {
      self.met.insert(.alertLogged)
    }
  }

  mutating func mailArrived(subject: String, hostname: String) {
    let alert = Alert(self.failure, instant: SimInstant(secondsSinceEpoch: 0))
    if subject == alert.subject(hostname: hostname) { self.met.insert(.alertMailed) }
  }

  mutating func serverSaw(_ event: LabSyslogEvent) {
    if case .reset(connection: 1, _, _) = event { self.met.insert(.firstPushReset) }
  }

  mutating func read(_ bytes: [UInt8], connection: Int) -> Instruction {
    guard connection == 2 else { return .none }
    switch self.phase {
    case .failed:
      self.secondStream += bytes
      guard self.secondStream.last == 0x0A else { return .none }
      let stream = self.withoutClock(self.secondStream)
      guard stream.count(where: { $0 == 0x0A }) >= 4 else { return .none }
      self.phase = .documentedLinesRead
      if self.isDocumented(stream) { self.met.insert(.documentedStream) }
      return .resumeTraffic
    case .documentedLinesRead:
      self.phase = .goingOn
      self.met.insert(.pushGoesOn)
      return .none
    case .firstPush, .goingOn:
      return .none
    }
  }

  mutating func ended(_ ledgers: [SubscriptionLedger]) {
    if ledgers.allSatisfy(\.totals.isBalanced) { self.met.insert(.ledgerBalances) }
  }

  var missing: [Expectation] { Expectation.allCases.filter { !self.met.contains($0) } }

  /// A stream without the lines that say that the clock was set: somebody may set it at any time,
  /// and the line about it is no part of the case.
  private func withoutClock(_ stream: [UInt8]) -> [UInt8] {
    let words = Array(": Info: \(Appliance.clockSetText)".utf8)[...]
    return stream.split(separator: 0x0A, omittingEmptySubsequences: false)
      .filter { !$0.contains(words) }.joined(separator: [0x0A]).map { $0 }
  }

  /// Whether a stream is the documented one but for stamps, names and numbers.
  private func isDocumented(_ stream: [UInt8]) -> Bool {
    let lines = String(decoding: stream, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 5, lines[4].isEmpty else { return false }
    let starts = [
      "Begin Logfile", "Version: ", "Time offset from UTC: ",
      "A System/Critical alert was sent to ",
    ]
    return zip(lines, starts).allSatisfy { line, start in
      // `<22>`, a stamp of 15 characters, a space, the tag.
      line.hasPrefix("<22>")
        && line.dropFirst(4 + 15).hasPrefix(" \(self.subscription): Info: \(start)")
    }
  }
}
