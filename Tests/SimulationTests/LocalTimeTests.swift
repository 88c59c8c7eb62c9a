import Simulation
import Testing

@Suite struct LocalTimeTests {
  private static let read: [(String, Int64, Bool)] = [
    ("1970-01-01", 0, false), ("2015-06-25T08:50:03", 1_435_222_203, false),
    ("2015-06-25T08:50Z", 1_435_222_200, true), ("1969-12-31T23:59:59Z", -1, true),
    ("2016-02-29", 1_456_704_000, false), ("2000-02-29T00:00:00", 951_782_400, false),
  ]

  @Test(arguments: read)
  func aDateIsRead(_ text: String, _ seconds: Int64, _ isUTC: Bool) {
    let time = LocalTime(rfc3339: text)
    #expect(time?.seconds == seconds)
    #expect(time?.isUTC == isUTC)
  }

  @Test func theHeadersFormIsRead() {
    #expect(LocalTime(ctime: "Thu Jun 25 08:50:03 2015")?.seconds == 1_435_222_203)
    #expect(LocalTime(ctime: "Thu Jun  4 08:50:03 2015")?.seconds == 1_433_407_803)
  }

  /// Each day's stamp is read as that day.
  @Test func daysAreCountedAsTheCalendarDoes() {
    for day in stride(from: Int64(-25_000), to: 80_000, by: 97) {
      let instant = SimInstant(secondsSinceEpoch: day * 86_400 + 3723)
      let stamp = CalendarStamp(instant, offsetSeconds: 0)
      #expect(LocalTime(ctime: stamp.ctime)?.seconds == instant.wholeSeconds)
    }
  }

  @Test(arguments: [
    "", "2015", "2015-6-25", "2015-06-31", "2015-02-29", "2015-13-01", "2015-06-25T", "T08:50:03",
    "2015-06-25T24:00:00", "2015-06-25T08:60:00", "2015-06-25T08", "2015-06-25Z", "1899-12-31",
    "2200-01-01", "2015-06-25T08:50:03+02:00", "2015-06-25 08:50:03", "+015-06-25", "2015-06-2५",
    "2015-06-25T08:50:03T", "----",
  ])
  func whatIsNoDateIsNot(_ text: String) {
    #expect(LocalTime(rfc3339: text) == nil)
    #expect(LocalTime(ctime: text) == nil)
  }

  @Test(arguments: ["Thu Foo 25 08:50:03 2015", "Jun 25 08:50:03 2015", "Thu Jun 25 8:50:03 2015"])
  func norIsAHeaderThatIsNone(_ text: String) {
    #expect(LocalTime(ctime: text) == nil)
  }
}
