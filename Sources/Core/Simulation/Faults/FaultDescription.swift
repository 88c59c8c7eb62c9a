/// What goes wrong: the one description of a fault, on which the simulated network, the lab's
/// servers, the proxy and the appliance act. docs/FAULTS.md describes each by its name.
///
/// When it strikes is a `FaultTrigger`. Scenario files and command lines are tables of names onto
/// it, which are made from the rows of `FaultRow.all`.
public enum FaultDescription: Hashable, Sendable, Codable {
  /// How a syslog server misbehaves on one connection; a proxy plays it in the server's place.
  case server(ReceiverFault)
  /// What goes wrong at a host as a whole.
  case host(HostFault)
  /// What goes wrong between the appliance and a host, or at the host's port.
  case path(PathFault)
  /// What goes wrong with a name.
  case name(NameFault)
  /// What goes wrong at the appliance itself.
  case appliance(ApplianceFault)

  /// What is known of it by its name.
  public var record: FaultRecord {
    switch self {
    case .server(let fault): fault.record
    case .host(let fault): fault.record
    case .path(let fault): fault.record
    case .name(let fault): fault.record
    case .appliance(let fault): fault.record
    }
  }

  /// Its name in scenario files, in the comments of captures, and in what a proxy reports.
  public var name: String { self.record.name }

  /// Its row of the table; `nil` for a remote shell, which is a service of a host.
  public var row: FaultRow? { FaultRow.named(self.name) }
}

/// A fault by its name, and what has to happen before it strikes.
public struct FaultRecord: Hashable, Sendable {
  /// Its name.
  public let name: String
  /// What stands at its keys.
  public let values: FaultValues
  /// What has to happen on a connection first; `nil` when it is struck from its beginning.
  public let condition: StreamCondition?

  init(_ name: String, _ values: FaultValues = [:], when condition: StreamCondition? = nil) {
    self.name = name
    self.values = values
    self.condition = condition
  }
}

extension FaultRow {
  /// All faults, in the order of docs/FAULTS.md.
  public static let all =
    ReceiverFault.rows + PathFault.rows + NameFault.rows + ApplianceFault.rows

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The row of a name; `nil` when no fault has it.
  public static func named(_ name: String) -> FaultRow? { self.byName[name] }
}
