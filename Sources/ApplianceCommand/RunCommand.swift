import ApplianceConfiguration
import ApplianceModel
import ApplianceRuntime
import ArgumentParser
import FileStore
import Glibc
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
    abstract: "Run the appliance live, against the servers in its configuration.",
    discussion: """
      Runs until stopped, or with --messages N until N messages are done and every push has \
      drained. Interrupt it once (Ctrl-C, SIGTERM) to end the traffic and drain, and again to stop \
      at once with exit code 1. SIGUSR1 closes the current log files and starts new ones \
      (rollovernow). SIGHUP applies the changed configuration file; a run whose terminal is gone \
      ends in order instead.

      With --scenario a scenario file runs on real sockets: its hosts are lab servers on loopback, \
      each reached through a proxy with the scenario's faults. It takes as long as the file says, \
      by the clock; use simulate for long ones.

      Example: appliance run --config appliance-config.xml --rate 20 --messages 1000 --output out
      """)

  @Option(help: ArgumentHelp("Configuration file of the appliance.", valueName: "FILE"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Run what is committed in this state folder, and apply each commit.", valueName: "DIR"))
  var state: String?

  @Option(help: ArgumentHelp("Run this scenario live instead of --config.", valueName: "FILE"))
  var scenario: String?

  @Option(
    help: ArgumentHelp(
      "Override a value of the scenario, such as duration=20s (repeatable).",
      valueName: "PATH=VALUE"), transform: SimulateCommand.setting)
  var set: [ScenarioSetting] = []

  @Option(help: ArgumentHelp("Messages per second, or max (default: 5).", valueName: "N|max"))
  var rate: RateArgument?

  @Option(
    help: ArgumentHelp(
      "At --rate max, stamp lines by the model's time or by the wall clock (default: model).",
      valueName: "model|wall"), transform: { try word($0) as StampSource })
  var stamp: StampSource?

  @Option(
    help: ArgumentHelp("Stop after N messages (default: run until stopped).", valueName: "N"))
  var messages: Int?

  @Option(help: "Seed of the mail flow (default: 1, or the scenario's).")
  var seed: UInt64?

  @Flag(name: .customLong("no-record"), help: "Do not keep a local copy of pushed logs.")
  var noRecord = false

  @Option(
    help: ArgumentHelp(
      "Delivery mode of every TCP push: "
        + "\(DeliveryMode.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "MODE"), transform: { try word($0) as DeliveryMode })
  var delivery: DeliveryMode?

  @Option(
    help: DrainTimeout.help(default: 30, "; with a disk buffer, so long without progress"),
    transform: { try DrainTimeout($0) })
  var drainTimeout = DrainTimeout(seconds: 30)

  @Option(
    help: ArgumentHelp(
      "Seconds that a push waits for an answer of each address of its server.", valueName: "S"))
  var connectTimeout = 75

  @Flag(help: "Exit with 1 when any pushed line is lost.")
  var failOnLoss = false

  @Option(
    help: ArgumentHelp(
      "Private key for SCP pushes (default: one is generated in the output folder).",
      valueName: "FILE")
  )
  var sshKey: String?

  @Option(
    help: ArgumentHelp(
      "Known keys of SSH servers (default: ssh/known_hosts in the output folder).",
      valueName: "FILE"))
  var knownHosts: String?

  @Option(help: "Folder for logs, ledger and report.")
  var output = "appliance-output"

  @OptionGroup
  var captureOptions: CaptureOptions

  @Option(help: "Output format.")
  var format = OutputFormat.text

  func validate() throws {
    guard [self.config, self.scenario, self.state].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("Give one of --config FILE, --state DIR and --scenario FILE.")
    }
    if self.scenario != nil, self.rate != nil || self.messages != nil || self.noRecord {
      throw ValidationError(
        "--rate, --messages and --no-record do not go with --scenario; its file sets the traffic, "
          + "and --set changes it, such as --set traffic.messages=20")
    }
    if self.scenario == nil, !self.set.isEmpty {
      throw ValidationError("--set needs --scenario FILE")
    }
    if self.stamp != nil, self.rate?.rate != .maximum {
      throw ValidationError("--stamp needs --rate max")
    }
    if let messages, messages < 1 {
      throw ValidationError("--messages: found \(messages), allowed: 1 or more")
    }
    guard (1...3600).contains(self.connectTimeout) else {
      throw ValidationError("--connect-timeout: found \(self.connectTimeout), allowed: 1 to 3600")
    }
  }

  func run() async throws {
    try OpenFiles.requireForSockets()
    if let scenario { return try await self.run(scenario: scenario) }
    let source: RunningConfiguration.Source
    if let state {
      source = .state(state)
    } else if let config {
      source = .file(config)
    } else {
      return
    }
    let delivery = self.delivery
    let running = RunningConfiguration(
      source, keepsRecord: !self.noRecord,
      ssh: SSHKeyFiles(key: self.sshKey, knownHosts: self.knownHosts)
    ) { configuration in
      if let delivery { Self.deliver(&configuration, delivery) }
    }
    let loaded = try running.load()
    let output = try OutputFolder(ofRunAt: self.output)
    try output.claimForLiveRuns()
    let report = NIOLockedValueBox(RunReport())
    let previous = NIOLockedValueBox<LiveStatus?>(nil)
    var settings = self.settings
    settings.ssh = try running.ssh.files(for: loaded.configuration, in: output)
    let capture = try self.captureOptions.begin()
    let live = LiveRun(
      configuration: loaded.configuration, zone: loaded.zone, options: self.options,
      settings: settings, output: output, capture: capture,
      onEvent: { event in
        report.withLockedValue { $0.add(event) }
        guard let line = event.sentence else { return }
        Terminal.error.transient("")
        Terminal.error.line(line)
      },
      onStatus: { status in
        let before = previous.withLockedValue { box in
          defer { box = status }
          return box
        }
        Terminal.error.transient(StatusText.line(status, since: before))
        Self.keepLedger(status, in: output)
        running.lookForCommit()
      })
    running.begin(live, output: output)
    defer { running.end() }
    ProcessSignals.shared.handle([SIGUSR1]) { live.rollOverNow() }
    ProcessSignals.shared.handle([SIGHUP]) { running.hangUp() }
    try await runUntilSignalled(
      live, ends: ProcessSignals.ends.filter { $0 != SIGHUP }, onNextSignal: { live.endNow() })
    let summary = await capture?.finish()
    if let summary {
      let line = CaptureText.line(summary)
      Terminal.error.line(line)
      report.withLockedValue { $0.capture = line }
    }
    try self.conclude(live, output: output, report: report.withLockedValue { $0 })
    try CaptureText.require(summary)
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
          "\(name): warning: --delivery \(mode.rawValue) has no effect on UDP, since a datagram "
            + "is never acknowledged; use TCP")
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
      format: self.format, failsOnLoss: self.failOnLoss
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

  private var settings: LiveSettings {
    var settings = LiveSettings()
    settings.drainTimeout = self.drainTimeout.duration
    settings.connectTimeout = .seconds(Int64(self.connectTimeout))
    return settings
  }

  private func conclude(_ live: LiveRun, output: OutputFolder, report: RunReport) throws {
    guard let (outcome, status) = live.result else {
      throw CommandFailure("the run ended without a result")
    }
    try RunConclusion(
      outcome: outcome, status: status, report: report, format: self.format,
      promised: live.promisedSubscriptions, failsOnLoss: self.failOnLoss
    ).show(output: output)
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
