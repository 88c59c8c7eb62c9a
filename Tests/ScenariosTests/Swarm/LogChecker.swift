import LogDelivery
import Scenarios

/// Sees what goes into the log files: stamps never go back, numbers of messages grow.
final class LogChecker {
  private struct Stream {
    var stamp: [UInt8] = []
    var last: [String: UInt64] = [:]
  }

  private static let numbered = ["New SMTP ICID ", "Start MID ", "New SMTP DCID "]

  let record: SwarmRecord
  private var streams: [String: Stream] = [:]

  init(record: SwarmRecord) {
    self.record = record
  }

  func logged(_ bytes: [UInt8], _ subscription: String) {
    for line in bytes.split(separator: 0x0A) {
      // Thu Jun 25 08:50:03 2015 Info: ...; a run ends on the day that it began.
      let stamp = Array(line.prefix(19))
      let last = self.streams[subscription, default: Stream()].stamp
      self.record.require(
        stamp.count == 19 && (last == stamp || last.lexicographicallyPrecedes(stamp)),
        .stampsMonotone,
        "\(subscription): \(String(decoding: stamp, as: UTF8.self)) after"
          + " \(String(decoding: last, as: UTF8.self))")
      self.streams[subscription, default: Stream()].stamp = stamp
      self.checkNumber(line, subscription)
    }
  }

  private func checkNumber(_ line: ArraySlice<UInt8>, _ subscription: String) {
    let body = line.dropFirst(31)
    for lead in Self.numbered where body.starts(with: lead.utf8) {
      let digits = body.dropFirst(lead.utf8.count).prefix { $0 >= 0x30 && $0 <= 0x39 }
      let number = digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
      let last = self.streams[subscription]?.last[lead] ?? 0
      self.record.require(
        number > last, .idsGrow, "\(subscription): \(lead)\(number) after \(last)")
      self.streams[subscription]?.last[lead] = number
    }
  }
}

/// Keeps everything, and lets a checker see it on its way.
struct CheckedOutput: ScenarioOutput {
  private(set) var memory = MemoryOutput()
  let logs: LogChecker
  private(set) var mails = 0

  init(logs: LogChecker) {
    self.logs = logs
  }

  mutating func perform(_ action: LogFileAction, subscription: String) {
    if case .append(let bytes, _) = action { self.logs.logged(bytes, subscription) }
    self.memory.perform(action, subscription: subscription)
  }

  mutating func received(_ bytes: [UInt8], host: String) {
    self.memory.received(bytes, host: host)
  }

  mutating func captured(_ bytes: [UInt8], file: String) {
    self.memory.captured(bytes, file: file)
  }

  mutating func mailed(_ bytes: [UInt8], number: Int) {
    self.mails += 1
    self.memory.mailed(bytes, number: number)
  }
}
