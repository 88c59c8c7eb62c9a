import ApplianceConfiguration
import ArgumentParser
import FileDescriptors
import Foundation
import Glibc
import NIOConcurrencyHelpers

/// How a command prints its result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// Writes what a person reads; colour only on a terminal.
struct Terminal: Sendable {
  enum Style: String, Sendable {
    case plain = ""
    case bold = "1"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case dim = "2"
  }

  private let descriptor: CInt
  /// The errno of the first write that failed.
  private let failure = NIOLockedValueBox<CInt?>(nil)
  /// Whether a person watches.
  let isInteractive: Bool

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let error = Terminal(descriptor: STDERR_FILENO)

  private init(descriptor: CInt) {
    self.descriptor = descriptor
    self.isInteractive = isatty(descriptor) == 1
  }

  /// One line, or several with line ends between them.
  ///
  /// Names of files, arguments and texts of files may hold anything: what could drive a terminal is
  /// escaped here, for all of them.
  func line(_ text: String = "", _ style: Style = .plain) {
    self.write(self.styled(Self.shown(text), style) + "\n")
  }

  /// Text with control characters escaped but for line ends and tabs.
  private static func shown(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    func joined(_ text: Substring, _ marks: ArraySlice<Character>) -> String {
      guard let mark = marks.first else { return escapingControls(String(text)) }
      return text.split(separator: mark, omittingEmptySubsequences: false)
        .map { joined($0, marks.dropFirst()) }.joined(separator: String(mark))
    }
    return joined(text[...], ["\n", "\t"])
  }

  /// How many columns a terminal has; `nil` for files and pipes, whose lines stay whole.
  var width: Int? {
    guard self.isInteractive else { return nil }
    var size = winsize()
    guard ioctl(self.descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// `text` in at most `width` columns, its end replaced by an ellipsis where it is longer.
  static func cut(_ text: String, to width: Int?) -> String {
    guard let width, text.count > width else { return text }
    return "\(text.prefix(max(width - 1, 0)))\u{2026}"
  }

  /// A line that the next one replaces; nothing where no person watches.
  func transient(_ text: String) {
    guard self.isInteractive else { return }
    // The last column stays free: a terminal would begin a new line there.
    self.write("\r\u{1B}[K\(Self.cut(Self.shown(text), to: self.width.map { $0 - 1 }))")
  }

  /// `text` in a style, on a terminal.
  func styled(_ text: String, _ style: Style) -> String {
    guard self.isInteractive, style != .plain, getenv("NO_COLOR") == nil else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }

  /// Text as it is.
  func write(_ text: String) {
    self.write(bytes: Array(text.utf8))
  }

  /// Bytes as they are.
  func write(bytes: [UInt8]) {
    bytes.withUnsafeBytes { self.write($0) }
  }

  /// Bytes as they are. What cannot be written is remembered (`problem`), and nothing further is
  /// tried on this output: half a result is worse than one that is known to be missing.
  func write(_ bytes: UnsafeRawBufferPointer) {
    guard self.failure.withLockedValue({ $0 == nil }) else { return }
    var rest = bytes
    while true {
      let progress = Descriptor.writeAll(rest, to: self.descriptor)
      guard let number = progress.errorNumber else { return }
      guard number == EAGAIN else { return self.failed(number) }
      // Somebody who shares this output made it so that a full one does not wait.
      rest = UnsafeRawBufferPointer(rebasing: rest[progress.count...])
      var wait = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&wait, 1, -1)
    }
  }

  /// Notices a reader that leaves while nothing is written: a run may have nothing to say for as
  /// long as all goes well.
  static func watchReaders() {
    let pipes = [Self.output, Self.error].filter { terminal in
      var about = stat()
      return fstat(terminal.descriptor, &about) == 0 && about.st_mode & S_IFMT == S_IFIFO
    }
    guard !pipes.isEmpty else { return }
    // A thread of its own, since it waits for as long as the process lives.
    Thread.detachNewThread {
      // No event is asked for: the end of the other side is reported all the same (poll(2)).
      var waits = pipes.map { pollfd(fd: $0.descriptor, events: 0, revents: 0) }
      while !waits.contains(where: { $0.revents & Int16(POLLERR) != 0 }) {
        if Descriptor.retrying({ poll(&waits, nfds_t(waits.count), -1) }) < 0 { return }
      }
      for (terminal, wait) in zip(pipes, waits) where wait.revents & Int16(POLLERR) != 0 {
        terminal.failed(EPIPE)
      }
    }
  }

  private func failed(_ number: CInt) {
    let isFirst = self.failure.withLockedValue { failure in
      defer { failure = failure ?? number }
      return failure == nil
    }
    guard isFirst else { return }
    if number == EPIPE {
      ProcessSignals.shared.readerLeft()
    } else if self.descriptor == STDOUT_FILENO {
      ProcessSignals.shared.outputFailed()
    }
  }

  /// Why an output of this process could not be written, in words; empty when there is nobody to
  /// say it to, `nil` when all was written.
  static var problem: String? {
    let output = Self.output.failure.withLockedValue { $0 }
    let error = Self.error.failure.withLockedValue { $0 }
    guard output != nil || error != nil else { return nil }
    // A reader that left has seen what it wanted.
    guard let output, output != EPIPE else { return "" }
    return "cannot write to standard output: \(String(cString: strerror(output)))"
  }

  /// Whether the reader of standard output left.
  static var hasLostReader: Bool { Self.output.failure.withLockedValue { $0 } == EPIPE }

  /// Makes standard input and outputs that are closed fail, before a file takes their numbers and
  /// gets what is meant for them.
  static func occupyClosed() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      guard fcntl(descriptor, F_GETFD) < 0, errno == EBADF else { continue }
      // The lowest number that is free is this one; it is opened the wrong way round.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
