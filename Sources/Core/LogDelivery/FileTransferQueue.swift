internal import DequeModule
public import Simulation

/// Why a saved file did not reach its server.
public enum FileTransferFailure: String, Error, Hashable, Sendable, CaseIterable {
  /// The server's name has no address.
  case unresolvable
  /// The connection was not established.
  case unreachable
  /// Nobody answered in time.
  case timedOut
  /// The server did not take user name and passphrase or key.
  case loginRefused
  /// The server's key is not the one that is known.
  case hostKeyRefused
  /// The server did not take the file: no such folder, no permission, no space.
  case refused
  /// The connection broke off.
  case interrupted
  /// The client that sends files is not on this machine.
  case clientMissing
  /// The file that was saved is not there any more.
  case fileMissing
  /// Any other error of the client.
  case other

  /// Why, as a log line says it; ours.
  ///
  /// - Parameter client: the program that sends, such as `curl`.
  public func reason(client: String) -> String {
    switch self {
    case .unresolvable: "Host name could not be resolved"
    case .unreachable: "Connection refused or no route"
    case .timedOut: "Operation timed out"
    case .loginRefused: "Login refused"
    case .hostKeyRefused: "Host key verification failed"
    case .refused: "The server refused the file"
    case .interrupted: "Connection lost"
    case .clientMissing: "The program \(client) is not installed"
    case .fileMissing: "The file is gone"
    case .other: "Unknown error"
    }
  }
}

/// Decides which saved file of a subscription is sent when: one at a time, the oldest first.
///
/// A file that was sent is deleted; one that was not stays, and is tried again with a growing wait.
/// Nothing unsent is ever deleted. Source: docs/FIDELITY.md, "FTP push, SCP push".
public struct FileTransferQueue: Sendable {
  /// What the owner does next.
  public enum Action: Hashable, Sendable {
    /// Send this file.
    case send(name: String)
    /// This file arrived: delete it.
    case delete(name: String)
  }

  /// What an attempt's end leads to.
  public enum FinishedAction: Hashable, Sendable {
    /// It arrived; so many wait.
    case sent(name: String, waiting: Int)
    /// It is tried again at that time.
    case retry(name: String, at: SimInstant)
    /// It is gone and forgotten.
    case forgotten(name: String)
    /// No such attempt is under way.
    case ignore
  }

  private enum State: Sendable {
    /// Can transition to: `sending` (a file waits).
    case idle
    /// Can transition to: `idle` (sent), `waiting` (failed).
    case sending(name: String)
    /// Can transition to: `sending` (time reached, or a rollover).
    case waiting(until: SimInstant)
  }

  private let backoff: ExponentialBackoff
  private var state = State.idle
  private var names: Deque<String> = []
  private var failures = 0
  private var deletions: [String] = []
  /// How many files arrived.
  public private(set) var sentCount: UInt64 = 0

  /// A queue without files.
  public init(
    backoff: ExponentialBackoff = ExponentialBackoff(initial: .seconds(10), maximum: .seconds(900))
  ) {
    self.backoff = backoff
  }

  /// How many files have not arrived yet.
  public var waitingCount: Int { self.names.count }

  /// When `takeActions` is wanted; `nil` when only an event can lead on.
  public var wakeAt: SimInstant? {
    if case .waiting(let until) = self.state { return until }
    return nil
  }

  /// A file was saved, now or by an earlier run; a name that waits already is taken once.
  ///
  /// A rollover sends the files that an earlier attempt did not, so the wait is over.
  public mutating func saved(_ name: String) {
    if !self.names.contains(name) { self.names.append(name) }
    if case .waiting = self.state { self.state = .idle }
  }

  /// What to do at `now`, in order.
  public mutating func takeActions(now: SimInstant) -> [Action] {
    var actions = self.deletions.map { Action.delete(name: $0) }
    self.deletions = []
    if case .waiting(let until) = self.state, until <= now { self.state = .idle }
    if case .idle = self.state, let name = self.names.first {
      self.state = .sending(name: name)
      actions.append(.send(name: name))
    }
    return actions
  }

  /// The attempt to send `name` ended; `failure` is `nil` when the file arrived.
  public mutating func finished(
    _ name: String, failure: FileTransferFailure?, now: SimInstant
  ) -> FinishedAction {
    guard case .sending(let sending) = self.state, sending == name else { return .ignore }
    switch failure {
    case nil:
      self.forget(name)
      self.sentCount += 1
      self.deletions.append(name)
      return .sent(name: name, waiting: self.names.count)
    case .fileMissing:
      self.forget(name)
      return .forgotten(name: name)
    case .some:
      self.failures += 1
      let retryAt = now.advanced(by: self.backoff.delay(attempt: self.failures))
      self.state = .waiting(until: retryAt)
      return .retry(name: name, at: retryAt)
    }
  }

  private mutating func forget(_ name: String) {
    self.state = .idle
    self.failures = 0
    self.names.removeAll { $0 == name }
  }
}
