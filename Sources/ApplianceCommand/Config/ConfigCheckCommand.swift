import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationPolicy
import ConfigurationXML
import Reports
import ScenarioFiles

/// `appliance config check`: tells every finding of every file.
struct ConfigCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tell every finding of configuration files.",
    discussion: """
      Takes files, and folders whose .xml files it reads. A file of sections to load is checked as \
      such, and a note says so. Findings go to standard error as \
      file:line:column: severity: text, a summary to standard output. Exit code 1 when a finding \
      is as grave as --fail-on says and the baseline does not accept it.

      Example: appliance config check fixtures/configurations/accepted --ignore LOG016
      """)

  @Argument(help: "Configuration files or folders.")
  var files: [String]

  @Option(help: "How the result is printed.")
  var format = FindingsFormat.text

  @Option(help: "The least grave finding that gives exit code 1.")
  var failOn = SeverityArgument.error

  @Option(
    help: ArgumentHelp("A code that is not told; may be repeated.", valueName: "code"),
    transform: CodeArgument.code)
  var ignore: [DiagnosticCode] = []

  @Option(help: ArgumentHelp("Findings that are accepted.", valueName: "file"))
  var baseline: String?

  @Option(help: ArgumentHelp("Accept what is found now, in this file.", valueName: "file"))
  var writeBaseline: String?

  @Option(help: ArgumentHelp("The version that a file must come from.", valueName: "version"))
  var targetVersion: String?

  @Option(help: ArgumentHelp("The model that a file must come from.", valueName: "model"))
  var targetModel: String?

  @OptionGroup var cluster: MachineOption

  @Flag(help: "Import what is understood: what an appliance would refuse is a warning.")
  var lenient = false

  @Flag(help: "Refuse files of sections alone: each must be a whole configuration.")
  var whole = false

  @Option(
    help: ArgumentHelp(
      "Take elements, their places and attributes from the appliance's own DTD.",
      valueName: "file"))
  var dtd: String?

  @OptionGroup var settings: SettingsOptions

  @OptionGroup var size: SizeOption

  func run() async throws {
    let files = try ConfigurationFiles.expand(self.files)
    var checker = self.size.checker(
      isLenient: self.lenient, targetVersion: self.targetVersion,
      targetModel: self.targetModel, machine: self.cluster.machine)
    checker.reader.takesSections = !self.whole
    checker.reader.documentType = try self.dtd.map(DocumentTypeFile.read)
    let fileChecker = checker
    let progress = ProgressLine("checked", total: files.count)
    let ignored = Set(self.ignore)
    let placed = try self.settings.settings(for: files)
    let shared = await fileChecker.sharedFindings(files, by: placed)
    let inputs = files.indices.map { (file: files[$0], placed: placed[$0], shared: shared[$0]) }
    let findings = await ParallelMap.map(inputs, progress: progress.tell) { input in
      fileChecker.findings(contentsOf: input.file, by: input.placed, shared: input.shared)
        .filter { !ignored.contains($0.code) }
    }
    if let path = self.writeBaseline {
      return try Self.write(zip(files, findings).map { ($0.path, $1) }, to: path)
    }
    var accepted = try self.baseline.map { try Self.baseline($0, self.size.limits) }
    var document = FindingsDocument(hasBaseline: accepted != nil)
    var checked: Set<String> = []
    for (file, findings) in zip(files, findings) {
      let name = Self.keyName(of: file.path, beside: self.baseline)
      if !findings.contains(where: { $0.code == .fileUnreadable }) { checked.insert(name) }
      document.add(file: file.path, keyName: name, findings: findings) {
        accepted?.take($0, severity: $1) ?? false
      }
    }
    // Nothing is known of what was not looked at.
    document.gone = (accepted?.remaining ?? []).filter { key in
      checked.contains(key.file) && !ignored.contains { $0.rawValue == key.code }
    }
    try self.tell(document)
    if document.fails(on: self.failOn.severity) { throw ExitCode.failure }
  }

  private func tell(_ document: FindingsDocument) throws {
    for file in document.files {
      for finding in file.findings where !finding.isAccepted {
        Terminal.error.line(describe(finding.diagnostic, file: file.name))
      }
    }
    switch self.format {
    case .text: for line in FindingsText.lines(document) { Terminal.output.line(line) }
    case .json: try Terminal.output.write(bytes: document.json())
    case .junit:
      try Terminal.output.write(
        bytes: JUnitDocument.xml(suites: document.suites(failingOn: self.failOn.severity)))
    case .sarif:
      try Terminal.output.write(
        bytes: SARIFDocument.json(document, productVersion: productVersion))
    }
  }

  // MARK: Baseline

  /// A file's name in keys: from the baseline's folder on, or from here when there is none.
  private static func keyName(of file: String, beside baseline: String?) -> String {
    let folder = baseline.map { $0.contains("/") ? $0 + "/.." : "." } ?? "."
    return ConfigurationFiles.name(of: file, from: folder)
  }

  private static func baseline(
    _ path: String, _ limits: ReadingLimits
  ) throws -> FindingsBaseline {
    let bytes = try NamedFile.read(path, limits: limits)
    do throws(FindingsBaseline.Unreadable) {
      return try FindingsBaseline(json: bytes)
    } catch {
      throw CommandFailure("\(path): \(error)")
    }
  }

  /// Accepts what was found; a file that cannot be read is never accepted.
  private static func write(_ results: [(String, [Diagnostic])], to path: String) throws {
    var baseline = FindingsBaseline()
    var unreadable = 0
    for (file, findings) in results {
      let name = Self.keyName(of: file, beside: path)
      for finding in findings {
        guard finding.code != .fileUnreadable else {
          Terminal.error.line(describe(finding, file: file))
          unreadable += 1
          continue
        }
        baseline.add(
          FindingKey(
            file: name, code: finding.code.rawValue, path: finding.path, found: finding.found),
          severity: finding.severity)
      }
    }
    try NamedFile.write(baseline.json(), to: path)
    Terminal.output.line("\(path): \(baseline.count) findings accepted")
    if unreadable > 0 { throw ExitCode.failure }
  }
}

/// Findings in sums, for a person.
enum FindingsText {
  static func lines(_ document: FindingsDocument) -> [String] {
    var lines = document.files.map { file in
      "\(file.name): \(self.counts(file.errors, file.warnings, file.notes, file.accepted))"
    }
    let summary = document.summary
    if document.files.count > 1 {
      let counts = self.counts(
        summary.errors, summary.warnings, summary.notes, summary.accepted)
      lines.append(
        "\(summary.files) files, \(summary.filesWithErrors) with errors: \(counts)")
      for (code, count) in summary.codes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        let title = DiagnosticCode(rawValue: code)?.title ?? ""
        lines.append("  \(code) \(count) \(title)")
      }
    }
    for key in document.gone {
      lines.append("\(key.file): accepted and no longer found: \(key.code) at \(key.path)")
    }
    return lines
  }

  private static func counts(_ errors: Int, _ warnings: Int, _ notes: Int, _ accepted: Int)
    -> String
  {
    "\(errors) errors, \(warnings) warnings, \(notes) notes"
      + (accepted > 0 ? ", \(accepted) accepted" : "")
  }
}
