internal import ApplianceModel
internal import LogDelivery
internal import Simulation

/// What a run produces: its output, its events, and what its expectations make of both.
struct ScenarioRecord {
  private(set) var output: any ScenarioOutput
  private(set) var watcher: ExpectationWatcher
  private(set) var events: [RunEvent] = []
  private var mails = 0

  /// Nothing yet.
  init(expectations: [Expectation], output: any ScenarioOutput) {
    self.watcher = ExpectationWatcher(expectations: expectations)
    self.output = output
  }

  /// The appliance reports an event.
  mutating func happened(_ event: RunEvent, at elapsed: SimDuration) {
    self.watcher.happened(event, at: elapsed)
    self.events.append(event)
  }

  /// Something was done to a subscription's log files.
  mutating func performed(
    _ action: LogFileAction, subscription: String, at elapsed: SimDuration
  ) {
    if case .append(let bytes, _) = action {
      self.watcher.logged(bytes, subscription: subscription, at: elapsed)
    }
    self.output.perform(action, subscription: subscription)
  }

  /// A host's syslog server read lines.
  mutating func received(_ lines: [UInt8], host: String, at elapsed: SimDuration) {
    self.watcher.received(lines, host: host, at: elapsed)
    self.output.received(lines, host: host)
  }

  /// A mailbox took a mail.
  mutating func mailed(_ mail: [UInt8], at elapsed: SimDuration) {
    self.mails += 1
    self.watcher.mailed(subject: MailSubject.read(mail), at: elapsed)
    self.output.mailed(mail, number: self.mails)
  }

  /// A capture ended.
  mutating func captured(_ bytes: [UInt8], file: String) {
    self.output.captured(bytes, file: file)
  }
}
