public import Simulation

/// What shows that a fault strikes, on real sockets: what a client, a server or a proxy sees.
public enum FaultSign: Hashable, Sendable {
  // Of TCP, as a client sees it that sends some lines and waits.

  /// A RST answers the SYN.
  case refused
  /// Nobody answers the SYN.
  case unanswered
  /// A RST on a connection.
  case reset
  /// A FIN, before the client's own.
  case ended
  /// A RST behind the client's own FIN.
  case resetAtEnd
  /// The client's kernel takes no more.
  case stuffed

  // Of TCP, as the others see it.

  /// The proxy hands nothing on any more, and says so.
  case held
  /// What comes arrives so much later.
  case late(SimDuration)

  // Of UDP, when many numbered datagrams are sent.

  /// Some do not arrive.
  case lost
  /// Some arrive twice.
  case doubled
  /// They arrive in another order.
  case reordered
  /// So many bytes of each arrive.
  case cut(Int)

  // Of a look-up.

  /// No address, so long after the question.
  case noAddress(after: SimDuration)
  /// Nothing of the lab is at the address.
  case otherAddress

  // Of a run.

  /// The run reports this.
  case reported(String)
  /// It cannot be played, and that is an error.
  case notPlayed
}

/// A fault as an option of a command, with what shows that it strikes.
public struct FaultOptionCase: Hashable, Sendable {
  /// The option's name without dashes.
  public let name: String
  /// What stands behind it.
  public let value: String?
  /// What is seen.
  public let sign: FaultSign

  init(_ name: String, _ value: String? = nil, _ sign: FaultSign) {
    self.name = name
    self.value = value
    self.sign = sign
  }

  /// As a person writes it.
  public var arguments: [String] { ["--\(self.name)"] + (self.value.map { [$0] } ?? []) }
}

/// A fault with values that let it strike at once, and what shows it on each surface that has it: a
/// scenario's file in both worlds, `appliance proxy` and `appliance receive`.
///
/// Each fault of `FaultRow.all` has one, and each of its options.
public struct FaultCase: Sendable, CustomStringConvertible {
  /// Its name.
  public let name: String
  /// What stands at its keys.
  public let values: FaultValues
  /// What shows it in a live lab.
  public let live: FaultSign
  /// Its options.
  public let options: [FaultOption.Command: [FaultOptionCase]]

  init(
    _ name: String, _ values: FaultValues = [:], live: FaultSign, proxy: [FaultOptionCase] = [],
    receive: [FaultOptionCase] = []
  ) {
    self.name = name
    self.values = values
    self.live = live
    self.options = [.proxy: proxy, .receive: receive]
  }

  public var description: String { self.name }

  /// The case of a fault; `nil` when there is none.
  public static func named(_ name: String) -> Self? { self.all.first { $0.name == name } }
}

extension FaultCase {
  /// One row a fault.
  public static let all = [
    FaultCase(
      "refuse", live: .refused, proxy: [.init("refuse", nil, .refused)],
      receive: [.init("refuse", nil, .refused)]),
    FaultCase(
      "reset-after-handshake", live: .reset, proxy: [.init("reset-after-handshake", nil, .reset)],
      receive: [.init("reset-after-handshake", nil, .reset)]),
    FaultCase(
      "reset-after", ["lines": .integer(3)], live: .reset,
      proxy: [
        .init("documented", nil, .reset), .init("reset-after-lines", "3", .reset),
        .init("reset-after", "50ms", .reset),
      ],
      receive: [
        .init("reset-after-lines", "3", .reset), .init("reset-after-bytes", "20", .reset),
        .init("reset-after", "50ms", .reset),
      ]),
    FaultCase(
      "reset-when-idle", ["idle": .duration(.seconds(2))], live: .reset,
      proxy: [.init("reset-when-idle", "50ms", .reset)],
      receive: [.init("reset-when-idle", "50ms", .reset)]),
    FaultCase(
      "never-read", live: .stuffed, proxy: [.init("stall", nil, .stuffed)],
      receive: [.init("never-read", nil, .stuffed)]),
    FaultCase(
      "read-slowly", ["bytes_per_second": .integer(100)], live: .stuffed,
      proxy: [.init("read-slowly", "100", .stuffed)],
      receive: [.init("read-slowly", "100", .stuffed)]),
    FaultCase("backlog-full", ["resets": .flag(true)], live: .refused),
    FaultCase(
      "close-after", ["lines": .integer(3)], live: .ended,
      proxy: [.init("close-after-lines", "3", .ended)],
      receive: [.init("close-after-lines", "3", .ended), .init("close-after", "50ms", .ended)]),
    FaultCase("half-close", ["lines": .integer(3)], live: .ended),
    FaultCase("answer-close", ["answer": .text("reset")], live: .resetAtEnd),
    FaultCase(
      "cut-datagrams", ["bytes": .integer(20)], live: .cut(20),
      receive: [.init("cut-datagrams", "20", .cut(20))]),
    FaultCase("crash", ["back_after": .duration(.seconds(5))], live: .refused),
    FaultCase("silent-drop", live: .unanswered, proxy: [.init("drop", nil, .unanswered)]),
    FaultCase("reject-with-reset", live: .refused),
    FaultCase("reject-with-icmp", live: .notPlayed),
    FaultCase(
      "reset-on-pattern", ["pattern": .text("e")], live: .reset,
      proxy: [.init("reset-on-pattern", "line", .reset)]),
    FaultCase(
      "reset-after-bytes", ["bytes": .integer(20)], live: .reset,
      proxy: [.init("reset-after-bytes", "20", .reset)]),
    FaultCase("spoofed-reset", ["after": .duration(.microseconds(100))], live: .reset),
    FaultCase("idle-expiry", ["idle": .duration(.microseconds(100))], live: .held),
    FaultCase("block-tcp", live: .unanswered),
    FaultCase("block-udp", live: .lost),
    FaultCase("rate-limit", ["bits_per_second": .integer(1)], live: .lost),
    FaultCase(
      "loss", ["permille": .integer(500)], live: .lost, proxy: [.init("loss", "50%", .lost)]),
    FaultCase(
      "burst-loss", ["every": .duration(.seconds(2)), "length": .duration(.seconds(1))],
      live: .held),
    FaultCase(
      "duplication", ["permille": .integer(500)], live: .doubled,
      proxy: [.init("duplicate", "50%", .doubled)]),
    FaultCase(
      "reordering", ["permille": .integer(500)], live: .reordered,
      proxy: [.init("reorder", "50%", .reordered)]),
    FaultCase(
      "latency", ["delay": .duration(.milliseconds(50))], live: .late(.milliseconds(50))),
    FaultCase("mtu-black-hole", ["mtu": .integer(68)], live: .lost),
    FaultCase(
      "link-flap", ["every": .duration(.seconds(2)), "down": .duration(.seconds(1))], live: .held),
    FaultCase("name-not-found", live: .noAddress(after: .zero)),
    FaultCase("name-server-failure", live: .noAddress(after: .zero)),
    FaultCase(
      "name-timeout", ["after": .duration(.seconds(3))], live: .noAddress(after: .seconds(3))),
    FaultCase(
      "address-change", ["address": .address(IPv4Address(10, 0, 0, 9))], live: .otherAddress),
    FaultCase("rollovernow", live: .reported("filesRolledOver")),
    FaultCase("clock-step", ["by": .duration(.seconds(-3600))], live: .reported("clockStepped")),
    FaultCase("disk-full", live: .reported("filesFailed")),
  ]
}
