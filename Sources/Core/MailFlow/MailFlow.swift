public import ApplianceConfiguration
public import LogModel
public import Simulation

/// The simulated MTA: a pure value with one owner, from one seed.
///
/// Decides when connections come and what becomes of their messages, and tells it as log events.
/// The same settings, seed and start give the same events, however `advance` is called.
/// docs/TRAFFIC.md describes the traffic, docs/FIDELITY.md the life cycles.
public struct MailFlow: Sendable {
  /// Whether new connections come, and why not.
  public enum InjectionState: Sendable, Hashable {
    case running
    /// As many messages as the settings ask for have begun.
    case limitReached
    /// `stop` was called.
    case stopped
    /// One of the 32-bit numbers is so near its end that only what is open may still use it. No
    /// number is ever used twice.
    case identifiersExhausted
  }

  /// How many numbers of each kind are kept for what is open when injection stops: at most
  /// 1,000,000 messages, each with a bounce message, both with 32 attempts, each with a DCID:
  /// 64,000,000.
  public static let identifierReserve: UInt32 = 1 << 26

  var settings: MailFlowSettings
  let tables: FlowTables
  let people: Populations

  var arrivals: SeededGenerator
  var content: SeededGenerator
  var verdicts: SeededGenerator
  var delivery: SeededGenerator

  var now: SimInstant
  var steps = DueHeap<StepKind>()
  /// How many of the steps are work that goes on.
  var activeSteps = 0
  var connections = SlotTable<InjectionConnection>()
  var messages = SlotTable<MessageRecord>()
  var deliveries = SlotTable<DeliveryConnection>()
  var destinations: [Destination]

  /// The next numbers.
  var identifiers: FirstIdentifiers
  /// Messages that open connections will still begin.
  var messagesReserved = 0
  /// Messages that no connection has taken on yet; `Int.max` without a limit.
  var messagesLeft: Int
  /// When the next connection comes; `Int64.max` when none is to come.
  var nextArrival = Int64.max
  /// Whether connections wait until a message ends.
  var arrivalsWait = false

  /// Whether new connections come.
  public internal(set) var injectionState = InjectionState.running
  /// What was counted, for the status line and the report.
  public var counters: MailFlowCounters { self.currentCounters() }
  var counts = MailFlowCounters()

  /// Which lines are logged, and by which local time mail comes; the populations stay.
  public mutating func change(zone: ZoneTransitions, logGlobals: LogGlobalSettings) {
    self.settings.zone = zone
    self.settings.logGlobals = logGlobals
  }

  /// An MTA at `start`, with its populations interned in `texts`.
  public init(
    settings: MailFlowSettings, seed: UInt64, start: SimInstant, texts: inout TextArena
  ) {
    self.settings = settings
    self.tables = FlowTables(settings)
    self.people = Populations(settings: settings, texts: &texts)
    self.arrivals = SeededGenerator(seed: seed, stream: "mail-flow.arrivals")
    self.content = SeededGenerator(seed: seed, stream: "mail-flow.content")
    self.verdicts = SeededGenerator(seed: seed, stream: "mail-flow.verdicts")
    self.delivery = SeededGenerator(seed: seed, stream: "mail-flow.delivery")
    self.now = start
    self.destinations = Self.makeDestinations(self.people)
    self.identifiers = settings.firstIdentifiers
    self.messagesLeft = settings.messageLimit.map { max($0, 0) } ?? .max
    if self.messagesLeft == 0 {
      self.injectionState = .limitReached
    } else {
      self.scheduleArrival()
    }
  }

  /// When the next event is due in model time; `nil` when the traffic has ended.
  public var nextDue: SimInstant? {
    guard !self.isFinished else { return nil }
    let due = min(self.nextArrival, self.steps.firstDue)
    return due == .max ? nil : SimInstant(nanoseconds: due)
  }

  /// Whether the traffic has ended: no connection is to come, and of what is open nothing is left
  /// but what waits, which stays pending.
  public var isFinished: Bool {
    switch self.injectionState {
    case .running: false
    case .stopped: true
    case .limitReached, .identifiersExhausted:
      self.activeSteps == 0 && (self.settings.leavesPending || self.steps.isEmpty)
    }
  }

  /// Advances model time to `limit` at most, or to the end of the traffic, and appends what
  /// happens.
  ///
  /// - Parameter eventsMax: stops once as many events were added; the step under way is finished,
  ///   so that somewhat more may be.
  public mutating func advance(
    to limit: SimInstant, eventsMax: Int, into events: inout [LogEvent]
  ) {
    let (sum, overflow) = events.count.addingReportingOverflow(eventsMax)
    let enough = overflow ? Int.max : sum
    while events.count < enough, !self.isFinished {
      let arrival = self.nextArrival
      let due = self.steps.firstDue
      if arrival <= due {
        guard arrival <= limit.nanoseconds, arrival != .max else { return }
        self.now = SimInstant(nanoseconds: arrival)
        self.connectionArrives(into: &events)
      } else {
        guard due <= limit.nanoseconds else { return }
        let step = self.steps.removeFirst()
        self.now = SimInstant(nanoseconds: due)
        if step.kind.isActive { self.activeSteps -= 1 }
        self.run(step, into: &events)
      }
    }
  }

  private mutating func run(_ step: DueHeap<StepKind>.Entry, into events: inout [LogEvent]) {
    switch step.kind {
    case .mailBegins: self.mailBegins(step.slot, into: &events)
    case .dataEnds: self.dataEnds(step.slot, into: &events)
    case .injectionCloses: self.injectionCloses(step.slot, into: &events)
    case .injectionLost: self.injectionIsLost(step.slot, into: &events)
    case .injectionIdles: self.injectionIdles(step.slot, into: &events)
    case .workDone: self.workDone(step.slot, into: &events)
    case .quarantineEnds: self.quarantineEnds(step.slot, into: &events)
    case .spamQuarantineEnds: self.spamQuarantineEnds(step.slot, into: &events)
    case .deliveryRetries: self.startDelivery(step.slot, into: &events)
    case .deliveryDone: self.deliveryDone(step.slot, into: &events)
    case .deliveryIdles: self.deliveryIdles(step.slot, into: &events)
    }
  }

  /// Appends an event of the text mail log.
  ///
  /// Mutating on purpose: in a call whose arguments draw, a method that is not would copy the whole
  /// flow first.
  @inline(__always)
  mutating func emit(_ body: LogEventBody, _ events: inout [LogEvent]) {
    events.append(LogEvent(at: self.now, body))
  }

  /// Ends a message for good, and lets connections come that waited for room.
  mutating func forget(_ slot: UInt32) {
    self.messages.remove(slot)
    guard self.arrivalsWait, self.roomForMessages > 0 else { return }
    self.arrivalsWait = false
    self.scheduleArrival()
  }

  /// How many messages may still begin before injection waits.
  var roomForMessages: Int {
    self.tables.openMessagesMax - self.messages.count - self.messagesReserved
  }

  private func currentCounters() -> MailFlowCounters {
    var counters = self.counts
    let first = self.settings.firstIdentifiers
    counters.icidNewest = first.icid == self.identifiers.icid ? 0 : self.identifiers.icid - 1
    counters.midNewest = first.mid == self.identifiers.mid ? 0 : self.identifiers.mid - 1
    counters.dcidNewest = first.dcid == self.identifiers.dcid ? 0 : self.identifiers.dcid - 1
    counters.connectionsOpen = self.connections.count
    counters.messagesOpen = self.messages.count
    return counters
  }
}
