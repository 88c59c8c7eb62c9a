public import Simulation

/// Decides what an SMTP client does next in a session with one transaction; performs no I/O, reads
/// no clock.
///
/// The runner opens the connection, reports facts and carries out the returned action. It starts a
/// timer of `timeout` when the machine is made, at `connected()` and with each `.send`, not with
/// `.wait`: a server that drips a reply byte by byte gets no more time than one that is silent.
///
/// Replies answer commands in order, whatever segments they come in. Nothing is pipelined, so bytes
/// that are there before a command was written answer nothing: they end the session as a protocol
/// error, but for a 421, which a server may send at any time.
///
/// Source: RFC 5321 section 3 (session), 3.8 (421), 4.1.1.4 and 4.3.1 (a reply follows its
/// command), 4.5.3.2 (times); RFC 1870 (SIZE).
public struct SMTPClientStateMachine: Sendable {
  enum State: Hashable, Sendable {
    /// Can transition to: `greeting` (connected), `closed` (connect failed, time-out).
    case connecting
    /// Can transition to: `extendedHello` (2yz), `quitting` (4yz, 5yz), `closed`.
    case greeting
    /// Can transition to: `mail` (2yz), `hello` (5yz), `quitting` (4yz), `closed`.
    case extendedHello
    /// Can transition to: `mail` (2yz), `quitting` (4yz, 5yz), `closed`.
    case hello
    /// Can transition to: `recipient(0)` (2yz), `quitting` (4yz, 5yz), `closed`.
    case mail
    /// Can transition to: the next `recipient`; behind the last `data`, or `quitting` when all are
    /// refused.
    case recipient(Int)
    /// Can transition to: `message` (354), `quitting` (4yz, 5yz), `closed`.
    case data
    /// Can transition to: `quitting` (any reply), `closed`.
    case message
    /// Can transition to: `closed` (any reply, end of connection, time-out).
    case quitting
    /// The outcome is out. Nothing leads on.
    case closed
  }

  var state = State.connecting
  /// One a recipient, `nil` until it is settled.
  var fates: [SMTPFate?]
  var announcesSize = false
  let transaction: SMTPTransaction
  private let timeouts: SMTPTimeouts
  private var parser = SMTPReplyParser()
  /// Whether what the next reply answers has happened: the connection, or the last command's
  /// writing.
  private var isReplyDue = true
  /// How many bytes came before that; they can only be a 421.
  private var earlyBytes = 0

  /// A session whose connection is being opened.
  public init(transaction: SMTPTransaction, timeouts: SMTPTimeouts = .rfc5321) {
    self.transaction = transaction
    self.timeouts = timeouts
    self.fates = Array(repeating: nil, count: transaction.envelope.recipients.count)
  }

  /// Where the session is; `nil` once it has ended.
  public var step: SMTPStep? {
    switch self.state {
    case .connecting: .connect
    case .greeting: .greeting
    case .extendedHello, .hello: .hello
    case .mail: .mail
    case .recipient: .recipient
    case .data: .data
    case .message: .message
    case .quitting: .quit
    case .closed: nil
    }
  }

  /// How long this step may take; `nil` once the session has ended.
  public var timeout: SimDuration? {
    self.step.map { self.timeouts[$0] }
  }

  /// The outcome as soon as nothing can change it: before the reply to QUIT. `nil` until then.
  public var settledOutcome: SMTPOutcome? {
    let settled = self.fates.compactMap { $0 }
    guard settled.count == self.fates.count else { return nil }
    return SMTPOutcome(
      recipients: zip(self.transaction.envelope.recipients, settled).map {
        SMTPOutcome.Recipient(address: $0, fate: $1)
      })
  }

  /// What `connected()` leads to.
  public enum ConnectedAction: Hashable, Sendable {
    /// Wait for the server's greeting.
    case awaitGreeting
    /// The session had ended, by a time-out: close the connection.
    case closeLateConnection
  }

  /// The TCP connection is open.
  public mutating func connected() -> ConnectedAction {
    guard self.state != .closed else { return .closeLateConnection }
    precondition(self.state == .connecting, "connected twice: \(self.state)")
    self.state = .greeting
    return .awaitGreeting
  }

  /// What `connectFailed(_:)` leads to.
  public enum ConnectFailedAction: Hashable, Sendable {
    /// The session has ended; there is no connection to close.
    case finish(SMTPOutcome)
    /// It had ended before.
    case ignore
  }

  /// The TCP connection could not be opened.
  public mutating func connectFailed(_ problem: SMTPConnectionProblem) -> ConnectFailedAction {
    precondition(
      self.state == .connecting || self.state == .closed,
      "connectFailed without a connect in flight: \(self.state)")
    return self.end(with: problem).map { .finish($0) } ?? .ignore
  }

  /// What `received(_:)` leads to.
  public enum ReceivedAction: Hashable, Sendable {
    /// Write these bytes, start the timer anew, and say `written()`; what has arrived meanwhile,
    /// the machine is given first.
    case send([UInt8])
    /// Close the connection; the session has ended. Commands not yet sent are dropped.
    case close(SMTPOutcome)
    /// The reply is not whole yet. A command that was not written is not to be written any more.
    case wait
    /// The session had ended before.
    case ignore
  }

  /// Bytes came from the server, in any pieces.
  public mutating func received(_ bytes: some Sequence<UInt8>) -> ReceivedAction {
    precondition(self.state != .connecting, "bytes before the connection")
    guard self.state != .closed else { return .ignore }
    var command: [UInt8]?
    for byte in bytes {
      guard self.isReplyDue else {
        command = nil
        guard let end = self.receivedEarly(byte) else { continue }
        return end
      }
      switch self.parser.consume(byte) {
      case .reply(let reply):
        command = self.replied(reply)
        guard command != nil else { return self.close(with: nil) }
        self.isReplyDue = false
      case .malformed(let error):
        return self.close(with: .malformedReply(error))
      case nil:
        continue
      }
    }
    return command.map { .send($0) } ?? .wait
  }

  /// The last command's bytes have all been handed to the connection: from now on a reply answers
  /// them.
  public mutating func written() {
    if self.earlyBytes == 0 { self.isReplyDue = true }
  }

  /// A byte that was there before the command that it would answer.
  private mutating func receivedEarly(_ byte: UInt8) -> ReceivedAction? {
    let closing = Array("421".utf8)
    guard self.earlyBytes >= closing.count || byte == closing[self.earlyBytes] else {
      return self.close(with: .earlyReply)
    }
    self.earlyBytes += 1
    switch self.parser.consume(byte) {
    case .reply(let reply):
      _ = self.replied(reply)
      return self.close(with: nil)
    case .malformed: return self.close(with: .earlyReply)
    case nil: return nil
    }
  }

  /// What `connectionClosed(by:)` leads to.
  public enum ConnectionClosedAction: Hashable, Sendable {
    /// The session has ended.
    case finish(SMTPOutcome)
    /// It had ended before.
    case ignore
  }

  /// The connection is gone: closed by the server, reset, or given up by us.
  public mutating func connectionClosed(
    by problem: SMTPConnectionProblem = .closed
  ) -> ConnectionClosedAction {
    self.end(with: problem).map { .finish($0) } ?? .ignore
  }

  /// What `timeoutElapsed()` leads to.
  public enum TimeoutElapsedAction: Hashable, Sendable {
    /// Close the connection, or stop opening it; the session has ended.
    case close(SMTPOutcome)
    /// It had ended before.
    case ignore
  }

  /// The step took longer than `timeout`.
  public mutating func timeoutElapsed() -> TimeoutElapsedAction {
    self.end(with: .timedOut).map { .close($0) } ?? .ignore
  }

  private mutating func close(with problem: SMTPConnectionProblem?) -> ReceivedAction {
    self.end(with: problem ?? .closed).map { .close($0) } ?? .ignore
  }

  /// Ends the session: `problem` becomes the fate of all who have none. `nil` when it had ended
  /// before.
  private mutating func end(with problem: SMTPConnectionProblem) -> SMTPOutcome? {
    guard let step = self.step else { return nil }
    self.settle(.connectionProblem(problem, at: step))
    self.state = .closed
    return self.settledOutcome
  }

  /// Gives `fate` to all who have none.
  mutating func settle(_ fate: SMTPFate) {
    for index in self.fates.indices where self.fates[index] == nil {
      self.fates[index] = fate
    }
  }
}
