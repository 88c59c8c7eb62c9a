internal import Alerting
internal import ApplianceConfiguration
internal import BasicContainers
internal import LogDelivery
internal import LogFormats
internal import LogModel
internal import MailFlow
public import Simulation

/// A commit that takes effect while the appliance runs. Source: docs/FIDELITY.md, "A commit".
///
/// What it does not name goes on byte for byte as without it; what it names is as the new
/// configuration says from the next line on. Counters, mails under way, duplicates and history
/// stay.
extension Appliance {
  /// Takes a commit; one that changes nothing does nothing.
  ///
  /// - Parameter zone: the transitions of the new configuration's time zone.
  public mutating func apply(
    _ delta: ConfigurationDelta, zone: ZoneTransitions, now: SimInstant
  ) {
    guard !delta.isEmpty, !self.hasStopped else { return }
    // What was due before is written as before.
    self.catchUpWhole(now)
    let stamp = self.stampForWriting(now)
    self.collectWrites(now: now)
    self.report(.committed(delta.changes), now: now)
    let before = self.configuration
    self.configuration = delta.configuration
    self.applyShared(delta, zone: zone)
    for change in delta.subscriptions {
      switch change {
      case .added(let settings): self.add(settings)
      case .removed(let name): self.remove(name, now: now)
      case .replaced(let settings):
        self.remove(settings.name.value, now: now)
        self.add(settings)
      case .changed(let settings, let aspects):
        self.change(settings, reconnects: aspects.contains(.endpoint), now: now, stamp: stamp)
      }
    }
    self.changeWhatShowsShared(delta, before: before, now: now, stamp: stamp)
    // The last one that the start waited for may be no more.
    if !self.hasStarted { self.beginWhatIsOpen([], now: now) }
    self.collectWrites(now: now)
  }

  private mutating func applyShared(_ delta: ConfigurationDelta, zone: ZoneTransitions) {
    let configuration = delta.configuration
    if delta.shared.contains(.timeZone) { self.zone = zone }
    if !delta.shared.isDisjoint(with: [.timeZone, .logs]) {
      self.flow.change(zone: self.zone, logGlobals: configuration.logGlobals)
    }
    if delta.shared.contains(.logs) {
      let interval = SimDuration.seconds(
        Int64(configuration.logGlobals.systemMeasurementsFrequencySeconds.value))
      if interval != self.statusInterval {
        // The next one comes an interval behind the last.
        self.nextStatus = max(
          SimInstant(
            nanoseconds: self.nextStatus.nanoseconds - self.statusInterval.nanoseconds
              + interval.nanoseconds), self.clock.model)
        self.statusInterval = interval
      }
    }
    if !delta.shared.isDisjoint(with: [.alerts, .smtpRoutes, .hostname, .identity]) {
      self.alerts.change(
        origin: AlertOrigin(configuration), settings: configuration.alerts,
        routes: configuration.smtpRoutes)
    }
  }

  /// A zone, host name, version or serial number is shown by lines that subscriptions write.
  private mutating func changeWhatShowsShared(
    _ delta: ConfigurationDelta, before: Configuration, now: SimInstant, stamp: SimInstant
  ) {
    guard !delta.shared.isDisjoint(with: [.timeZone, .hostname, .identity]) else { return }
    let named = Set(delta.subscriptions.map(\.name))
    for settings in delta.configuration.subscriptions where !named.contains(settings.name.value) {
      if LogSubscription.filename(of: settings, FileOrigin(before))
        != LogSubscription.filename(of: settings, FileOrigin(delta.configuration))
      {
        self.remove(settings.name.value, now: now)
        self.add(settings)
      } else {
        self.change(settings, reconnects: false, now: now, stamp: stamp)
      }
    }
  }

  private mutating func change(
    _ settings: LogSubscriptionSettings, reconnects: Bool, now: SimInstant, stamp: SimInstant
  ) {
    guard let index = self.place(named: settings.name.value) else { return }
    let redirection = self.subscriptions[index].change(
      to: settings, hostname: self.configuration.hostname.value,
      header: HeaderLines(self.configuration), reconnects: reconnects, now: now, stamp: stamp,
      zone: self.zone)
    guard let redirection else { return }
    if let id = redirection.closing {
      self.actions.append(.closeConnection(self.subscriptions[index].id, id))
      self.report(.pushClosed, index, id, now: now)
    }
    self.perform(redirection.connecting, index, now: now)
  }

  // MARK: Beginning and ending

  private mutating func add(_ settings: LogSubscriptionSettings) {
    let id = SubscriptionID(self.nextSubscription)
    self.nextSubscription += 1
    var subscription = LogSubscription(
      id, settings: settings, origin: FileOrigin(self.configuration),
      header: HeaderLines(self.configuration), keepsRecord: self.options.keepsRecord,
      backoff: self.options.backoff,
      // What the others may hold stays; a new one takes its share of all that there are now.
      limits: self.options.limits.shared(by: self.configuration))
    if self.options.sendsFiles, subscription.transferEndpoint != nil {
      subscription.transfers = FileTransferQueue(backoff: self.options.transferBackoff)
    }
    let files = self.ended.files(named: settings.name.value)
    subscription.files?.adopt(existing: files)
    self.ended.forget(
      files: subscription.files?.savedNames ?? [], named: settings.name.value)
    if let record = self.ended.take(settings) {
      subscription.storage.continues = true
      if let journal = record.journal {
        subscription.withPush { $0.resume(journal, unjournalled: 0) }
      }
    }
    // One that begins while the run drains has no more lines to come than the others.
    if self.drain != nil { subscription.withPush { $0.expectNoMore() } }
    self.subscriptions.append(subscription)
    self.open(self.subscriptions.count - 1)
  }

  private mutating func remove(_ name: String, now: SimInstant) {
    guard let index = self.place(named: name) else { return }
    let id = self.subscriptions[index].id
    self.opening.remove(id)
    self.closePush(index, now: now)
    self.subscriptions[index].files?.close()
    self.subscriptions[index].withPush { $0.backlog.abandonQueue() }
    self.collectSpoolActions(index)
    for action in self.subscriptions[index].takeFileActions() {
      self.actions.append(.file(id, action))
    }
    let record = SubscriptionRecord(
      name: name, journal: self.subscriptions[index].journal,
      loggedMark: self.subscriptions[index].loggedMark,
      files: self.subscriptions[index].files?.savedNames ?? [],
      hasDiskBuffer: self.subscriptions[index].storage.hasDiskBuffer,
      ledger: self.ledger(index))
    self.actions.append(.close(id, record))
    self.ended.add(record, id, linesNotKept: self.subscriptions[index].linesNotKept)
    _ = self.subscriptions.remove(at: index)
  }

  func place(named name: String) -> Int? {
    (0..<self.subscriptions.count).first { self.subscriptions[$0].name == name }
  }
}

extension ConfigurationDelta {
  /// What a report says of it, a line each.
  var changes: [String] {
    self.subscriptions.map { change in
      switch change {
      case .added(let settings): "\(settings.name.value): added"
      case .removed(let name): "\(name): removed"
      case .replaced(let settings): "\(settings.name.value): begun anew"
      case .changed(let settings, let aspects):
        "\(settings.name.value): " + aspects.map(\.rawValue).sorted().joined(separator: ", ")
      }
    } + self.shared.map(\.rawValue).sorted()
  }
}

extension AlertOrigin {
  init(_ configuration: Configuration) {
    let identity = configuration.identity
    self.init(
      hostname: configuration.hostname.value, model: identity.model.value,
      version: identity.version.value, serialNumber: identity.serialNumber.value,
      fromAddress: configuration.alerts.fromAddress?.value)
  }
}

extension FileOrigin {
  init(_ configuration: Configuration) {
    self.init(
      hostname: configuration.hostname.value,
      serialNumber: configuration.identity.serialNumber.value)
  }
}

extension HeaderLines {
  init(_ configuration: Configuration) {
    self.init(
      version: configuration.identity.version.value,
      serialNumber: configuration.identity.serialNumber.value)
  }
}

extension PushLimits {
  /// The bounds of each push of a configuration.
  func shared(by configuration: Configuration) -> PushLimits {
    self.shared(
      by: configuration.subscriptions.count {
        if case .syslogPush = $0.retrieval { true } else { false }
      })
  }
}
