import ApplianceConfiguration
import LogModel
import MailFlow
import Simulation
import Testing

/// Traffic in which everything that may go wrong goes wrong often.
private func makeRough(_ settings: inout MailFlowSettings) {
  settings.profile.rejectedPermille = 200
  settings.profile.idlePermille = 50
  settings.profile.senderRejectedPermille = 50
  settings.profile.lostPermille = 150
  settings.profile.recipientRejectedPermille = 250
  settings.profile.recipientsPerMessageWeights = [2, 2, 1, 1, 1]
  settings.profile.tooLargePermille = 60
  settings.profile.nullSenderPermille = 300
  settings.profile.suspectPermille = 100
  settings.profile.virusPermille = 60
  settings.profile.filterDropPermille = 50
  settings.profile.contentFilterDropPermille = 50
  settings.profile.contentFilterBouncePermille = 50
  settings.profile.policyQuarantinePermille = 60
  settings.profile.outbreakQuarantinePermille = 60
  settings.profile.hardBouncePermille = 200
  settings.profile.softBouncePermille = 300
  settings.profile.connectionBrokenPermille = 60
  settings.profile.connectionFailedPermille = 100
  settings.profile.badDomainPermille = 150
  settings.profile.attemptsMax = 3
  settings.profile.messagesPerDeliveryConnectionMax = 3
  settings.profile.connectionsPerDestinationMax = 2
}

@Suite struct LifeCycleTests {
  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func ordinaryTrafficClosesEverything(_ seed: UInt64) {
    check(FlowRun(seed: seed))
  }

  @Test(arguments: 1...24 as ClosedRange<UInt64>)
  func roughTrafficClosesEverything(_ seed: UInt64) {
    check(FlowRun(seed: seed, makeRough))
  }

  @Test(arguments: [1, 2, 3, 100] as [UInt64])
  func fewPlacesMakeInjectionWait(_ seed: UInt64) {
    let run = FlowRun(seed: seed) { settings in
      makeRough(&settings)
      settings.openMessagesMax = 4
      settings.rate = MessageRate(messages: 1000)
    }
    check(run)
  }

  @Test func openMessagesStayBelowTheBound() {
    var run = FlowRun { settings in
      settings.openMessagesMax = 8
      settings.rate = MessageRate(messages: 1000)
    }
    while !run.flow.isFinished {
      run.flow.advance(to: .distantFuture, eventsMax: 1, into: &run.events)
      let counters = run.flow.counters
      #expect(counters.messagesOpen <= 8 + Int(counters.messagesGenerated))
    }
    #expect(run.flow.counters.messagesInjected == 300)
  }

  @Test(arguments: [0, 1, 2, 17])
  func exactlyAsManyMessagesStartAsAskedFor(_ limit: Int) {
    check(FlowRun { $0.messageLimit = limit })
  }

  private func check(_ start: FlowRun) {
    var run = start
    run.finish()
    var checker = LifeCycleChecker()
    checker.read(run.events)
    #expect(checker.problems.isEmpty)
    #expect(checker.openCount == 0)
    #expect(UInt64(checker.injected) == run.flow.counters.messagesInjected)
    #expect(UInt64(checker.generated) == run.flow.counters.messagesGenerated)
    #expect(run.flow.injectionState == .limitReached)
    expectBalance(run.flow.counters)
    let count = run.events.count
    run.flow.advance(to: .distantFuture, eventsMax: 100, into: &run.events)
    #expect(run.events.count == count)
  }
}

/// The counters' sums when nothing is open.
private func expectBalance(_ counters: MailFlowCounters) {
  #expect(counters.messagesInjected == counters.messagesAccepted + counters.messagesAborted)
  #expect(
    counters.messagesAccepted + counters.messagesGenerated
      == counters.messagesDelivered + counters.messagesBounced + counters.messagesDropped
      + counters.messagesSpamQuarantined)
  #expect(counters.connectionsOpen == 0)
  #expect(counters.deliveryConnectionsOpen == 0)
  #expect(counters.messagesOpen == 0)
  #expect(counters.workQueue == 0)
  #expect(counters.quarantined == 0)
  #expect(counters.recipientsActive == 0)
  #expect(counters.recipientsUnattempted == 0)
}

@Suite struct MailFlowDeterminismTests {
  @Test func sameSeedGivesSameBytes() {
    var first = FlowRun(seed: 7)
    var second = FlowRun(seed: 7)
    first.finish()
    second.finish()
    #expect(first.lines == second.lines)
  }

  /// Two processes and two machines agree: the value was taken from another process.
  @Test func digestIsPinned() {
    var run = FlowRun(seed: 20_150_625)
    run.finish()
    #expect(run.digest == 15_694_453_087_256_944_605)
  }

  @Test func anotherSeedGivesOtherBytes() {
    var first = FlowRun(seed: 7)
    var second = FlowRun(seed: 8)
    first.finish()
    second.finish()
    #expect(first.digest != second.digest)
  }

  @Test(arguments: [1, 7, 256, 10_000])
  func batchSizeChangesNothing(_ eventsMax: Int) {
    var whole = FlowRun(seed: 3, makeRough)
    var batches = FlowRun(seed: 3, makeRough)
    whole.finish(eventsMax: .max / 2)
    batches.finish(eventsMax: eventsMax)
    #expect(whole.lines == batches.lines)
  }

  @Test func pacedByDueInstantsNothingChanges() {
    var whole = FlowRun(seed: 4)
    var paced = FlowRun(seed: 4)
    whole.finish()
    while let due = paced.flow.nextDue {
      let before = paced.events.count
      paced.flow.advance(to: due, eventsMax: 50, into: &paced.events)
      #expect(paced.events[before...].allSatisfy { $0.instant == due })
    }
    #expect(whole.lines == paced.lines)
  }

  @Test func switchesTakeLinesAwayAndChangeNothingElse() {
    var full = FlowRun(seed: 5)
    var bare = FlowRun(seed: 5) { settings in
      settings.logGlobals = LogGlobalSettings(
        logsMessageID: Setting(false), logsOriginalSubject: Setting(false),
        logsRemoteResponse: Setting(false))
    }
    full.finish()
    bare.finish()
    let optional = [" Message-ID '", " Subject '", "] Response '"]
    let kept = full.lines.filter { line in !optional.contains { line.contains($0) } }
    #expect(kept.count < full.lines.count)
    #expect(kept == bare.lines)
  }
}

@Suite struct MailFlowEndingTests {
  /// A stop cuts what brings mail, at that instant, and leaves all else as it is.
  @Test(arguments: [0, 50, 500, 2000], [1, 2, 3] as [UInt64])
  func stopCutsSessionsAndLeavesTheRestPending(_ eventsBefore: Int, _ seed: UInt64) {
    var run = FlowRun(seed: seed) { settings in
      makeRough(&settings)
      settings.messageLimit = nil
    }
    if eventsBefore > 0 {
      run.flow.advance(to: .distantFuture, eventsMax: eventsBefore, into: &run.events)
    }
    let before = run.flow.pendingWork
    let sessions = before.first { $0.kind == .sessions }?.count ?? 0
    let instant = (run.events.last?.instant ?? startOfRuns).advanced(by: .milliseconds(5))
    let count = run.events.count
    run.flow.stop(at: instant, into: &run.events)
    let closed = run.events[count...].count { event in
      if case .injection(.closed) = event.body { true } else { false }
    }
    #expect(closed == sessions)
    #expect(eventsBefore == 0 || sessions > 0)
    #expect(run.events[count...].allSatisfy { $0.instant == instant })
    #expect(run.flow.isFinished)
    #expect(run.flow.nextDue == nil)
    #expect(run.flow.injectionState == .stopped)
    #expect(run.flow.pendingWork == before.filter { $0.kind != .sessions })
    expectAllPending(run)
    let end = run.events.count
    run.flow.stop(at: instant, into: &run.events)
    run.flow.advance(to: .distantFuture, eventsMax: 100, into: &run.events)
    #expect(run.events.count == end)
  }

  /// With a limit of messages the traffic ends when nothing goes on any more: what waits was not
  /// due before, and is not done early.
  @Test(arguments: 1...12 as ClosedRange<UInt64>)
  func whatWaitsStaysPendingAtTheLimit(_ seed: UInt64) throws {
    var run = FlowRun(seed: seed) { settings in
      makeRough(&settings)
      settings.leavesPending = true
    }
    var paced = run
    run.finish()
    let pending = run.flow.pendingWork
    let last = try #require(run.events.last).instant
    let waiting: Set<PendingWork.Kind> = [.retries, .quarantines, .idleConnections]
    #expect(!pending.isEmpty)
    #expect(pending.allSatisfy { waiting.contains($0.kind) })
    #expect(pending.allSatisfy { $0.nextDue.map { $0 >= last } ?? false })
    expectAllPending(run)
    while let due = paced.flow.nextDue {
      paced.flow.advance(to: due, eventsMax: 3, into: &paced.events)
    }
    #expect(paced.lines == run.lines)
    #expect(paced.flow.pendingWork == pending)
  }

  /// What is open by the lines is what is listed.
  private func expectAllPending(_ run: FlowRun) {
    var checker = LifeCycleChecker()
    checker.read(run.events)
    #expect(checker.problems.isEmpty)
    let ofMessages: Set<PendingWork.Kind> = [
      .workQueue, .deliveries, .awaitingConnection, .retries, .quarantines,
    ]
    let pending = run.flow.pendingWork
    let messages = pending.filter { ofMessages.contains($0.kind) }.reduce(0) { $0 + $1.count }
    let idle = pending.first { $0.kind == .idleConnections }?.count ?? 0
    #expect(messages == checker.openMessages)
    #expect(messages == run.flow.counters.messagesOpen)
    #expect(idle == checker.idleConnections)
  }

  @Test func advanceStopsAtTheLimit() {
    var run = FlowRun { $0.messageLimit = nil }
    let limit = startOfRuns.advanced(by: .seconds(30))
    run.flow.advance(to: limit, eventsMax: 1_000_000, into: &run.events)
    #expect(run.events.allSatisfy { $0.instant <= limit })
    #expect(run.flow.nextDue.map { $0 > limit } == true)
    #expect(!run.flow.isFinished)
  }

  @Test func identifiersNearTheirEndStopInjection() {
    let first = UInt32.max - MailFlow.identifierReserve - 40
    var run = FlowRun { settings in
      settings.messageLimit = 10_000
      settings.firstIdentifiers = FirstIdentifiers(mid: first)
    }
    run.finish()
    #expect(run.flow.injectionState == .identifiersExhausted)
    #expect(run.flow.counters.messagesInjected >= 40)
    #expect(run.flow.counters.messagesInjected < 10_000)
    #expect(run.flow.counters.midNewest >= first + 39)
    expectBalance(run.flow.counters)
  }

  @Test func profilesThatRejectNearlyAllStillEnd() {
    var run = FlowRun { settings in
      settings.messageLimit = 20
      settings.profile.outboundPermille = 0
      settings.profile.rejectedPermille = 5000
    }
    run.finish()
    #expect(run.flow.counters.messagesInjected == 20)
  }
}
