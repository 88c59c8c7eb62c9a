public import Simulation

/// Decides which duplicates of an alert are sent.
///
/// Alerts are duplicates when row and key are the same (`AlertRow.duplicateKey`). The first is sent
/// at once. A later one is sent when the interval since the last one sent has passed, and the
/// interval then grows: interval(n + 1) = min(maximum, 2 · interval(n) + initial), so with 300 s and
/// 3600 s: 300, 900, 2100, 3600, 3600 ... An initial interval of 0 sends each one. One that was not
/// raised for the maximum interval beyond its own starts anew.
/// Source: docs/FIDELITY.md, "Duplicate alerts".
public struct DuplicateAlertFilter: Sendable {
  /// At most this many keys are remembered; the one sent longest ago is forgotten first.
  public static let keysMax = 256
  /// Longer intervals, and less than none, are taken for the bound: 68 years fit the arithmetic.
  private static let secondsAllowed = 0...Int(Int32.max)

  /// Whether an alert goes out.
  public enum Verdict: Hashable, Sendable {
    /// It goes, after that many that did not.
    case send(suppressedBefore: Int)
    case suppress
  }

  /// What two duplicates have in common.
  public struct Key: Hashable, Sendable {
    /// The row.
    public let alert: AlertID
    /// The values of the row's `duplicateKey`, in its order.
    public let values: [String]

    /// The key of an event.
    public init(_ event: AlertEvent) {
      let parameters = event.parameters
      self.alert = event.alert
      self.values = event.alert.row.duplicateKey.map { parameters[$0] ?? "" }
    }
  }

  private struct Entry: Sendable {
    let key: Key
    var lastSent: SimInstant
    var lastRaised: SimInstant
    var interval: SimDuration
    var suppressed: Int
  }

  private var initial: SimDuration
  private var maximum: SimDuration
  private var entries: [Entry] = []

  /// A filter that has seen no alert.
  public init(initialSeconds: Int, maximumSeconds: Int) {
    self.initial = Self.interval(seconds: initialSeconds)
    self.maximum = Self.interval(seconds: maximumSeconds)
  }

  /// Intervals grow by these from now on; what was sent and when stays known.
  mutating func change(initialSeconds: Int, maximumSeconds: Int) {
    self.initial = Self.interval(seconds: initialSeconds)
    self.maximum = Self.interval(seconds: maximumSeconds)
  }

  /// The alert about an event is raised.
  public mutating func raised(_ event: AlertEvent, now: SimInstant) -> Verdict {
    guard self.initial > .zero else { return .send(suppressedBefore: 0) }
    let key = Key(event)
    guard let index = self.entries.firstIndex(where: { $0.key == key }) else {
      self.remember(key, now: now)
      return .send(suppressedBefore: 0)
    }
    let entry = self.entries[index]
    self.entries[index].lastRaised = now
    guard entry.lastSent.duration(to: now) >= entry.interval else {
      self.entries[index].suppressed += 1
      return .suppress
    }
    let isForgotten = entry.lastRaised.duration(to: now) >= entry.interval + self.maximum
    self.entries[index].lastSent = now
    self.entries[index].suppressed = 0
    self.entries[index].interval =
      isForgotten ? min(self.initial, self.maximum) : self.next(after: entry.interval)
    return .send(suppressedBefore: entry.suppressed)
  }

  private static func interval(seconds: Int) -> SimDuration {
    let allowed = self.secondsAllowed
    return .seconds(Int64(min(max(seconds, allowed.lowerBound), allowed.upperBound)))
  }

  private func next(after interval: SimDuration) -> SimDuration {
    min(self.maximum, interval * 2 + self.initial)
  }

  private mutating func remember(_ key: Key, now: SimInstant) {
    if self.entries.count == Self.keysMax,
      let oldest = self.entries.indices.min(by: {
        self.entries[$0].lastSent < self.entries[$1].lastSent
      })
    {
      self.entries.remove(at: oldest)
    }
    self.entries.append(
      Entry(
        key: key, lastSent: now, lastRaised: now,
        interval: min(self.initial, self.maximum), suppressed: 0))
  }
}
