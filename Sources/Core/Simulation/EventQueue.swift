public import HeapModule

/// What is due when, in order of time; equal times keep the order of insertion.
///
/// Bounded: the owner states the capacity, and an insertion beyond it is refused.
public struct EventQueue<Event: Sendable>: Sendable {
  @usableFromInline
  struct Entry: Comparable, Sendable {
    @usableFromInline let due: SimInstant
    @usableFromInline let order: UInt64
    @usableFromInline let event: Event

    @inlinable
    init(due: SimInstant, order: UInt64, event: Event) {
      self.due = due
      self.order = order
      self.event = event
    }

    @inlinable
    static func < (lhs: Entry, rhs: Entry) -> Bool {
      lhs.due == rhs.due ? lhs.order < rhs.order : lhs.due < rhs.due
    }

    @inlinable
    static func == (lhs: Entry, rhs: Entry) -> Bool {
      lhs.order == rhs.order
    }
  }

  @usableFromInline var heap = Heap<Entry>()
  @usableFromInline var nextOrder: UInt64 = 0
  /// The most events that may wait at one time.
  public let capacity: Int

  /// An empty queue.
  @inlinable
  public init(capacity: Int) {
    self.capacity = capacity
  }

  /// How many events wait.
  @inlinable
  public var count: Int { self.heap.count }

  /// When the next event is due; `nil` when none waits.
  @inlinable
  public var nextDue: SimInstant? { self.heap.min?.due }

  /// Adds `event`, due at `instant`.
  ///
  /// - Returns: false when the queue is full; the event is then not added.
  @inlinable
  public mutating func insert(_ event: Event, at instant: SimInstant) -> Bool {
    guard self.heap.count < self.capacity else { return false }
    self.heap.insert(Entry(due: instant, order: self.nextOrder, event: event))
    self.nextOrder += 1
    return true
  }

  /// Takes the next event if it is due at `limit` or before.
  @inlinable
  public mutating func popDue(notAfter limit: SimInstant) -> (due: SimInstant, event: Event)? {
    guard let first = self.heap.min, first.due <= limit else { return nil }
    let entry = self.heap.removeMin()
    return (entry.due, entry.event)
  }
}
