import ApplianceConfiguration
import ArgumentParser
import Glibc

/// The process, before the runtime of asynchronous code begins: that takes threads and descriptors.
@main
enum Main {
  static func main() {
    Terminal.occupyClosed()
    ProcessSignals.shared.block()
    let signals = Root.signalsHeld(by: CommandLine.arguments)
    ProcessSignals.shared.hold(signals)
    do {
      // Those that a signal ends in order are those with sockets.
      try OpenFiles.require(
        signals.isEmpty ? OpenFiles.ofAnyCommand : OpenFiles.ofCommandWithSockets)
    } catch {
      Terminal.error.line("Error: \(error)")
      exit(1)
    }
    // A server has something to say as soon as it serves somebody.
    if CommandLine.arguments.dropFirst().first == RunCommand.configuration.commandName {
      Terminal.watchReaders()
    }
    // Detached: a task of the main actor would wait for the main thread, which waits for signals.
    Task.detached { await self.run() }
    ProcessSignals.shared.takeAll()
  }

  /// The command of this call, to its end. Help, errors and versions go the way of all output.
  private static func run() async -> Never {
    do {
      var command = try await Root.asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      self.end(0)
    } catch {
      let code = Root.exitCode(for: error).rawValue
      let text = Root.fullMessage(for: error)
      if !text.isEmpty { (code == 0 ? Terminal.output : Terminal.error).line(text) }
      self.end(code)
    }
  }

  /// Ends the process; what could not be written is exit code 1, unless the command had another.
  private static func end(_ code: CInt) -> Never {
    guard let problem = Terminal.problem else { exit(code) }
    if !problem.isEmpty { Terminal.error.line("Error: \(problem)") }
    exit(code == 0 ? 1 : code)
  }
}
