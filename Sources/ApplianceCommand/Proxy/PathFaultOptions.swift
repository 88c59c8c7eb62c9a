import ArgumentParser
import LabPeers
import ScenarioFiles
import Simulation

/// What a person may want to go wrong on a path, as options of `appliance proxy`.
struct PathFaultOptions: ParsableArguments {
  @Flag(help: "Refuse connections: a RST answers the SYN.")
  var refuse = false

  @Flag(help: "Drop all packets: no SYN is answered, and open connections and datagrams stall.")
  var drop = false

  @Flag(help: "Accept connections and never read: the window closes.")
  var stall = false

  @Flag(help: "The documented fault: forward a whole push (4 lines), then reset the client.")
  var documented = false

  @Flag(help: "Reset the client right after the handshake.")
  var resetAfterHandshake = false

  @Option(help: ArgumentHelp("Forward N lines, then reset the client.", valueName: "N"))
  var resetAfterLines: UInt64?

  @Option(
    help: ArgumentHelp("Reset both ends after N bytes, like an IPS.", valueName: "N"))
  var resetAfterBytes: UInt64?

  @Option(
    help: ArgumentHelp("Forward everything, and reset the client after TIME.", valueName: "TIME"),
    transform: duration)
  var resetAfter: SimDuration?

  @Option(
    help: ArgumentHelp("Reset a client that was silent for TIME.", valueName: "TIME"),
    transform: duration)
  var resetWhenIdle: SimDuration?

  @Option(
    help: ArgumentHelp("Reset both ends when TEXT passes, like an IPS.", valueName: "TEXT"))
  var resetOnPattern: String?

  @Option(help: ArgumentHelp("Forward N lines, then close both ends (FIN).", valueName: "N"))
  var closeAfterLines: UInt64?

  @Option(help: ArgumentHelp("Read only BYTES per second.", valueName: "BYTES"))
  var readSlowly: Int?

  @Option(
    help: ArgumentHelp(
      "Lose this percentage of datagrams, such as 10%; of TCP, deliver it 200 ms late.",
      valueName: "PERCENT"), transform: permille)
  var loss: Int?

  @Option(
    help: ArgumentHelp(
      "Duplicate this percentage of datagrams, such as 0.5%.", valueName: "PERCENT"),
    transform: permille)
  var duplicate: Int?

  @Option(
    help: ArgumentHelp(
      "Deliver this percentage of datagrams after the one that follows.", valueName: "PERCENT"),
    transform: permille)
  var reorder: Int?

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

  /// How many lines the documented push has.
  private static let documentedLines: UInt64 = 4

  func validate() throws {
    try self.check("--reset-after-lines", self.resetAfterLines.map { Int(clamping: $0) })
    try self.check("--close-after-lines", self.closeAfterLines.map { Int(clamping: $0) })
    try self.check("--read-slowly", self.readSlowly)
    try self.check("--connections", self.connections)
    if self.resetOnPattern?.isEmpty == true {
      throw ValidationError("--reset-on-pattern: found an empty text, allowed: 1 byte or more")
    }
    let ends = self.endings
    if ends.count > 1 {
      let given = ends.map(\.option).joined(separator: ", ")
      throw ValidationError("give only one of \(given)")
    }
    try self.checkWindow()
    guard self.connections != nil else { return }
    guard !ends.isEmpty else {
      throw ValidationError(
        "--connections needs a fault that ends or stops connections, such as --documented")
    }
    if let option = ends.first(where: { !$0.countsConnections })?.option {
      throw ValidationError(
        "--connections cannot count the connections that \(option) keeps from being established; "
          + "use --until TIME to end the fault")
    }
  }

  /// A window that is empty, or of nothing, is a slip.
  private func checkWindow() throws {
    let window = [("--from", self.from), ("--until", self.until)]
    if let name = window.first(where: { $0.1 != nil })?.0, self.endings.isEmpty, !self.hasChances {
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

  private var hasChances: Bool {
    self.loss != nil || self.duplicate != nil || self.reorder != nil
  }

  /// What the transport gives no effect to is refused.
  func check(isUDP: Bool) throws {
    guard isUDP else {
      for (name, value) in [("--duplicate", self.duplicate), ("--reorder", self.reorder)]
      where value != nil {
        throw ValidationError("\(name) needs --udp: TCP would hide it")
      }
      return
    }
    let others = ["--refuse", "--drop", "--stall"]
    if let option = self.endings.map(\.option).first(where: { !others.contains($0) }) {
      throw ValidationError(
        "\(option) is a fault of TCP; with --udp use \(others.joined(separator: ", ")), --loss, "
          + "--duplicate or --reorder")
    }
    guard self.connections == nil else {
      throw ValidationError("--connections is for TCP: UDP has none")
    }
  }

  private func check(_ name: String, _ value: Int?) throws {
    guard let value, value < 1 else { return }
    throw ValidationError("\(name): found \(value), allowed: 1 or more")
  }

  /// What ends or stops connections; at most one is given.
  private var endings: [(option: String, fault: FaultDescription, countsConnections: Bool)] {
    var endings: [(String, FaultDescription, Bool)] = []
    if self.refuse { endings.append(("--refuse", .path(.refuse), false)) }
    if self.drop { endings.append(("--drop", .path(.silentDrop), false)) }
    if self.stall { endings.append(("--stall", .server(.neverRead), true)) }
    if self.documented {
      endings.append(
        ("--documented", .server(.resetAfter(.lines(Self.documentedLines))), true))
    }
    if self.resetAfterHandshake {
      endings.append(("--reset-after-handshake", .server(.resetAfterHandshake), true))
    }
    if let lines = self.resetAfterLines {
      endings.append(("--reset-after-lines", .server(.resetAfter(.lines(lines))), true))
    }
    if let bytes = self.resetAfterBytes {
      endings.append(("--reset-after-bytes", .path(.resetAfterBytes(bytes)), true))
    }
    if let time = self.resetAfter {
      endings.append(("--reset-after", .server(.resetAfter(.time(time))), true))
    }
    if let time = self.resetWhenIdle {
      endings.append(("--reset-when-idle", .server(.resetWhenIdle(time)), true))
    }
    if let text = self.resetOnPattern {
      endings.append(("--reset-on-pattern", .path(.resetOnPattern(Array(text.utf8))), true))
    }
    if let lines = self.closeAfterLines {
      endings.append(("--close-after-lines", .server(.closeAfter(.lines(lines))), true))
    }
    if let rate = self.readSlowly {
      endings.append(("--read-slowly", .server(.readSlowly(bytesPerSecond: rate)), true))
    }
    return endings
  }

  /// The faults on a time line that begins at `start`.
  func scheduled(start: SimInstant) -> [ScheduledPathFault] {
    let from = start.advanced(by: self.from ?? .zero)
    let until = self.until.map { start.advanced(by: $0) }
    var chances: [FaultDescription] = []
    if let loss { chances.append(.path(.loss(permille: loss))) }
    if let duplicate { chances.append(.path(.duplication(permille: duplicate))) }
    if let reorder { chances.append(.path(.reordering(permille: reorder))) }
    return self.endings.map {
      ScheduledPathFault($0.fault, from: from, until: until, connectionsMax: self.connections)
    } + chances.map { ScheduledPathFault($0, from: from, until: until) }
  }
}

/// Reads a percentage, in thousandths: `10%` is 100, `0.5%` is 5. A number without the sign was
/// one of a thousand in earlier releases and is refused, since it would mean ten times as much.
@Sendable func permille(_ text: String) throws -> Int {
  let allowed = "allowed: a percentage from 0% to 100%, such as 10% or 0.5%"
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
