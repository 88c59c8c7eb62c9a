import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationSanitizing
import ConfigurationXML
import Text

/// `appliance config sanitize`: copies of configurations that can be shared.
struct ConfigSanitizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sanitize",
    abstract: "Write copies of configurations that can be shared, with the same findings.",
    discussion: """
      Replaces host names, domains, mail and IP addresses, user names, names that somebody chose, \
      passphrases, keys, certificates, serial numbers, banners, messages, queries and the words of \
      comments; the same value by the same in all files. Every other byte stays. docs/CONFIG-CI.md \
      lists it. A copy is written only when it has the same findings as the original at the same \
      lines.

      Of a folder it copies the .xml files, those of sub-folders too, to a new folder. Names of \
      files and sub-folders are replaced as well; what became of each is printed.

      Read a copy before you share it: elements and attributes that this program does not know \
      keep text in which it finds no address, host, name or secret. --list-kept lists them.

      Without --key each run replaces differently. Whoever has the key can find out a value.

      Example: appliance config sanitize appliance-config.xml --output shared.xml --key "a secret"
      """)

  @Argument(help: "A configuration file, or files and folders.")
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The copy of a file (default: standard output), or the new folder for the copies of several.",
      valueName: "path"))
  var output: String?

  @Option(
    help: ArgumentHelp("The same replacements wherever this key is given.", valueName: "text"))
  var key: String?

  @Option(help: "A number in place of a key, for tests: easily guessed.")
  var seed: UInt64?

  @Flag(help: "Keep the names of files and sub-folders.")
  var keepNames = false

  @Option(
    help: ArgumentHelp(
      "Write the elements that kept their text to this file, one line each; - is standard error.",
      valueName: "file"))
  var listKept: String?

  @OptionGroup var size: SizeOption

  func validate() throws {
    if self.key != nil && self.seed != nil {
      throw ValidationError("found --key and --seed, allowed: one of them")
    }
    if self.key?.isEmpty == true {
      throw ValidationError("--key: found an empty text, allowed: a key")
    }
    if self.takesFolder, self.output == nil {
      throw ValidationError("--output: found none, allowed: a new folder for the copies")
    }
  }

  /// Whether the copies go to a folder.
  private var takesFolder: Bool {
    self.files.count > 1 || self.files.contains(where: ConfigurationFiles.isFolder)
  }

  func run() async throws {
    let output = self.output
    if let output, let file = self.files.first(where: { NamedFile.isSame($0, output) }) {
      throw CommandFailure("--output: found \(file) itself, allowed: another file")
    }
    let copier = SanitizedFiles(
      sanitizer: ConfigurationSanitizer(key: self.sanitizingKey), checker: self.size.checker(),
      bytesMax: self.size.limits.fileBytesMax)
    var kept = KeptList()
    if let output, self.takesFolder {
      try await self.copyFolders(to: output, by: copier, &kept)
    } else if let file = self.files.first {
      let copy = try copier.copy(of: file, isNamed: true)
      kept.add(copy.kept)
      if let output {
        try NamedFile.write(copy.bytes, to: output)
      } else {
        Terminal.output.write(bytes: copy.bytes)
      }
      try self.report(kept)
    }
  }

  private func copyFolders(
    to output: String, by copier: SanitizedFiles, _ kept: inout KeptList
  ) async throws {
    let plan = try SanitizedFolderPlan(
      self.files, output: output, naming: self.keepNames ? { $0 } : copier.sanitizer.fileName)
    let folder = try NewFolder(output)
    defer { folder.discard() }
    folder.discardOnSignals()
    var names: [String] = []
    var (written, failed) = (0, 0)
    let progress = ProgressLine("sanitized", total: plan.copies.count)
    try await ParallelMap.forEach(plan.copies, progress: progress.show) { planned in
      (planned, Result { try copier.copy(of: planned.file) })
    } take: { planned, result in
      switch result {
      case .success(let copy):
        try folder.write(copy.bytes, to: planned.name)
        kept.add(copy.kept)
        written += 1
        names.append(
          [planned.file.path, "\(output)/\(planned.name)"].map(escapingControls)
            .joined(separator: ": "))
      case .failure(let failure):
        Terminal.error.line("\(failure)")
        failed += 1
      }
    }
    guard written > 0 else { throw CommandFailure("\(output): nothing is written") }
    try folder.finish()
    if !self.keepNames { for line in names { Terminal.output.line(line) } }
    let words = Plural.counted(written, "copy", "copies")
    Terminal.error.line(
      "\(escapingControls(output)): \(words) written"
        + (failed > 0 ? ", \(Plural.counted(failed, "file")) left out" : ""))
    for words in plan.leftOut { Terminal.error.line("left out: \(words)") }
    try self.report(kept)
    if failed > 0 { throw ExitCode.failure }
  }

  private func report(_ kept: KeptList) throws {
    if self.listKept == "-" {
      for line in kept.lines { Terminal.error.line(line) }
    } else if let path = self.listKept {
      try NamedFile.write(Array(kept.lines.map { $0 + "\n" }.joined().utf8), to: path)
    }
    if let summary = kept.summary(isListed: self.listKept != nil) { Terminal.error.line(summary) }
  }

  private var sanitizingKey: SanitizingKey {
    if let key = self.key { return SanitizingKey(text: key) }
    if let seed = self.seed { return SanitizingKey(seed, ~seed) }
    return SanitizingKey(UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
  }
}
