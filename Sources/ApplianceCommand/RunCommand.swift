import ApplianceConfiguration
import ApplianceModel
import ApplianceRuntime
import ArgumentParser
import FileStore
import LiveNetwork
import LogDelivery
import MailFlow
import NIOConcurrencyHelpers
import Reports
import ScenarioFiles
import Scenarios
import ServiceLifecycle
import Simulation

/// `appliance run`: the live appliance against the servers that its configuration names.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the live appliance against the servers that its configuration names.",
    discussion: """
      Runs until stopped, or with --messages until so many messages are done and every push has \
      drained. Interrupt it once to end the traffic and drain, and once more to end at once, with \
      the exit code of a drain that took too long; SIGTERM does the same. SIGUSR1 saves the log \
      files being written and begins new ones (rollovernow).

      With --scenario a scenario's file runs in the live world: its hosts are lab servers on loopback, \
      each behind a proxy with the scenario's faults, its traffic and expectations as in the file. It \
      takes the time that the file says, by the clock: use simulate for long ones.

      Example: appliance run --config appliance-config.xml --rate 20 --messages 1000 --output out
      """)

  @Option(help: "The appliance's configuration file.")
  var config: String?

  @Option(help: ArgumentHelp("Run this scenario live, in place of --config.", valueName: "FILE"))
  var scenario: String?

  @Option(
    help: ArgumentHelp(
      "A value in place of the scenario's, such as duration=20s; repeatable.",
      valueName: "PATH=VALUE"), transform: SimulateCommand.setting)
  var set: [ScenarioSetting] = []

  @Option(help: ArgumentHelp("Messages a second, or max (default: 5).", valueName: "N|max"))
  var rate: RateArgument?

  @Option(
    help: ArgumentHelp(
      "At --rate max: stamp lines by the model's time or by the wall clock (default: model).",
      valueName: "model|wall"), transform: { try word($0) as StampSource })
  var stamp: StampSource?

  @Option(help: "End when so many messages are done (default: run until stopped).")
  var messages: Int?

  @Option(help: "The seed of the mail flow (default: 1, or the scenario's).")
  var seed: UInt64?

  @Flag(name: .customLong("no-record"), help: "Keep no record of what pushed logs logged.")
  var noRecord = false

  @Option(
    help: ArgumentHelp(
      "How every push by TCP delivers: \(DeliveryMode.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "MODE"), transform: { try word($0) as DeliveryMode })
  var delivery: DeliveryMode?

  @Option(
    help: ArgumentHelp(
      "Seconds that pushes may take to drain; with a disk buffer, to get any further.",
      valueName: "S"))
  var drainTimeout = 30

  @Option(
    help: ArgumentHelp(
      "The private key for SCP pushes (default: one made in the output folder).", valueName: "FILE")
  )
  var sshKey: String?

  @Option(
    help: ArgumentHelp(
      "The known keys of SSH servers (default: ssh/known_hosts in the output folder).",
      valueName: "FILE"))
  var knownHosts: String?

  @Option(help: "The folder for logs, ledger and report.")
  var output = "appliance-output"

  @OptionGroup
  var captureOptions: CaptureOptions

  @Option(help: "How the result is printed.")
  var format = OutputFormat.text

  func validate() throws {
    guard (self.config == nil) != (self.scenario == nil) else {
      throw ValidationError(
        "found \(self.config == nil ? "neither" : "both"), allowed: "
          + "one of --config FILE and --scenario FILE")
    }
    if self.scenario != nil, self.rate != nil || self.messages != nil || self.noRecord {
      throw ValidationError(
        "--scenario: allowed: without --rate, --messages and --no-record, which its file decides")
    }
    if self.scenario == nil, !self.set.isEmpty {
      throw ValidationError("--set: allowed: together with --scenario FILE")
    }
    if self.stamp != nil, self.rate?.rate != .maximum {
      throw ValidationError("--stamp: allowed: together with --rate max")
    }
    if let messages, messages < 1 {
      throw ValidationError("--messages: found \(messages), allowed: 1 or more")
    }
    guard (0...86_400).contains(self.drainTimeout) else {
      throw ValidationError("--drain-timeout: found \(self.drainTimeout), allowed: 0 to 86400")
    }
  }

  func run() async throws {
    if let scenario { return try await self.run(scenario: scenario) }
    guard let config else { return }
    var loaded = try LoadedConfiguration.read(config)
    if let delivery { Self.deliver(&loaded.configuration, delivery) }
    for missing in FileTransferRequest.missingClients(of: loaded.configuration) {
      Terminal.error.line(
        "\(missing.subscription): warning: \(missing.method) needs the program \(missing.program), "
          + "which is not in PATH: its files stay in the output folder until it is installed")
    }
    let output = try OutputFolder(ofRunAt: self.output)
    let report = NIOLockedValueBox(RunReport())
    var settings = self.settings
    settings.ssh = try self.sshFiles(loaded.configuration, output)
    let capture = try self.captureOptions.begin()
    let live = LiveRun(
      configuration: loaded.configuration, zone: loaded.zone, options: self.options,
      settings: settings, output: output, capture: capture,
      onEvent: { event in
        report.withLockedValue { $0.add(event) }
        guard let line = RunEventText.line(event) else { return }
        Terminal.error.transient("")
        Terminal.error.line(line)
      },
      onStatus: { status in
        Terminal.error.transient(StatusText.line(status))
        Self.keepLedger(status, in: output)
      })
    let rollover = RolloverSignal { live.rollOverNow() }
    defer { rollover.cancel() }
    try await runUntilSignalled(live, onNextSignal: { live.endNow() })
    if let summary = await capture?.finish() {
      let line = CaptureText.line(summary)
      Terminal.error.line(line)
      report.withLockedValue { $0.capture = line }
    }
    try self.conclude(live, output: output, report: report.withLockedValue { $0 })
  }

  /// A killed run leaves a ledger that is a second old at most, and says that it is not final.
  private static func keepLedger(_ status: LiveStatus, in output: OutputFolder) {
    if let problem = status.journalProblem { Terminal.error.line("warning: \(problem)") }
    do {
      let bytes = try LedgerDocument(status.ledgers, isFinal: false).json()
      try output.replace(bytes, name: "ledger.json")
    } catch {
      Terminal.error.line("warning: \(error)")
    }
  }

  private static func deliver(_ configuration: inout Configuration, _ mode: DeliveryMode) {
    for index in configuration.subscriptions.indices {
      guard case .syslogPush(var push) = configuration.subscriptions[index].retrieval else {
        continue
      }
      let name = configuration.subscriptions[index].name.value
      push.delivery.mode = Setting(mode)
      configuration.subscriptions[index].retrieval = .syslogPush(push)
      if mode != .asAppliance, push.transport.value == .udp {
        Terminal.error.line(
          "\(name): warning: --delivery \(mode.rawValue) has no effect: found UDP, allowed: TCP, "
            + "since a datagram is never acknowledged")
      }
    }
  }

  private func run(scenario path: String) async throws {
    var scenario = try LoadedScenario.read(path, settings: self.set)
    if let seed { scenario.seed = seed }
    if let delivery { Self.deliver(&scenario.configuration, delivery) }
    let folder = try OutputFolder(ofRunAt: self.output)
    try folder.replaceEarlierResults()
    try await LiveScenarioCommand(
      file: path, scenario: scenario, folder: folder, capture: self.captureOptions.begin(),
      format: self.format
    ).run()
  }

  private var options: ApplianceOptions {
    var options = ApplianceOptions()
    options.seed = self.seed ?? 1
    options.rate = self.rate?.rate ?? .perSecond(5)
    options.messagesMax = self.messages
    options.keepsRecord = !self.noRecord
    options.sendsFiles = true
    options.stampsByWall = self.stamp == .wall
    return options
  }

  /// A key is made where an SCP push needs one; a person gives its public half to the server.
  private func sshFiles(
    _ configuration: Configuration, _ output: OutputFolder
  ) throws -> SSHFiles {
    let needsKey = configuration.subscriptions.contains {
      if case .scpPush = $0.retrieval { true } else { false }
    }
    guard needsKey else { return SSHFiles() }
    let folder = try output.sshFolder()
    let key: String
    if let given = self.sshKey {
      key = given
    } else {
      key = "\(folder)/id_ed25519"
      guard SSHKeyMaker.makeIfMissing(key) else {
        throw CommandFailure("\(key): no SSH key, and ssh-keygen could not make one")
      }
      Terminal.error.line("SCP pushes log in with the key of \(key).pub")
    }
    return SSHFiles(keyFile: key, knownHostsFile: self.knownHosts ?? "\(folder)/known_hosts")
  }

  private var settings: LiveSettings {
    var settings = LiveSettings()
    settings.drainTimeout = .seconds(Int64(self.drainTimeout))
    return settings
  }

  private func conclude(_ live: LiveRun, output: OutputFolder, report: RunReport) throws {
    guard let (outcome, status) = live.result else {
      throw CommandFailure("the run ended without a result")
    }
    var report = report
    let words = OutcomeText.line(outcome, ledgers: status.ledgers)
    report.finish(
      outcome: words, traffic: status.traffic, pending: status.pending, ledgers: status.ledgers)
    try output.replace(LedgerDocument(status.ledgers).json(), name: "ledger.json")
    try output.write(report.json(), name: "report.json")
    try output.write(Array(report.markdown.utf8), name: "report.md")
    Terminal.error.transient("")
    Terminal.error.line(StatusText.line(status, hasEnded: true))
    if let line = PendingText.line(status.pending) { Terminal.error.line(line) }
    for (name, count) in status.notKept.sorted(by: { $0.key < $1.key }) {
      Terminal.error.line("\(name): \(count) lines are in no log file")
    }
    switch self.format {
    case .json: try Terminal.output.write(bytes: LedgerDocument(status.ledgers).json())
    case .text:
      for ledger in status.ledgers {
        for (fate, count) in LedgerText.rows(ledger.totals) {
          Terminal.output.line("\(ledger.subscription): \(count) \(fate)")
        }
      }
    }
    guard outcome == .finished else { throw CommandFailure(words) }
  }
}

/// `--stamp`: which time lines are stamped by at `--rate max`.
enum StampSource: String, CaseIterable {
  case model, wall
}

/// `--rate`: a whole number of messages a second, or `max`.
struct RateArgument: ExpressibleByArgument, CustomStringConvertible {
  let rate: TrafficRate

  init(rate: TrafficRate) {
    self.rate = rate
  }

  init?(argument: String) {
    if argument == "max" {
      self.rate = .maximum
    } else if let count = Int(argument), (1...1_000_000).contains(count) {
      self.rate = .perSecond(count)
    } else {
      return nil
    }
  }

  var description: String {
    switch self.rate {
    case .maximum: "max"
    case .perMillionSeconds(let count): "\(count / 1_000_000)"
    }
  }

  var defaultValueDescription: String { self.description }
}

/// How a run ended, in words.
enum OutcomeText {
  static let outOfTime =
    "the system clock shows a time that no run can have, allowed: the years 1700 to 2249"

  /// - Parameter ledgers: as they stood at the end; they tell what an unconnected push lost.
  static func line(_ outcome: LiveOutcome, ledgers: [SubscriptionLedger] = []) -> String {
    switch outcome {
    case .finished:
      return "finished"
    case .notDrained(let left) where left.isEmpty:
      return "not drained in time: an alert mail was still under way"
    case .notDrained(let left):
      let parts = left.keys.sorted().map { name in
        let count = left[name] ?? 0
        guard count == 0 else { return "\(name): \(count) lines left" }
        let lost = ledgers.first { $0.subscription == name }?.totals.lost ?? 0
        return "\(name): not connected, \(lost) lines lost"
      }
      // Where nothing waits, more time would have helped nobody.
      let hasWaiting = left.values.contains { $0 > 0 }
      return (hasWaiting ? "not drained in time: " : "ended without a connection: ")
        + parts.joined(separator: ", ")
    case .noReceipt(let lines):
      let parts = lines.keys.sorted().map { "\($0): \(lines[$0] ?? 0) lines acknowledged" }
      return "no receipt in time: \(parts.joined(separator: ", ")), and the server did not answer "
        + "the end of the connection"
    case .notSent(let left):
      let parts = left.keys.sorted().map { "\($0): \(left[$0] ?? 0) files left" }
      return "not sent in time: \(parts.joined(separator: ", "))"
    case .outOfTime: return self.outOfTime
    case .failed(let error):
      return error.description
    }
  }
}

/// How a run stands, in one line.
enum StatusText {
  /// - Parameter hasEnded: a run that has ended has no connections worth a word.
  static func line(_ status: LiveStatus, hasEnded: Bool = false) -> String {
    let pushes = status.ledgers.map { ledger -> String in
      let isConnected = status.connected.contains(ledger.subscription)
      let state = hasEnded ? "" : isConnected ? "connected, " : "not connected, "
      let totals = ledger.totals
      return "\(ledger.subscription) \(state)accepted \(totals.accepted), "
        + "queued \(totals.queued), lost \(totals.lost)"
    }
    let messages = "messages \(status.traffic.messagesInjected)"
    return ([messages] + pushes).joined(separator: "; ")
  }
}
