public import LogModel
public import Simulation

/// Turns log events into the bodies of lines, `Info: text`, as AsyncOS 8.0.1 writes them.
///
/// Each form is a row of docs/FIDELITY.md, "Text mail log". Where the public samples of several
/// releases differ, the form of 7.6.3 stands, the nearest one. No body holds CR or LF: the words
/// are literals and the arena escapes its texts.
public struct LogRenderer: Sendable {
  /// A renderer; it keeps nothing between batches.
  public init() {}

  /// Appends one line an event.
  ///
  /// - Parameters:
  ///   - texts: of the arena that the events' texts live in.
  ///   - stampOverride: stamps every line with this instant in place of the event's own; instants
  ///     that a line names (`pending till`) move along.
  ///   - offsetSeconds: seconds ahead of UTC, for instants that a line names.
  public mutating func render(
    _ events: [LogEvent], texts: borrowing TextView, stampOverride: SimInstant? = nil,
    offsetSeconds: Int, into batch: inout RenderedBatch
  ) {
    for index in events.indices {
      self.render(
        events[index], texts: texts, stampOverride: stampOverride, offsetSeconds: offsetSeconds,
        into: &batch)
    }
  }

  /// Appends one line an event; see the form that takes an array.
  public mutating func render(
    _ events: UnsafeBufferPointer<LogEvent>, texts: borrowing TextView,
    stampOverride: SimInstant? = nil, offsetSeconds: Int, into batch: inout RenderedBatch
  ) {
    for index in events.indices {
      self.render(
        events[index], texts: texts, stampOverride: stampOverride, offsetSeconds: offsetSeconds,
        into: &batch)
    }
  }

  @inline(__always)
  private mutating func render(
    _ event: LogEvent, texts: borrowing TextView, stampOverride: SimInstant?, offsetSeconds: Int,
    into batch: inout RenderedBatch
  ) {
    let start = UInt32(batch.bytes.count)
    var cursor = batch.bytes.beginLine()
    cursor.write(event.level)
    switch event.body.area {
    case .injection: cursor.writeInjection(event.body, texts)
    case .reception: cursor.writeReception(event.body, texts)
    case .workQueue: cursor.writeWorkQueue(event.body, texts)
    case .delivery: cursor.writeDelivery(event.body, texts)
    case .other:
      let shift = stampOverride.map { event.instant.duration(to: $0) } ?? .zero
      cursor.writeOther(event.body, texts, shift: shift, offsetSeconds: offsetSeconds)
    }
    batch.bytes.finish(cursor)
    batch.lines.append(
      RenderedLine(
        start: start, end: UInt32(batch.bytes.count),
        second: (stampOverride ?? event.instant).wholeSeconds, type: event.type,
        level: event.level))
  }
}

/// Which file renders a form.
enum LineArea {
  case injection, reception, workQueue, delivery, other
}

extension LogEventBody {
  /// Which file renders it.
  @inline(__always)
  var area: LineArea {
    switch self {
    case .newInjectionConnection, .senderGroup, .injectionTLS, .injectionTLSFailed,
      .injectionLost, .injectionClosed, .injectionIdle, .receivingFailed, .senderRejected:
      .injection
    case .messageStarted, .messageFrom, .messageTo, .recipientRejected, .messageIdentifier,
      .messageSubject, .messageReady, .messageAttachment, .messageAborted, .receptionFinished,
      .policyMatched, .generatedForBounce:
      .reception
    case .interimSpamVerdict, .spamVerdict, .scanSkipped, .interimVirusVerdict, .virusNegative,
      .virusPositive, .outbreakNegative, .outbreakThreatLevel, .droppedBySpamEngine,
      .droppedByVirusEngine, .droppedByFilter, .droppedByContentFilter, .bouncedByContentFilter,
      .quarantined, .releasedFromQuarantine, .releasedFromAllQuarantines, .deletedFromQuarantine,
      .deletedFromAllQuarantines, .taggedForSpamQuarantine, .spamQuarantineStarted,
      .spamQuarantined, .spamQuarantineDone, .signingSkipped:
      .workQueue
    case .queuedForDelivery, .newDeliveryConnection, .deliveryTLS, .deliveryStarted,
      .messageDone, .deliveryResponse, .messageFinished, .deliveryClosed, .hardBounce,
      .softBounce, .doubleBounce, .connectionError:
      .delivery
    case .pendingTill, .text:
      .other
    }
  }
}

extension LineCursor {
  @inline(__always)
  fileprivate mutating func write(_ level: LogLevel) {
    switch level {
    case .information: self.write("Info: ")
    default:
      self.write(level.lineToken)
      self.write(": ")
    }
  }

  fileprivate mutating func writeOther(
    _ body: LogEventBody, _ texts: borrowing TextView, shift: SimDuration, offsetSeconds: Int
  ) {
    switch body {
    case .text(let text):
      self.write(text, texts)
    case .pendingTill(let mid, let recipients, let till):
      let stamp = CalendarStamp(till.advanced(by: shift), offsetSeconds: offsetSeconds)
      self.write("Message ")
      self.write(mid.value)
      self.write(" to RID ")
      self.write(recipients)
      self.write(" pending till ")
      self.write(string: stamp.ctime)
    default:
      preconditionFailure("a form of another file: \(body)")
    }
  }
}
