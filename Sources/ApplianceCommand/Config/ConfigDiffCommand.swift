import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationPolicy
import ConfigurationXML
import Reports

/// `appliance config diff`: what two files, or two folders of files, say differently.
struct ConfigDiffCommand: AsyncParsableCommand {
  /// How the differences are printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
  }

  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show how two configuration files or folders differ in meaning.",
    discussion: """
      Compares what the files mean: layout, comments, spellings and defaults written out do not \
      count, nor does the order of what is matched by name. Sections that are not modelled are \
      compared element by element, matched by name, else by content. Two folders are compared file \
      by file, by name. A file of sections, in any form that 'config load' takes, is compared as \
      the other file with these sections loaded. Names that an appliance-check.yaml has learned \
      are known, as to 'config check'. Two cluster exports are compared level by level; of a \
      single one the first machine is compared, or the one that --machine names. Exit code 0 when \
      they are the same, 1 when they differ, 65 when one cannot be read.

      Example: appliance config diff appliance-config.xml fixtures/configurations/accepted/utf8.xml
      """)

  @Argument(help: "The file or folder before.")
  var before: String

  @Argument(help: "The file or folder after.")
  var after: String

  @Option(
    help: """
      How the differences are printed; markdown is a table for a comment on a pull request, at \
      most 65,536 characters long.
      """)
  var format = Format.text

  @OptionGroup var cluster: MachineOption

  @OptionGroup var settings: SettingsOptions

  @OptionGroup var size: SizeOption

  func run() async throws {
    let areFolders = [self.before, self.after].map(ConfigurationFiles.isFolder)
    let files: [FileDifference]
    if areFolders == [true, true] {
      files = try await self.compareFolders()
    } else if areFolders == [false, false] {
      files = try self.compareFiles()
    } else {
      throw ValidationError(
        "found a folder (\(areFolders[0] ? self.before : self.after)) and a file, "
          + "allowed: two files or two folders")
    }
    if files.contains(where: { $0.status == .unreadable }) { throw ExitCode(65) }
    if files.contains(where: { $0.status != .same }) { throw ExitCode.failure }
  }

  /// A comparison that knows what the settings of a team say of each file; nothing else of them
  /// changes what two files say.
  private func comparison(of files: [ConfigurationFiles.File]) throws -> ConfigurationComparison {
    var comparison = ConfigurationComparison(
      reader: ConfigurationReader.knowingZones(mode: .lenient, limits: self.size.limits),
      machine: self.cluster.machine)
    let placed = try self.settings.settings(for: files)
    let words = Dictionary(
      zip(files, placed.map(\.settings.known.words)), uniquingKeysWith: { one, _ in one })
    comparison.learned = { words[$0] ?? [] }
    return comparison
  }

  private func compareFiles() throws -> [FileDifference] {
    let files = [self.before, self.after].map(ConfigurationFiles.named)
    let outcome = try self.comparison(of: files).compare(files[0], files[1], called: self.after)
    for remark in outcome.remarks { Terminal.error.line(remark) }
    let file = outcome.difference
    guard file.status != .unreadable else { return [file] }
    switch self.format {
    case .text: for change in file.changes { Terminal.output.line(change.text) }
    case .json: try Terminal.output.write(bytes: ConfigurationDocument.json(file.changes))
    case .markdown: Terminal.output.write(bytes: DifferenceMarkdown.bytes([file]))
    }
    return [file]
  }

  /// Each file as soon as those before it are done; JSON and Markdown begin with counts.
  private func compareFolders() async throws -> [FileDifference] {
    let folders = try [self.before, self.after].map(ConfigurationFiles.folder)
    let comparison = try self.comparison(of: folders.flatMap(\.files.values))
    let pairs = ConfigurationComparison.pairs(of: folders[0], folders[1])
    for remark in Set(folders.flatMap(\.leftOut)).sorted() {
      Terminal.error.line("left out: " + remark)
    }
    var files: [FileDifference] = []
    let progress = ProgressLine("compared", total: pairs.count)
    await ParallelMap.forEach(pairs, progress: progress.show) {
      comparison.compare($0)
    } take: {
      for remark in $0.remarks { Terminal.error.line(remark) }
      if self.format == .text { Self.show($0.difference) }
      files.append($0.difference)
    }
    switch self.format {
    case .text: Terminal.output.line(files.summary)
    case .json: try Terminal.output.write(bytes: ConfigurationDocument.json(files))
    case .markdown: Terminal.output.write(bytes: DifferenceMarkdown.bytes(files))
    }
    return files
  }

  private static func show(_ file: FileDifference) {
    let name = escapingControls(file.name)
    switch file.status {
    case .same: break
    case .added, .removed: Terminal.output.line("\(name): \(file.status.rawValue)")
    case .unreadable: Terminal.output.line("\(name): cannot be read")
    case .changed:
      for change in file.changes { Terminal.output.line("\(name): \(change.text)") }
    }
  }
}
