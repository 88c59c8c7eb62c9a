public import LogModel
public import Simulation

/// Turns log events into the bodies of lines, `Info: text`, as AsyncOS 8.0.1 writes them.
///
/// Each form is a row of docs/FIDELITY.md, "Text mail log". Where the public samples of several
/// releases differ, the form of 7.6.3 stands, the nearest one. No body holds CR or LF: the words
/// are literals and the arena escapes its texts.
public struct LogRenderer: Sendable {
  /// `LineStamps` as numbers, so that a line costs two comparisons.
  private struct Rule {
    let shift: Int64
    let lowest: Int64
    let highest: Int64

    init(_ stamps: LineStamps) {
      switch stamps {
      case .moved(let shift, let first):
        self.shift = shift.nanoseconds
        self.lowest = first.nanoseconds
        self.highest = .max
      case .fixed(let instant):
        self.shift = 0
        self.lowest = instant.nanoseconds
        self.highest = instant.nanoseconds
      }
    }

    @inline(__always)
    func stamp(_ event: LogEvent) -> Int64 {
      min(max(event.instant.nanoseconds &+ self.shift, self.lowest), self.highest)
    }

    /// How far instants that a line names are moved.
    func shift(of event: LogEvent) -> SimDuration {
      self.lowest == self.highest
        ? event.instant.duration(to: SimInstant(nanoseconds: self.lowest))
        : SimDuration(nanoseconds: self.shift)
    }
  }

  /// The second that the latest stamp was in, so that the next ones need no division.
  private var second: Int64 = 0
  private var secondStart: Int64 = 0

  /// A renderer.
  public init() {}

  /// Appends one line an event.
  ///
  /// - Parameters:
  ///   - texts: of the arena that the events' texts live in.
  ///   - stamps: how the events' instants become the lines'.
  ///   - zone: for instants that a line names.
  public mutating func render(
    _ events: [LogEvent], texts: borrowing TextView, stamps: LineStamps = .own,
    zone: ZoneTransitions, into batch: inout RenderedBatch
  ) {
    let rule = Rule(stamps)
    for index in events.indices {
      self.render(events[index], texts: texts, rule: rule, zone: zone, into: &batch)
    }
  }

  @inline(__always)
  private mutating func render(
    _ event: LogEvent, texts: borrowing TextView, rule: Rule, zone: ZoneTransitions,
    into batch: inout RenderedBatch
  ) {
    let start = UInt32(batch.bytes.count)
    var cursor = batch.bytes.beginLine()
    cursor.write(event.level)
    switch event.body {
    case .injection(let line): cursor.write(line, texts)
    case .reception(let line): cursor.write(line, texts)
    case .workQueue(let line): cursor.write(line, texts)
    case .delivery(let line): cursor.write(line, texts)
    case .pendingTill(let mid, let recipients, let till):
      cursor.writePending(mid, recipients, till: till.advanced(by: rule.shift(of: event)), zone)
    case .messageFinished(let mid, let end): cursor.writeFinished(mid, end)
    case .text(let text): cursor.write(text, texts)
    }
    batch.bytes.finish(cursor)
    batch.lines.append(
      RenderedLine(
        start: start, end: UInt32(batch.bytes.count), second: self.second(of: rule.stamp(event)),
        type: event.type, level: event.level))
  }

  @inline(__always)
  private mutating func second(of stamp: Int64) -> Int64 {
    if UInt64(bitPattern: stamp &- self.secondStart) >= 1_000_000_000 {
      self.second = SimInstant(nanoseconds: stamp).wholeSeconds
      self.secondStart = self.second &* 1_000_000_000
    }
    return self.second
  }
}

/// How the instants of events become the stamps of lines.
public enum LineStamps: Hashable, Sendable {
  /// The event's instant moved by a duration, as are the instants that a line names (`pending
  /// till`); a stamp is not before `notBefore`.
  case moved(by: SimDuration, notBefore: SimInstant)
  /// This instant for each line; the instants that a line names keep their distance from it.
  case fixed(SimInstant)

  /// The events' own instants.
  public static let own = LineStamps.moved(by: .zero, notBefore: SimInstant(nanoseconds: .min))
}

extension LineCursor {
  @inline(__always)
  fileprivate mutating func write(_ level: LogLevel) {
    if level == .information {
      self.write("Info: ")
    } else {
      self.write(level.lineToken)
      self.write(": ")
    }
  }

  // Out of line: what is rare is not to burden the loop over all lines.
  @inline(never)
  fileprivate mutating func writePending(
    _ mid: MID, _ recipients: RIDSet, till: SimInstant, _ zone: ZoneTransitions
  ) {
    self.write("Message ")
    self.write(mid.value)
    self.write(" to RID ")
    self.write(recipients)
    self.write(" pending till ")
    self.write(string: zone.stamp(at: till).ctime)
  }

  @inline(never)
  fileprivate mutating func writeFinished(_ mid: MID, _ end: MessageEnd) {
    self.write("Message finished MID ")
    self.write(mid.value)
    switch end {
    case .done: self.write(" done")
    case .aborted: self.write(" aborted")
    }
  }
}
