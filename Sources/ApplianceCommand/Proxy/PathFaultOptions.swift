import ArgumentParser
import LabPeers
import ScenarioFiles
import Simulation

/// What a person may want to go wrong on a path, as options of `appliance proxy`.
struct PathFaultOptions: ParsableArguments {
  @Flag(help: "Refuse connections: the port is closed, and a RST answers.")
  var refuse = false

  @Flag(help: "Drop: no SYN is answered, and nothing of open connections or datagrams passes.")
  var drop = false

  @Flag(help: "Take connections and never read: the window closes.")
  var stall = false

  @Flag(help: "The documented fault: hand a whole push on (4 lines), then reset the client.")
  var documented = false

  @Flag(help: "Reset the client right behind the handshake.")
  var resetAfterHandshake = false

  @Option(help: ArgumentHelp("Hand N lines on, then reset the client.", valueName: "N"))
  var resetAfterLines: UInt64?

  @Option(
    help: ArgumentHelp("Reset both ends at what goes beyond N bytes, as an IPS.", valueName: "N"))
  var resetAfterBytes: UInt64?

  @Option(
    help: ArgumentHelp("Hand everything on, and reset the client after a time.", valueName: "TIME"),
    transform: duration)
  var resetAfter: SimDuration?

  @Option(
    help: ArgumentHelp("Reset the client when it was silent for that long.", valueName: "TIME"),
    transform: duration)
  var resetWhenIdle: SimDuration?

  @Option(
    help: ArgumentHelp("Reset both ends at bytes that hold the text, as an IPS.", valueName: "TEXT")
  )
  var resetOnPattern: String?

  @Option(help: ArgumentHelp("Hand N lines on, then close both ends by FIN.", valueName: "N"))
  var closeAfterLines: UInt64?

  @Option(help: ArgumentHelp("Read only so many bytes a second.", valueName: "BYTES"))
  var readSlowly: Int?

  @Option(help: ArgumentHelp("Lose of each thousand so many.", valueName: "PERMILLE"))
  var loss: Int?

  @Option(help: ArgumentHelp("Double of each thousand datagrams so many.", valueName: "PERMILLE"))
  var duplicate: Int?

  @Option(
    help: ArgumentHelp(
      "Hold of each thousand datagrams so many back behind the next.", valueName: "PERMILLE"))
  var reorder: Int?

  @Option(
    help: ArgumentHelp("Only the first K connections: fail K times, then succeed.", valueName: "K"))
  var connections: Int?

  @Option(
    help: ArgumentHelp("The faults begin so long after the start.", valueName: "TIME"),
    transform: duration)
  var from: SimDuration?

  @Option(
    help: ArgumentHelp("The faults end so long after the start.", valueName: "TIME"),
    transform: duration)
  var until: SimDuration?

  /// How many lines the documented push has.
  private static let documentedLines: UInt64 = 4

  func validate() throws {
    try self.check("--reset-after-lines", self.resetAfterLines.map { Int(clamping: $0) })
    try self.check("--close-after-lines", self.closeAfterLines.map { Int(clamping: $0) })
    try self.check("--read-slowly", self.readSlowly)
    try self.check("--connections", self.connections)
    for (name, value) in [
      ("--loss", self.loss), ("--duplicate", self.duplicate), ("--reorder", self.reorder),
    ] {
      guard let value, !(0...1000).contains(value) else { continue }
      throw ValidationError("\(name): found \(value), allowed: 0 to 1000")
    }
    if self.resetOnPattern?.isEmpty == true {
      throw ValidationError("--reset-on-pattern: found an empty text, allowed: 1 byte or more")
    }
    let ends = self.endings
    if ends.count > 1 {
      let found = ends.map(\.option).joined(separator: ", ")
      throw ValidationError("found \(found), allowed: one of them")
    }
    try self.checkWindow()
    guard self.connections != nil else { return }
    guard !ends.isEmpty else {
      throw ValidationError(
        "--connections: found no fault that ends or stops connections, allowed: together with one")
    }
    if let option = ends.first(where: { !$0.countsConnections })?.option {
      throw ValidationError(
        "--connections: found \(option), allowed: a fault of connections that stand, since nobody "
          + "can count those that the kernel refuses; --until TIME ends it too")
    }
  }

  /// A window that is empty, or of nothing, is a slip.
  private func checkWindow() throws {
    let window = [("--from", self.from), ("--until", self.until)]
    if let name = window.first(where: { $0.1 != nil })?.0, self.endings.isEmpty, !self.hasChances {
      throw ValidationError("\(name): found no fault, allowed: together with a fault")
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
        throw ValidationError("\(name): found TCP, which hides it, allowed: together with --udp")
      }
      return
    }
    let others = ["--refuse", "--drop", "--stall"]
    if let option = self.endings.map(\.option).first(where: { !others.contains($0) }) {
      throw ValidationError(
        "\(option): found --udp, allowed: with TCP; with --udp \(others.joined(separator: ", ")), "
          + "--loss, --duplicate and --reorder")
    }
    guard self.connections == nil else {
      throw ValidationError("--connections: found --udp, allowed: with TCP")
    }
  }

  private func check(_ name: String, _ value: Int?) throws {
    guard let value, value < 1 else { return }
    throw ValidationError("\(name): found \(value), allowed: 1 or more")
  }

  /// What ends or stops connections; at most one is given.
  private var endings: [(option: String, fault: PathFault, countsConnections: Bool)] {
    var endings: [(String, PathFault, Bool)] = []
    if self.refuse { endings.append(("--refuse", .refuse, false)) }
    if self.drop { endings.append(("--drop", .silentDrop, false)) }
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
      endings.append(("--reset-after-bytes", .resetAfterBytes(bytes), true))
    }
    if let time = self.resetAfter {
      endings.append(("--reset-after", .server(.resetAfter(.time(time))), true))
    }
    if let time = self.resetWhenIdle {
      endings.append(("--reset-when-idle", .server(.resetWhenIdle(time)), true))
    }
    if let text = self.resetOnPattern {
      endings.append(("--reset-on-pattern", .resetOnPattern(Array(text.utf8)), true))
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
    var chances: [PathFault] = []
    if let loss { chances.append(.loss(permille: loss)) }
    if let duplicate { chances.append(.duplication(permille: duplicate)) }
    if let reorder { chances.append(.reordering(permille: reorder)) }
    return self.endings.map {
      ScheduledPathFault($0.fault, from: from, until: until, connectionsMax: self.connections)
    } + chances.map { ScheduledPathFault($0, from: from, until: until) }
  }
}

/// Reads a duration as scenario files write it.
@Sendable func duration(_ text: String) throws -> SimDuration {
  if let duration = SimDuration(words: text) { return duration }
  throw ValidationError("found \(text), allowed: a duration such as 500ms, 30s or 1m30s")
}
