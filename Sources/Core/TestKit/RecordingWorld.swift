public import Alerting
public import ApplianceConfiguration
public import ApplianceModel
public import LogDelivery
public import LogModel
public import MailTransport
public import Simulation

/// An appliance whose owner is a test: time moves by hand, and every action is written down.
///
/// Writes are taken by the "socket" as soon as they are handed over; acknowledgements come by hand.
public struct RecordingWorld: ~Copyable {
  /// One connect that the appliance asked for.
  public struct Connect: Hashable, Sendable {
    /// Which subscription.
    public let subscription: SubscriptionID
    /// Which connection.
    public let id: ConnectionID
  }

  /// One connection's stream.
  public struct Stream: Hashable, Sendable {
    /// Each write, as handed over.
    public var writes: [PushWrite] = []
    /// The stream as text.
    public var text: String { String(decoding: self.writes.flatMap(\.bytes), as: UTF8.self) }
  }

  /// The appliance.
  public var appliance: Appliance
  /// The elapsed time.
  public private(set) var now: SimInstant
  /// The connects, oldest first.
  public private(set) var connects: [Connect] = []
  /// The connections whose sending direction is closed.
  public private(set) var finished: [Connect] = []
  /// What went over each connection.
  public private(set) var streams: [Connect: Stream] = [:]
  /// The alert mails handed over, oldest first.
  public private(set) var mails: [AlertMail] = []
  /// What stands in the log files of each subscription, all files behind one another.
  public private(set) var files: [SubscriptionID: [UInt8]] = [:]
  /// The disk buffers of the pushes.
  public private(set) var spools: [SubscriptionID: MemorySpool] = [:]
  /// One file that the appliance wants sent.
  public struct Transfer: Hashable, Sendable {
    /// Which subscription.
    public let subscription: SubscriptionID
    /// Which saved file.
    public let name: String
  }

  /// What was begun and deleted.
  public private(set) var fileNames = RecordedFileNames()
  /// The files to send, oldest first.
  public private(set) var transfers: [Transfer] = []
  /// Which actions on disk buffers fail.
  public var spoolFails: @Sendable (SpoolAction) -> Bool = { _ in false }
  /// Disk buffers of subscriptions that are no more, by name.
  private var closedSpools: [String: MemorySpool] = [:]
  private var failingSpools: Set<SubscriptionID> = []
  /// What was reported.
  public private(set) var events: [RunEvent] = []

  /// A world at `now`, with the appliance started.
  public init(
    configuration: Configuration, options: ApplianceOptions = ApplianceOptions(),
    zone: ZoneTransitions = Fixtures.johannesburg, now: SimInstant = Fixtures.documentedInstant
  ) {
    self.now = now
    self.appliance = Appliance(
      configuration: configuration, zone: zone, options: options, start: now)
    self.appliance.start(now: now)
    self.settle()
  }

  /// The log lines of a subscription's files.
  public func lines(subscription: SubscriptionID) -> [String] {
    String(decoding: self.files[subscription] ?? [], as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  /// Takes a commit.
  public mutating func apply(_ delta: ConfigurationDelta, zone: ZoneTransitions) {
    self.appliance.apply(delta, zone: zone, now: self.now)
    self.settle()
  }

  /// Moves the time and lets the appliance run what is due then, and nothing in between.
  public mutating func advance(by duration: SimDuration) {
    self.now = self.now.advanced(by: duration)
    self.appliance.advance(now: self.now)
    self.settle()
  }

  /// Time passes in which the appliance has no turn, as on a busy machine.
  public mutating func pass(_ duration: SimDuration) {
    self.now = self.now.advanced(by: duration)
  }

  /// Tells the appliance what the wall clock shows now.
  public mutating func wallClock(is wall: SimInstant) {
    self.appliance.wallClock(is: wall, now: self.now)
    self.settle()
  }

  /// Ends the traffic.
  public mutating func stopTraffic() {
    self.appliance.stopTraffic(now: self.now)
    self.settle()
  }

  /// Lets the latest connect of a subscription succeed.
  public mutating func connect(subscription: SubscriptionID = 0) {
    guard let id = self.latest(subscription) else { return }
    self.appliance.connected(subscription: subscription, id, now: self.now)
    self.settle()
  }

  /// Lets the latest connection of a subscription fail.
  public mutating func fail(subscription: SubscriptionID = 0, _ failure: LinkFailure) {
    guard let id = self.latest(subscription) else { return }
    self.appliance.connectionFailed(subscription: subscription, id, failure, now: self.now)
    self.settle()
  }

  /// Lets the peer acknowledge a prefix of the latest connection.
  public mutating func acknowledge(subscription: SubscriptionID = 0, bytes: UInt64) {
    guard let id = self.latest(subscription) else { return }
    self.appliance.bytesAcknowledged(bytes, subscription: subscription, id, now: self.now)
    self.settle()
  }

  /// Saves the files being written, of one subscription or of all, and begins the next ones.
  @discardableResult
  public mutating func rollOverNow(_ subscription: String? = nil) -> Int {
    let count = self.appliance.rollOverNow(subscription: subscription, now: self.now)
    self.settle()
    return count
  }

  /// Lets an action on the files of a subscription fail.
  public mutating func failFile(
    subscription: SubscriptionID, _ action: LogFileAction, reason: String
  ) {
    self.appliance.fileFailed(subscription: subscription, action, reason: reason, now: self.now)
    self.settle()
  }

  /// Ends the latest attempt to send a file.
  public mutating func finishTransfer(_ failure: FileTransferFailure? = nil) {
    guard let transfer = self.transfers.last else { return }
    self.appliance.transferFinished(
      subscription: transfer.subscription, name: transfer.name, failure: failure, now: self.now)
    self.settle()
  }

  /// Ends the attempt to send a mail.
  public mutating func finishMail(_ mail: AlertMail, _ fate: SMTPFate) {
    self.appliance.mailFinished(mail, fate: fate, now: self.now)
    self.settle()
  }

  /// What went over connection `number` of a subscription.
  public func stream(_ number: UInt32, subscription: SubscriptionID = 0) -> Stream {
    self.streams[Connect(subscription: subscription, id: ConnectionID(number))] ?? Stream()
  }

  private func latest(_ subscription: SubscriptionID) -> ConnectionID? {
    self.connects.last { $0.subscription == subscription }?.id
  }

  private mutating func settle() {
    while true {
      let actions = self.appliance.takeActions()
      if actions.isEmpty { return }
      for action in actions { self.record(action) }
    }
  }

  private mutating func open(_ subscription: SubscriptionID, _ storage: SubscriptionStorage) {
    if storage.hasDiskBuffer,
      let earlier = self.closedSpools.removeValue(forKey: storage.name)
    {
      self.spools[subscription] = earlier
      earlier.recover(into: &self.appliance, subscription: subscription, now: self.now)
    }
    self.appliance.opened(subscription: subscription, now: self.now)
  }

  private mutating func record(_ action: ApplianceAction) {
    switch action {
    case .open(let subscription, let storage): self.open(subscription, storage)
    case .close(let subscription, let record):
      if let spool = self.spools[subscription] { self.closedSpools[record.name] = spool }
    case .file(let subscription, .append(let bytes, _)):
      self.files[subscription, default: []] += bytes
    case .file(let subscription, .save(_, let name)):
      self.appliance.fileSaved(subscription: subscription, name: name, now: self.now)
    case .file(let subscription, .delete(let name)):
      self.fileNames.deleted[subscription, default: []].append(name)
    case .file(_, .create(let name)): self.fileNames.created.append(name)
    case .transfer(let subscription, let name, _):
      self.transfers.append(Transfer(subscription: subscription, name: name))
    case .spool(let subscription, let spoolAction) where self.spoolFails(spoolAction):
      self.failingSpools.insert(subscription)
      self.appliance.spoolFailed(
        subscription: subscription, spoolAction, reason: "No space left on device", now: self.now)
    case .spool(let subscription, let spoolAction):
      let bytes = self.spools[subscription, default: MemorySpool()].perform(spoolAction)
      if case .read = spoolAction {
        self.appliance.spoolRead(bytes, subscription: subscription, now: self.now)
      }
      guard self.failingSpools.contains(subscription) else { return }
      if self.appliance.spoolWritten(subscription: subscription, spoolAction, now: self.now) {
        self.failingSpools.remove(subscription)
      }
    case .connect(let subscription, let id, _):
      self.connects.append(Connect(subscription: subscription, id: id))
    case .write(let subscription, let id, let writes):
      self.streams[Connect(subscription: subscription, id: id), default: Stream()].writes += writes
      for write in writes {
        self.appliance.bytesWritten(
          write.bytes.count, subscription: subscription, id, now: self.now)
      }
    case .finish(let subscription, let id):
      self.finished.append(Connect(subscription: subscription, id: id))
    case .closeConnection: break
    case .sendMail(let mail): self.mails.append(mail)
    case .report(let event): self.events.append(event)
    }
  }
}

/// For tests, which name subscriptions by their place in the configuration.
extension SubscriptionID: ExpressibleByIntegerLiteral {
  public init(integerLiteral number: UInt32) {
    self.init(number)
  }
}

extension Appliance {
  /// Starts an appliance whose owner keeps nothing on disk, or lets it be kept from now on.
  public mutating func startWithFoldersOpen(now: SimInstant) {
    self.start(now: now)
    for (id, _) in self.storages { self.opened(subscription: id, now: now) }
  }
}

/// The names of log files that a `RecordingWorld` saw, in order.
public struct RecordedFileNames: Hashable, Sendable {
  /// Those that were begun, of all subscriptions.
  public var created: [String] = []
  /// Those that were deleted, by subscription.
  public var deleted: [SubscriptionID: [String]] = [:]
}
