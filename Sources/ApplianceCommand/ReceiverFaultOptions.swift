import ArgumentParser
import LabPeers
import Simulation

/// How `appliance receive` misbehaves; docs/FAULTS.md has the names.
struct ReceiverFaultOptions: ParsableArguments {
  @Flag(help: "Refuse connections: a RST answers the SYN.")
  var refuse = false

  @Flag(help: "Accept connections and never read: the window closes.")
  var neverRead = false

  @Option(help: ArgumentHelp("Read only BYTES per second.", valueName: "BYTES"))
  var readSlowly: Int?

  @Flag(help: "Reset each connection right after the handshake.")
  var resetAfterHandshake = false

  @Option(
    help: ArgumentHelp(
      "Read exactly N lines of each connection, write them, and reset it; what the kernel "
        + "acknowledged after them is never read.", valueName: "N"))
  var resetAfterLines: UInt64?

  @Option(
    help: ArgumentHelp(
      "Read exactly N bytes of each connection, and reset it.", valueName: "N"))
  var resetAfterBytes: UInt64?

  @Option(
    help: ArgumentHelp("Read everything, and reset each connection after TIME.", valueName: "TIME"),
    transform: duration)
  var resetAfter: SimDuration?

  @Option(
    help: ArgumentHelp("Reset a connection that was idle for TIME.", valueName: "TIME"),
    transform: duration)
  var resetWhenIdle: SimDuration?

  @Option(
    help: ArgumentHelp(
      "Read exactly N lines of each connection, write them, and close it (FIN).",
      valueName: "N"))
  var closeAfterLines: UInt64?

  @Option(
    help: ArgumentHelp(
      "Read everything, and close each connection (FIN) after TIME.", valueName: "TIME"),
    transform: duration)
  var closeAfter: SimDuration?

  @Option(
    name: [.customLong("resets"), .customLong("connections")],
    help: ArgumentHelp("Apply the fault to the first N connections only.", valueName: "N"))
  var resets: Int?

  @Option(help: ArgumentHelp("Keep only the first BYTES of each datagram.", valueName: "BYTES"))
  var cutDatagrams: Int?

  /// What happens to connections; at most one is given.
  private var given: [(option: String, fault: ReceiverFault)] {
    var given: [(String, ReceiverFault)] = []
    if self.neverRead { given.append(("--never-read", .neverRead)) }
    if let rate = self.readSlowly {
      given.append(("--read-slowly", .readSlowly(bytesPerSecond: rate)))
    }
    if self.resetAfterHandshake { given.append(("--reset-after-handshake", .resetAfterHandshake)) }
    if let lines = self.resetAfterLines {
      given.append(("--reset-after-lines", .resetAfter(.lines(lines))))
    }
    if let bytes = self.resetAfterBytes {
      given.append(("--reset-after-bytes", .resetAfter(.bytes(bytes))))
    }
    if let time = self.resetAfter { given.append(("--reset-after", .resetAfter(.time(time)))) }
    if let time = self.resetWhenIdle { given.append(("--reset-when-idle", .resetWhenIdle(time))) }
    if let lines = self.closeAfterLines {
      given.append(("--close-after-lines", .closeAfter(.lines(lines))))
    }
    if let time = self.closeAfter { given.append(("--close-after", .closeAfter(.time(time)))) }
    return given
  }

  func validate() throws {
    let counts: [(String, Int?)] = [
      ("--reset-after-lines", self.resetAfterLines.map { Int(clamping: $0) }),
      ("--reset-after-bytes", self.resetAfterBytes.map { Int(clamping: $0) }),
      ("--close-after-lines", self.closeAfterLines.map { Int(clamping: $0) }),
      ("--read-slowly", self.readSlowly), ("--resets", self.resets),
      ("--cut-datagrams", self.cutDatagrams),
    ]
    for (name, value) in counts {
      guard let value, value < 1 else { continue }
      throw ValidationError("\(name): found \(value), allowed: 1 or more")
    }
    let options = self.options
    if options.count > 1 {
      throw ValidationError("give only one of \(options.joined(separator: ", "))")
    }
    if self.resets != nil, self.given.isEmpty {
      throw ValidationError(
        self.refuse
          ? "--resets cannot count connections that --refuse refuses; use it with another fault"
          : "--resets needs a fault of connections, such as --reset-after-lines N")
    }
  }

  /// The options of faults of connections.
  private var options: [String] { (self.refuse ? ["--refuse"] : []) + self.given.map(\.option) }

  /// What the ports give no effect to is refused.
  func check(hasTCP: Bool, hasTLS: Bool, hasUDP: Bool) throws {
    if !hasTCP, self.refuse || !hasTLS, let option = self.options.first {
      throw ValidationError("\(option) needs a TCP port: add --tcp PORT")
    }
    if !hasUDP, self.cutDatagrams != nil {
      throw ValidationError("--cut-datagrams needs --udp PORT")
    }
  }

  /// The faults for the receiver.
  var scheduled: [ScheduledReceiverFault] {
    self.given.map { ScheduledReceiverFault($0.fault, connectionsMax: self.resets) }
  }
}
