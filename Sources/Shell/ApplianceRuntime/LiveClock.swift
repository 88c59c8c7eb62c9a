internal import Glibc
public import Simulation

/// The two clocks of a live run: elapsed time, which is monotonic and looks like an instant, and
/// the wall clock, which may be set.
///
/// Elapsed time begins with what the wall clock shows then, and nothing sets it.
public struct LiveClock: Sendable {
  /// Both clocks at one moment.
  public struct Reading: Hashable, Sendable {
    /// Since some moment, the same for all readings of a reader.
    public let monotonic: SimDuration
    /// `nil` outside of `SimInstant.runs`.
    public let wall: SimInstant?

    /// Both clocks at one moment.
    public init(monotonic: SimDuration, wall: SimInstant?) {
      self.monotonic = monotonic
      self.wall = wall
    }
  }

  /// What the wall clock did since the reading before.
  public enum News: Hashable, Sendable {
    case none
    /// It was set, and shows this.
    case set(to: SimInstant)
    case outOfRange
  }

  /// A wall clock that is off by less was not set: two clocks cannot be read at one instant, and a
  /// process may have to wait between them. What is off by more is taken from then on.
  public static let jitter = SimDuration.milliseconds(10)
  private static let attemptsMax = 8

  private let reader: @Sendable () -> Reading
  private let start: SimInstant
  private let monotonicStart: SimDuration
  /// How far the wall clock was ahead of elapsed time when it was set last.
  public private(set) var offset = SimDuration.zero
  /// How far the wall clock is set on purpose, as a scenario may ask.
  private var shift = SimDuration.zero

  /// Clocks that begin now.
  ///
  /// - Parameter reader: reads both; the system's unless told otherwise.
  public init(reader: @escaping @Sendable () -> Reading = { LiveClock.system() }) {
    self.reader = reader
    let first = reader()
    self.start = first.wall ?? SimInstant.runs.lowerBound
    self.monotonicStart = first.monotonic
  }

  /// Sets the wall clock, for this run alone.
  public mutating func setWall(by step: SimDuration) {
    self.shift = self.shift.saturatingSum(step)
  }

  /// The elapsed time, and what the wall clock did.
  public mutating func read() -> (now: SimInstant, news: News) {
    let reading = self.reader()
    let now = self.start.advanced(by: reading.monotonic - self.monotonicStart)
    guard let wall = reading.wall?.moved(by: self.shift) else { return (now, .outOfRange) }
    let offset = now.duration(to: wall)
    let change = offset - self.offset
    guard max(change, .zero - change) >= Self.jitter else { return (now, .none) }
    self.offset = offset
    return (now, .set(to: wall))
  }

  /// The elapsed time.
  public func elapsed() -> SimInstant {
    self.start.advanced(by: self.reader().monotonic - self.monotonicStart)
  }

  /// What the system's wall clock shows; `nil` outside of `SimInstant.runs`.
  public static func wall() -> SimInstant? {
    let time = self.read(CLOCK_REALTIME)
    // Checked in seconds, since nanoseconds reach no further than 292 years.
    let range = SimInstant.runs
    guard
      (range.lowerBound.wholeSeconds..<range.upperBound.wholeSeconds).contains(Int64(time.tv_sec))
    else { return nil }
    return SimInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// The system's clocks, read so closely together that their distance is known to half the jitter,
  /// if the process gets that far in a few attempts.
  public static func system() -> Reading {
    var before = self.monotonic()
    var wall = self.wall()
    for _ in 1..<self.attemptsMax {
      let after = self.monotonic()
      if (after - before).nanoseconds < self.jitter.nanoseconds / 2 { break }
      before = self.monotonic()
      wall = self.wall()
    }
    return Reading(monotonic: before, wall: wall)
  }

  private static func monotonic() -> SimDuration {
    let time = self.read(CLOCK_MONOTONIC)
    return SimDuration(
      nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
  }
}
