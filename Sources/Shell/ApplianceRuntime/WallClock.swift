internal import Glibc
public import Simulation

/// The real time, never going back: a step of the system's clock to the past holds it still.
public struct WallClock: Sendable {
  private var latest = SimInstant(nanoseconds: 0)

  /// A clock that has not been read.
  public init() {}

  /// The time now.
  public mutating func now() -> SimInstant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let read = SimInstant(
      nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    self.latest = max(self.latest, read)
    return self.latest
  }
}
