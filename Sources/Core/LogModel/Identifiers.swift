/// Injection connection: one SMTP connection into the appliance. 0 stands for the appliance itself.
@frozen
public struct ICID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number as logged.
  public let value: UInt32

  @inlinable
  public init(_ value: UInt32) {
    self.value = value
  }

  @inlinable
  public static func < (lhs: ICID, rhs: ICID) -> Bool { lhs.value < rhs.value }
}

/// One message in the appliance.
@frozen
public struct MID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number as logged.
  public let value: UInt32

  @inlinable
  public init(_ value: UInt32) {
    self.value = value
  }

  @inlinable
  public static func < (lhs: MID, rhs: MID) -> Bool { lhs.value < rhs.value }
}

/// Delivery connection: one SMTP connection out of the appliance. 0 means that nothing was sent.
@frozen
public struct DCID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number as logged.
  public let value: UInt32

  @inlinable
  public init(_ value: UInt32) {
    self.value = value
  }

  @inlinable
  public static func < (lhs: DCID, rhs: DCID) -> Bool { lhs.value < rhs.value }
}

/// One recipient of a message, counted from 0 in each message.
@frozen
public struct RID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number as logged.
  public let value: UInt32

  @inlinable
  public init(_ value: UInt32) {
    self.value = value
  }

  @inlinable
  public static func < (lhs: RID, rhs: RID) -> Bool { lhs.value < rhs.value }
}

/// One log subscription of an appliance: given once and never again, whatever becomes of its name
/// and of other subscriptions. Counted from 0 in the order in which they were made.
@frozen
public struct SubscriptionID: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// The number.
  public let number: UInt32

  @inlinable
  public init(_ number: UInt32) {
    self.number = number
  }

  @inlinable
  public static func < (lhs: SubscriptionID, rhs: SubscriptionID) -> Bool {
    lhs.number < rhs.number
  }
}

/// Some recipients of one message: bit n stands for RID n, so a message has at most 64.
@frozen
public struct RIDSet: Hashable, Sendable, BitwiseCopyable {
  /// Bit n is set when RID n belongs.
  public var bits: UInt64

  @inlinable
  public init(bits: UInt64) {
    self.bits = bits
  }

  /// The set of one recipient, below 64.
  @inlinable
  public init(_ rid: RID) {
    self.bits = 1 << UInt64(rid.value)
  }

  /// RID 0 to `count` − 1; `count` is at most 64.
  @inlinable
  public init(first count: Int) {
    self.bits = count >= 64 ? .max : (1 << UInt64(count)) - 1
  }

  /// Whether no recipient belongs.
  @inlinable
  public var isEmpty: Bool { self.bits == 0 }

  /// How many recipients belong.
  @inlinable
  public var count: Int { self.bits.nonzeroBitCount }
}
