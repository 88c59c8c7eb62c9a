import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationPolicy
import ConfigurationXML
import Foundation
import ScenarioFiles
import Text

/// `appliance config learn`: names and values of a team's own exports become known.
struct ConfigLearnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Learn names and values from your own exports, so that check knows them.",
    discussion: """
      Reads the .xml files of folders and writes what this program does not know by itself into \
      the section 'known' of the output file, with the number of files that have it: elements by \
      their parent, attributes, elements that are repeated, modules and levels of logs, \
      classes and severities of alerts. Everything outside that section stays byte for byte. What \
      is near to a known name is listed: look at it, and delete its line if it is a misspelling. \
      The exit code is 1 when a file cannot be read; the others are learned from.

      Example: appliance config learn fixtures/configurations/accepted
      """)

  private static let listedMax = 20

  @Argument(help: "Folders with exports of your appliances, or files.")
  var folders: [String]

  @Option(help: ArgumentHelp("The file of settings to write to.", valueName: "file"))
  var output = CheckSettings.fileName

  @OptionGroup var size: SizeOption

  func run() async throws {
    let files = try ConfigurationFiles.expand(self.folders).files
    var checker = self.size.checker(isLenient: true)
    checker.reader.takesSections = true
    let fileChecker = checker
    let progress = ProgressLine("read", total: files.count)
    let results = await ParallelMap.map(files, progress: progress.show) { file in
      fileChecker.unknownWords(in: file)
    }
    var known = LearnedWords()
    var refused: Set<LearnedWord> = []
    var near: [LearnedWord: String] = [:]
    for (file, result) in zip(files, results) {
      guard let words = result.words else {
        for finding in result.findings where finding.severity == .error {
          Terminal.error.line(describe(finding, file: file.path))
        }
        continue
      }
      refused.formUnion(known.add(file: words.keys))
      for (word, hint) in words where !hint.isEmpty { near[word] = hint }
    }
    guard known.files > 0 else { throw CommandFailure("no file could be read") }
    guard known.counts.count <= LearnedWords.wordsMax else {
      throw CommandFailure(
        "found \(known.counts.count) names and values, allowed: \(LearnedWords.wordsMax)")
    }
    try self.write(known)
    self.report(known, of: files.count, near: near)
    Self.report(refused)
    // What the other files hold is learned all the same.
    if known.files < files.count { throw ExitCode.failure }
  }

  /// What cannot be kept is said.
  private static func report(_ refused: Set<LearnedWord>) {
    for word in refused.sorted().prefix(Self.listedMax) {
      let kind = word.kind.rawValue.replacing("_", with: " ")
      Terminal.output.line(
        "  left out: \(kind): found \(escapingControls(Diagnostic.quote(word.name))), "
          + "allowed: 1 to 200 bytes without line ends and control characters")
    }
    if refused.count > Self.listedMax {
      Terminal.output.line("  and \(refused.count - Self.listedMax) more")
    }
  }

  private func write(_ known: LearnedWords) throws {
    let bytes =
      // What is no file has nothing that is to stay as it is.
      NamedFile.isFile(self.output)
      ? try NamedFile.read(self.output, limits: self.size.limits) : []
    let result: [UInt8]
    do throws(CheckSettingsError) {
      result = try CheckSettingsReader.replacingKnown(in: bytes, with: known, file: self.output)
    } catch {
      for line in error.lines { Terminal.error.line(line) }
      throw ExitCode.failure
    }
    if result != bytes { try NamedFile.write(result, to: self.output) }
  }

  private func report(_ known: LearnedWords, of count: Int, near: [LearnedWord: String]) {
    let kinds = LearnedWord.Kind.allCases.compactMap { kind in
      let words = known.counts.keys.count { $0.kind == kind }
      return words == 0
        ? nil : "\(kind.rawValue.replacing("_", with: " ")) \(words)"
    }
    func words(_ count: Int) -> String { Plural.counted(count, "file") }
    let files = known.files == count ? words(count) : "\(known.files) of \(words(count))"
    Terminal.output.line(
      "\(self.output): learned from \(files): "
        + (kinds.isEmpty ? "nothing that was not known" : kinds.joined(separator: ", ")))
    // The rarest first: a misspelling is in few files.
    let listed = near.keys.sorted {
      (known.counts[$0, default: 0], $0) < (known.counts[$1, default: 0], $1)
    }
    for word in listed.prefix(Self.listedMax) {
      let place = word.parent.isEmpty ? word.name : "\(word.parent)/\(word.name)"
      Terminal.output.line(
        "  look at \(escapingControls(place)), in \(known.counts[word, default: 0]) of "
          + "\(words(known.files)): near to \(near[word, default: ""])")
    }
    if listed.count > Self.listedMax {
      Terminal.output.line("  and at \(listed.count - Self.listedMax) more")
    }
  }
}
