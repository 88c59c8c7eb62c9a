import ArgumentParser
import LabPeers
import ScenarioFiles
import Simulation

/// What a person may want to go wrong on a path, as options of `appliance proxy`: the table of
/// faults, and when they strike.
struct PathFaultOptions: ParsableArguments {
  enum Table: FaultOptionTable {
    static let rows = FaultOptionRow.all(of: .proxy)
  }

  @OptionGroup var table: FaultTableOptions<Table>

  @Option(
    help: ArgumentHelp(
      "Apply the fault to the first K connections only: fail K times, then succeed.",
      valueName: "K"))
  var connections: Int?

  @Option(
    help: ArgumentHelp("Start the faults TIME after the proxy's start.", valueName: "TIME"),
    transform: duration)
  var from: SimDuration?

  @Option(
    help: ArgumentHelp("End the faults TIME after the proxy's start.", valueName: "TIME"),
    transform: duration)
  var until: SimDuration?

  func validate() throws {
    if let connections, connections < 1 {
      throw ValidationError("--connections: found \(connections), allowed: 1 or more")
    }
    let ends = self.endings
    if ends.count > 1 {
      let given = ends.map(\.name).joined(separator: ", ")
      throw ValidationError("give only one of \(given)")
    }
    try self.checkWindow()
    guard self.connections != nil else { return }
    guard !ends.isEmpty else {
      throw ValidationError(
        "--connections needs a fault that ends or stops connections, such as --documented")
    }
    if let option = ends.first(where: { $0.option.kind == .connections(counted: false) })?.name {
      throw ValidationError(
        "--connections cannot count the connections that \(option) keeps from being established; "
          + "use --until TIME to end the fault")
    }
  }

  /// A window that is empty, or of nothing, is a slip.
  private func checkWindow() throws {
    let window = [("--from", self.from), ("--until", self.until)]
    if let name = window.first(where: { $0.1 != nil })?.0, self.table.given.isEmpty {
      throw ValidationError("\(name) needs a fault, such as --documented")
    }
    guard let until, until <= self.from ?? .zero else { return }
    throw ValidationError(
      "--until: found \(Self.words(until)), allowed: more than --from, "
        + Self.words(self.from ?? .zero))
  }

  private static func words(_ duration: SimDuration) -> String {
    "\(duration.nanoseconds / 1_000_000) ms"
  }

  /// What the transport gives no effect to is refused.
  func check(isUDP: Bool) throws {
    guard isUDP else {
      if let option = self.table.given.first(where: { $0.option.transports == .udp }) {
        throw ValidationError("\(option.name) needs --udp: TCP would hide it")
      }
      return
    }
    if let option = self.endings.first(where: { $0.option.transports == .tcp }) {
      let others = Table.rows.map(\.option).filter { $0.transports != .tcp }.map { "--\($0.name)" }
      throw ValidationError(
        "\(option.name) is a fault of TCP; with --udp use "
          + "\(others.dropLast().joined(separator: ", ")) or \(others.last ?? "")")
    }
    guard self.connections == nil else {
      throw ValidationError("--connections is for TCP: UDP has none")
    }
  }

  /// What ends or stops connections; at most one is given.
  private var endings: [GivenFault] { self.table.given.filter(\.isOfConnections) }

  /// The faults on a time line that begins at `start`.
  func scheduled(start: SimInstant) -> [ScheduledPathFault] {
    let from = start.advanced(by: self.from ?? .zero)
    let until = self.until.map { start.advanced(by: $0) }
    return self.table.given.map { given in
      ScheduledPathFault(
        given.fault, from: from, until: until,
        connectionsMax: given.isOfConnections ? self.connections : nil)
    }
  }
}

/// Reads a percentage, in thousandths: `10%` is 100, `0.5%` is 5. A number without the sign was
/// one of a thousand in earlier releases and is refused, since it would mean ten times as much.
@Sendable func permille(_ text: String) throws -> Int {
  let allowed = "allowed: a percentage from 0.1% to 100% in steps of 0.1%, such as 10% or 0.5%"
  guard text.hasSuffix("%") else {
    let former = Int(text).flatMap { (0...1000).contains($0) ? $0 : nil }
    let hint = former.map { "; \($0) of 1,000 is \($0 / 10)\($0 % 10 == 0 ? "" : ".\($0 % 10)")%" }
    throw ValidationError("found \(text), \(allowed)\(hint ?? "")")
  }
  let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
  let areDigits = parts.allSatisfy {
    !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
  guard areDigits, (1...2).contains(parts.count), parts.count == 1 || parts[1].count == 1,
    let whole = Int(parts[0]), whole <= 100, let tenths = parts.count == 1 ? 0 : Int(parts[1]),
    whole * 10 + tenths <= 1000
  else { throw ValidationError("found \(text), \(allowed)") }
  return whole * 10 + tenths
}

/// Reads a duration as scenario files write it.
@Sendable func duration(_ text: String) throws -> SimDuration {
  if let duration = SimDuration(words: text) { return duration }
  throw ValidationError("found \(text), allowed: a duration such as 500ms, 30s or 1m30s")
}
