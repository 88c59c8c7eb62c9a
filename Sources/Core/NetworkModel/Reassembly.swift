internal import Simulation

/// The fragments of datagrams, until each is whole (RFC 791 section 3.2).
///
/// A set that never completes goes when there are many.
struct Reassembly: Sendable {
  private struct Key: Hashable, Sendable {
    let source: IPv4Address
    let destination: IPv4Address
    let identification: UInt16
  }

  private static let setsMax = 64

  private var sets: [Key: [Packet]] = [:]

  /// Takes a fragment.
  ///
  /// - Returns: the datagram, once its last fragment is there.
  mutating func take(_ piece: Packet) -> Packet? {
    let key = Key(
      source: piece.source.address, destination: piece.destination.address,
      identification: piece.identification)
    if self.sets.count >= Self.setsMax, self.sets[key] == nil { self.sets.removeAll() }
    var pieces = self.sets[key] ?? []
    if !pieces.contains(where: { $0.fragmentOffset == piece.fragmentOffset }) {
      pieces.append(piece)
    }
    pieces.sort { $0.fragmentOffset < $1.fragmentOffset }
    self.sets[key] = pieces
    var bytes: [UInt8] = []
    for part in pieces {
      guard part.fragmentOffset == bytes.count else { return nil }
      bytes += part.payload
    }
    guard var whole = pieces.last, !whole.moreFragments, bytes.count >= 8 else { return nil }
    self.sets[key] = nil
    whole.fragmentOffset = 0
    whole.moreFragments = false
    // The UDP header stands at the front of the first fragment.
    whole.payload = Array(bytes[8...])
    return whole
  }
}
