import LogDelivery
import Simulation
import TestKit

@testable import NetworkModel

/// What the fixed seeds must reach, and what cannot be reached in simulation, each with its reason.
enum Expected {
  static let reached: [Coverage.Key] = {
    var keys = Self.tcp.reached + Self.others
    keys += Self.faults.map { Coverage.Key(machine: .struck, what: $0) }
    keys += LinkFailure.Cause.allCases
      .filter { Self.causes[$0.rawValue] == nil }
      .filter { !$0.isOfTLS }
      .map { Coverage.Key(machine: .linkCause, what: $0.rawValue) }
    return keys
  }()

  static let unreached: [Coverage.Key: String] = {
    var reasons = Self.tcp.reasons
    for (what, why) in Self.causes {
      reasons[Coverage.Key(machine: .linkCause, what: what)] = why
    }
    for (what, why) in Self.smtp {
      reasons[Coverage.Key(machine: .smtpClient, what: what)] = why
    }
    for (what, why) in Self.smtpServer {
      reasons[Coverage.Key(machine: .smtpServer, what: what)] = why
    }
    return reasons
  }()

  // MARK: TCP

  /// Each row of the table of transitions has one or more of these causes.
  private static let tcpExits: [(exit: String, reached: [String], reasons: [String: String])] = [
    ("closed > synSent", ["call"], [:]),
    ("closed > synReceived", ["call"], [:]),
    ("synSent > synReceived", ["segment"], [:]),
    ("synSent > established", ["segment"], [:]),
    ("synSent > closed", ["RST", "time", "call"], [:]),
    ("synReceived > established", ["segment"], [:]),
    (
      "synReceived > finWait1", [],
      ["segment": "an owner hears of a connection when it stands, and cannot close it before"]
    ),
    (
      "synReceived > closeWait", [],
      ["segment": "the appliance closes behind bytes of the server's, which acknowledge its SYN"]
    ),
    ("synReceived > closed", ["RST", "time", "call"], [:]),
    ("established > finWait1", ["call"], [:]),
    ("established > closeWait", ["segment"], [:]),
    ("established > closed", ["RST", "time", "call"], [:]),
    ("finWait1 > finWait2", ["segment"], [:]),
    ("finWait1 > closing", ["segment"], [:]),
    ("finWait1 > timeWait", ["segment"], [:]),
    ("finWait1 > closed", ["RST", "segment", "call"], [:]),
    ("finWait2 > timeWait", ["segment"], [:]),
    ("finWait2 > closed", ["segment", "time"], [:]),
    ("closeWait > lastAck", ["call"], [:]),
    (
      // A RST may meet either end that waits behind the other's FIN; few draws see it.
      "closeWait > closed", ["call"],
      ["time": "whoever waits behind the peer's FIN has no bytes of its own that time out"]
    ),
    ("closing > timeWait", ["segment"], [:]),
    ("lastAck > closed", ["RST", "segment"], [:]),
    ("timeWait > closed", ["time", "RST", "call"], [:]),
  ]

  private static let tcp: (reached: [Coverage.Key], reasons: [Coverage.Key: String]) = {
    var reached = TCPConnection.State.allCases.map {
      Coverage.Key(machine: .tcpState, what: "\($0)")
    }
    var reasons: [Coverage.Key: String] = [:]
    for row in Self.tcpExits {
      reached += row.reached.map {
        Coverage.Key(machine: .tcpExit, what: "\(row.exit) by \($0)")
      }
      for (by, why) in row.reasons {
        reasons[Coverage.Key(machine: .tcpExit, what: "\(row.exit) by \(by)")] = why
      }
    }
    return (reached, reasons)
  }()

  // MARK: The rest

  private static let causes = [
    "networkUnreachable": "no router of the simulated network sends that code",
    "messageTooLong": "a UDP socket of the simulated network fragments and never refuses",
    "tooManyFiles": "sockets of the simulated network take no descriptors",
    "other": "no local port is left only behind 64,512 connections at one time",
  ]

  private static let refusals = "the lab's mailbox takes everything; its machine's tests refuse"

  private static let smtp = [
    "extendedHello > hello": refusals, "hello > mail": refusals, "hello > quitting": refusals,
    "hello > closed": refusals, "recipient > recipient": "an alert mail has one recipient",
    "greeting > quitting": refusals, "extendedHello > quitting": refusals,
    "mail > quitting": refusals, "recipient > quitting": refusals, "data > quitting": refusals,
  ]

  private static let smtpServer = [
    "idle > refusing": refusals, "refusing > closed": refusals,
    "transaction > ready": "the appliance never sends RSET",
  ]

  private static func keys(_ machine: Coverage.Machine, _ all: [String]) -> [Coverage.Key] {
    all.map { Coverage.Key(machine: machine, what: $0) }
  }

  private static let others =
    Self.keys(.linkState, ["connecting", "connected", "waiting", "closedGracefully"])
    + Self.keys(
      .linkExit,
      [
        "idle > connecting", "connecting > connected", "connecting > closed",
        "connecting > waiting by refused while connecting",
        "connecting > waiting by timedOut while connecting",
        "connecting > waiting by hostUnreachable while connecting",
        "connecting > waiting by unresolvable while connecting",
        "connected > waiting by reset while established",
        "connected > waiting by endOfFile while established",
        "connected > waiting by timedOut while established", "connected > closed",
        "waiting > connecting", "waiting > closed", "connected > closedGracefully by FIN",
        "connected > closedGracefully by silence", "closedGracefully > connecting",
        "closedGracefully > closed", "connecting > left", "connected > left", "left > connecting",
      ])
    + Self.keys(.commit, DrawnChange.kinds.sorted())
    + Self.keys(
      .commit,
      [
        "begins anew while connected", "begins anew while waiting", "ends while connected",
        "ends while connecting", "ends while waiting", "ends with lines that wait",
        "goes on while connected", "goes on while waiting", "in a drain",
        "in the instant of a failure", "reconnects while connected", "reconnects while connecting",
        "reconnects while waiting",
      ])
    + Self.keys(
      .connectFailure, ["refused", "timedOut", "hostUnreachable"])
    + Self.keys(
      .receiver,
      [
        "no fault: serving", "no fault: peer reset", "resetAfter: ends itself",
        "resetWhenIdle: ends itself", "closeAfter: ends itself", "neverRead: serving",
        "readSlowly: serving", "remoteShell: ends itself",
      ])
    + Self.keys(
      .smtpClient,
      [
        "connecting > greeting", "connecting > closed", "greeting > extendedHello",
        "greeting > closed", "extendedHello > mail", "mail > recipient", "recipient > data",
        "data > message", "message > quitting", "message > closed", "quitting > closed",
      ])
    + Self.keys(.addresses, ["a later one tried", "all of several failed"])
    + Self.keys(
      .smtpServer,
      [
        "idle > greeted", "greeted > ready", "ready > transaction", "transaction > message",
        "message > ready", "greeted > closed", "ready > closed", "message > closed",
      ])
    + Self.keys(
      .middlebox,
      [
        "IntrusionPrevention: drop", "IntrusionPrevention: drop and inject",
        "LinkOutage: drop", "LinkOutage: pass", "MSSClamp: change", "MSSClamp: pass",
        "MTUBlackHole: drop", "MTUBlackHole: pass", "PacketDelay: delay", "PacketDelay: pass",
        "PacketDuplication: pass", "PacketDuplication: pass and inject", "PacketFilter: drop",
        "PacketFilter: drop and inject", "PacketFilter: pass", "PacketLoss: drop",
        "PacketLoss: pass", "RateLimit: drop", "RateLimit: pass", "SpoofedReset: pass",
        "SpoofedReset: pass and inject", "StatefulFirewall: drop", "StatefulFirewall: pass",
      ])

  /// Every fault that the swarm draws.
  static let faults = FaultRow.all.map(\.name).filter {
    !["disk-full", "rollovernow"].contains($0)
  }
}
