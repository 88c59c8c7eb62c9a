import ApplianceConfiguration
import ApplianceModel
import LogDelivery

/// What a push with a disk buffer promises: it may send a line again, and skips none; with
/// `at-least-once` a line that is done with was read.
extension StreamCheck {
  /// All that one connection was given, which begins no later than behind the one before.
  ///
  /// - Parameters:
  ///   - delivered: how many bytes of it the server's program read.
  ///   - isWhole: nothing was refused by the disk buffer, or dropped from it.
  mutating func resumedStream(
    _ bytes: [UInt8], delivered: Int, _ name: String, isWhole: Bool
  ) {
    let log = self.log(name)
    self.read[name, default: []].formUnion(self.bodies(bytes.prefix(delivered), name))
    let lines = self.bodies(bytes[...], name)
    guard !lines.isEmpty else { return }
    guard isWhole else {
      return self.record.require(
        Self.order(lines, in: log[...]) != nil, .streamIsLog,
        "\(name): \(lines.count) lines from \(lines[0]) are not in the log in their order")
    }
    let from = self.positions[name] ?? 0
    // Lines may look alike: the latest place is meant.
    let start = (0...from).last { log[$0...].starts(with: lines) }
    self.record.require(
      start != nil, .nothingSkipped,
      "\(name): \(lines.count) lines from \(lines[0]) to \(lines[lines.count - 1]) do not begin"
        + " in the log at its line \(from) or before")
    if let start { self.positions[name] = max(from, start + lines.count) }
  }

  /// What the servers of a push do that takes worth from what the ledger can know.
  struct Closes {
    /// They close in order with bytes unread.
    let mayLeaveUnread: Bool
    /// They close nothing in order, so that an acknowledgement has to do.
    let isTakenAtAcknowledgement: Bool
  }

  /// The lines that the ledger calls done with, behind the end of the run: what it calls received
  /// was read, whatever the servers do, and what waits is on disk.
  mutating func settled(
    _ ledger: SubscriptionLedger, _ mode: DeliveryMode, _ closes: Closes
  ) {
    let name = ledger.subscription
    let log = self.log(name)
    self.record.require(
      ledger.totals.accepted == UInt64(log.count), .recordsSound,
      "\(name): \(ledger.totals.accepted) accepted, \(log.count) in the log")
    let totals = ledger.totals
    self.record.require(
      totals.onDisk == totals.queued && totals.lostUnacknowledged == 0 && totals.written == 0,
      .nothingSkipped, "\(name): at the end \(totals)")
    let read = self.read[name] ?? []
    for span in ledger.spans {
      switch span.fate {
      case .received: break
      case .acknowledged where mode == .atLeastOnce && !closes.isTakenAtAcknowledgement: break
      case .closedInOrder where !closes.mayLeaveUnread: break
      default: continue
      }
      let numbers = Int(span.first)..<Int(span.first + span.count)
      let unread = numbers.first { !log.indices.contains($0) || !read.contains(log[$0]) }
      self.record.require(
        unread == nil, .settledIsRead, "\(name): line \(unread ?? 0) of \(span) was not read")
    }
  }

  /// Where nothing but the closing of connections goes wrong, each line was read by the server, and
  /// the push waits for nothing.
  ///
  /// - Parameter mayFill: whether the disk buffer may have been full; what it dropped is counted.
  func everythingRead(_ ledger: SubscriptionLedger, mayFill: Bool) {
    let name = ledger.subscription
    let read = self.read[name] ?? []
    let missing = (self.logs[name] ?? []).count { !read.contains($0) }
    let lost = ledger.totals.lost
    self.record.require(
      UInt64(missing) <= lost && ledger.totals.queued == 0 && (mayFill || lost == 0), .goesOn,
      "\(name): \(missing) of \(ledger.totals.accepted) lines were not read; \(ledger.totals)")
  }
}
