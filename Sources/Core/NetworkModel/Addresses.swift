public import Simulation

/// An address and a port.
@frozen
public struct Endpoint: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
  public var address: IPv4Address
  public var port: UInt16

  /// The endpoint at `address`, port `port`.
  @inlinable
  public init(_ address: IPv4Address, _ port: UInt16) {
    self.address = address
    self.port = port
  }

  /// The endpoint of nobody, 0.0.0.0:0.
  static let none = Endpoint(IPv4Address(0, 0, 0, 0), 0)

  /// Address and port as one number, for tables.
  @inline(__always)
  var number: UInt64 { UInt64(self.address.bits) << 16 | UInt64(self.port) }

  public var description: String { "\(self.address):\(self.port)" }
}

/// A host of a `Network`, in order of addition from 0.
@frozen
public struct HostID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int

  @usableFromInline
  init(index: Int) { self.index = index }
}

/// A path of a `Network`, in order of addition from 0.
@frozen
public struct PathID: Hashable, Sendable, BitwiseCopyable {
  public let index: Int

  @usableFromInline
  init(index: Int) { self.index = index }
}

/// A middlebox on a path, counted from the path's first end from 0.
@frozen
public struct MiddleboxID: Hashable, Sendable, BitwiseCopyable {
  public let path: PathID
  public let index: Int

  /// The middlebox with that index on `path`.
  @inlinable
  public init(path: PathID, index: Int) {
    self.path = path
    self.index = index
  }
}

/// A listening TCP port.
@frozen
public struct ListenerID: Hashable, Sendable, BitwiseCopyable {
  let index: UInt32

  init(index: UInt32) { self.index = index }
}

/// One TCP connection's end; never used again in a run, though its slot is.
@frozen
public struct SocketID: Hashable, Sendable, BitwiseCopyable {
  let slot: UInt32
  let generation: UInt32

  init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  /// Both parts as one number, for tables of the owner.
  public var number: UInt64 { UInt64(self.generation) << 32 | UInt64(self.slot) }
}

/// A bound UDP port.
@frozen
public struct DatagramSocketID: Hashable, Sendable, BitwiseCopyable {
  let index: UInt32

  init(index: UInt32) { self.index = index }
}

/// A tap that records packets.
@frozen
public struct TapID: Hashable, Sendable, BitwiseCopyable {
  let index: Int

  init(index: Int) { self.index = index }
}
