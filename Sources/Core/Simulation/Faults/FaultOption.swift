/// A fault's option on the command line of `appliance proxy` or `appliance receive`.
public struct FaultOption: Hashable, Sendable {
  /// Which command has it.
  public enum Command: Hashable, Sendable {
    case proxy, receive
  }

  /// What stands behind the option, and what of the fault it gives.
  public enum Value: Hashable, Sendable {
    /// Nothing: these are the fault's values.
    case flag(FaultValues)
    /// A number of 1 or more, as what the help calls it.
    case count(key: String, as: String)
    case time(key: String)
    /// A percentage.
    case share(key: String)
    /// A text of 1 byte or more.
    case text(key: String)
  }

  /// What it is about.
  public enum Kind: Hashable, Sendable {
    /// It ends or stops connections: only one of these may be given. Connections that it keeps from
    /// being established cannot be counted.
    case connections(counted: Bool)
    /// It strikes packets and reads by themselves.
    case packets
  }

  /// What it has an effect on.
  public enum Transports: Hashable, Sendable {
    case tcp, udp, both
  }

  /// Which command has it.
  public let command: Command
  /// Its name without dashes.
  public let name: String
  /// What stands behind it.
  public let value: Value
  /// What it is about.
  public let kind: Kind
  /// What it has an effect on.
  public let transports: Transports
  /// Its line in the help.
  public let help: String
  /// Its place in the help: smaller ones stand before.
  let order: Int

  private init(
    _ command: Command, _ order: Int, _ name: String, _ value: Value, _ kind: Kind,
    _ transports: Transports, _ help: String
  ) {
    self.command = command
    self.order = order
    self.name = name
    self.value = value
    self.kind = kind
    self.transports = transports
    self.help = help
  }

  /// An option of `appliance proxy`.
  ///
  /// - Parameter order: its place in the help; without one it stands behind the others.
  static func proxy(
    _ name: String, _ value: Value = .flag([:]), kind: Kind = .connections(counted: true),
    of transports: Transports = .tcp, at order: Int = .max, help: String
  ) -> Self {
    Self(.proxy, order, name, value, kind, transports, help)
  }

  /// An option of `appliance receive`.
  static func receive(
    _ name: String, _ value: Value = .flag([:]), kind: Kind = .connections(counted: true),
    of transports: Transports = .tcp, at order: Int = .max, help: String
  ) -> Self {
    Self(.receive, order, name, value, kind, transports, help)
  }
}

/// An option and the fault that it is a name for.
public struct FaultOptionRow: Sendable {
  /// The option.
  public let option: FaultOption
  /// The fault's row.
  public let row: FaultRow

  /// The options of a command, in the order of its help.
  public static func all(of command: FaultOption.Command) -> [Self] {
    let all = FaultRow.all.flatMap { row in
      row.options.filter { $0.command == command }.map { Self(option: $0, row: row) }
    }
    // Swift's sort is stable: options without an order stand as in the table.
    return all.sorted { $0.option.order < $1.option.order }
  }
}
