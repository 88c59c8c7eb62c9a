import LogDelivery
import Scenarios
import Simulation
import Support

/// How the appliance's wall clock is set in a case.
struct ClockSteps: Sendable {
  /// From which elapsed instant on the clock is ahead by how much; the first one from the start.
  let parts: [(from: SimInstant, offset: SimDuration)]
  /// Whether a step is too small for a line of its own.
  let hasUntoldSteps: Bool

  init(_ scenario: Scenario) {
    var parts = [(from: SimInstant(nanoseconds: .min), offset: SimDuration.zero)]
    var hasUntold = false
    let steps = scenario.faults.compactMap { fault -> (SimDuration, SimDuration)? in
      if case .appliance(.clockStep(let step)) = fault.kind { (fault.when.from, step) } else { nil }
    }
    for (from, step) in steps.sorted(by: { $0.0 < $1.0 }) {
      parts.append((scenario.start.advanced(by: from), parts[parts.count - 1].offset + step))
      hasUntold = hasUntold || max(step, .zero - step) <= .seconds(1)
    }
    self.parts = parts
    self.hasUntoldSteps = hasUntold
  }

  /// How far the clock is ahead at an elapsed instant: several where it is set just then.
  func offsets(at now: SimInstant) -> [SimDuration] {
    let present = self.parts.lastIndex { $0.from < now } ?? 0
    return [self.parts[present].offset] + self.parts.filter { $0.from == now }.map(\.offset)
  }
}

/// Sees what goes into the log files: stamps follow the clock, which goes back only where it is set
/// back, and numbers of messages grow.
final class LogChecker {
  private struct Stream {
    /// Which part of the clock's time its latest line is of, and when that was at the earliest.
    var part = 0
    var latest = Int64.min
    var last: [String: UInt64] = [:]
  }

  private static let numbered = ["New SMTP ICID ", "Start MID ", "New SMTP DCID "]
  /// The zone's offset at the start, in all cases.
  private static let zoneSeconds: Int64 = 7200

  let record: SwarmRecord
  /// How far the shown time is ahead of elapsed time, the zone at the start in it.
  private var parts: [(from: SimInstant, offset: SimDuration)]
  private var zone = zoneSeconds
  private var streams: [String: Stream] = [:]
  /// The latest instant that a stamp stands for, and its line.
  private var latest: (instant: Int64, line: String) = (.min, "")

  init(record: SwarmRecord, clock: ClockSteps) {
    self.record = record
    self.parts = clock.parts
  }

  /// A commit names another zone, which is a step of what is shown.
  ///
  /// - Parameter isBehind: whether a step of the clock at the same instant has been made.
  func zoneIs(_ seconds: Int64, now: SimInstant, isBehind: Bool) {
    guard seconds != self.zone else { return }
    let step = SimDuration.seconds(seconds - self.zone)
    self.zone = seconds
    let place = self.parts.lastIndex { isBehind ? $0.from <= now : $0.from < now } ?? 0
    for later in self.parts.indices where later > place {
      self.parts[later].offset = self.parts[later].offset + step
    }
    self.parts.insert((now, self.parts[place].offset + step), at: place + 1)
  }

  func logged(_ bytes: [UInt8], _ subscription: String) {
    for line in bytes.split(separator: 0x0A) {
      self.checkStamp(line, subscription)
      self.checkNumber(line, subscription)
    }
  }

  /// A stamp is a second of the clock, so the line came within a second, in one part of the clock's
  /// time or in the next one, and not before the line before.
  private func checkStamp(_ line: ArraySlice<UInt8>, _ subscription: String) {
    let text = String(decoding: line.prefix(24), as: UTF8.self)
    guard let local = LogStamp.second(ofCtime: text[...]) else {
      return self.record.require(false, .stampsFollowClock, "\(subscription): \(text)")
    }
    let second = (local - Self.zoneSeconds) * 1_000_000_000
    let stream = self.streams[subscription, default: Stream()]
    let parts = self.parts
    for place in stream.part..<parts.count {
      let first = second - parts[place].offset.nanoseconds
      // Whether it is ahead of the clock shows when the step is over.
      let isLast = place + 1 == parts.count
      let end = isLast ? SimInstant(nanoseconds: .max) : parts[place + 1].from
      let from = max(stream.latest, parts[place].from.nanoseconds)
      guard first + 1_000_000_000 > from, first <= end.nanoseconds else { continue }
      self.streams[subscription, default: Stream()].part = place
      self.streams[subscription]?.latest = max(from, first)
      if isLast, first > self.latest.instant { self.latest = (first, subscription + ": " + text) }
      return
    }
    self.record.require(
      false, .stampsFollowClock, "\(subscription): \(text) behind \(stream.latest)")
  }

  /// No line is stamped ahead of the clock.
  func check(now: SimInstant) {
    self.record.require(
      self.latest.instant <= now.nanoseconds, .stampsFollowClock,
      "\(self.latest.line), ahead of \(now.nanoseconds)")
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
  /// The log files, in the order in which they were begun.
  private(set) var order: [String] = []

  init(logs: LogChecker) {
    self.logs = logs
  }

  mutating func perform(_ action: LogFileAction, subscription: String) {
    switch action {
    case .append(let bytes, _): self.logs.logged(bytes, subscription)
    case .create(let name): self.order.append("\(subscription)/\(name)")
    case .save(let name, let saved):
      if let place = self.order.lastIndex(of: "\(subscription)/\(name)") {
        self.order[place] = "\(subscription)/\(saved)"
      }
    case .delete: break
    }
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
