@testable import NetworkModel

/// Legal transitions as data. A change of state that no row has is a violation.
enum TransitionTables {
  typealias TCP = TCPConnection.State

  struct Row: Sendable {
    let from: TCP
    let to: TCP
    /// The event of RFC 9293 section 3.3.2, figure 5, and of section 3.10 for RST and time.
    let by: String

    init(_ from: TCP, _ to: TCP, _ by: String) {
      self.from = from
      self.to = to
      self.by = by
    }
  }

  /// LISTEN is no state of a connection here: a SYN at an open port makes one in SYN-RECEIVED.
  static let tcp: [Row] = [
    Row(.closed, .synSent, "active OPEN, snd SYN"),
    Row(.closed, .synReceived, "passive OPEN, rcv SYN, snd SYN,ACK"),
    Row(.synSent, .synReceived, "rcv SYN, snd SYN,ACK"),
    Row(.synSent, .established, "rcv SYN,ACK, snd ACK"),
    Row(.synSent, .closed, "CLOSE, RST, ICMP or time-out"),
    Row(.synReceived, .established, "rcv ACK of SYN"),
    Row(.synReceived, .finWait1, "CLOSE, snd FIN"),
    Row(.synReceived, .closeWait, "rcv ACK of SYN with FIN"),
    Row(.synReceived, .closed, "RST, abort or time-out"),
    Row(.established, .finWait1, "CLOSE, snd FIN"),
    Row(.established, .closeWait, "rcv FIN, snd ACK"),
    Row(.established, .closed, "RST, abort or time-out"),
    Row(.finWait1, .finWait2, "rcv ACK of FIN"),
    Row(.finWait1, .closing, "rcv FIN, snd ACK"),
    Row(.finWait1, .timeWait, "rcv FIN with ACK of FIN"),
    Row(.finWait1, .closed, "RST, abort or time-out"),
    Row(.finWait2, .timeWait, "rcv FIN, snd ACK"),
    Row(.finWait2, .closed, "RST, abort or time-out"),
    Row(.closeWait, .lastAck, "CLOSE, snd FIN"),
    Row(.closeWait, .closed, "RST, abort or time-out"),
    Row(.closing, .timeWait, "rcv ACK of FIN"),
    Row(.closing, .closed, "RST, abort or time-out"),
    Row(.lastAck, .closed, "rcv ACK of FIN, RST, abort or time-out"),
    Row(.timeWait, .closed, "two MSL, RST, or a new SYN"),
  ]

  private static let tcpPairs = Set(Self.tcp.map { Pair(from: $0.from, to: $0.to) })

  private struct Pair: Hashable {
    let from: TCP
    let to: TCP
  }

  static func allowsTCP(from: TCP, to: TCP) -> Bool {
    Self.tcpPairs.contains(Pair(from: from, to: to))
  }

  /// `SyslogLinkStateMachine`, by the names of its states.
  static let link: Set<String> = [
    "idle > connecting", "connecting > connected", "connecting > waiting",
    "connected > waiting", "waiting > connecting", "connecting > closed", "connected > closed",
    "idle > closed", "waiting > closed", "connected > closedGracefully",
    "closedGracefully > connecting",
    "closedGracefully > closed",
    // By a commit of another server.
    "connecting > left", "connected > left", "left > connecting",
  ]

  /// `SMTPClientStateMachine`: the steps of RFC 5321 section 3.3; each may end it.
  static let smtpClient: Set<String> = [
    "connecting > greeting", "greeting > extendedHello", "extendedHello > mail",
    "extendedHello > hello", "hello > mail", "mail > recipient", "recipient > recipient",
    "recipient > data", "data > message", "message > quitting", "greeting > quitting",
    "extendedHello > quitting", "hello > quitting", "mail > quitting", "recipient > quitting",
    "data > quitting", "connecting > closed", "greeting > closed", "extendedHello > closed",
    "hello > closed", "mail > closed", "recipient > closed", "data > closed",
    "message > closed", "quitting > closed",
  ]

  /// `SMTPServerStateMachine`.
  static let smtpServer: Set<String> = [
    "idle > greeted", "idle > refusing", "greeted > ready", "ready > transaction",
    "transaction > message", "transaction > ready", "message > ready", "greeted > closed",
    "refusing > closed", "ready > closed", "transaction > closed", "message > closed",
  ]
}
