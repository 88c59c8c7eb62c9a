import LogModel
import NetworkModel
import Scenarios
import Simulation

/// A capture as a ladder: time, both ends, arrow, flags, relative numbers, and what the line says.
///
/// A narrow terminal gets a short form: without the appliance's name and the windows.
struct LadderText {
  private struct Flow: Hashable {
    let from: Endpoint
    let to: Endpoint
  }

  /// A terminal with fewer columns than this gets the short form.
  private static let wideColumns = 110

  private let scenario: Scenario
  private var isShort = false
  private var initial: [Flow: UInt32] = [:]

  init(scenario: Scenario) {
    self.scenario = scenario
  }

  /// The lines of a ladder.
  ///
  /// - Parameters:
  ///   - width: the terminal's columns, to which lines are cut; `nil` for whole lines.
  ///   - isShown: the packets that get a line; the others count for relative numbers.
  mutating func lines(
    _ packets: [PacketSummary], width: Int? = nil, isShown: (Int) -> Bool = { _ in true }
  ) -> [String] {
    self.isShort = width.map { $0 < Self.wideColumns } ?? false
    var lines: [String] = []
    for (index, packet) in packets.enumerated() {
      let line = self.line(packet)
      if isShown(index) { lines.append(Terminal.cut(line, to: width)) }
    }
    return lines
  }

  private mutating func line(_ packet: PacketSummary) -> String {
    let own = IPv4Address(bits: self.scenario.network.applianceAddress.bits)
    let leaves = packet.source.address == own
    let peer = self.name(leaves ? packet.destination : packet.source)
    let ports = leaves ? packet.source.port : packet.destination.port
    let mark = packet.notes.isEmpty ? "" : "  <== " + packet.notes.joined(separator: "; ")
    if self.isShort {
      // Where a line is cut, what a fault did is worth more than numbers and data.
      let what =
        packet.notes.isEmpty
        ? self.description(packet)
        : "\(self.header(packet, isBrief: true)) <== \(packet.notes.joined(separator: "; "))"
      return "\(self.stamp(packet.time)) \(ports) \(leaves ? "-->" : "<--") \(peer) \(what)"
    }
    let arrow = leaves ? "------>" : "<------"
    return "\(self.stamp(packet.time))  appliance:\(ports) \(arrow) \(peer)  "
      + "\(self.description(packet))\(mark)"
  }

  private mutating func description(_ packet: PacketSummary) -> String {
    let header = self.header(packet)
    return packet.length > 0 && packet.transport != .icmp
      ? "\(header)  \(Self.text(packet.excerpt))" : header
  }

  /// Flags, numbers and length.
  private mutating func header(_ packet: PacketSummary, isBrief: Bool = false) -> String {
    switch packet.transport {
    case .icmp: return "ICMP unreachable"
    case .udp: return "UDP Len=\(packet.length)"
    case .tcp: break
    }
    let flow = Flow(from: packet.source, to: packet.destination)
    if packet.flags.contains(.syn) { self.initial[flow] = packet.sequence }
    let back = Flow(from: packet.destination, to: packet.source)
    let sequence = packet.sequence &- (self.initial[flow] ?? 0)
    let acknowledgement = packet.acknowledgement &- (self.initial[back] ?? 0)
    let names: [(TCPFlags, String)] = [
      (.syn, "SYN"), (.fin, "FIN"), (.reset, "RST"), (.push, "PSH"), (.acknowledge, "ACK"),
    ]
    let flags = names.filter { packet.flags.contains($0.0) }.map(\.1).joined(separator: ",")
    let ack = packet.flags.contains(.acknowledge) ? " Ack=\(acknowledgement)" : ""
    if isBrief { return packet.length > 0 ? "[\(flags)] Len=\(packet.length)" : "[\(flags)]" }
    let window = self.isShort ? "" : " Win=\(packet.window)"
    return "[\(flags)] Seq=\(sequence)\(ack)\(window) Len=\(packet.length)"
  }

  private func name(_ endpoint: Endpoint) -> String {
    let host = self.scenario.network.hosts.first { $0.address.bits == endpoint.address.bits }
    return "\(host?.name ?? endpoint.address.description):\(endpoint.port)"
  }

  private func stamp(_ instant: SimInstant) -> String {
    let micros = String(instant.subsecondNanoseconds / 1000)
    return "\(self.scenario.zone.stamp(at: instant).timeOfDay)."
      + String(repeating: "0", count: 6 - micros.count) + micros
  }

  /// The first line of the data; what is no printable ASCII is a dot.
  private static func text(_ bytes: [UInt8]) -> String {
    let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    return String(
      decoding: line.map { (0x20...0x7E).contains($0) ? $0 : 0x2E }, as: UTF8.self)
  }
}
