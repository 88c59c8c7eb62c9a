/// What an entry of the heap is about.
enum DueKind: UInt8, BitwiseCopyable, Sendable {
  /// A packet in flight reaches its next station; the index is its slot.
  case packet
  /// A timer of a connection may be due; the index is the connection's slot.
  case timer
}

/// Something that is due.
struct DueEntry: BitwiseCopyable, Sendable {
  let due: Int64
  /// Counts insertions, so that equal times keep their order.
  let order: UInt64
  let index: UInt32
  let kind: DueKind

  @inline(__always)
  func precedes(_ other: DueEntry) -> Bool {
    self.due < other.due || (self.due == other.due && self.order < other.order)
  }
}

/// The entries to come, the earliest first; equal times keep the order of insertion.
///
/// A heap with four children a node over a flat array. Bounded by the owner: one entry for each packet
/// in flight, and a few for each connection.
struct EventHeap: Sendable {
  private var entries: [DueEntry] = []
  private var nextOrder: UInt64 = 0

  /// When the first entry is due; `Int64.max` when there is none.
  @inline(__always)
  var firstDue: Int64 { self.entries.isEmpty ? .max : self.entries[0].due }

  /// Adds an entry.
  mutating func insert(_ kind: DueKind, _ index: UInt32, at due: Int64) {
    let entry = DueEntry(due: due, order: self.nextOrder, index: index, kind: kind)
    self.nextOrder += 1
    var place = self.entries.count
    self.entries.append(entry)
    self.entries.withUnsafeMutableBufferPointer { entries in
      while place > 0 {
        let parent = (place - 1) / 4
        guard entry.precedes(entries[parent]) else { break }
        entries[place] = entries[parent]
        place = parent
      }
      entries[place] = entry
    }
  }

  /// Takes the first entry.
  ///
  /// - Precondition: there is one.
  mutating func removeFirst() -> DueEntry {
    let first = self.entries[0]
    let last = self.entries.removeLast()
    guard !self.entries.isEmpty else { return first }
    self.entries.withUnsafeMutableBufferPointer { entries in
      let count = entries.count
      var place = 0
      while true {
        let child = place * 4 + 1
        guard child < count else { break }
        var least = child
        var next = child + 1
        let end = min(child + 4, count)
        while next < end {
          if entries[next].precedes(entries[least]) { least = next }
          next += 1
        }
        guard entries[least].precedes(last) else { break }
        entries[place] = entries[least]
        place = least
      }
      entries[place] = last
    }
    return first
  }
}
