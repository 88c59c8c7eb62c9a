import Foundation
import Glibc
import Support

/// A command that runs until it is interrupted; one of its outputs is read line by line.
final class StartedCommand {
  /// Which output is read.
  enum Watched {
    case output, errors
  }

  private let process = Process()
  private let pipe = Pipe()
  private var waiting: [UInt8] = []

  /// - Parameter watched: the other output is thrown away.
  init(_ arguments: [String], watched: Watched = .output) throws {
    self.process.executableURL = BuiltCommand.command
    self.process.arguments = arguments
    self.process.currentDirectoryURL = Repository.url
    self.process.standardOutput = watched == .output ? self.pipe : FileHandle.nullDevice
    self.process.standardError = watched == .errors ? self.pipe : FileHandle.nullDevice
    self.process.standardInput = FileHandle.nullDevice
    try self.process.run()
  }

  /// The next line; `nil` at the end of the output.
  func nextLine() -> String? {
    while !self.waiting.contains(0x0A) {
      let more = self.pipe.fileHandleForReading.availableData
      guard !more.isEmpty else { return nil }
      self.waiting += more
    }
    let line = self.waiting.prefix { $0 != 0x0A }
    self.waiting.removeFirst(line.count + 1)
    return String(decoding: line, as: UTF8.self)
  }

  /// The next line that contains `text`; `nil` when the output ends before.
  func nextLine(with text: String) -> String? {
    while let line = self.nextLine() {
      if line.contains(text) { return line }
    }
    return nil
  }

  /// The port in the line that says where the command listens; `nil` when it does not say so.
  func listeningPort() -> Int? {
    self.port(in: "listening on ")
  }

  /// The port in the next line that contains `text`; `nil` when there is none.
  func port(in text: String) -> Int? {
    self.nextLine(with: text)?.firstMatch(of: /port ([0-9]+)/).flatMap { Int($0.1) }
  }

  /// Sends SIGINT and waits for the end.
  func interrupt() -> (status: Int32, rest: String) {
    self.process.interrupt()
    return self.end()
  }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(self.process.processIdentifier, signal) }

  /// Sends SIGINT.
  func sendInterrupt() { self.process.interrupt() }

  /// Waits for the end.
  func end() -> (status: Int32, rest: String) {
    let rest = self.waiting + self.pipe.fileHandleForReading.readDataToEndOfFile()
    self.process.waitUntilExit()
    return (self.process.terminationStatus, String(decoding: rest, as: UTF8.self))
  }

  deinit {
    if self.process.isRunning { self.process.terminate() }
  }
}
