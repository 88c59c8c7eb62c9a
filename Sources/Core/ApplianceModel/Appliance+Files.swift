internal import Alerting
internal import BasicContainers
public import LogDelivery
internal import LogModel
public import Simulation

/// The files of the subscriptions.
extension Appliance {
  /// Saves the files being written and begins the next ones, of one subscription or of all
  /// (`rollovernow`).
  ///
  /// - Parameter name: `nil` for all.
  /// - Returns: how many subscriptions rolled over; 0 where none has the name and files.
  @discardableResult
  public mutating func rollOverNow(subscription name: String? = nil, now: SimInstant) -> Int {
    var count = 0
    for index in 0..<self.subscriptions.count
    where name == nil || name == self.subscriptions[index].name {
      guard self.subscriptions[index].files != nil else { continue }
      self.subscriptions[index].files?.rollOver(now: now, zone: self.zone)
      self.report(.filesRolledOver, index, nil, now: now)
      count += 1
    }
    return count
  }

  mutating func filesTimeReached(_ now: SimInstant) {
    for index in 0..<self.subscriptions.count {
      self.subscriptions[index].filesTimeReached(now, zone: self.zone)
    }
  }

  /// How many lines passed the filter of a subscription and are in none of its files.
  public var linesNotKept: [String: UInt64] {
    var found: [String: UInt64] = [:]
    for index in 0..<self.subscriptions.count {
      let count = self.subscriptions[index].linesNotKept
      if count > 0 { found[self.subscriptions[index].name] = count }
    }
    return found
  }

  /// An action on the files of a subscription could not be carried out; the appliance goes on.
  ///
  /// - Parameter reason: such as `No space left on device`.
  public mutating func fileFailed(
    subscription index: Int, _ action: LogFileAction, reason: String, now: SimInstant
  ) {
    guard self.subscriptions[index].files?.failed(action, now: now) == true else { return }
    let text = LogErrorText.files(subscription: self.subscriptions[index].name, reason: reason)
    self.report(.filesFailed, index, nil, reason, now: now)
    self.logError(text, index, now: now)
  }

  /// A line could be written again.
  public mutating func filesRecovered(subscription index: Int, now: SimInstant) {
    self.subscriptions[index].files?.recovered()
    let count = self.subscriptions[index].linesNotKept
    let lines = count == 1 ? "1 line" : "\(count) lines"
    self.report(.filesRecovered, index, nil, "\(lines) not kept so far", now: now)
    let text = LogErrorText.filesRecovered(
      subscription: self.subscriptions[index].name, notKept: lines)
    self.log([(.information, text, .textMail)], now: now)
  }

  /// The error line to every subscription, and its alert.
  mutating func logError(_ text: String, _ index: Int, now: SimInstant) {
    self.log([(.critical, text, .textMail)], now: now)
    let raised = self.alerts.raisedCount
    let actions = self.alerts.raise(
      .logError, text: text, now: now, offsetSeconds: self.zone.offsetSeconds(at: now))
    // An alert that no one is to hear of is one too.
    if self.alerts.raisedCount > raised { self.report(.alertRaised, index, nil, text, now: now) }
    self.perform(actions, now: now)
  }
}
