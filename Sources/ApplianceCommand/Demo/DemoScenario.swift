import ApplianceConfiguration
import ApplianceModel
import ApplianceRuntime
import FileStore
import LogDelivery
import NetworkModel
import Reports
import ScenarioFiles
import Scenarios
import Simulation

/// A case of the demo in virtual time: a scenario of the repository, explained step by step.
struct DemoScenario {
  /// How many packets are shown: the first ones, and those that a fault met.
  private static let firstPackets = 6
  private static let struckPackets = 10
  private static let logLines = 6

  let demoCase: DemoCommand.Case
  let output: OutputFolder
  let spansMax: Int
  let printer: StoryPrinter

  /// Runs the case and prints it.
  ///
  /// - Returns: whether everything came as expected.
  func show() throws -> Bool {
    var scenario = try self.scenario()
    if self.demoCase == .atLeastOnce {
      let before = ScenarioRunner(scenario, output: MemoryOutput()).run().result
      self.introduce(scenario)
      self.heading("The same restart with --delivery as-appliance")
      self.ledger(before)
      scenario.configuration.setDelivery(.atLeastOnce)
      scenario.expectations = [
        .delivery(subscription: "Mail_Log", figure: .lost, count: .exactly(0)),
        .delivery(
          subscription: "Mail_Log", figure: .received, count: CountRange(minimum: 1, maximum: nil)),
      ]
    } else {
      self.introduce(scenario)
    }
    let runner = ScenarioRunner(
      scenario, output: ScenarioFolder(folder: self.output, keepsCapture: true, keepsReceived: true)
    )
    let (result, output) = runner.run()
    var written = output
    written.finish()
    if let failure = written.failure { throw failure }
    try ScenarioResultFiles.write(
      result, scenario, ScenarioDocument(scenario: scenario, result: result), to: self.output)
    if self.demoCase == .atLeastOnce { self.heading("Now with --delivery at-least-once") }
    self.packets(result, scenario)
    self.log(result, scenario)
    self.heading("What happened to the lines")
    self.ledger(result)
    let losses = DemoLosses(
      subscription: "Mail_Log", output: self.output.path, spansMax: self.spansMax,
      printer: self.printer)
    let lost = try losses.show()
    self.explain(scenario)
    self.printer.line()
    self.printer.paragraph(ScenarioResultFiles.losses(result, scenario, counted: lost).line)
    return result.verdicts.allSatisfy(\.isMet)
  }

  private func scenario() throws -> Scenario {
    let (name, bytes) =
      switch self.demoCase {
      case .udpLoss: ("udp-loss-unseen", PackageResources.udp_loss_unseen_yaml)
      case .blackHole: ("black-hole", PackageResources.black_hole_yaml)
      case .ipsSignature: ("ips-reset-on-signature", PackageResources.ips_reset_on_signature_yaml)
      case .documentedReset, .atLeastOnce: ("server-restart", PackageResources.server_restart_yaml)
      }
    let reader = ScenarioReader(
      sources: .init(
        sample: PackageResources.appliance_config_xml,
        configuration: { name in
          switch name {
          case "lab-tcp.xml": PackageResources.lab_tcp_xml
          case "lab-udp.xml": PackageResources.lab_udp_xml
          default: throw CommandFailure("\(name): not part of the demo")
          }
        },
        zone: { ZoneDatabase.zone(named: $0, from: $1) }))
    do throws(ScenarioFileError) {
      return try reader.read(bytes: bytes, file: "\(name).yaml")
    } catch {
      throw CommandFailure(error.description)
    }
  }

  // MARK: Steps

  private func heading(_ text: String) {
    self.printer.line("\n\(text)", .bold, beginsStep: true)
  }

  private func introduce(_ scenario: Scenario) {
    self.heading(scenario.name)
    let lesson = scenario.lesson
    for text in [scenario.teaches, "Symptom: \(lesson.symptom)", "Cause: \(lesson.cause)"] {
      self.printer.paragraph(text, indent: 3)
    }
  }

  private func explain(_ scenario: Scenario) {
    self.heading("How to see it, and how to fix it")
    let lesson = scenario.lesson
    for text in lesson.see + ["Fix: \(lesson.fix)", "Check: \(lesson.check)"] {
      self.printer.paragraph(text, indent: 3)
    }
  }

  private func packets(_ result: ScenarioResult, _ scenario: Scenario) {
    self.heading("Packets at the appliance")
    let struck = result.packets.indices.filter { index in
      result.packets[index].notes.contains { !$0.hasPrefix("mss-clamp") }
    }
    let shown = Set(struck.prefix(Self.struckPackets))
      .union(result.packets.indices.prefix(Self.firstPackets))
    var ladder = LadderText(scenario: scenario)
    let width = self.printer.terminal.width.map { $0 - 3 }
    let lines = ladder.lines(result.packets, width: width) { shown.contains($0) }
    for line in lines { self.printer.line("   \(line)") }
    if result.packets.count > lines.count {
      self.printer.line("   ... and \(result.packets.count - lines.count) more", .dim)
    }
  }

  /// The lines of the appliance's own log that a person looks for.
  private func log(_ result: ScenarioResult, _ scenario: Scenario) {
    self.heading("What the appliance notices")
    let events = result.events.filter {
      [.pushFailed, .alertMailAccepted, .pushConnected].contains($0.kind)
    }
    for event in events.prefix(Self.logLines) {
      if let line = event.sentence {
        let time = scenario.zone.stamp(at: event.instant).timeOfDay
        self.printer.line("   \(time)  \(line)")
      }
    }
    if events.count > Self.logLines {
      self.printer.line("   ... and \(events.count - Self.logLines) more events", .dim)
    }
    if !events.contains(where: { $0.kind == .pushFailed }) {
      self.printer.line("   no error and no alert", .yellow)
    }
  }

  private func ledger(_ result: ScenarioResult) {
    for ledger in result.ledgers {
      for (fate, count) in LedgerText.rows(ledger.totals) {
        self.printer.line("   \(ledger.subscription): \(count) \(fate)")
      }
    }
  }
}

extension Configuration {
  /// Sets the delivery mode of every push by TCP.
  fileprivate mutating func setDelivery(_ mode: DeliveryMode) {
    for index in self.subscriptions.indices {
      guard case .syslogPush(var push) = self.subscriptions[index].retrieval else { continue }
      push.delivery.mode = Setting(mode)
      self.subscriptions[index].retrieval = .syslogPush(push)
    }
  }
}
