/// What a push does about lines that did not arrive (docs/DELIVERY.md).
public enum DeliveryMode: String, Hashable, Sendable, CaseIterable, Codable {
  /// Fire and forget, as the documented appliance: a failure throws the queue away.
  case asAppliance = "as-appliance"
  /// Lines wait on disk while the server is away; what was not acknowledged is sent again.
  case buffered
  /// As `buffered`, and what the peer's kernel may have taken and not handed on is sent again too.
  case atLeastOnce = "at-least-once"
}

/// What happens at the limit of the disk buffer.
public enum BufferOverflow: String, Hashable, Sendable, CaseIterable, Codable {
  /// The new line is refused.
  case dropNewest = "drop-newest"
  /// The oldest lines that were not sent go.
  case dropOldest = "drop-oldest"
}

/// How a push delivers; all of it ours, and as the appliance does it unless told otherwise.
public struct DeliverySettings: Hashable, Sendable {
  /// What happens to lines that did not arrive.
  public var mode: Setting<DeliveryMode>
  /// The most bytes of lines that the disk buffer holds; 65,536 or more.
  public var bufferBytesMax: Setting<Int>
  /// What happens at that limit.
  public var overflow: Setting<BufferOverflow>
  /// Whether each record is flushed to the disk itself; if not, only a crash of the machine loses
  /// any.
  public var syncs: Setting<Bool>

  /// Fire and forget; 1 GiB and drop the newest where there is a buffer.
  public init(
    mode: Setting<DeliveryMode> = Setting(default: .asAppliance),
    bufferBytesMax: Setting<Int> = Setting(default: 1 << 30),
    overflow: Setting<BufferOverflow> = Setting(default: .dropNewest),
    syncs: Setting<Bool> = Setting(default: false)
  ) {
    self.mode = mode
    self.bufferBytesMax = bufferBytesMax
    self.overflow = overflow
    self.syncs = syncs
  }
}
