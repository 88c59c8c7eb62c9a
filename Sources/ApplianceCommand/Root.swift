import ArgumentParser
import Glibc

/// `appliance`: the command with its subcommands, one file each.
struct Root: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "appliance",
    abstract: "A simulated email security appliance's logging subsystem.",
    discussion: """
      Not affiliated with any vendor. Exit codes: 0 success, 1 a check failed, a run failed or \
      output could not be written, 64 usage error, 65 an input cannot be read or is not what it \
      should be (reconcile, config diff).

      Example: appliance demo
      """,
    version: productVersion,
    groupedSubcommands: [
      CommandGroup(name: "First steps", subcommands: [DemoCommand.self]),
      CommandGroup(
        name: "Appliance",
        subcommands: [RunCommand.self, SimulateCommand.self, TestCommand.self]),
      CommandGroup(
        name: "Lab",
        subcommands: [ReceiveCommand.self, MailboxCommand.self, ProxyCommand.self]),
      CommandGroup(
        name: "Check", subcommands: [ReconcileCommand.self, ConfigCommand.self]),
    ])

  /// The signals that the command of a call ends or acts by, from its first instant on; another one
  /// dies of them as usual.
  static func signalsHeld(by arguments: [String]) -> [CInt] {
    switch arguments.dropFirst().first {
    case RunCommand.configuration.commandName: ProcessSignals.ends + [SIGUSR1]
    case ReceiveCommand.configuration.commandName, MailboxCommand.configuration.commandName,
      ProxyCommand.configuration.commandName, DemoCommand.configuration.commandName:
      ProcessSignals.ends
    default: []
    }
  }
}
