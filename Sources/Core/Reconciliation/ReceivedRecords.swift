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
  /// Records that share a line with the one before: what a reset glued together.
  private var glued: [UInt32] = []
  /// Leftovers before this one know their next line.
  private var settled = 0

  var count: Int { self.fates.count }

  mutating func append(_ fate: Fate, isGlued: Bool) {
    if isGlued { self.glued.append(UInt32(truncatingIfNeeded: self.count)) }
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

  /// The line of a record, from 0, and which part of it.
  func line(of record: Int) -> (line: Int, part: Int) {
    let before = self.gluedCount(upTo: record)
    var part = 0
    while part < before, Int(self.glued[before - 1 - part]) == record - part { part += 1 }
    return (record - before, part)
  }

  private func gluedCount(upTo record: Int) -> Int {
    var low = 0
    var high = self.glued.count
    while low < high {
      let middle = (low + high) / 2
      if Int(self.glued[middle]) <= record { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
