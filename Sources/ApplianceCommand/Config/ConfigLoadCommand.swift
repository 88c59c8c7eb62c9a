import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import ConfigurationChecks
import ConfigurationStore
import ConfigurationXML

/// `appliance config init`: the folder of an appliance that has a configuration from the start.
struct ConfigInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Create an appliance's state folder from a configuration file.",
    discussion: """
      The file must be a whole one that an appliance accepts; it becomes commit 1. The folder must \
      be new or empty. 'config load' and 'config commit' change the configuration from then on; \
      'run', 'check' and all others take DIR/committed.xml as a file.

      Example: appliance config init appliance-config.xml --state lab
      """)

  @Argument(help: "A whole configuration file, or - for standard input.")
  var file: String

  @OptionGroup var state: StateOption

  @OptionGroup var commit: CommitOptions

  @OptionGroup var size: SizeOption

  func run() throws {
    let bytes = try LoadInput.read(self.file, limits: self.size.limits)
    let checker = self.size.checker()
    let result = checker.reader.read(bytes: bytes, name: self.file)
    let findings = result.diagnostics
    for finding in findings where finding.severity != .note {
      Terminal.error.line(describe(finding, file: self.file))
    }
    guard result.configuration != nil, !findings.contains(where: { $0.severity == .error }) else {
      Terminal.output.line(LoadingText.parsingFailed)
      throw ExitCode.failure
    }
    let comment = self.commit.comment.isEmpty ? "Initial configuration" : self.commit.comment
    let now = try SystemTime.now()
    let state = try StateFailure.reporting { () throws(StateFolderError) in
      try StateFolder.create(
        at: self.state.state, content: bytes, comment: comment, user: self.commit.user,
        instant: now)
    }
    Terminal.output.line("\(state.committedPath): configuration 1 is committed")
  }
}

/// `appliance config load`: a whole file or sections over the uncommitted configuration.
struct ConfigLoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load a whole file, or sections, into the uncommitted configuration.",
    discussion: """
      A section that the file holds replaces the one of that name as a whole, an empty one clears \
      it, an omitted one stays as it is. Each must be complete and unique. Everything is checked \
      before anything is changed: on any error nothing is loaded. 'config commit' makes it active. \
      An appliance asks for declaration, document type and <config> around the sections; a header \
      comment may be missing, and a version in it must be the appliance's. The folder is one that \
      'config init' made.

      Example: appliance config load fixtures/loading/sections.xml --state lab
      """)

  @Argument(help: "A file of one section or more, or - for standard input.")
  var file: String

  @OptionGroup var state: StateOption

  @OptionGroup var size: SizeOption

  func run() throws {
    let bytes = try LoadInput.read(self.file, limits: self.size.limits)
    let state = try self.state.open()
    let before = state.history.uncommitted
    let outcome = ConfigurationLoading.load(
      bytes, over: before, limits: self.size.limits, isTimeZone: ZoneDatabase.isZone)
    switch outcome {
    case .noData:
      Terminal.output.line(LoadingText.noData)
      throw ExitCode.failure
    case .refused(let findings):
      for finding in findings {
        let name = finding.source == .overrides ? self.file : self.basePath(of: state)
        Terminal.error.line(describe(finding.diagnostic, file: name))
      }
      Terminal.output.line(LoadingText.parsingFailed)
      throw ExitCode.failure
    case .loaded(let loaded):
      try self.take(loaded, into: state, before: before)
    }
  }

  private func take(
    _ loaded: ConfigurationLoading.Loaded, into state: StateFolder, before: [UInt8]
  ) throws {
    let rest = loaded.form == .whole ? "; what it omits stays as it is" : ""
    Terminal.error.line("\(self.file): taken as \(escapingControls(loaded.form.words))\(rest)")
    for finding in loaded.ofInput { Terminal.error.line(describe(finding, file: self.file)) }
    guard loaded.bytes != before else {
      Terminal.output.line(LoadingText.noChanges)
      return
    }
    for finding in loaded.diagnostics where finding.severity == .warning {
      Terminal.error.line(describe(finding, file: state.uncommittedPath))
    }
    try StateFailure.reporting { () throws(StateFolderError) in try state.load(loaded.bytes) }
    Terminal.output.line(LoadingText.loaded)
  }

  /// The file that sections are loaded over.
  private func basePath(of state: StateFolder) -> String {
    state.history.hasChanges ? state.uncommittedPath : state.committedPath
  }
}

/// `appliance config commit`: what is uncommitted becomes active.
struct ConfigCommitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commit",
    abstract: "Make the uncommitted configuration the active one.",
    discussion: """
      DIR/committed.xml is the new one from then on, and the ten before it are kept. It is checked \
      once more: on any error nothing is committed, and the exit code is 1. An \
      interrupted commit leaves the old or the new configuration, never a part of one.

      Example: appliance config commit --state lab --comment "Relay moved"
      """)

  @OptionGroup var state: StateOption

  @OptionGroup var commit: CommitOptions

  @OptionGroup var size: SizeOption

  func run() throws {
    let state = try self.state.open()
    if state.history.hasChanges { try self.check(state) }
    let now = try SystemTime.now()
    let outcome = try StateFailure.reporting { () throws(StateFolderError) in
      try state.commit(comment: self.commit.comment, user: self.commit.user, at: now)
    }
    switch outcome {
    case .committed(let number):
      Terminal.output.line("\(state.committedPath): configuration \(number) is committed")
    case .nothingToCommit: Terminal.output.line(LoadingText.noChanges)
    }
  }

  /// The folder may have been changed by something else than a load.
  private func check(_ state: StateFolder) throws {
    let origin = ConfigurationReader(mode: .lenient, limits: self.size.limits)
      .read(bytes: state.history.active.content, name: state.committedPath)
    let checker = self.size.checker(targetVersion: origin.version?.value)
    let result = checker.reader.read(
      bytes: state.history.uncommitted, name: state.uncommittedPath)
    let errors = result.diagnostics.filter { $0.severity == .error }
    guard errors.isEmpty, result.configuration != nil else {
      for error in errors { Terminal.error.line(describe(error, file: state.uncommittedPath)) }
      throw CommandFailure("\(state.path): nothing is committed")
    }
  }
}

/// `appliance config rollback`: an earlier commit's content is uncommitted.
struct ConfigRollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Load an earlier configuration, which the next commit makes active.",
    discussion: """
      'config history' lists the numbers; the ten before the active one can be loaded. What was \
      uncommitted is lost.

      Example: appliance config rollback 1 --state lab
      """)

  @Argument(help: "The number of a commit.")
  var number: Int

  @OptionGroup var state: StateOption

  func run() throws {
    let state = try self.state.open()
    let outcome = try StateFailure.reporting { () throws(StateFolderError) in
      try state.rollback(to: self.number)
    }
    switch outcome {
    case .loaded(let number):
      let isChange = state.history.hasChanges
      Terminal.output.line(
        isChange
          ? "Configuration \(number) is loaded, and not committed" : LoadingText.noChanges)
    case .notKept(let allowed):
      let numbers = allowed.map(String.init).joined(separator: ", ")
      throw CommandFailure(
        "\(state.path): found \(self.number), allowed: "
          + (numbers.isEmpty ? "none, there is no earlier commit" : numbers))
    }
  }
}

/// `appliance config clear`: what is uncommitted is thrown away.
struct ConfigClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear",
    abstract: "Discard the uncommitted changes.",
    discussion: """
      The uncommitted configuration is the committed one again.

      Example: appliance config clear --state lab
      """)

  @OptionGroup var state: StateOption

  func run() throws {
    let state = try self.state.open()
    guard state.history.hasChanges else {
      Terminal.output.line(LoadingText.noChanges)
      return
    }
    try StateFailure.reporting { () throws(StateFolderError) in try state.clearChanges() }
    Terminal.output.line("The uncommitted changes are discarded")
  }
}
