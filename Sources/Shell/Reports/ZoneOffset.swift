public import Simulation

/// What the clock of a configuration's zone shows, and how far it is ahead of UTC.
public struct ZoneOffset: Hashable, Sendable {
  /// Why it is told for this time.
  public enum Source: String, Hashable, Sendable, CaseIterable {
    /// Somebody asked for it.
    case asked
    /// The header comment says when the file was saved.
    case header
    /// It is now.
    case now
  }

  /// Seconds ahead of UTC.
  public let seconds: Int
  /// What the clock shows, such as `2015-06-25T08:50:03+02:00`.
  public let time: String
  /// Why this time.
  public let source: Source

  /// The offset at an instant, by the zone's transitions.
  public init(_ zone: ZoneTransitions, at instant: SimInstant, source: Source) {
    self.seconds = zone.offsetSeconds(at: instant)
    let local = InstantText.seconds(instant.advanced(by: .seconds(Int64(self.seconds)))).dropLast()
    self.time = local + Self.sign(self.seconds)
    self.source = source
  }

  /// Such as `+02:00 (7200 s) at 2015-06-25T08:50:03+02:00, when the file was saved`.
  public var text: String {
    let reason =
      switch self.source {
      case .asked: "as asked"
      case .header: "when the file was saved"
      case .now: "now"
      }
    return "\(Self.sign(self.seconds)) (\(self.seconds) s) at \(self.time), \(reason)"
  }

  private static func sign(_ seconds: Int) -> String {
    let minutes = abs(seconds) / 60
    let parts = [minutes / 60, minutes % 60].map(CalendarStamp.padded)
    return (seconds < 0 ? "-" : "+") + parts.joined(separator: ":")
  }
}
