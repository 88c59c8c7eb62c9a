import Foundation
import Glibc

/// The built command, started below a shell's limits and with signals that wait for it from its
/// first instruction on.
struct SpawnedCommand {
  struct Outcome {
    /// The exit status; `nil` for a death by a signal.
    let status: Int32?
    let signal: Int32?
    let output: String
    let errors: String
  }

  let pid: pid_t
  /// Where its outputs are.
  let folder: String

  /// - Parameters:
  ///   - limits: the shell's words before the command, such as `ulimit -n 12`.
  ///   - signals: sent before the command begins; they wait, since its starter has blocked them.
  ///   - folder: takes its outputs.
  init(
    _ arguments: [String], limits: String = "true", signals: [Int32] = [], folder: String
  ) throws {
    self.folder = folder
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, "\(folder)/stdout", flags, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, "\(folder)/stderr", flags, 0o644)
    // Whatever other tests have open counts as the command's own.
    for descriptor in CInt(3)..<256 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var blocked = sigset_t()
    sigemptyset(&blocked)
    for signal in signals { sigaddset(&blocked, signal) }
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let words = ["/bin/sh", "-c", "\(limits); exec \"$@\"", "sh", BuiltCommand.command.path]
    var pointers: [UnsafeMutablePointer<CChar>?] = (words + arguments).map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, "/bin/sh", &actions, &attributes, &pointers, environ)
    guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EINVAL) }
    self.pid = pid
    for signal in signals { kill(pid, signal) }
  }

  /// What it has said on standard error so far.
  var errors: String { Self.text("\(self.folder)/stderr") }

  /// Waits for its end.
  func wait() -> Outcome {
    var status: Int32 = 0
    while waitpid(self.pid, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return Outcome(
      status: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
      output: Self.text("\(self.folder)/stdout"), errors: self.errors)
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}
