import ApplianceModel
import ApplianceRuntime
import ArgumentParser
import FileStore
import Foundation
import NetworkModel
import Reports
import ScenarioFiles
import Scenarios

/// `appliance simulate`: a scenario in virtual time, with everything that it brings forth.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run a scenario in virtual time and keep what it brings forth.",
    discussion: """
      The same scenario and seed give the same bytes in every file, on every machine. With --student \
      the output has only what a person on call would have: logs, captures and mails, and nothing is \
      printed; --key writes symptom, cause and remedy for the instructor.

      Examples:
        appliance simulate fixtures/scenarios/documented-reset.yaml --output out
        appliance simulate fixtures/scenarios/documented-reset.yaml --set faults.1.lines=2 --ladder
      """)

  @Argument(help: "The scenario's YAML file.")
  var scenario: String

  @Option(help: "Another seed than the scenario's.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "A value in place of the file's, such as network.hosts.syslog.path.mss_clamp=1300; repeatable.",
      valueName: "PATH=VALUE"), transform: Self.setting)
  var set: [ScenarioSetting] = []

  @Option(help: "The folder for logs, streams, captures, mails, ledger and report.")
  var output = "appliance-output"

  @Flag(name: .customLong("no-capture"), help: "Write no packet capture.")
  var noCapture = false

  @Option(
    help: ArgumentHelp(
      "Write captures as pcap, or as pcapng with comments that name the faults.",
      valueName: "FORMAT"), transform: { try word($0) as CaptureFormat })
  var captureFormat: CaptureFormat?

  @Flag(help: "Print the capture as a ladder.")
  var ladder = false

  @Flag(help: "Keep only what a person on call would have.")
  var student = false

  @Option(help: ArgumentHelp("Write the instructor's key to this file.", valueName: "FILE"))
  var key: String?

  @Flag(help: "Exit with 1 when any line of a push is lost.")
  var failOnLoss = false

  @Option(help: "How the result is printed.")
  var format = OutputFormat.text

  func run() throws {
    var scenario = try LoadedScenario.read(self.scenario, settings: self.set)
    if let seed { scenario.seed = seed }
    if let captureFormat { scenario.capture.format = captureFormat }
    if self.student { scenario.capture.hasComments = false }
    if self.noCapture, !self.ladder { scenario.capture.places = [] }
    if !self.student {
      for warning in LogContentText.warnings(scenario.configuration) {
        Terminal.error.line(warning)
      }
    }
    let folder = try OutputFolder(ofRunAt: self.output)
    try folder.replaceEarlierResults()
    let runner = ScenarioRunner(
      scenario,
      output: ScenarioFolder(
        folder: folder, keepsCapture: !self.noCapture, keepsReceived: !self.student))
    let (result, written) = runner.run()
    var output = written
    output.finish()
    if let failure = output.failure { throw failure }
    let document = ScenarioDocument(scenario: scenario, result: result)
    if !self.student { try ScenarioResultFiles.write(result, scenario, document, to: folder) }
    if let key = self.key {
      let file = try AppendFile(creating: key, exclusively: false)
      try file.append(Array(document.markdown.utf8))
    }
    // What is printed gives the cause away, so a student's run is silent.
    if self.student { return }
    if self.ladder {
      var ladder = LadderText(scenario: scenario)
      for line in ladder.lines(result.packets) { Terminal.output.line(line) }
    }
    switch self.format {
    case .json:
      try Terminal.output.write(bytes: document.json())
      Terminal.error.line(ScenarioResultFiles.losses(result, scenario).line)
    case .text: ScenarioResultFiles.tell(result, scenario)
    }
    try ScenarioResultFiles.judge(result, scenario, failsOnLoss: self.failOnLoss)
  }

  static func setting(_ text: String) throws -> ScenarioSetting {
    if let setting = ScenarioSetting(text) { return setting }
    throw ValidationError("found \(text), allowed: PATH=VALUE, such as seed=2 or faults.0.lines=4")
  }
}

/// A verdict as a person reads it.
enum VerdictText {
  static func line(_ verdict: Verdict) -> String {
    "  \(verdict.isMet ? "yes" : "NO ") \(verdict.expectation)"
      + (verdict.isMet ? "" : "; found \(verdict.found)")
  }

  static func style(_ verdict: Verdict) -> Terminal.Style {
    verdict.isMet ? .green : .red
  }
}
