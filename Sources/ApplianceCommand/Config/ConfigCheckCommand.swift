import ApplianceConfiguration
public import ArgumentParser
import CertificateReading
import ConfigurationChecks
import ConfigurationPolicy
import ConfigurationXML
public import Reports
import ScenarioFiles
import Simulation
import Text

extension CheckFormat: ExpressibleByArgument {}

/// `appliance config check`: reports every finding of every file.
struct ConfigCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check configuration files and report every problem.",
    discussion: """
      Takes files, and folders whose .xml files it reads, sub-folders included. A file of sections \
      to load is checked as such, and a note says so. Findings are lines \
      file:line:column: severity: text, followed by a summary: how much was checked, and by which \
      rules. 'config explain CODE' says more of a finding. Exit code 1 when a finding is at least \
      as severe as --fail-on says and the baseline does not accept it. An appliance-check.yaml in \
      the file's folder or above has learned names, severities, ignores, targets and house rules \
      (docs/CHECK-SETTINGS.md).

      Example: appliance config check fixtures/configurations/accepted --ignore LOG016
      """)

  @Argument(help: "Configuration files or folders.")
  var files: [String]

  @Option(help: "Output format.")
  var format = CheckFormat.text

  @Option(
    help: ArgumentHelp("Write the result to this file, not to standard output.", valueName: "file"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Report findings only, without a summary.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "List everything that is not modelled.")
  var verbose = false

  @Flag(help: "Count findings by code and do not list them (text and markdown).")
  var statistics = false

  @Option(help: "Lowest severity that sets exit code 1.")
  var failOn = SeverityArgument.error

  @Option(
    help: ArgumentHelp("Do not report this diagnostic code (repeatable).", valueName: "code"),
    transform: CodeArgument.code)
  var ignore: [DiagnosticCode] = []

  @Option(help: ArgumentHelp("Baseline: a file of accepted findings.", valueName: "file"))
  var baseline: String?

  @Option(
    help: ArgumentHelp("Write a baseline that accepts all present findings.", valueName: "file"))
  var writeBaseline: String?

  @Option(help: ArgumentHelp("Require files of this version.", valueName: "version"))
  var targetVersion: String?

  @Option(help: ArgumentHelp("Require files of this model.", valueName: "model"))
  var targetModel: String?

  @Option(
    help: ArgumentHelp(
      "Require certificates valid on this date (default: when the file was saved).",
      valueName: "date"),
    transform: LocalTimeArgument.time)
  var at: LocalTime?

  @OptionGroup var cluster: MachineOption

  @Flag(help: "Report what an appliance would refuse as warnings.")
  var lenient = false

  @Flag(help: "Require whole configurations; refuse files that hold sections only.")
  var whole = false

  @Option(
    help: ArgumentHelp(
      "Take elements, their places and attributes from the appliance's own DTD.",
      valueName: "file"))
  var dtd: String?

  @OptionGroup var settings: SettingsOptions

  @OptionGroup var size: SizeOption

  func validate() throws {
    if self.statistics, ![.text, .markdown].contains(self.format) {
      throw ValidationError(
        "--statistics: found --format \(self.format.rawValue), allowed: text, markdown; "
          + "json has the counts in summary.codes")
    }
    if self.quiet, self.verbose {
      throw ValidationError("found --quiet and --verbose, allowed: one of them")
    }
  }

  func run() async throws {
    let found = try ConfigurationFiles.expand(self.files)
    let checker = try self.checker
    let placed = try self.settings.settings(for: found.files)
    let shared = await checker.sharedFindings(found.files, by: placed)
    let inputs = found.files.indices.map {
      Input(file: found.files[$0], placed: placed[$0], shared: shared[$0])
    }
    if let path = self.writeBaseline { return try await self.write(inputs, by: checker, to: path) }
    let accepted = try self.baseline.map { try Self.baseline($0, self.size.limits) }
    let result = try ResultFile(self.output, inputs: found.files.map(\.path))
    let report = CheckReport(self.format, self.reportOptions(for: found.files))
    let (baselineName, ignored) = (self.baseline, Set(self.ignore))
    let failOn = self.failOn.severity
    var tally = Tally(summary: CheckSummary())
    tally.summary.leftOut = found.leftOut(naming: report.placeName)
    var mailing: [String] = []
    result.write(report.opening)
    let progress = ProgressLine("checked", total: found.files.count)
    // Findings become the bytes of the report where they are found, on all cores.
    await ParallelMap.forEach(inputs, progress: progress.show) { input in
      Self.check(
        input, by: checker, ignoring: ignored, report: report, failingOn: failOn,
        keyName: Self.keyName(of: input.file.path, beside: baselineName), accepted: accepted)
    } take: { entry in
      if let file = entry.mailsVendor { mailing.append(file) }
      tally.add(entry, of: report, to: result)
    }
    for checked in Self.idleRules(of: tally.rulePaths, in: placed, ignoring: ignored) {
      tally.add(
        settings: checked, failing: checked.fails(on: failOn), of: report, to: result)
    }
    // Nothing is known of what was not looked at.
    if accepted != nil { tally.summary.gone = tally.gone }
    result.write(report.closing(tally.summary))
    try result.finish()
    if self.format == .sarif, let warning = CheckReport.limitWarning(results: tally.results) {
      Terminal.error.line(warning)
    }
    if !self.quiet, let warning = AutoSupportText.warning(files: mailing, of: inputs.count) {
      Terminal.error.line(warning)
    }
    if tally.fails { throw ExitCode.failure }
  }

  private var checker: ConfigurationChecker {
    get throws {
      var checker = self.size.checker(
        isLenient: self.lenient, targetVersion: self.targetVersion,
        targetModel: self.targetModel, machine: self.cluster.machine)
      checker.reader.takesSections = !self.whole
      checker.reader.listsUnmodelled = self.verbose
      checker.reader.takesReferences = self.verbose
      checker.reader.readCertificates = { CertificateReader.read(pem: $0) }
      checker.reader.certificatesAt = self.at
      checker.reader.documentType = try self.dtd.map(DocumentTypeFile.read)
      return checker
    }
  }

  private func reportOptions(for files: [ConfigurationFiles.File]) -> CheckReport.Options {
    var options = CheckReport.Options()
    options.failingOn = self.failOn.severity
    options.isQuiet = self.quiet
    options.isVerbose = self.verbose
    options.isStatistics = self.statistics
    options.baseline = self.baseline ?? ""
    options.targetVersion = self.targetVersion ?? ""
    options.productVersion = productVersion
    if [.sarif, .github, .markdown].contains(self.format) {
      let folder = ConfigurationFiles.commonFolder(of: files.map(\.path))
      options.base = ReportBase(folder: folder) { ConfigurationFiles.name(of: $0, from: folder) }
    }
    return options
  }

  // MARK: One file

  /// A file to check, what a team says about it, and what breaks rules among files.
  private struct Input: Sendable {
    let file: ConfigurationFiles.File
    let placed: PlacedSettings
    let shared: [Diagnostic]
  }

  /// A file that was checked, and its part of the report.
  private struct Entry: Sendable {
    let bytes: [UInt8]
    let summary: CheckSummary
    let results: Int
    let fails: Bool
    let gone: [FindingKey]
    let settings: String?
    let rulePaths: RulePaths
    /// The file, when an appliance of it would mail its alerts to the vendor too.
    let mailsVendor: String?
  }

  /// What all files come to.
  private struct Tally {
    var summary: CheckSummary
    var gone: [FindingKey] = []
    /// By the file of settings that has the rules.
    var rulePaths: [String: RulePaths] = [:]
    var results = 0
    var fails = false
    private var isFirst = true

    init(summary: CheckSummary) { self.summary = summary }

    mutating func add(_ entry: Entry, of report: CheckReport, to result: ResultFile) {
      self.summary.add(entry.summary)
      self.gone += entry.gone
      self.results += entry.results
      self.fails = self.fails || entry.fails
      if let settings = entry.settings {
        self.rulePaths[settings, default: RulePaths()].add(entry.rulePaths)
      }
      self.write(entry.bytes, of: report, to: result)
    }

    /// Adds what is wrong with a file of settings.
    mutating func add(
      settings checked: CheckedFile, failing: Bool, of report: CheckReport, to result: ResultFile
    ) {
      self.summary.add(findingsOf: checked)
      self.results += checked.findings.count
      self.fails = self.fails || failing
      self.write(report.entry(checked), of: report, to: result)
    }

    private mutating func write(
      _ bytes: [UInt8], of report: CheckReport, to result: ResultFile
    ) {
      guard !bytes.isEmpty else { return }
      result.write(self.isFirst ? report.lead : report.separator)
      self.isFirst = false
      result.write(bytes)
    }
  }

  private static func check(
    _ input: Input, by checker: ConfigurationChecker,
    ignoring ignored: Set<DiagnosticCode>, report: CheckReport,
    failingOn severity: Diagnostic.Severity, keyName: String, accepted: FindingsBaseline?
  ) -> Entry {
    let (file, placed) = (input.file, input.placed)
    let read = checker.result(contentsOf: file, by: placed, shared: input.shared)
    let findings = Self.reported(read, ignoring: ignored)
    var baseline = accepted?.part(of: keyName)
    // Nothing is known of a file that cannot be read, so that nothing of it is accepted.
    let accepting: ((FindingKey, Diagnostic.Severity) -> Bool)? =
      baseline == nil || read.isUnreadable
      ? nil : { baseline?.take($0, severity: $1) ?? false }
    var checked = CheckedFile(
      file.path, keyName: keyName, findings: findings, coverage: read.coverage,
      version: read.version?.value, accepting: accepting)
    checked.references = read.references?.counts
    checked.isUnreadable = read.isUnreadable
    if !read.isUnreadable { checked.isWhole = read.form == .whole }
    var summary = CheckSummary()
    summary.add(checked)
    let gone = (baseline?.remaining ?? []).filter { key in
      !ignored.contains { $0.rawValue == key.code }
        && (checker.reader.listsUnmodelled || key.code != DiagnosticCode.elementUnknown.rawValue)
    }.map { report.placed($0, in: file.path) }
    return Entry(
      bytes: report.entry(checked), summary: summary, results: findings.count,
      fails: checked.fails(on: severity), gone: read.isUnreadable ? [] : gone,
      settings: placed.file,
      rulePaths: read.rulePaths,
      mailsVendor: read.configuration.flatMap(AutoSupportText.warning) == nil ? nil : file.path)
  }

  /// The findings but for those that are ignored; why a file cannot be read is always reported.
  private static func reported(
    _ result: ReadResult, ignoring ignored: Set<DiagnosticCode>
  ) -> [Diagnostic] {
    result.diagnostics.filter {
      !ignored.contains($0.code) || result.isUnreadable && $0.severity == .error
    }
  }

  /// Rules of the house that are about nothing in any file: their paths may be misspelt.
  private static func idleRules(
    of paths: [String: RulePaths], in placed: [PlacedSettings],
    ignoring ignored: Set<DiagnosticCode>
  ) -> [CheckedFile] {
    paths.sorted { $0.key < $1.key }.compactMap { file, paths in
      guard let settings = placed.first(where: { $0.file == file })?.settings else { return nil }
      let name = ConfigurationFiles.name(of: file, from: ".")
      let findings = settings.judged(paths.findings, about: CheckSettings.fileName)
        .filter { !ignored.contains($0.code) }
      return findings.isEmpty ? nil : CheckedFile(name, findings: findings)
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
  private func write(
    _ inputs: [Input], by checker: ConfigurationChecker, to path: String
  ) async throws {
    var baseline = FindingsBaseline()
    var unreadable = 0
    let ignored = Set(self.ignore)
    let progress = ProgressLine("checked", total: inputs.count)
    await ParallelMap.forEach(inputs, progress: progress.show) { input in
      let read = checker.result(contentsOf: input.file, by: input.placed, shared: input.shared)
      return (input.file.path, read.isUnreadable, Self.reported(read, ignoring: ignored))
    } take: { file, isUnreadable, findings in
      let name = Self.keyName(of: file, beside: path)
      if isUnreadable { unreadable += 1 }
      for finding in findings {
        guard !isUnreadable || finding.severity != .error else {
          Terminal.error.line(describe(finding, file: file))
          continue
        }
        baseline.add(FindingKey(file: name, finding), severity: finding.severity)
      }
    }
    try NamedFile.write(baseline.json(), to: path)
    let count = baseline.count
    Terminal.output.line(
      "\(escapingControls(path)): \(Plural.counted(count, "finding")) accepted")
    if unreadable > 0 { throw ExitCode.failure }
  }
}
