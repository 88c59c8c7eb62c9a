import Simulation

/// What must hold whatever happens. docs/SWARM.md says more of each.
enum Invariant: String, CaseIterable, Sendable {
  case timeMonotone, ledgerBalances, ledgerMatchesQueue, countsNeverFall, recordsSound
  case queueBounds, linkLegal, backoffDocumented, alertsDocumented, mailAttempts, mailSessionsEnd
  case nothingSkipped, settledIsRead, goesOn, addressesInTurn
  case smtpLegal, idsGrow, stampsFollowClock, announcedTimes, streamIsLog, datagramIsLog
  case socketsOwned
  case commitLeavesOthers, commitTakesEffect, commitOfNothing, endedIsClosed, countedOnce
  case tcpLegal, tcpSequence, tcpWindow, tcpBuffers, tcpTimers, tcpReset, tcpStream, tcpEvents
  case tcpSegments, tcpGivesUpInTime
  /// For tests of the swarm itself.
  case planted
}

/// An invariant that did not hold, with the instant and the numbers.
struct Violation: Hashable, Sendable, CustomStringConvertible {
  let invariant: Invariant
  let instant: SimInstant
  let numbers: String

  var description: String {
    "\(self.invariant.rawValue) at \(self.instant.nanoseconds) ns: \(self.numbers)"
  }
}

/// What the checkers of one run found and saw. Each run has its own, on one thread.
final class SwarmRecord: @unchecked Sendable {
  private static let violationsMax = 20

  private(set) var violations: [Violation] = []
  private(set) var coverage = Coverage()
  var now: SimInstant

  init(start: SimInstant) {
    self.now = start
  }

  func require(
    _ holds: Bool, _ invariant: Invariant, _ numbers: @autoclosure () -> String
  ) {
    guard !holds, self.violations.count < Self.violationsMax else { return }
    self.violations.append(
      Violation(invariant: invariant, instant: self.now, numbers: numbers()))
  }

  func saw(_ machine: Coverage.Machine, _ what: String) {
    self.coverage.count(machine, what)
  }
}
