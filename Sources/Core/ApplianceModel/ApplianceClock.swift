internal import LogFormats
internal import Simulation

/// The one clock of an appliance: which time is written down, and which time decides.
///
/// Three times: *elapsed*, which the owner tells at each call; the *wall clock*, which may be set;
/// and the *model's*, in which the mail flow lives. At `--rate N` model time is elapsed time but
/// for the time that the traffic was held; at `--rate max` it runs as fast as it can.
/// Source: docs/ARCHITECTURE.md, "Time".
struct ApplianceClock: Sendable {
  /// A step of the wall clock of more than this is told.
  static let stepWorthALine = SimDuration.seconds(1)

  /// Whether model time runs apart from elapsed time.
  let isModelTime: Bool
  /// Whether stamps are the wall clock's; if not, the model's.
  let stampsByWall: Bool
  /// How far the wall clock is ahead of elapsed time.
  private(set) var wallOffset = SimDuration.zero
  /// How far model time is behind elapsed time because traffic was held.
  private(set) var lag = SimDuration.zero
  /// The latest instant of the model that came to pass.
  private(set) var model: SimInstant
  /// The latest elapsed instant that something was stamped at out of the mail flow's turn; what the
  /// flow owes from before is not stamped before it.
  private var latestStamped = SimInstant(nanoseconds: .min)

  init(isModelTime: Bool, stampsByWall: Bool, start: SimInstant) {
    self.isModelTime = isModelTime
    self.stampsByWall = stampsByWall || !isModelTime
    self.model = start
  }

  /// What is written down at `now`: stamps, names of files, dates of mails, events of a report.
  func stamp(_ now: SimInstant) -> SimInstant {
    self.stampsByWall ? now.advanced(by: self.wallOffset) : self.model
  }

  /// The time by which the model decides at `now`: whether an alert is a duplicate.
  func decision(_ now: SimInstant) -> SimInstant {
    self.isModelTime ? self.model : now
  }

  /// Where `now` is in the model.
  func modelInstant(_ now: SimInstant) -> SimInstant {
    self.isModelTime ? self.model : SimInstant(nanoseconds: now.nanoseconds - self.lag.nanoseconds)
  }

  /// When an instant of the model comes; at `--rate N`.
  func elapsed(ofModel instant: SimInstant) -> SimInstant { instant.advanced(by: self.lag) }

  /// When the clock shows an instant, unless it is set before; `nil` where only the model leads
  /// there.
  func elapsed(ofStamp instant: SimInstant) -> SimInstant? {
    self.stampsByWall
      ? SimInstant(nanoseconds: instant.nanoseconds - self.wallOffset.nanoseconds) : nil
  }

  /// How instants of the model become stamps.
  func lineStamps(_ now: SimInstant) -> LineStamps {
    guard self.stampsByWall else { return .own }
    guard !self.isModelTime else { return .fixed(self.stamp(now)) }
    let first = self.latestStamped.nanoseconds
    return .moved(
      by: self.lag + self.wallOffset,
      notBefore: SimInstant(
        nanoseconds: first == .min ? .min : first + self.wallOffset.nanoseconds))
  }

  /// Something was stamped at `now` that is not the mail flow's.
  mutating func stamped(_ now: SimInstant) {
    self.latestStamped = max(self.latestStamped, now)
  }

  /// The model came to `instant`.
  mutating func modelReached(_ instant: SimInstant) {
    self.model = max(self.model, instant)
  }

  /// The traffic was held for so long.
  mutating func held(for duration: SimDuration) {
    self.lag = self.lag + duration
  }

  /// Whether the wall clock was set when it shows `wall`.
  func isStep(wall: SimInstant, now: SimInstant) -> Bool {
    now.duration(to: wall) != self.wallOffset
  }

  /// The wall clock shows `wall`.
  ///
  /// - Returns: how far it was set since it was told last.
  mutating func set(wall: SimInstant, now: SimInstant) -> SimDuration {
    let offset = now.duration(to: wall)
    defer { self.wallOffset = offset }
    return offset - self.wallOffset
  }
}
