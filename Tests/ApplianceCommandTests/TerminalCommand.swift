import Foundation
import Glibc

/// The built command in a pseudo-terminal, as a person at a keyboard has it.
final class TerminalCommand {
  /// `TIOCSPTLCK` and `TIOCGPTN` of ioctl_tty(2).
  private static let lockRequest: UInt = 0x4004_5431
  private static let numberRequest: UInt = 0x8004_5430

  private let process = Process()
  private var master: CInt
  private var bytes: [UInt8] = []

  /// - Parameters:
  ///   - columns: how wide the terminal is.
  ///   - folder: the current one.
  ///   - controls: whether the terminal controls the command, as a login's does: its end is told.
  init(
    _ arguments: [String], columns: Int, in folder: String, controls: Bool = false
  ) throws {
    // posix_openpt, unlockpt and ptsname, which this Glibc module does not show.
    self.master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, number): (CInt, CInt) = (0, 0)
    guard self.master >= 0, ioctl(self.master, Self.lockRequest, &isLocked) == 0,
      ioctl(self.master, Self.numberRequest, &number) == 0
    else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
    let side = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard side >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
    var size = winsize(
      ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(side, UInt(TIOCSWINSZ), &size)
    let handle = FileHandle(fileDescriptor: side, closeOnDealloc: false)
    self.process.executableURL =
      controls ? URL(fileURLWithPath: "/usr/bin/setsid") : BuiltCommand.command
    self.process.arguments =
      (controls ? ["--ctty", "--wait", BuiltCommand.command.path] : []) + arguments
    self.process.currentDirectoryURL = URL(fileURLWithPath: folder)
    self.process.environment = ProcessInfo.processInfo.environment.merging(
      ["NO_COLOR": "1"], uniquingKeysWith: { $1 })
    self.process.standardInput = handle
    self.process.standardOutput = handle
    self.process.standardError = handle
    try self.process.run()
    close(side)
  }

  /// Reads until the output so far contains `text`; `false` when it ends before.
  func reads(_ text: String) -> Bool {
    while !self.output.contains(text) {
      guard self.readMore() else { return self.output.contains(text) }
    }
    return true
  }

  /// What was read so far, with plain line ends.
  var output: String {
    String(decoding: self.bytes, as: UTF8.self).replacing("\r\n", with: "\n")
  }

  /// Types, as at a keyboard.
  func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(self.master, bytes, bytes.count)
  }

  /// Closes the terminal, as a connection that is lost does, and waits for the end.
  func hangUp() -> Int32 {
    close(self.master)
    self.master = -1
    self.process.waitUntilExit()
    return self.process.terminationStatus
  }

  /// Sends SIGINT, as Ctrl-C does.
  func interrupt() { self.process.interrupt() }

  /// Reads to the end.
  func end() -> (status: Int32, output: String) {
    while self.readMore() {}
    self.process.waitUntilExit()
    return (self.process.terminationStatus, self.output)
  }

  private func readMore() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 4096)
    // The end of a terminal whose other side is closed is an error on Linux.
    let count = read(self.master, &chunk, chunk.count)
    if count < 0, errno == EINTR { return true }
    guard count > 0 else { return false }
    self.bytes += chunk[..<count]
    return true
  }

  deinit {
    if self.process.isRunning { kill(self.process.processIdentifier, SIGKILL) }
    if self.master >= 0 { close(self.master) }
  }
}
