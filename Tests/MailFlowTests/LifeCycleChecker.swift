import LogModel
import Simulation

/// A second, simple model of the appliance: reads events and collects what is wrong with them.
struct LifeCycleChecker {
  struct Message {
    let icid: ICID
    /// Recipients that were neither delivered nor bounced.
    var open: Set<UInt32> = []
    var recipients: UInt32 = 0
    var isReceiving = true
    /// Dropped, aborted, or in the spam quarantine: its recipients end with it.
    var endsWhole = false
    var quarantined = false
  }

  private(set) var problems: [String] = []
  private(set) var injected = 0
  private(set) var generated = 0
  private var connections: [ICID: MID?] = [:]
  private var messages: [MID: Message] = [:]
  /// Open delivery connections, and what is under way on each.
  private var deliveries: [DCID: MID?] = [:]
  private var icidLast = ICID(0)
  private var midLast = MID(0)
  private var dcidLast = DCID(0)
  private var last = SimInstant(nanoseconds: .min)

  /// What is not closed.
  var openCount: Int { self.connections.count + self.messages.count + self.deliveries.count }

  /// Messages that have not ended.
  var openMessages: Int { self.messages.count }

  /// Connections, of both directions, over which nothing is under way.
  var idleConnections: Int {
    self.connections.count + self.deliveries.values.count { $0 == nil }
  }

  mutating func read(_ events: [LogEvent]) {
    for event in events {
      if event.instant < self.last { self.complain("time goes back", event) }
      self.last = event.instant
      if !self.readConnection(event), !self.readReception(event), !self.readEnd(event),
        !self.readDelivery(event)
      {
        self.readMention(event)
      }
    }
  }

  private mutating func complain(_ words: String, _ event: LogEvent) {
    if self.problems.count < 20 { self.problems.append("\(words): \(event.body)") }
  }

  private mutating func expect(_ isTrue: Bool, _ words: String, _ event: LogEvent) {
    if !isTrue { self.complain(words, event) }
  }

  private mutating func readConnection(_ event: LogEvent) -> Bool {
    switch event.body {
    case .injection(.newConnection(let icid, _, _, _, _, _)):
      self.expect(icid.value == self.icidLast.value + 1, "ICID does not grow by one", event)
      self.icidLast = icid
      self.connections[icid] = .some(nil)
    case .injection(.senderGroup(let icid, .tcpRefuse, _, _, _)):
      self.expect(icid == ICID(0), "refused with a number", event)
    case .injection(.senderGroup(let icid, _, _, _, _)), .injection(.tls(let icid, _, _)),
      .injection(.tlsFailed(let icid)), .injection(.lost(let icid)), .injection(.idle(let icid, _)),
      .injection(.receivingFailed(let icid, _)), .injection(.senderRejected(let icid, _, _)):
      self.expect(self.connections[icid] != nil, "ICID is not open", event)
    case .injection(.closed(let icid)):
      self.expect(self.connections[icid] != nil, "ICID is not open", event)
      if let under = self.connections[icid] ?? nil {
        self.expect(self.messages[under]?.isReceiving != true, "closed in a message", event)
      }
      self.connections[icid] = nil
    default: return false
    }
    return true
  }

  private mutating func readReception(_ event: LogEvent) -> Bool {
    switch event.body {
    case .reception(.started(let mid, let icid)):
      self.expect(mid.value == self.midLast.value + 1, "MID does not grow by one", event)
      self.midLast = mid
      self.messages[mid] = Message(icid: icid)
      if icid == ICID(0) {
        self.generated += 1
      } else {
        self.injected += 1
        self.expect(self.connections[icid] != nil, "ICID is not open", event)
        self.connections[icid] = mid
      }
    case .reception(.from(let mid, let icid, _)),
      .reception(.recipientRejected(let mid, let icid, _, _)):
      self.expect(self.messages[mid]?.icid == icid, "another connection's message", event)
      self.expect(self.messages[mid]?.isReceiving == true, "not being received", event)
    case .reception(.to(let mid, let icid, let rid, _)):
      self.expect(self.messages[mid]?.icid == icid, "another connection's message", event)
      self.expect(self.messages[mid]?.isReceiving == true, "not being received", event)
      self.expect(self.messages[mid]?.recipients == rid.value, "RID does not count up", event)
      self.messages[mid]?.recipients += 1
      self.messages[mid]?.open.insert(rid.value)
    case .reception(.ready(let mid, _, _)):
      self.expect(self.messages[mid]?.isReceiving == true, "not being received", event)
      self.expect(self.messages[mid]?.recipients ?? 0 > 0, "no recipient", event)
      self.messages[mid]?.isReceiving = false
    case .reception(.generatedForBounce(let mid, let original)):
      self.expect(self.messages[mid]?.icid == ICID(0), "bounce from outside", event)
      self.expect(self.messages[original] != nil, "original is not open", event)
    default: return false
    }
    return true
  }

  private mutating func readEnd(_ event: LogEvent) -> Bool {
    switch event.body {
    case .reception(.aborted(let mid, _)), .workQueue(.droppedBySpamEngine(let mid)),
      .workQueue(.droppedByVirusEngine(let mid)), .workQueue(.droppedByFilter(let mid, _)),
      .workQueue(.droppedByContentFilter(let mid, _, _)),
      .workQueue(.bouncedByContentFilter(let mid, _, _)),
      .workQueue(.spamQuarantineDone(_, let mid)):
      self.expect(self.messages[mid] != nil, "MID is not open", event)
      self.messages[mid]?.endsWhole = true
    case .workQueue(.quarantined(let mid, _, _)):
      self.expect(self.messages[mid]?.quarantined == false, "not outside", event)
      self.messages[mid]?.quarantined = true
    case .workQueue(.releasedFromAllQuarantines(let mid)):
      self.expect(self.messages[mid]?.quarantined == true, "not quarantined", event)
      self.messages[mid]?.quarantined = false
    case .workQueue(.deletedFromAllQuarantines(let mid)):
      self.expect(self.messages[mid]?.quarantined == true, "not quarantined", event)
      self.messages[mid]?.quarantined = false
      self.messages[mid]?.endsWhole = true
    case .messageFinished(let mid, _):
      let message = self.messages[mid]
      self.expect(message != nil, "ends twice", event)
      self.expect(message?.quarantined == false, "ends in a quarantine", event)
      self.expect(
        message?.endsWhole == true || message?.open.isEmpty == true, "a recipient is open", event)
      self.messages[mid] = nil
    default: return false
    }
    return true
  }

  private mutating func readDelivery(_ event: LogEvent) -> Bool {
    switch event.body {
    case .delivery(.newConnection(let dcid, _, _, _)):
      self.expect(dcid.value == self.dcidLast.value + 1, "DCID does not grow by one", event)
      self.dcidLast = dcid
      self.deliveries[dcid] = .some(nil)
    case .delivery(.connectionError(let dcid, _, _, let reason)):
      if reason == .endOfFile {
        self.expect(self.deliveries[dcid] != nil, "DCID is not open", event)
      } else {
        self.expect(dcid.value == self.dcidLast.value + 1, "DCID does not grow by one", event)
        self.dcidLast = dcid
      }
    case .delivery(.tls(let dcid, _, _)):
      self.expect(self.deliveries[dcid] != nil, "DCID is not open", event)
    case .delivery(.started(let dcid, let mid, let recipients)):
      if case .some(.none) = self.deliveries[dcid] {} else { self.complain("busy", event) }
      self.deliveries[dcid] = mid
      let open = self.messages[mid]?.open.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
      self.expect(open == recipients.bits, "other recipients are open", event)
    case .delivery(.done(let dcid, let mid, let recipients)):
      self.expect((self.deliveries[dcid] ?? nil) == mid, "not under way", event)
      self.close(mid, recipients, event)
    case .delivery(.closed(let dcid)):
      self.expect(self.deliveries[dcid] != nil, "DCID is not open", event)
      self.deliveries[dcid] = nil
    default: return self.readBounce(event)
    }
    return true
  }

  private mutating func readBounce(_ event: LogEvent) -> Bool {
    switch event.body {
    case .delivery(.hardBounce(let dcid, let mid, let rid, _, _)):
      if dcid != DCID(0) {
        self.expect((self.deliveries[dcid] ?? nil) == mid, "not under way", event)
      }
      self.close(mid, RIDSet(rid), event)
    case .delivery(.doubleBounce(let mid, let rid, _, _)):
      self.close(mid, RIDSet(rid), event)
    case .delivery(.softBounce(let dcid, let mid, let rid, _, _)):
      self.expect(self.messages[mid]?.open.contains(rid.value) == true, "RID is closed", event)
      if dcid != DCID(0) { self.expect(self.deliveries[dcid] != nil, "DCID is not open", event) }
    case .pendingTill(let mid, _, let till):
      self.expect(till > event.instant, "pending till the past", event)
      self.release(mid)
    default: return false
    }
    return true
  }

  private mutating func close(_ mid: MID, _ recipients: RIDSet, _ event: LogEvent) {
    for rid in UInt32(0)..<64 where recipients.bits >> UInt64(rid) & 1 == 1 {
      self.expect(self.messages[mid]?.open.remove(rid) != nil, "RID ends twice", event)
    }
    if self.messages[mid]?.open.isEmpty == true { self.release(mid) }
  }

  /// Nothing of the message is under way any more.
  private mutating func release(_ mid: MID) {
    for (dcid, under) in self.deliveries where under == mid { self.deliveries[dcid] = .some(nil) }
  }

  /// Lines that only name a message: it must be open.
  private mutating func readMention(_ event: LogEvent) {
    switch event.body {
    case .reception(.identifier(let mid, _, _)), .reception(.subject(let mid, _, _)):
      self.expect(self.messages[mid]?.isReceiving == true, "not being received", event)
    case .reception(.attachment(let mid, _)), .reception(.policyMatched(let mid, _, _)),
      .workQueue(.interimSpamVerdict(let mid, _)), .workQueue(.spamVerdict(let mid, _)),
      .workQueue(.scanSkipped(let mid, _, _, _)),
      .workQueue(.interimVirusVerdict(let mid, _)), .workQueue(.virusNegative(let mid)),
      .workQueue(.virusPositive(let mid, _)),
      .workQueue(.outbreakNegative(let mid)), .workQueue(.outbreakThreatLevel(let mid, _)),
      .workQueue(.releasedFromQuarantine(let mid, _, _, _)),
      .workQueue(.deletedFromQuarantine(let mid, _, _)),
      .workQueue(.taggedForSpamQuarantine(let mid)), .workQueue(.spamQuarantineStarted(_, let mid)),
      .workQueue(.spamQuarantined(let mid)), .workQueue(.signingSkipped(let mid, _, _)),
      .delivery(.queued(let mid)),
      .delivery(.response(let mid, _, _, _)):
      let message = self.messages[mid]
      self.expect(message != nil, "MID is not open", event)
      self.expect(message?.isReceiving == false || message?.icid == ICID(0), "not whole", event)
    default:
      self.complain("unknown to the checker", event)
    }
  }
}
