import ArgumentParser
import Glibc

/// The process, before the runtime of asynchronous code begins: that takes threads and descriptors.
@main
enum Main {
  static func main() {
    ProcessSignals.shared.block()
    ProcessSignals.shared.hold(Root.signalsHeld(by: CommandLine.arguments))
    do {
      try OpenFiles.require(OpenFiles.ofAnyCommand)
    } catch {
      Terminal.error.line("Error: \(error)")
      exit(1)
    }
    // Detached: a task of the main actor would wait for the main thread, which waits for signals.
    Task.detached {
      await Root.main()
      exit(0)
    }
    ProcessSignals.shared.takeAll()
  }
}
