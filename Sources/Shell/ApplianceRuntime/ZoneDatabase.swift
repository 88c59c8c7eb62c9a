internal import Foundation
public import Simulation

/// Reads time zones from the system's data.
public enum ZoneDatabase {
  private static let folder = "/usr/share/zoneinfo/"

  /// The first parts of the database's names.
  private static let areas: Set<Substring> = [
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Brazil",
    "Canada", "Chile", "Etc", "Europe", "Indian", "Mexico", "Pacific", "US",
  ]

  /// Whether the zone data has a zone of this name.
  ///
  /// Foundation takes more: `GMT+2`, whose sign is the other way round than that of `Etc/GMT+2`,
  /// `SystemV/EST5`, `PST`. A host may lack the files, or those of older names; then Foundation's
  /// own data is asked for names with an area of the database, among which it has none of its own.
  ///
  /// Source: docs/FIDELITY.md, "Time zone names".
  @Sendable public static func isZone(_ name: String) -> Bool {
    // `Factory` is what a machine has whose zone nobody has set.
    let isPlain = name.utf8.allSatisfy { $0 != UInt8(ascii: ".") && $0 != 0 }
    guard isPlain, name != "Factory", TimeZone(identifier: name) != nil else { return false }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if name == "UTC" || parts.count > 1 && self.areas.contains(parts[0]) { return true }
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: self.folder + name, isDirectory: &isFolder)
      && !isFolder.boolValue
  }

  /// The zone's offset at `instant` and its changes until ten years later; `nil` for an unknown
  /// name.
  public static func zone(named name: String, from instant: SimInstant) -> ZoneTransitions? {
    self.zone(named: name, from: instant, years: 10)
  }

  /// The zone's changes from ten years before `instant` until ten years later, for a clock that may
  /// be set; `nil` for an unknown name.
  public static func zone(named name: String, around instant: SimInstant) -> ZoneTransitions? {
    self.zone(
      named: name, from: instant.advanced(by: .zero - .seconds(10 * 366 * 86_400)), years: 20)
  }

  private static func zone(
    named name: String, from instant: SimInstant, years: Double
  ) -> ZoneTransitions? {
    guard self.isZone(name), let zone = TimeZone(identifier: name) else { return nil }
    let start = Date(timeIntervalSince1970: Double(instant.wholeSeconds))
    let end = start.addingTimeInterval(years * 366 * 86_400)
    var transitions: [ZoneTransitions.Transition] = []
    var last = start
    while let next = zone.nextDaylightSavingTimeTransition(after: last), next > last, next <= end {
      transitions.append(
        ZoneTransitions.Transition(
          start: SimInstant(secondsSinceEpoch: Int64(next.timeIntervalSince1970)),
          offsetSeconds: zone.secondsFromGMT(for: next)))
      last = next
    }
    return ZoneTransitions(
      name: name, initialOffsetSeconds: zone.secondsFromGMT(for: start),
      transitions: transitions)
  }
}
