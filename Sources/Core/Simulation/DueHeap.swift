/// What is due, the earliest first; equal times keep the order of insertion.
///
/// A heap with four children a node over a flat array. Bounded by its owner, who has at most a few
/// entries for each thing that can be due.
@frozen
public struct DueHeap<Kind: BitwiseCopyable & Sendable>: Sendable {
  /// Something that is due: a kind, and the slot of what it is about.
  @frozen
  public struct Entry: BitwiseCopyable, Sendable {
    /// Nanoseconds, as `SimInstant` counts them.
    public let due: Int64
    /// Counts insertions.
    @usableFromInline let order: UInt64
    /// The slot of what is due.
    public let slot: UInt32
    /// What is due.
    public let kind: Kind

    @inlinable
    init(due: Int64, order: UInt64, slot: UInt32, kind: Kind) {
      self.due = due
      self.order = order
      self.slot = slot
      self.kind = kind
    }

    @inlinable
    @inline(__always)
    func precedes(_ other: Entry) -> Bool {
      // Without branches: which of four children is the earliest cannot be predicted.
      let isEarlier = self.due < other.due ? 1 : 0
      let isEqual = self.due == other.due ? 1 : 0
      let isOlder = self.order < other.order ? 1 : 0
      return isEarlier | (isEqual & isOlder) != 0
    }
  }

  @usableFromInline var entries: [Entry] = []
  @usableFromInline var nextOrder: UInt64 = 0

  /// Nothing is due.
  @inlinable
  public init() {}

  /// What is due, in no order that means anything.
  @inlinable
  public var all: [Entry] { self.entries }

  /// Whether nothing is due.
  @inlinable
  public var isEmpty: Bool { self.entries.isEmpty }

  /// When the first entry is due; `Int64.max` when there is none.
  @inlinable
  public var firstDue: Int64 { self.entries.isEmpty ? .max : self.entries[0].due }

  /// Adds an entry.
  @inlinable
  public mutating func insert(_ kind: Kind, _ slot: UInt32, at instant: SimInstant) {
    let entry = Entry(due: instant.nanoseconds, order: self.nextOrder, slot: slot, kind: kind)
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

  /// Removes the entries that `isKept` is false for.
  public mutating func keep(where isKept: (Entry) -> Bool) {
    // In order they are a heap too.
    self.entries = self.entries.filter(isKept).sorted { $0.precedes($1) }
  }

  /// Takes the first entry.
  ///
  /// - Precondition: there is one.
  @inlinable
  public mutating func removeFirst() -> Entry {
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
        let end = min(child + 4, count)
        var next = child + 1
        while next < end {
          least = entries[next].precedes(entries[least]) ? next : least
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
