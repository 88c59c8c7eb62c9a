import Alerting
import NetworkModel
import Simulation

@testable import MailTransport
@testable import Scenarios

/// Alert mails: attempts, states of both machines, and that each session ends in time.
struct MailChecker {
  private struct Session {
    let number: UInt32
    let attempt: Int
    /// Which of the relay's addresses, from 1.
    var address: Int
    var state: String
    var timerStep: Int
    var since: SimInstant
  }

  private struct Ended {
    let attempt: Int
    let at: SimInstant
  }

  static let attemptsMax = 3
  static let retryInterval = SimDuration.seconds(60)

  let record: SwarmRecord
  private var sessions: [UInt32: Session] = [:]
  private var ended: [UInt32: Ended] = [:]
  private var servers: [UInt64: String] = [:]
  private(set) var attempts = 0

  init(record: SwarmRecord) {
    self.record = record
  }

  mutating func check(_ engine: borrowing ScenarioEngine) {
    let now = engine.now
    for (number, session) in engine.mails.sessions { self.check(number, session, now: now) }
    for (number, session) in self.sessions where engine.mails.sessions[number] == nil {
      self.moved(.smtpClient, from: session.state, to: "closed")
      self.ended[number] = Ended(attempt: session.attempt, at: now)
      self.sessions[number] = nil
    }
    for (socket, machine) in engine.mailServers.sessions {
      let state = Self.word(machine.state)
      self.moved(.smtpServer, from: self.servers[socket.number] ?? "idle", to: state)
      self.servers[socket.number] = state
    }
    for (number, state) in self.servers
    where !engine.mailServers.sessions.keys.contains(where: { $0.number == number }) {
      if state != "closed" { self.moved(.smtpServer, from: state, to: "closed") }
      self.servers[number] = nil
    }
  }

  private mutating func check(
    _ number: UInt32, _ session: MailSessions.Session, now: SimInstant
  ) {
    let state = Self.word(session.machine.state)
    if self.sessions[number]?.attempt == session.mail.attempt,
      let known = self.sessions[number], known.address != session.attempt
    {
      self.moved(.smtpClient, from: known.state, to: "closed")
      self.sessions[number]?.address = session.attempt
      self.sessions[number]?.state = "connecting"
    }
    guard var known = self.sessions[number], known.attempt == session.mail.attempt else {
      if let known = self.sessions[number] {
        self.ended[number] = Ended(attempt: known.attempt, at: now)
      }
      self.begin(number, session, state, now: now)
      return
    }
    self.moved(.smtpClient, from: known.state, to: state)
    known.state = state
    if known.timerStep != session.timerStep {
      known.timerStep = session.timerStep
      known.since = now
    }
    let limit = session.machine.timeout ?? .zero
    self.record.require(
      known.since.duration(to: now) <= limit, .mailSessionsEnd,
      "mail \(number) is in \(state) for \(known.since.duration(to: now))")
    self.sessions[number] = known
  }

  private mutating func begin(
    _ number: UInt32, _ session: MailSessions.Session, _ state: String, now: SimInstant
  ) {
    let attempt = session.mail.attempt
    let last = self.ended[number]
    self.attempts += 1
    self.record.require(
      attempt < Self.attemptsMax && attempt == (last?.attempt ?? -1) + 1
        && (last.map { $0.at.duration(to: now) >= Self.retryInterval } ?? true), .mailAttempts,
      "mail \(number): attempt \(attempt) after \(last?.attempt ?? -1)")
    self.sessions[number] = Session(
      number: number, attempt: attempt, address: session.attempt, state: state,
      timerStep: session.timerStep, since: now)
  }

  private func moved(_ machine: Coverage.Machine, from: String, to: String) {
    guard from != to else { return }
    let exit = "\(from) > \(to)"
    self.record.saw(machine, exit)
    let table =
      machine == .smtpClient ? TransitionTables.smtpClient : TransitionTables.smtpServer
    self.record.require(table.contains(exit), .smtpLegal, "\(machine.rawValue): \(exit)")
  }

  /// `recipient` of `recipient(0)`.
  private static func word(_ state: some Sendable) -> String {
    String("\(state)".prefix { $0 != "(" })
  }
}
