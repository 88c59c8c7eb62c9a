import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationPolicy
import ConfigurationXML
import Reports

/// `appliance config test`: a folder of cases with the findings expected of each.
struct ConfigTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Compare what is found in a folder of configurations with what is expected.",
    discussion: """
      A case is NAME.xml; beside it, NAME.expected holds the findings expected of it, one a line, \
      as 'config check' prints them with the file's last name. No such file means no finding. \
      NAME.model.json, where there is one, holds the model as 'config show --format json' prints \
      it. Folders below are part of it. Names and values that an appliance-check.yaml in the \
      folder or above has learned are known. Exit code 1 when something differs, when there is no \
      case, and when an expectation has no input.

      Example: appliance config test fixtures/configurations --filter hostname
      """)

  @Argument(help: "The folder of cases.")
  var folder: String

  @Flag(help: "Update the expected findings to what is found.")
  var update = false

  @Option(help: ArgumentHelp("Run only cases whose name contains this text.", valueName: "text"))
  var filter: String?

  @Option(help: "Output format.")
  var format = FindingsFormat.text

  @OptionGroup var settings: SettingsOptions

  @OptionGroup var size: SizeOption

  func run() async throws {
    var checker = self.size.checker()
    checker.reader.learned = try self.settings.known(in: self.folder).words
    let corpus = ConfigurationCorpus(
      folder: self.folder, checker: checker,
      modelJSON: { try ConfigurationDocument.json($0) })
    var line: ProgressLine?
    let results = try await corpus.run(filter: self.filter, isUpdating: self.update) {
      done, total in
      if line == nil { line = ProgressLine("tested", total: total) }
      line?.show(done)
    }
    switch self.format {
    case .text: Self.show(results)
    case .json: try Terminal.output.write(bytes: CorpusDocument(self.entries(results)).json())
    case .junit:
      Terminal.output.write(
        bytes: JUnitDocument.xml(suites: [CorpusDocument(self.entries(results)).suite(self.folder)])
      )
    case .sarif: Terminal.output.write(bytes: self.sarif(results))
    }
    if results.contains(where: \.isFailed) { throw ExitCode.failure }
  }

  private static func show(_ results: [ConfigurationCorpus.Result]) {
    for result in results {
      let name = escapingControls(result.name)
      switch result.outcome {
      case .passed: Terminal.output.line("ok      \(name)", .green)
      case .updated: Terminal.output.line("updated \(name)", .yellow)
      case .failed(let lines):
        Terminal.output.line("FAILED  \(name)", .red)
        for line in lines { Terminal.output.line("  \(escapingControls(line))") }
      }
    }
    let failed = results.count(where: \.isFailed)
    let updated = results.count { $0.outcome == .updated }
    Terminal.output.line(
      "\(results.count - failed - updated) passed, \(failed) failed"
        + (updated > 0 ? ", \(updated) updated" : ""))
  }

  private func entries(_ results: [ConfigurationCorpus.Result]) -> [CorpusDocument.Case] {
    results.map { result in
      switch result.outcome {
      case .passed: .init(name: result.name, outcome: "passed", difference: [])
      case .updated: .init(name: result.name, outcome: "updated", difference: [])
      case .failed(let lines): .init(name: result.name, outcome: "failed", difference: lines)
      }
    }
  }

  /// A finding for each case that failed, with the first line that differs.
  private func sarif(_ results: [ConfigurationCorpus.Result]) -> [UInt8] {
    let files = results.compactMap { result -> CheckedFile? in
      guard case .failed(let lines) = result.outcome else { return nil }
      let first = lines.first {
        !$0.hasPrefix("--- ") && !$0.hasPrefix("+++ ") && !$0.hasPrefix("@@")
      }
      return CheckedFile(
        "\(self.folder)/\(result.name).xml", keyName: "\(result.name).xml",
        findings: [Diagnostic(.expectationUnmet, at: nil, found: first ?? "")])
    }
    var options = CheckReport.Options()
    options.productVersion = productVersion
    let folder = ConfigurationFiles.commonFolder(of: files.map(\.name))
    options.base = ReportBase(folder: folder) { ConfigurationFiles.name(of: $0, from: folder) }
    return CheckReport(.sarif, options).bytes(of: files)
  }
}

extension ConfigurationCorpus.Result {
  var isFailed: Bool {
    if case .failed = self.outcome { true } else { false }
  }
}
