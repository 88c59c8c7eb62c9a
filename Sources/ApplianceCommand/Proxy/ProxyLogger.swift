import Foundation
import LiveNetwork
import NIOConcurrencyHelpers
import Reports
import Simulation
import Text

/// Reports what happens at a proxy: as text for a person, or as JSON lines.
struct ProxyLogger: Sendable {
  let format: OutputFormat
  let start: SimInstant
  private let dropped = NIOLockedValueBox(Dropped())

  init(format: OutputFormat, start: SimInstant) {
    self.format = format
    self.start = start
  }

  /// What the end of the proxy found in transit.
  private struct Dropped {
    var lines: UInt64 = 0
    var bytes: UInt64 = 0
    var answerBytes: UInt64 = 0
    var unacknowledgedLines: UInt64 = 0
    var unacknowledgedBytes: UInt64 = 0

    /// What happened to it; empty when there was nothing.
    var outcome: String {
      var parts: [String] = []
      if self.bytes + self.answerBytes > 0 { parts.append("\(self.words) in transit were dropped") }
      if self.unacknowledgedBytes > 0 {
        let cargo = ProxyLogger.words(
          lines: self.unacknowledgedLines, bytes: self.unacknowledgedBytes, answerBytes: 0)
        parts.append("\(cargo) were not acknowledged by the server")
      }
      return parts.joined(separator: ", ")
    }

    private var words: String {
      ProxyLogger.words(lines: self.lines, bytes: self.bytes, answerBytes: self.answerBytes)
    }
  }

  /// Such as `3 lines (120 bytes) and 40 bytes of answers`.
  private static func words(lines: UInt64, bytes: UInt64, answerBytes: UInt64) -> String {
    func count(_ bytes: UInt64) -> String { Plural.counted(bytes, "byte") }
    let fromClient = "\(CountText.lines(lines)) (\(count(bytes)))"
    if answerBytes == 0 { return fromClient }
    let answers = "\(count(answerBytes)) of answers"
    return bytes == 0 ? answers : "\(fromClient) and \(answers)"
  }

  /// What of a connection from the client never left for the server.
  private static func words(_ undelivered: ProxyCargo) -> String {
    guard undelivered.bytes > 0 else { return "" }
    return " from the client; at least \(self.cargo(undelivered)) of them did not go on"
  }

  private static func cargo(_ cargo: ProxyCargo) -> String {
    self.words(lines: cargo.lines, bytes: cargo.bytes, answerBytes: 0)
  }

  /// One event, with the keys in order.
  private struct Record: Encodable {
    var event: String
    var seconds: String
    var connection: Int?
    var port: Int?
    var faults: [String]?
    var fault: String?
    var lines: UInt64?
    var bytes: UInt64?
    var detail: String?
    var copies: Int?
    var number: UInt64?
    var answerBytes: UInt64?
    var undeliveredLines: UInt64?
    var undeliveredBytes: UInt64?
    var unacknowledgedLines: UInt64?
    var unacknowledgedBytes: UInt64?
  }

  func listening(host: String, port: Int, isUDP: Bool, to: CollectorArgument) {
    let transport = isUDP ? "UDP" : "TCP"
    let text = "listening on \(host) \(transport) port \(port) for \(to.host) port \(to.port)"
    var record = self.record("listening")
    record.port = port
    record.detail = transport
    self.say(text, record)
  }

  /// - Throws: when something in transit was dropped, or not acknowledged by the server.
  func ended() throws {
    let dropped = self.dropped.withLockedValue { $0 }
    var record = self.record("ended", nil, dropped.lines, dropped.bytes)
    record.answerBytes = dropped.answerBytes
    record.unacknowledgedLines = dropped.unacknowledgedLines
    record.unacknowledgedBytes = dropped.unacknowledgedBytes
    guard !dropped.outcome.isEmpty else {
      return self.say("stopped; nothing in transit was dropped", record)
    }
    self.say(nil, record)
    throw CommandFailure("stopped; \(dropped.outcome)")
  }

  func show(_ event: FaultProxyEvent) {
    let (text, record) = self.words(event)
    self.say(text, record)
  }

  private func words(_ event: FaultProxyEvent) -> (String?, Record) {
    switch event {
    case .serverUnreachable, .struck, .closed, .passedReset, .dropped, .unacknowledged:
      return self.endWords(event)
    case .door(let door):
      var record = self.record("door")
      record.detail = door
      return ("the port is \(door) from now on", record)
    case .doorFailed(let door, let reason):
      var record = self.record("door-failed")
      record.detail = "\(door): \(reason)"
      return ("warning: the port should be \(door) and is not: \(reason)", record)
    case .accepting(let isAccepting):
      return (
        AcceptText.line(isAccepting), self.record(isAccepting ? "accepting" : "accept-waits")
      )
    case .accepted(let number, let port, let faults):
      var record = self.record("accepted", number)
      record.port = port
      record.faults = faults
      let meets = faults.isEmpty ? "" : ", may meet \(faults.joined(separator: ", "))"
      return ("connection \(number) from port \(port)\(meets)", record)
    case .connected(let number, _, let port):
      var record = self.record("connected", number)
      record.port = port
      return (nil, record)
    case .held(let number, let isHeld):
      return (
        "connection \(number): \(isHeld ? "nothing passes" : "passes again")",
        self.record(isHeld ? "held" : "released", number)
      )
    case .datagram(let number, let bytes, let copies):
      var record = self.record("datagram")
      record.number = number
      record.bytes = UInt64(bytes)
      record.copies = copies
      let fate = copies == 0 ? "lost" : "duplicated"
      return (
        copies == 1 ? nil : "datagram \(number) (\(Plural.counted(bytes, "byte"))) \(fate)", record
      )
    }
  }

  private static func amount(_ lines: some BinaryInteger, _ bytes: some BinaryInteger) -> String {
    "\(Plural.counted(lines, "line")), \(Plural.counted(bytes, "byte"))"
  }

  /// How a connection ended.
  private func endWords(_ event: FaultProxyEvent) -> (String?, Record) {
    switch event {
    case .serverUnreachable(let number, let reason, let undelivered):
      var record = self.record("server-unreachable", number)
      record.detail = reason
      record.undeliveredLines = undelivered.lines
      record.undeliveredBytes = undelivered.bytes
      var text = "connection \(number): the server cannot be reached: \(reason)"
      if undelivered.bytes > 0 { text += "; the client had sent \(Self.cargo(undelivered))" }
      return (text, record)
    case .struck(let number, let fault, let lines, let bytes, let undelivered):
      var record = self.record("struck", number, lines, bytes)
      record.fault = fault
      record.undeliveredLines = undelivered.lines
      record.undeliveredBytes = undelivered.bytes
      return (
        "connection \(number) struck by \(fault) after \(Self.amount(lines, bytes))"
          + Self.words(undelivered), record
      )
    case .closed(let number, let lines, let bytes):
      return (
        "connection \(number) closed after \(Self.amount(lines, bytes))",
        self.record("closed", number, lines, bytes)
      )
    case .passedReset(let number, let side, let lines, let bytes, let undelivered):
      var record = self.record("passed-reset", number, lines, bytes)
      record.detail = side.rawValue
      record.undeliveredLines = undelivered.lines
      record.undeliveredBytes = undelivered.bytes
      return (
        "connection \(number) reset by the \(side.rawValue) after \(Self.amount(lines, bytes))"
          + Self.words(undelivered), record
      )
    case .dropped(let number, let lines, let bytes, let answerBytes):
      self.dropped.withLockedValue { dropped in
        dropped.lines += lines
        dropped.bytes += bytes
        dropped.answerBytes += answerBytes
      }
      var record = self.record("dropped", number, lines, bytes)
      record.answerBytes = answerBytes
      let words = Self.words(lines: lines, bytes: bytes, answerBytes: answerBytes)
      let whose = number == 0 ? "datagrams" : "connection \(number)"
      return ("\(whose): \(words) in transit dropped", record)
    case .unacknowledged(let number, let lines, let bytes):
      self.dropped.withLockedValue { dropped in
        dropped.unacknowledgedLines += lines
        dropped.unacknowledgedBytes += bytes
      }
      let words = Self.words(lines: lines, bytes: bytes, answerBytes: 0)
      return (
        "connection \(number): \(words) sent and not acknowledged by the server, which may arrive "
          + "still", self.record("unacknowledged", number, lines, bytes)
      )
    default: return self.words(event)
    }
  }

  private func record(
    _ event: String, _ connection: Int? = nil, _ lines: UInt64? = nil, _ bytes: UInt64? = nil
  ) -> Record {
    let since = self.start.duration(to: FaultProxy.now()).nanoseconds / 1_000_000
    let millis = String(since % 1000 + 1000).dropFirst()
    return Record(
      event: event, seconds: "\(since / 1000).\(millis)", connection: connection, lines: lines,
      bytes: bytes)
  }

  private func say(_ text: String?, _ record: Record) {
    switch self.format {
    case .text:
      if let text { Terminal.error.line(text) }
    case .json:
      do {
        Terminal.output.write(bytes: try JSONBytes.encode(record, isOneLine: true))
      } catch {
        Terminal.error.line("warning: \(record.event) cannot be written as JSON: \(error)")
      }
    }
  }
}
