import ArgumentParser
import Glibc

/// `appliance`: the command with its subcommands, one file each.
struct Root: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "appliance",
    abstract: "A simulated email security appliance's logging subsystem.",
    discussion: """
      Not affiliated with any vendor. Exit codes: 0 fine, 1 what was checked is wrong, the run \
      failed or output could not be written, 64 the call was wrong, 65 the data were (reconcile).

      Example: appliance demo
      """,
    version: productVersion,
    subcommands: [
      DemoCommand.self, RunCommand.self, SimulateCommand.self, TestCommand.self,
      ReceiveCommand.self, MailboxCommand.self, ProxyCommand.self, ReconcileCommand.self,
      ConfigCommand.self,
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
