/// The received lines without a match of their own, and which record stands on which line.
struct ReceivedRecords {
  /// What a record turned out to be, in one byte each.
  enum Fate: UInt8 {
    case matched, leftover, duplicated, foreign, uncounted
  }

  /// A line that is like no logged one.
  struct Leftover {
    let record: UInt32
    /// The logged line that was expected there.
    let place: UInt32
    /// The logged line of the next record that has one.
    var next: UInt32
  }

  private(set) var fates: [Fate] = []
  private(set) var leftovers: [Leftover] = []
  /// Records that share a line with the one before: what a reset glued together, and lines that a
  /// collector wrote as one. Each run is the first such record and how many came before it.
  private var glued: [(first: UInt32, before: UInt32, count: UInt32)] = []
  /// Lines that repeat the one before without its text: their records, and that line's.
  private(set) var repeats: [(record: UInt32, source: UInt32)] = []
  /// Leftovers before this one know their next line.
  private var settled = 0

  var count: Int { self.fates.count }

  mutating func append(_ fate: Fate, isGlued: Bool) {
    if isGlued {
      let record = UInt32(truncatingIfNeeded: self.count)
      let last = self.glued.count - 1
      if last >= 0, self.glued[last].first + self.glued[last].count == record {
        self.glued[last].count += 1
      } else {
        let before = last < 0 ? 0 : self.glued[last].before + self.glued[last].count
        self.glued.append((record, before, 1))
      }
    }
    self.fates.append(fate)
  }

  mutating func set(_ fate: Fate, record: Int) {
    self.fates[record] = fate
  }

  /// The last record is like no logged line; `place` was expected.
  mutating func leave(place: Int) {
    let place = UInt32(truncatingIfNeeded: place)
    self.leftovers.append(
      Leftover(
        record: UInt32(truncatingIfNeeded: self.count - 1), place: place, next: UInt32.max))
  }

  /// The leftovers before this record end before the logged line `place`.
  mutating func settle(place: Int) {
    while self.settled < self.leftovers.count {
      self.leftovers[self.settled].next = UInt32(truncatingIfNeeded: place)
      self.settled += 1
    }
  }

  /// The last record is a line that repeats that of record `source`.
  mutating func noteRepeat(of source: Int) {
    self.repeats.append(
      (UInt32(truncatingIfNeeded: self.count - 1), UInt32(truncatingIfNeeded: source)))
  }

  /// The record whose text a line repeats that has none.
  func source(ofRepeat record: Int) -> Int? {
    let end = Self.partition(self.repeats) { Int($0.record) <= record }
    return end > 0 ? Int(self.repeats[end - 1].source) : nil
  }

  /// The line of a record, from 0, and which part of it.
  func line(of record: Int) -> (line: Int, part: Int) {
    let end = Self.partition(self.glued) { Int($0.first) <= record }
    guard end > 0 else { return (record, 0) }
    let run = self.glued[end - 1]
    let part = record - Int(run.first) + 1
    guard part <= Int(run.count) else { return (record - Int(run.before + run.count), 0) }
    return (record - Int(run.before) - part, part)
  }

  /// How many elements from the first on meet a condition that none behind them meets.
  private static func partition<Element>(
    _ elements: [Element], _ isBefore: (Element) -> Bool
  ) -> Int {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(elements[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
