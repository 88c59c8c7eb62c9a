public import Simulation

/// Bounds of a push; each is our choice (docs/FIDELITY.md, "Push queue").
public struct PushLimits: Hashable, Sendable {
  /// The most bytes that wait for the connection; a line beyond them is refused.
  public var queueBytesMax = 4 * 1024 * 1024
  /// The most bytes handed to the socket at one time before it took them.
  public var unwrittenBytesMax = 256 * 1024
  /// From this many waiting bytes on, a connected push holds a model that runs at full speed.
  public var highWaterBytes = 512 * 1024
  /// A connected push that made no progress for this long holds the model no more.
  public var stallTime = SimDuration.seconds(2)
  /// A connected push whose disk buffer has no room holds the model until nothing at all was
  /// acknowledged for this long.
  public var patience = SimDuration.seconds(120)
  /// With at most this many lines waiting on an idle connection, the first leaves alone.
  public var idleLinesMax = 16
  /// No line is longer: a text of 8192 bytes and what stands before it.
  public var lineBytesMax = 9 * 1024
  /// The most bytes of a disk buffer's lines that wait in memory.
  public var spoolMemoryBytes = 1024 * 1024

  /// The connections that a ledger keeps; older ones are kept in its sums alone.
  public var connectionsMax = DeliveryLedger.connectionsMax
  /// The settled spans that a ledger keeps, or up to twice as many; older ones are counted.
  public var spansMax = LedgerSpans.spansMax

  /// The defaults.
  public init() {}

  /// The bounds of each of so many pushes: what all of them may hold together does not grow with
  /// their number, down to what one needs to get on.
  ///
  /// Source: docs/ARCHITECTURE.md, "Bounds".
  public func shared(by count: Int) -> PushLimits {
    func share(_ one: Int, of all: Int, least: Int) -> Int {
      min(one, max(all / max(count, 1), least))
    }
    let leastBytes = 64 * 1024
    var limits = self
    limits.queueBytesMax = share(self.queueBytesMax, of: 256 << 20, least: leastBytes)
    limits.highWaterBytes = min(self.highWaterBytes, limits.queueBytesMax / 2)
    limits.unwrittenBytesMax = share(self.unwrittenBytesMax, of: 64 << 20, least: leastBytes)
    limits.spoolMemoryBytes = share(self.spoolMemoryBytes, of: 64 << 20, least: leastBytes)
    limits.connectionsMax = share(self.connectionsMax, of: 64 * 1024, least: 16)
    limits.spansMax = share(self.spansMax, of: 256 * 1024, least: 64)
    return limits
  }
}
