/// What an entry of the heap is about.
enum DueKind: UInt8, BitwiseCopyable, Sendable {
  /// A packet in flight reaches its next station; the index is its slot.
  case packet
  /// A timer of a connection may be due; the index is the connection's slot.
  case timer
}
