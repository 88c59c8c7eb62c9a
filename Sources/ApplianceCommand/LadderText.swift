import LogModel
import NetworkModel
import Scenarios
import Simulation

/// A capture as a ladder: time, both ends, arrow, flags, relative numbers, and what the line says.
struct LadderText {
  private struct Flow: Hashable {
    let from: Endpoint
    let to: Endpoint
  }

  private let scenario: Scenario
  private var initial: [Flow: UInt32] = [:]

  init(scenario: Scenario) {
    self.scenario = scenario
  }

  /// The lines of a ladder.
  mutating func lines(_ packets: [PacketSummary]) -> [String] {
    packets.map { self.line($0) }
  }

  private mutating func line(_ packet: PacketSummary) -> String {
    let own = IPv4Address(bits: self.scenario.network.applianceAddress.bits)
    let leaves = packet.source.address == own
    let peer = self.name(leaves ? packet.destination : packet.source)
    let ports = leaves ? packet.source.port : packet.destination.port
    let arrow = leaves ? "------>" : "<------"
    let mark = packet.notes.isEmpty ? "" : "  <== " + packet.notes.joined(separator: "; ")
    return "\(self.stamp(packet.time))  appliance:\(ports) \(arrow) \(peer)  "
      + "\(self.description(packet))\(mark)"
  }

  private mutating func description(_ packet: PacketSummary) -> String {
    switch packet.transport {
    case .icmp: return "ICMP unreachable"
    case .udp: return "UDP Len=\(packet.length)  \(Self.text(packet.excerpt))"
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
    let text = packet.length > 0 ? "  \(Self.text(packet.excerpt))" : ""
    return "[\(flags)] Seq=\(sequence)\(ack) Win=\(packet.window) Len=\(packet.length)\(text)"
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
