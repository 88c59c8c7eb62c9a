import ApplianceModel
import ApplianceRuntime
import ArgumentParser
import FileStore
import Foundation
import NetworkModel
import Reports
import ScenarioFiles
import Scenarios

/// `appliance simulate`: a scenario in virtual time, and all files that it produces.
struct SimulateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Run a scenario in virtual time and save everything it produces.",
    discussion: """
      The same scenario and seed give the same bytes in every file, on every machine. With \
      --student only what a person on call would have is saved: logs, captures and mails, and \
      nothing is printed; --key writes symptom, cause and fix for the instructor.

      Examples:
        appliance simulate fixtures/scenarios/documented-reset.yaml --output out
        appliance simulate fixtures/scenarios/documented-reset.yaml --set faults.1.lines=2 --ladder
      """)

  @Argument(help: "Scenario file (YAML).")
  var scenario: String

  @Option(help: "Override the scenario's seed.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Override a value, such as network.hosts.syslog.path.mss_clamp=1300 (repeatable).",
      valueName: "PATH=VALUE"), transform: Self.setting)
  var set: [ScenarioSetting] = []

  @Option(help: "Folder for logs, received streams, captures, mails, ledger and report.")
  var output = "appliance-output"

  @Flag(name: .customLong("no-capture"), help: "Do not write packet captures.")
  var noCapture = false

  @Option(
    help: ArgumentHelp(
      "Capture format: pcap, or pcapng with comments that name the faults (default: the "
        + "scenario's).",
      valueName: "FORMAT"), transform: { try word($0) as CaptureFormat })
  var captureFormat: CaptureFormat?

  @Flag(help: "Print the capture as a ladder, cut to the terminal's width.")
  var ladder = false

  @Flag(help: "Save only what a person on call would have, and print nothing.")
  var student = false

  @Option(
    help: ArgumentHelp(
      "Write symptom, cause and fix for the instructor to this file.", valueName: "FILE"))
  var key: String?

  @Flag(help: "Exit with 1 when any pushed line is lost.")
  var failOnLoss = false

  @Option(help: "Output format.")
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
    let counted =
      self.student ? nil : try ScenarioResultFiles.countedLosses(result, scenario, in: folder)
    if !self.student {
      try ScenarioResultFiles.write(result, scenario, document, to: folder, counted: counted)
    }
    if let key = self.key {
      let file = try AppendFile(creating: key, exclusively: false)
      try file.append(Array(document.markdown.utf8))
    }
    // What is printed gives the cause away, so a student's run is silent.
    if self.student { return }
    if self.ladder {
      var ladder = LadderText(scenario: scenario)
      for line in ladder.lines(result.packets, width: Terminal.output.width) {
        Terminal.output.line(line)
      }
    }
    switch self.format {
    case .json:
      try Terminal.output.write(bytes: document.json())
      Terminal.error.line(ScenarioResultFiles.losses(result, scenario, counted: counted).line)
    case .text: ScenarioResultFiles.show(result, scenario, counted: counted)
    }
    try ScenarioResultFiles.judge(
      result, scenario, failsOnLoss: self.failOnLoss, counted: counted)
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
