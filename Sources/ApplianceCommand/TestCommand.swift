import ApplianceRuntime
import ArgumentParser
import FileStore
import Foundation
import Reports
import ScenarioFiles
import Scenarios

/// `appliance test`: runs scenarios and checks their expectations.
struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run scenarios and check their expectations.",
    discussion: """
      Runs scenario files, and every .yaml file of a folder, in parallel. Exit code 1 when an \
      expectation is not met.

      With --config, each export replaces every scenario's configuration, with its hosts mapped \
      to the scenario's (docs/MATRIX.md). The result is a matrix: which export raises an alert \
      that somebody receives when its push fails, and which loses lines silently, and why. The \
      scenarios' expectations belong to their own configurations and are not checked then. Exit \
      code 1 when an export cannot be read or gets a verdict of --fail-on.

      Example: appliance test fixtures/scenarios

      Example: appliance test fixtures/scenarios --config fixtures/scenarios/lab-tcp.xml
      """)

  @Argument(help: "Scenario files or folders.")
  var scenarios: [String]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Exported configurations, files or folders, to try in each scenario.", valueName: "export"))
  var config: [String] = []

  @Option(
    help: ArgumentHelp(
      "Override a value in every scenario, such as duration=20s (repeatable).",
      valueName: "PATH=VALUE"), transform: SimulateCommand.setting)
  var set: [ScenarioSetting] = []

  @Option(help: "Override the seed of every scenario.")
  var seed: UInt64?

  @OptionGroup(title: "With --config")
  var matrix: MatrixOptions

  enum Format: String, ExpressibleByArgument, CaseIterable {
    /// Markdown gives symptom, cause and fix of each scenario, for docs/FAILURES.md.
    case text, json, junit, markdown
  }

  @Option(help: "Output format.")
  var format = Format.text

  @Flag(help: "Also print each scenario's digest: one number for all bytes that it produces.")
  var digests = false

  func validate() throws {
    if self.config.isEmpty, let option = self.matrix.given {
      throw ValidationError("\(option) needs --config EXPORT")
    }
    if !self.config.isEmpty, self.digests {
      throw ValidationError("give either --digests or --config")
    }
  }

  func run() async throws {
    let paths = try self.scenarios.flatMap { try Self.files(at: $0) }
    var scenarios = try LoadedScenario.read(paths, settings: self.set)
    if let seed { for index in scenarios.indices { scenarios[index].seed = seed } }
    guard self.config.isEmpty else {
      // A column of the matrix has one name.
      let counts = Dictionary(scenarios.map { ($0.name, 1) }, uniquingKeysWith: +)
      for (index, path) in paths.enumerated() where (counts[scenarios[index].name] ?? 0) > 1 {
        scenarios[index].name += " (\(path))"
      }
      let report = try await MatrixRun(scenarios: scenarios, options: self.matrix)
        .report(on: self.config)
      switch self.format {
      case .json: Terminal.output.write(bytes: report.json)
      case .junit: Terminal.output.write(bytes: report.junit)
      case .markdown: for line in report.markdown { Terminal.output.line(line) }
      case .text: for line in report.text { Terminal.output.line(line) }
      }
      if report.isFailed { throw ExitCode.failure }
      return
    }
    let documents = await withTaskGroup(of: (Int, ScenarioDocument).self) { group in
      for (index, scenario) in scenarios.enumerated() {
        group.addTask {
          let (result, output) = ScenarioRunner(scenario, output: MemoryOutput()).run()
          return (
            index,
            ScenarioDocument(scenario: scenario, result: result, digest: output.digest)
          )
        }
      }
      var found: [(Int, ScenarioDocument)] = []
      for await document in group { found.append(document) }
      return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
    let failed = documents.count { !$0.isMet }
    switch self.format {
    case .json: try Terminal.output.write(bytes: ScenarioDocument.json(documents))
    case .junit:
      Terminal.output.write(
        bytes: JUnitDocument.xml(zip(paths, documents).map { (path: $0, document: $1) }))
    case .markdown:
      for document in documents { Terminal.output.line(document.story) }
    case .text:
      for document in documents { Self.report(document) }
      if self.digests { for document in documents { Terminal.output.line(document.digestLine) } }
      Terminal.output.line("\(documents.count - failed) passed, \(failed) failed")
    }
    if failed > 0 { throw ExitCode.failure }
  }

  private static func report(_ document: ScenarioDocument) {
    Terminal.output.line(
      "\(document.isMet ? "ok    " : "FAILED") \(document.name)", document.isMet ? .green : .red)
    for verdict in document.verdicts where !verdict.isMet {
      Terminal.output.line(VerdictText.line(verdict))
    }
  }

  private static func files(at path: String) throws -> [String] {
    guard LoadedScenario.isFolder(path) else { return [LoadedScenario.present(path)] }
    let files = try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
    guard !files.isEmpty else {
      throw CommandFailure("\(path): this folder has no .yaml file; name a folder with scenarios")
    }
    return files.map { path.hasSuffix("/") ? "\(path)\($0)" : "\(path)/\($0)" }
  }
}
