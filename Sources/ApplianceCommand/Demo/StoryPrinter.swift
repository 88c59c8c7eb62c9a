import FileDescriptors
import Foundation
import Glibc
import NIOConcurrencyHelpers

/// Prints a story's lines in their order; with a pace, it waits before each step but the first.
///
/// What happens meanwhile is not held up: lines wait here, not the appliance.
final class StoryPrinter: Sendable {
  /// When the next step is printed.
  enum Pace: Hashable, Sendable {
    case atOnce
    /// When a person has pressed Enter.
    case enter
    /// So much later.
    case after(Duration)
  }

  private struct Entry: Sendable {
    let text: String
    let style: Terminal.Style
    let beginsStep: Bool
    let isWhole: Bool
  }

  private struct Waiting {
    var isHurried = false
    var isAbandoned = false
    var continuation: CheckedContinuation<Void, Never>?
  }

  let terminal: Terminal
  private let pace: Pace
  private let entries: AsyncStream<Entry>.Continuation
  private let task: Task<Void, Never>?
  private let waiting: NIOLockedValueBox<Waiting>

  init(terminal: Terminal = .output, pace: Pace = .atOnce) {
    let (stream, entries) = AsyncStream.makeStream(of: Entry.self)
    let waiting = NIOLockedValueBox(Waiting())
    self.terminal = terminal
    self.pace = pace
    self.entries = entries
    self.waiting = waiting
    self.task =
      pace == .atOnce ? nil : Task { await Self.print(stream, to: terminal, pace, waiting) }
  }

  /// A line, cut to the terminal's width unless a person is to copy from it.
  func line(
    _ text: String = "", _ style: Terminal.Style = .plain, beginsStep: Bool = false,
    isWhole: Bool = false
  ) {
    let entry = Entry(text: text, style: style, beginsStep: beginsStep, isWhole: isWhole)
    guard self.task == nil else {
      self.entries.yield(entry)
      return
    }
    if !self.waiting.withLockedValue({ $0.isAbandoned }) { Self.print(entry, to: self.terminal) }
  }

  /// A text that matters to its end: in lines that fit the terminal, whole where there is none; a
  /// word that is longer than a line, such as a path, is not cut.
  func paragraph(_ text: String, _ style: Terminal.Style = .plain, indent: Int = 0) {
    let margin = String(repeating: " ", count: indent)
    guard let width = self.terminal.width else { return self.line(margin + text, style) }
    var line = ""
    for word in text.split(separator: " ") {
      if line.isEmpty {
        line = String(word)
      } else if indent + line.count + 1 + word.count <= width {
        line += " \(word)"
      } else {
        self.line(margin + line, style, isWhole: true)
        line = String(word)
      }
    }
    self.line(margin + line, style, isWhole: true)
  }

  /// Returns when everything is printed; no line follows.
  func finish() async {
    self.entries.finish()
    await self.task?.value
  }

  /// Ends waiting: what is left is printed at once.
  func hurry() {
    let continuation = self.waiting.withLockedValue { waiting in
      waiting.isHurried = true
      defer { waiting.continuation = nil }
      return waiting.continuation
    }
    continuation?.resume()
  }

  /// Ends the story: nothing more is printed.
  func abandon() {
    self.waiting.withLockedValue { $0.isAbandoned = true }
    self.hurry()
  }

  /// - Throws: when somebody interrupted the story.
  func requireToldToItsEnd() throws {
    if self.waiting.withLockedValue({ $0.isAbandoned }) {
      throw CommandFailure("the demo was interrupted")
    }
  }

  private static func print(_ entry: Entry, to terminal: Terminal) {
    // Where the text has lines of its own, each is cut.
    for line in entry.text.split(separator: "\n", omittingEmptySubsequences: false) {
      let width = entry.isWhole ? nil : terminal.width
      terminal.line(Terminal.cut(String(line), to: width), entry.style)
    }
  }

  private static func print(
    _ entries: AsyncStream<Entry>, to terminal: Terminal, _ pace: Pace,
    _ waiting: NIOLockedValueBox<Waiting>
  ) async {
    var steps = 0
    for await entry in entries {
      if entry.beginsStep {
        steps += 1
        if steps > 1 { await self.wait(terminal, pace, waiting) }
      }
      if !waiting.withLockedValue({ $0.isAbandoned }) { self.print(entry, to: terminal) }
    }
  }

  private static func wait(
    _ terminal: Terminal, _ pace: Pace, _ waiting: NIOLockedValueBox<Waiting>
  ) async {
    guard !waiting.withLockedValue({ $0.isHurried }) else { return }
    if pace == .enter { terminal.line("\n   Press Enter to go on", .dim) }
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isHurried = waiting.withLockedValue { waiting in
        if !waiting.isHurried { waiting.continuation = continuation }
        return waiting.isHurried
      }
      guard !isHurried else { return continuation.resume() }
      // A thread of its own: one of the pool would be missing elsewhere.
      Thread.detachNewThread {
        switch pace {
        case .atOnce: break
        case .enter: self.readLine(waiting)
        case .after(let duration):
          let seconds =
            Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
          Thread.sleep(forTimeInterval: seconds)
        }
        let continuation = waiting.withLockedValue { waiting in
          defer { waiting.continuation = nil }
          return waiting.continuation
        }
        continuation?.resume()
      }
    }
  }

  /// Reads a line of standard input; at its end there is nobody to wait for any more.
  private static func readLine(_ waiting: NIOLockedValueBox<Waiting>) {
    var byte: UInt8 = 0
    while byte != UInt8(ascii: "\n") {
      guard Descriptor.retrying({ read(STDIN_FILENO, &byte, 1) }) == 1 else {
        waiting.withLockedValue { $0.isHurried = true }
        return
      }
    }
  }
}
