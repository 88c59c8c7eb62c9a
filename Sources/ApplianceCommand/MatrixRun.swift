import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import ConfigurationChecks
import ConfigurationPolicy
import ConfigurationXML
import Foundation
import Reports
import Scenarios
import Simulation

/// How `appliance test --config` reads exports and judges them.
struct MatrixOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A verdict that sets exit code 1 (repeatable): \(Self.words), or none.",
      valueName: "verdict"),
    transform: Self.verdict)
  var failOn: [TrialVerdict?] = []

  @OptionGroup var cluster: MachineOption

  @Flag(name: .shortAndLong, help: "List everything: all names, all figures, the whole mapping.")
  var verbose = false

  @OptionGroup var settings: SettingsOptions

  @OptionGroup var size: SizeOption

  private static let words = TrialVerdict.allCases.map(\.rawValue).joined(separator: ", ")

  private static func verdict(_ text: String) throws -> TrialVerdict? {
    if text == "none" { return nil }
    guard let verdict = TrialVerdict(rawValue: text) else {
      throw ValidationError("found \(text), allowed: \(Self.words), none")
    }
    return verdict
  }

  /// The verdicts that set exit code 1.
  var failing: Set<TrialVerdict> {
    self.failOn.isEmpty ? [.silentLoss] : Set(self.failOn.compactMap(\.self))
  }

  /// An option that was given; `nil` when none was.
  var given: String? {
    let rows: [(Bool, String)] = [
      (!self.failOn.isEmpty, "--fail-on"),
      (self.cluster.machine != nil, "--machine"), (self.verbose, "--verbose"),
      (self.settings.settings != nil, "--settings"), (self.settings.isolated, "--isolated"),
      (self.size.maxSize != SizeOption.sizeDefault, "--max-size"),
    ]
    return rows.first(where: \.0)?.1
  }
}

/// Tries many configurations in many scenarios, on all cores.
struct MatrixRun {
  let scenarios: [Scenario]
  let options: MatrixOptions

  /// Some scenarios for one file: few files are tried in several parts, so that all cores work.
  private struct Part: Sendable {
    let file: ConfigurationFiles.File
    let placed: PlacedSettings
    /// What the file holds, where several parts share it: a pipe can be read only once.
    let configurations: [MachineResult]?
    let scenarios: ArraySlice<Scenario>
  }

  /// How many lines say why a file gives no configuration.
  private static let errorsMax = 3

  /// The matrix of the configurations that are named.
  func report(on paths: [String]) async throws -> MatrixReport {
    for scenario in self.scenarios {
      let missing = ScenarioRoles(scenario).missing
      guard missing.isEmpty else {
        throw CommandFailure(
          "\(scenario.name): --config needs \(missing.joined(separator: " and ")) in the scenario")
      }
    }
    let found = try ConfigurationFiles.expand(paths)
    let placed = try self.options.settings.settings(for: found.files)
    let checker = self.options.size.checker(machine: self.options.cluster.machine)
    let parts = await self.parts(of: Array(zip(found.files, placed)), by: checker)
    let progress = ProgressLine("tried", total: parts.count)
    var rows: [MatrixRow] = []
    var previous: String?
    await ParallelMap.forEach(parts, progress: progress.show) { part in
      Self.rows(of: part, by: checker)
    } take: { taken in
      if let first = taken.first, first.path == previous {
        let start = rows.count - taken.count
        for (index, row) in taken.enumerated() { rows[start + index].append(row) }
      } else {
        rows += taken
      }
      previous = taken.first?.path
    }
    return MatrixReport(
      scenarios: self.scenarios.map(\.name), rows: rows, failing: self.options.failing,
      isVerbose: self.options.verbose, leftOut: found.leftOut)
  }

  /// One part a file, or of few files several.
  private func parts(
    of files: [(ConfigurationFiles.File, PlacedSettings)], by checker: ConfigurationChecker
  ) async -> [Part] {
    let wanted = 2 * max(1, ProcessInfo.processInfo.activeProcessorCount)
    guard files.count < wanted, self.scenarios.count > 1 else {
      return files.map {
        Part(file: $0, placed: $1, configurations: nil, scenarios: self.scenarios[...])
      }
    }
    let read = await ParallelMap.map(files) { checker.configurations(in: $0, by: $1) }
    let count = min((wanted + files.count - 1) / files.count, self.scenarios.count)
    let size = (self.scenarios.count + count - 1) / count
    return zip(files, read).flatMap { file, configurations in
      stride(from: 0, to: self.scenarios.count, by: size).map { start in
        let end = min(start + size, self.scenarios.count)
        return Part(
          file: file.0, placed: file.1, configurations: configurations,
          scenarios: self.scenarios[start..<end])
      }
    }
  }

  private static func rows(of part: Part, by checker: ConfigurationChecker) -> [MatrixRow] {
    let entries =
      part.configurations ?? checker.configurations(in: part.file, by: part.placed)
    return entries.map { entry in
      let path = part.file.path
      guard let configuration = entry.result.configuration else {
        return MatrixRow(
          path: path, machine: entry.machine, errors: self.errors(of: entry.result, path))
      }
      var cells: [ConfigurationTrial.Outcome] = []
      for scenario in part.scenarios {
        let name = configuration.timeZone.value
        guard let zone = ZoneDatabase.zone(named: name, from: scenario.start) else {
          return MatrixRow(
            path: path, machine: entry.machine,
            errors: ["\(escapingControls(path)): this system does not know the time zone \(name)"])
        }
        cells.append(ConfigurationTrial(configuration, zone: zone, in: scenario).run())
      }
      return MatrixRow(
        path: path, machine: entry.machine, cells: cells,
        hasMaskedPassphrases: entry.result.diagnostics.contains { $0.code == .passphrasesMasked })
    }
  }

  private static func errors(of result: ReadResult, _ path: String) -> [String] {
    let errors = result.diagnostics.filter { $0.severity == .error }
    let lines = errors.prefix(self.errorsMax).map { describe($0, file: path) }
    guard !lines.isEmpty else { return ["\(escapingControls(path)): error: no configuration"] }
    let rest = errors.count - lines.count
    return rest > 0 ? lines + ["\(escapingControls(path)): and \(rest) more errors"] : lines
  }
}
