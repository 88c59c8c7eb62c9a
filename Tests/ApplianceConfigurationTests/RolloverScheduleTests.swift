import ApplianceConfiguration
import Simulation
import Testing

@Suite struct RolloverScheduleTests {
  /// Both changes of 2015 in Zurich.
  private static let zurich = ZoneTransitions(
    name: "Europe/Zurich", initialOffsetSeconds: 3600,
    transitions: [
      .init(start: SimInstant(secondsSinceEpoch: 1_427_590_800), offsetSeconds: 7200),
      .init(start: SimInstant(secondsSinceEpoch: 1_445_734_800), offsetSeconds: 3600),
    ])
  /// A zone that skips a whole day, and later half an hour twice.
  private static let odd = ZoneTransitions(
    name: "Odd", initialOffsetSeconds: -36_000,
    transitions: [
      .init(start: SimInstant(secondsSinceEpoch: 1_427_590_800), offsetSeconds: 50_400),
      .init(start: SimInstant(secondsSinceEpoch: 1_445_734_800), offsetSeconds: 48_600),
    ])

  /// When a clock on the wall, looked at every minute, first shows a time that is wanted, or has
  /// jumped over it.
  private static func wall(
    _ zone: ZoneTransitions, from start: Int64, to end: Int64, weekday: Int?, ofDay: Int64
  ) -> [Int64] {
    var found: [Int64] = []
    var highest = Int64.min
    for second in stride(from: start, through: end, by: 60) {
      let local = second + Int64(zone.offsetSeconds(at: SimInstant(secondsSinceEpoch: second)))
      defer { highest = max(highest, local) }
      guard highest != .min, local > highest else { continue }
      let isWanted = stride(from: highest + 60, through: local, by: 60).contains { shown in
        guard shown % 86_400 == ofDay else { return false }
        let stamp = CalendarStamp(SimInstant(secondsSinceEpoch: shown), offsetSeconds: 0)
        return weekday == nil || weekday == stamp.weekday
      }
      if isWanted { found.append(second) }
    }
    return found
  }

  @Test(arguments: [zurich, odd], [1_427_590_800, 1_445_734_800] as [Int64])
  func agreesWithAClockOnTheWall(_ zone: ZoneTransitions, _ change: Int64) {
    for ofDay in [0, 9000, 10_800, 86_340] {
      for weekday in [nil, 0, 6] as [Int?] {
        let expected = Self.wall(
          zone, from: change - 10 * 86_400, to: change + 10 * 86_400, weekday: weekday,
          ofDay: Int64(ofDay))
        let schedule: RolloverSchedule =
          weekday.map { .weekly(weekday: $0, secondOfDay: ofDay) } ?? .daily(secondOfDay: ofDay)
        var found: [Int64] = []
        var second = change - 10 * 86_400
        while let next = schedule.next(after: second, zone: zone), next <= change + 10 * 86_400 {
          #expect(next > second)
          found.append(next)
          second = next
        }
        #expect(found == expected, "\(schedule) in \(zone.name)")
        // Whatever the gap that no one looked at, the latest one is found.
        for now in stride(from: change - 9 * 86_400, to: change + 10 * 86_400, by: 40_000) {
          #expect(
            schedule.latest(since: change - 10 * 86_400, notAfter: now, zone: zone)
              == expected.last { $0 <= now })
        }
      }
    }
  }

  @Test func intervalsKeepTheirRhythm() {
    let schedule = RolloverSchedule.interval(seconds: 9000)
    #expect(schedule.next(after: 100, zone: .utc) == 9100)
    #expect(schedule.latest(since: 100, notAfter: 9099, zone: .utc) == nil)
    #expect(schedule.latest(since: 100, notAfter: 9100, zone: .utc) == 9100)
    #expect(schedule.latest(since: 100, notAfter: 28_000, zone: .utc) == 27_100)
    #expect(RolloverSchedule.never.next(after: 0, zone: .utc) == nil)
  }

  @Test func latestOfManyYearsIsFoundAtOnce() {
    let daily = RolloverSchedule.daily(secondOfDay: 0)
    #expect(daily.latest(since: 0, notAfter: 1_435_215_003, zone: .utc) == 1_435_190_400)
  }

  @Test func spellings() {
    let shown: [(RolloverSchedule, String)] = [
      (.never, "none"), (.interval(seconds: 9000), "2h30m"),
      (.interval(seconds: 90_061), "1d1h1m1s"),
      (.daily(secondOfDay: 5400), "daily 01:30"),
      (.weekly(weekday: 1, secondOfDay: 83_100), "weekly Mon 23:05"),
    ]
    for (schedule, text) in shown { #expect(schedule.description == text) }
  }
}

@Suite struct LogFileNameTests {
  @Test func namesOfTheApplianceAreReplaced() {
    #expect(
      LogFileName.expanded(
        "mail.$hostname.$serialnumber", hostname: "esa.example.com", serialNumber: "A1/B-2")
        == "mail.esa.example.com.A1-B-2")
    #expect(LogFileName.expanded("$hostnamex", hostname: "h", serialNumber: "s") == "hx")
  }

  @Test(arguments: ["mail", "mail.$hostname", "$serialnumber", "a-b_c.$hostname.$serialnumber"])
  func allowed(_ name: String) {
    #expect(LogFileName.isAllowed(name))
  }

  @Test(arguments: ["", "$", "$host", "mail.$", "../$hostname", "$hostname/x", ".mail"])
  func notAllowed(_ name: String) {
    #expect(!LogFileName.isAllowed(name))
  }
}
