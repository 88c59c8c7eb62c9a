import ApplianceConfiguration
import ArgumentParser
import ConfigurationStore
import Reports
import Text

/// `appliance config history`: which configurations there were.
struct ConfigHistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List the committed configurations, the latest first.",
    discussion: """
      The first is the active one; 'config rollback' loads one of the others.

      Example: appliance config history --state lab --format json
      """)

  @OptionGroup var state: StateOption

  @Option(help: "Output format.")
  var format = OutputFormat.text

  func run() throws {
    let state = try self.state.open()
    let entries = HistoryDocument.entries(of: state.history)
    switch self.format {
    case .text:
      for entry in entries { Terminal.output.line(entry.text) }
    case .json: try Terminal.output.write(bytes: HistoryDocument.json(entries))
    }
  }
}

/// `appliance config status`: which configuration is active, and whether another waits.
struct ConfigStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show which configuration is active, and whether there are uncommitted changes.",
    discussion: """
      'config changes' lists them.

      Example: appliance config status --state lab
      """)

  @OptionGroup var state: StateOption

  @OptionGroup var size: SizeOption

  func run() throws {
    let state = try self.state.open()
    for entry in HistoryDocument.entries(of: state.history).prefix(1) {
      Terminal.output.line("Active: \(entry.text)")
    }
    guard state.history.hasChanges else {
      Terminal.output.line("Uncommitted: nothing")
      return
    }
    let count = try state.changes(limits: self.size.limits).count
    Terminal.output.line(
      count == 0
        ? "Uncommitted: layout and comments only"
        : "Uncommitted: \(Plural.counted(count, "change"))")
  }
}

/// `appliance config changes`: what a commit would change.
struct ConfigChangesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "changes",
    abstract: "Show how the uncommitted configuration differs from the committed one.",
    discussion: """
      Compared by meaning, as 'config diff' does. Exit code 0 when they are the same, 1 when they \
      differ.

      Example: appliance config changes --state lab
      """)

  @OptionGroup var state: StateOption

  @Option(help: "Output format.")
  var format = OutputFormat.text

  @OptionGroup var size: SizeOption

  func run() throws {
    let state = try self.state.open()
    let changes = try state.changes(limits: self.size.limits)
    switch self.format {
    case .text: for change in changes { Terminal.output.line(change.text) }
    case .json: try Terminal.output.write(bytes: ConfigurationDocument.json(changes))
    }
    if !changes.isEmpty { throw ExitCode.failure }
  }
}
