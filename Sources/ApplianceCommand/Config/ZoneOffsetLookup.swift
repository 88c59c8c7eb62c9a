import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import ConfigurationStore
import Reports
import Simulation

/// A date that a person asks about.
enum LocalTimeArgument {
  static func time(_ text: String) throws -> LocalTime {
    if let time = LocalTime(rfc3339: text) { return time }
    throw ValidationError(
      "found \(text), allowed: 2015-06-25 or 2015-06-25T08:50:03 by the file's zone, with Z by "
        + "UTC; years \(LocalTime.years.lowerBound) to \(LocalTime.years.upperBound)")
  }
}

/// The offset of a configuration's zone, by the system's zone data.
enum ZoneOffsetLookup {
  /// The offset at `asked`, or when the file was saved, or now; `nil` for an unknown zone.
  static func offset(of configuration: Configuration, asked: LocalTime?) -> ZoneOffset? {
    if let time = asked { return self.offset(of: configuration, at: time, source: .asked) }
    if let time = self.timeOfSaving(configuration.identity) {
      return self.offset(of: configuration, at: time, source: .header)
    }
    guard let now = LiveClock.wall() else { return nil }
    return ZoneDatabase.zone(named: configuration.timeZone.value, from: now).map {
      ZoneOffset($0, at: now, source: .now)
    }
  }

  private static func offset(
    of configuration: Configuration, at time: LocalTime, source: ZoneOffset.Source
  ) -> ZoneOffset? {
    // No zone is as much as two days from UTC.
    let before = SimInstant(secondsSinceEpoch: time.seconds - 2 * 86_400)
    return ZoneDatabase.zone(named: configuration.timeZone.value, from: before).map { zone in
      let second = time.isUTC ? time.seconds : zone.firstSecond(showing: time.seconds)
      return ZoneOffset(zone, at: SimInstant(secondsSinceEpoch: second), source: source)
    }
  }

  /// `Current Time: Thu Jun 25 08:50:03 2015` of the header comment, in the file's own zone.
  private static func timeOfSaving(_ identity: ApplianceIdentity) -> LocalTime? {
    let lead = "Current Time: "
    return identity.otherLines.lazy.map(\.value).first { $0.hasPrefix(lead) }
      .flatMap { LocalTime(ctime: String($0.dropFirst(lead.count))) }
  }
}
