import Alerting
import ApplianceModel
import LogDelivery
import Simulation

/// The documented back-off of alerts, told again: which failures raise one, which do not.
///
/// Source: docs/FIDELITY.md, "Duplicate alerts".
struct AlertChecker {
  private struct Text {
    var lastSent: SimInstant
    var lastRaised: SimInstant
    var wait: Int64
  }

  let record: SwarmRecord
  /// Between duplicates.
  var initial: Int64
  var maximum: Int64
  /// Where each subscription pushes to, as its alerts say it.
  var hosts: [String: String] = [:]
  /// The subscriptions whose full disk buffers drop the oldest lines.
  var dropping: Set<String> = []
  private var texts: [String: Text] = [:]
  private var expected: [String] = []
  /// When it was said last of a disk buffer that it is full.
  private var buffersFull: [String: SimInstant] = [:]
  private(set) var raised = 0

  init(record: SwarmRecord, initial: Int, maximum: Int) {
    self.record = record
    self.initial = Int64(initial)
    self.maximum = Int64(maximum)
  }

  private func text(_ name: String, _ failure: LinkFailure) -> String {
    AlertEvent.pushFailed(subscription: name, host: self.hosts[name] ?? "", failure).text
  }

  private func fullText(_ name: String) -> String {
    AlertEvent.diskBufferFull(subscription: name, dropsOldest: self.dropping.contains(name)).text
  }

  mutating func happened(_ event: RunEvent) {
    switch event.fact {
    case .pushFailed(let failure):
      self.settle()
      self.raise(self.text(event.subscription ?? "", failure), at: event.instant)
    case .bufferFull:
      self.settle()
      let name = event.subscription ?? ""
      let known = self.buffersFull.updateValue(event.instant, forKey: name)
      self.record.require(
        known.map { $0.duration(to: event.instant) >= .seconds(300) } ?? true, .alertsDocumented,
        "\(name): full, and said so less than 300 s before")
      self.raise(self.fullText(name), at: event.instant)
    case .alertRaised(let alert):
      self.raised += 1
      self.record.require(
        self.expected == [alert.text], .alertsDocumented,
        "raised \"\(alert.text)\", expected \(self.expected)")
      self.expected = []
    default: break
    }
  }

  /// What was to be raised has been.
  mutating func settle() {
    self.record.require(
      self.expected.isEmpty, .alertsDocumented, "not raised: \(self.expected)")
    self.expected = []
  }

  private mutating func raise(_ text: String, at now: SimInstant) {
    guard self.initial > 0, let known = self.texts[text] else {
      self.texts[text] = Text(
        lastSent: now, lastRaised: now, wait: min(self.initial, self.maximum))
      return self.expected.append(text)
    }
    self.texts[text]?.lastRaised = now
    guard known.lastSent.duration(to: now) >= .seconds(known.wait) else { return }
    let isForgotten =
      known.lastRaised.duration(to: now) >= .seconds(known.wait + self.maximum)
    let grown = min(self.maximum, 2 * known.wait + self.initial)
    self.texts[text]?.wait = isForgotten ? min(self.initial, self.maximum) : grown
    self.texts[text]?.lastSent = now
    self.expected.append(text)
  }
}
