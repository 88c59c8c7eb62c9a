import ArgumentParser

/// `appliance config`: what an appliance makes of configuration files.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract:
      "Check, show, compare, load, test, sanitize and generate configurations of appliances.",
    discussion: "Example: appliance config check appliance-config.xml",
    subcommands: [
      ConfigCheckCommand.self, ConfigExplainCommand.self, ConfigShowCommand.self,
      ConfigExportCommand.self,
      ConfigDiffCommand.self, ConfigTestCommand.self, ConfigSanitizeCommand.self,
      ConfigGenerateCommand.self, ConfigSchemaCommand.self, ConfigLearnCommand.self,
      ConfigInitCommand.self,
      ConfigLoadCommand.self, ConfigCommitCommand.self, ConfigRollbackCommand.self,
      ConfigClearCommand.self, ConfigHistoryCommand.self, ConfigStatusCommand.self,
      ConfigChangesCommand.self,
    ])
}
