/// Open objects in numbered slots; a freed slot is taken again first, so that memory stays near.
///
/// Takes the place of a ring indexed by id, whose size would be the span from the oldest open id to
/// the newest: a message delayed for a day would hold a day of ids. Steps name slots, so no look-up
/// is needed.
struct SlotTable<Record: BitwiseCopyable & Sendable>: Sendable {
  private var records: [Record] = []
  private var free: [UInt32] = []

  /// How many objects are open.
  @inline(__always)
  var count: Int { self.records.count - self.free.count }

  /// Adds an object.
  ///
  /// - Returns: its slot.
  mutating func insert(_ record: Record) -> UInt32 {
    if let slot = self.free.popLast() {
      self.records[Int(slot)] = record
      return slot
    }
    self.records.append(record)
    return UInt32(self.records.count - 1)
  }

  /// Forgets an object.
  mutating func remove(_ slot: UInt32) {
    self.free.append(slot)
  }

  @inline(__always)
  subscript(_ slot: UInt32) -> Record {
    get { self.records[Int(slot)] }
    _modify { yield &self.records[Int(slot)] }
  }
}
