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
      Takes files, and folders whose .yaml files it runs, in parallel. Exit code 1 when an expectation \
      is not met.

      Example: appliance test fixtures/scenarios
      """)

  @Argument(help: "Scenario files or folders.")
  var scenarios: [String]

  enum Format: String, ExpressibleByArgument, CaseIterable {
    /// Markdown tells the stories, for docs/FAILURES.md.
    case text, json, junit, markdown
  }

  @Option(help: "How the result is printed.")
  var format = Format.text

  @Flag(help: "Print each scenario's digest: one number for all that it brought forth.")
  var digests = false

  func run() async throws {
    let paths = try self.scenarios.flatMap { try Self.files(at: $0) }
    guard !paths.isEmpty else { throw CommandFailure("no scenario found") }
    let scenarios = try paths.map { try LoadedScenario.read($0) }
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
      for document in documents { Self.tell(document) }
      if self.digests { for document in documents { Terminal.output.line(document.digestLine) } }
      Terminal.output.line("\(documents.count - failed) passed, \(failed) failed")
    }
    if failed > 0 { throw ExitCode.failure }
  }

  private static func tell(_ document: ScenarioDocument) {
    Terminal.output.line(
      "\(document.isMet ? "ok    " : "FAILED") \(document.name)", document.isMet ? .green : .red)
    for verdict in document.verdicts where !verdict.isMet {
      Terminal.output.line(VerdictText.line(verdict))
    }
  }

  private static func files(at path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandFailure("\(path): no such file or folder")
    }
    guard isFolder.boolValue else { return [path] }
    return try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted().map { "\(path)/\($0)" }
  }
}
