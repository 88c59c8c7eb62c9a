import ArgumentParser
import LabPeers
import Simulation

/// How `appliance receive` misbehaves; docs/FAULTS.md has the names.
struct ReceiverFaultOptions: ParsableArguments {
  enum Connections: FaultOptionTable {
    static let rows = FaultOptionRow.all(of: .receive).filter { $0.option.kind != .packets }
  }

  enum Datagrams: FaultOptionTable {
    static let rows = FaultOptionRow.all(of: .receive).filter { $0.option.kind == .packets }
  }

  /// What happens to connections; at most one is given.
  @OptionGroup var connections: FaultTableOptions<Connections>

  @Option(
    name: [.customLong("resets"), .customLong("connections")],
    help: ArgumentHelp("Apply the fault to the first N connections only.", valueName: "N"))
  var resets: Int?

  @OptionGroup var datagrams: FaultTableOptions<Datagrams>

  func validate() throws {
    if let resets, resets < 1 {
      throw ValidationError("--resets: found \(resets), allowed: 1 or more")
    }
    let given = self.connections.given
    if given.count > 1 {
      throw ValidationError("give only one of \(given.map(\.name).joined(separator: ", "))")
    }
    guard self.resets != nil else { return }
    if given.isEmpty {
      throw ValidationError(
        "--resets needs a fault of connections, such as --reset-after-lines N")
    }
    if let option = given.first(where: { $0.option.kind == .connections(counted: false) })?.name {
      throw ValidationError(
        "--resets cannot count connections that \(option) refuses; use it with another fault")
    }
  }

  /// What the ports give no effect to is refused.
  func check(hasTCP: Bool, hasTLS: Bool, hasUDP: Bool) throws {
    if !hasTCP, self.refuses || !hasTLS, let option = self.connections.given.first?.name {
      throw ValidationError("\(option) needs a TCP port: add --tcp PORT")
    }
    if !hasUDP, let option = self.datagrams.given.first?.name {
      throw ValidationError("\(option) needs --udp PORT")
    }
  }

  /// Whether nobody listens.
  var refuses: Bool { self.connections.given.contains { $0.fault == .path(.refuse) } }

  /// How many bytes of each datagram are kept.
  var datagramLimit: Int? {
    for case .host(.cutDatagrams(let bytes)) in self.datagrams.given.map(\.fault) { return bytes }
    return nil
  }

  /// The faults for the receiver.
  var scheduled: [ScheduledReceiverFault] {
    self.connections.given.compactMap { given in
      guard case .server(let fault) = given.fault else { return nil }
      return ScheduledReceiverFault(fault, connectionsMax: self.resets)
    }
  }
}
