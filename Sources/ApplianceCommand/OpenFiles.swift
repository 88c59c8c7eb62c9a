import Glibc
import LogDelivery
import NIOCore
import NIOPosix

/// How many files and sockets this process may have open: too few of them are an error that is
/// reported, where the libraries below would end the process.
enum OpenFiles {
  /// What every command needs beside what it finds open, which is its standard input and outputs:
  /// the runtime's own, a file or two.
  static var ofAnyCommand: Int { self.openNow + 13 }
  /// What a command with sockets has open beside those that it is for: the event loops' own, a
  /// listener, look-ups, a file.
  static var ofEventLoops: Int { 3 * System.coreCount + 12 }
  /// What a command with sockets needs, which includes what every command does.
  static var ofCommandWithSockets: Int {
    max(self.ofAnyCommand, self.openNow + self.ofEventLoops)
  }
  /// More than this is never asked for: some systems' highest limit is no number that anybody
  /// needs.
  private static let limitMax = 1 << 20

  /// Makes sure that so many files may be open at a time, and raises the limit where it may.
  ///
  /// - Throws: what is found and what would do.
  static func require(_ count: Int) throws {
    let limit = self.raised(toHold: count)
    guard limit < count else { return }
    throw CommandFailure(
      "found a limit of \(limit) open files, allowed: \(count) or more (ulimit -n)")
  }

  /// Before a command opens its first socket: the event loops are begun, which may not fail.
  static func requireForSockets() throws {
    try self.require(self.ofCommandWithSockets)
    // Clients of a server are as many as they are.
    _ = self.raised(toHold: self.limitMax)
    _ = MultiThreadedEventLoopGroup.singleton.next()
  }

  /// What is wrong with the limit for a run of such a configuration; `nil` when it will do.
  static func warning(_ needs: DescriptorNeeds) -> String? {
    let need = self.openNow + needs.count
    let limit = self.raised(toHold: need)
    guard limit < need else { return nil }
    return
      "warning: this run may need \(need) open files (\(needs.words)), and \(limit) are allowed "
      + "(ulimit -n): connections or log files will fail with \"Too many open files\""
  }

  /// The limit, after it was raised as far as it may towards `count`.
  private static func raised(toHold count: Int) -> Int {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return .max }
    let wanted = rlim_t(min(count, self.limitMax))
    if limits.rlim_cur < wanted, limits.rlim_cur < limits.rlim_max {
      var raised = limits
      raised.rlim_cur = min(wanted, limits.rlim_max)
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limits = raised }
    }
    return Int(clamping: limits.rlim_cur)
  }

  /// Descriptors in use; the numbers above are not looked at, since a process begins with few.
  private static var openNow: Int {
    (0..<1024).count { fcntl(CInt($0), F_GETFD) >= 0 }
  }
}
