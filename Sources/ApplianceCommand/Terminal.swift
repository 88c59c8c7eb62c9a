import ArgumentParser
import Glibc

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
  /// Whether a person watches.
  let isInteractive: Bool

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let error = Terminal(descriptor: STDERR_FILENO)

  private init(descriptor: CInt) {
    self.descriptor = descriptor
    self.isInteractive = isatty(descriptor) == 1
  }

  /// One line.
  func line(_ text: String = "", _ style: Style = .plain) {
    self.write(self.styled(text, style) + "\n")
  }

  /// A line that the next one replaces; nothing where no person watches.
  func transient(_ text: String) {
    guard self.isInteractive else { return }
    self.write("\r\u{1B}[K\(text)")
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

  /// Bytes as they are. A reader that went away is not this program's failure: its error ends the writing.
  func write(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(self.descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EPIPE { ProcessSignals.shared.readerLeft() }
      guard count > 0 else { return }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}
