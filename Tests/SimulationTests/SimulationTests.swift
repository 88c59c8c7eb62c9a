import Simulation
import Testing

@Suite struct SeededGeneratorTests {
  @Test func firstNumbersOfASeedAreFixed() {
    var random = SeededGenerator(seed: 42)
    #expect(
      (0..<3).map { _ in random.next() } == [
        1546998764402558742, 6990951692964543102, 12544586762248559009,
      ])
  }

  @Test func streamsOfOneSeedDiffer() {
    var one = SeededGenerator(seed: 7, stream: "mail-flow")
    var two = SeededGenerator(seed: 7, stream: "faults")
    #expect(one.next() != two.next())
  }

  @Test func boundsAreKeptAndReached() {
    var random = SeededGenerator(seed: 1)
    let drawn = Set((0..<1000).map { _ in random.uniform(in: -2...2) })
    #expect(drawn == [-2, -1, 0, 1, 2])
    #expect(random.uniform(below: 1) == 0)
    #expect(random.uniform(in: 5...5) == 5)
    #expect((0..<1000).allSatisfy { _ in random.uniform(below: .max) < .max })
  }

  @Test func chanceHasItsEnds() {
    var random = SeededGenerator(seed: 1)
    let counts = [-5, 0, 250, 1000, 2000].map { permille in
      (0..<10_000).count { _ in random.chance(permille: permille) }
    }
    #expect(counts[0] == 0)
    #expect(counts[1] == 0)
    #expect((2300...2700).contains(counts[2]))
    #expect(counts[3...] == [10_000, 10_000])
  }
}

@Suite struct DistributionTests {
  @Test func exponentialHasItsMeanAndItsMedian() {
    var random = SeededGenerator(seed: 3)
    let mean = SimDuration.seconds(1)
    let draws = (0..<20_000).map { _ in
      ExponentialDistribution.draw(mean: mean, using: &random).nanoseconds
    }.sorted()
    let sum = draws.reduce(0, +)
    #expect((980_000_000...1_020_000_000).contains(sum / 20_000))
    // The median is ln 2 of the mean.
    #expect((673_000_000...713_000_000).contains(draws[10_000]))
    #expect(draws[0] >= 0)
    #expect(draws[19_999] <= 45_000_000_000)
  }

  @Test(arguments: [0, -1] as [Int64])
  func noMeanIsNoWait(_ mean: Int64) {
    var random = SeededGenerator(seed: 3)
    #expect(
      ExponentialDistribution.draw(mean: SimDuration(nanoseconds: mean), using: &random) == .zero)
  }

  /// Longer than there is time for: the greatest length, not one of the wrong bits.
  @Test func meanOfCenturiesIsCappedNotWrapped() {
    var random = SeededGenerator(seed: 3)
    let draws = (0..<1000).map { _ in
      ExponentialDistribution.draw(mean: SimDuration(nanoseconds: .max), using: &random).nanoseconds
    }
    // One draw in e exceeds its mean.
    #expect((300...440).contains(draws.count { $0 == .max }))
    #expect(draws.allSatisfy { $0 > 0 })
  }

  @Test func weightsAreShares() {
    var random = SeededGenerator(seed: 5)
    let choice = WeightedChoice(weights: [1, 0, 3])
    var counts = [0, 0, 0]
    for _ in 0..<8000 { counts[choice.draw(using: &random)] += 1 }
    #expect(counts[1] == 0)
    #expect((1800...2200).contains(counts[0]))
  }

  @Test func quantilesBoundTheDraws() {
    var random = SeededGenerator(seed: 5)
    let distribution = QuantileDistribution(quantiles: [10, 20, 20, 1000])
    let draws = (0..<9000).map { _ in distribution.draw(using: &random) }
    #expect(draws.min() == 10)
    #expect((draws.max() ?? 0) > 900)
    #expect(draws.allSatisfy { $0 <= 1000 })
    // A third between 10 and 20, a third at 20, a third above.
    #expect((5700...6300).contains(draws.count { $0 <= 20 }))
  }
}

@Suite struct CalendarStampTests {
  /// Seconds since the epoch, the zone's offset, and what a clock shows.
  private static let samples: [(Int64, Int, String)] = [
    (1_435_215_003, 7200, "Thu Jun 25 08:50:03 2015"),
    (0, 0, "Thu Jan  1 00:00:00 1970"),
    (-1, 0, "Wed Dec 31 23:59:59 1969"),
    (-86_400, 0, "Wed Dec 31 00:00:00 1969"),
    (-86_401, 0, "Tue Dec 30 23:59:59 1969"),
    (951_782_400, 0, "Tue Feb 29 00:00:00 2000"),
    (951_868_799, 0, "Tue Feb 29 23:59:59 2000"),
    (951_868_800, 0, "Wed Mar  1 00:00:00 2000"),
    (4_107_542_400, 0, "Mon Mar  1 00:00:00 2100"),
    (1_420_070_399, 3600, "Thu Jan  1 00:59:59 2015"),
    (1_416_410_206, -21_600, "Wed Nov 19 09:16:46 2014"),
  ]

  @Test(arguments: samples)
  func clocksShow(_ seconds: Int64, _ offset: Int, _ text: String) {
    let stamp = CalendarStamp(SimInstant(secondsSinceEpoch: seconds), offsetSeconds: offset)
    #expect(stamp.ctime == text)
    #expect(text.hasPrefix("\(CalendarStamp.weekdayNames[stamp.weekday]) \(stamp.bsd) "))
  }

  /// Day by day through four centuries, against the rule of thumb.
  @Test func daysFollowOneAnother() {
    func length(_ month: Int, _ year: Int) -> Int {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
    // 1800-01-01 was a Wednesday.
    var (year, month, day, weekday) = (1800, 1, 1, 3)
    for number in Int64(-62_091)..<84_006 {
      let stamp = CalendarStamp(
        SimInstant(secondsSinceEpoch: number * 86_400 + 86_399), offsetSeconds: 0)
      guard stamp.year == year, stamp.month == month, stamp.day == day, stamp.weekday == weekday
      else {
        Issue.record("day \(number): \(stamp.ctime), not \(year)-\(month)-\(day)")
        return
      }
      weekday = (weekday + 1) % 7
      day += 1
      if day > length(month, year) { (day, month) = (1, month + 1) }
      if month > 12 { (month, year) = (1, year + 1) }
    }
    #expect(year == 2200)
  }

  @Test func namesOfFilesAreCompact() {
    let stamp = CalendarStamp(SimInstant(secondsSinceEpoch: 1_435_215_003), offsetSeconds: 7200)
    #expect(stamp.compact == "20150625T085003")
  }

  @Test func partsOfASecondBeforeTheEpochBelongToTheSecondBefore() {
    let instant = SimInstant(nanoseconds: -1)
    #expect(instant.wholeSeconds == -1)
    #expect(instant.subsecondNanoseconds == 999_999_999)
  }

  @Test func offsetHoldsFromItsTransitionOn() {
    let change = SimInstant(secondsSinceEpoch: 1000)
    let zone = ZoneTransitions(
      name: "x", initialOffsetSeconds: 7200,
      transitions: [.init(start: change, offsetSeconds: 3600)])
    let before = SimInstant(nanoseconds: change.nanoseconds - 1)
    #expect(zone.offsetSeconds(at: before) == 7200)
    #expect(zone.offsetSeconds(at: change) == 3600)
    #expect(ZoneTransitions.utc.offsetSeconds(at: change) == 0)
  }
}

@Suite struct EventQueueTests {
  @Test func earliestComesFirstAndEqualTimesKeepTheirOrder() {
    var queue = EventQueue<Int>(capacity: 10)
    for (event, due) in [(1, 5), (2, 3), (3, 5), (4, 3)] as [(Int, Int64)] {
      #expect(queue.insert(event, at: SimInstant(nanoseconds: due)) == true)
    }
    var events: [Int] = []
    while let next = queue.popDue(notAfter: .distantFuture) { events.append(next.event) }
    #expect(events == [2, 4, 1, 3])
    #expect(queue.nextDue == nil)
  }

  @Test func whatIsNotDueStays() {
    var queue = EventQueue<Int>(capacity: 10)
    _ = queue.insert(1, at: SimInstant(nanoseconds: 5))
    #expect(queue.popDue(notAfter: SimInstant(nanoseconds: 4))?.event == nil)
    #expect(queue.popDue(notAfter: SimInstant(nanoseconds: 5))?.event == 1)
  }

  @Test func fullQueueRefuses() {
    var queue = EventQueue<Int>(capacity: 1)
    #expect(queue.insert(1, at: SimInstant(nanoseconds: 5)) == true)
    #expect(queue.insert(2, at: SimInstant(nanoseconds: 1)) == false)
    #expect(queue.count == 1)
    #expect(queue.nextDue == SimInstant(nanoseconds: 5))
  }

  /// Against a sorted array.
  @Test(arguments: 1...20)
  func orderIsThatOfAStableSort(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var queue = EventQueue<Int>(capacity: 50)
    var naive: [(due: Int64, event: Int)] = []
    for event in 0..<500 {
      if random.chance(permille: 550) {
        let due = Int64(random.uniform(below: 40))
        let isKept = queue.insert(event, at: SimInstant(nanoseconds: due))
        #expect(isKept == (naive.count < 50))
        guard isKept else { continue }
        let index = naive.firstIndex { $0.due > due } ?? naive.endIndex
        naive.insert((due, event), at: index)
      } else {
        let limit = Int64(random.uniform(below: 50))
        let popped = queue.popDue(notAfter: SimInstant(nanoseconds: limit))
        let expected = naive.first.map { $0.due <= limit } ?? false ? naive.removeFirst() : nil
        #expect(popped?.event == expected?.event)
      }
      #expect(queue.nextDue?.nanoseconds == naive.first?.due)
    }
  }
}
