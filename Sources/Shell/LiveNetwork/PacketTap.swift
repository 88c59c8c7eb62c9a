internal import CLinuxSockets
internal import Glibc
internal import NIOConcurrencyHelpers
public import NIOCore
internal import NIOPosix
public import Simulation

/// The packets of some ports, as the kernel sees them on this machine's interfaces; read by a
/// thread of its own. Needs the right to open packet sockets (CAP_NET_RAW).
public final class PacketTap: Sendable {
  private static let packetBytesMax = 256 * 1024
  /// The last packets of connections that were just closed come a little later.
  private static let quietMilliseconds: Int32 = 100
  private static let lastPackets = 1000

  private let descriptor: CInt
  private let isStopping = NIOLockedValueBox(false)
  private let pool = NIOThreadPool(numberOfThreads: 1)
  private let done: EventLoopFuture<UInt64>

  /// Why a tap cannot be opened; `nil` when it can.
  public static var refusal: String? {
    let descriptor = linux_sockets_open_capture(nil, 0)
    guard descriptor >= 0 else { return String(cString: strerror(-descriptor)) }
    close(descriptor)
    return nil
  }

  /// Sees packets from now on.
  ///
  /// - Parameters:
  ///   - onPacket: on the tap's thread: an IP packet's bytes, its whole length and when it passed;
  ///     `nil` when none is at hand.
  /// - Throws: `IOError` when it may not.
  public init(
    ports: [UInt16], loop: any EventLoop,
    onPacket:
      @escaping @Sendable ((bytes: ArraySlice<UInt8>, length: Int, time: SimInstant)?) -> Void
  ) throws {
    let descriptor = linux_sockets_open_capture(ports, CInt(ports.count))
    guard descriptor >= 0 else { throw IOError(errnoCode: -descriptor, reason: "packet socket") }
    self.descriptor = descriptor
    self.pool.start()
    let isStopping = self.isStopping
    self.done = self.pool.runIfActive(eventLoop: loop) {
      Self.read(descriptor, until: isStopping, onPacket)
    }
  }

  /// Takes the last packets and ends.
  ///
  /// - Returns: how many packets the kernel dropped because the thread was too slow.
  public func finish() -> EventLoopFuture<UInt64> {
    self.isStopping.withLockedValue { $0 = true }
    let pool = self.pool
    return self.done.always { _ in
      close(self.descriptor)
      pool.shutdownGracefully { _ in }
    }
  }

  private static func read(
    _ descriptor: CInt, until isStopping: NIOLockedValueBox<Bool>,
    _ onPacket: ((bytes: ArraySlice<UInt8>, length: Int, time: SimInstant)?) -> Void
  ) -> UInt64 {
    var bytes = [UInt8](repeating: 0, count: self.packetBytesMax)
    var left = self.lastPackets
    var dropped: UInt64 = 0
    var wait: Int32 = 0
    while left > 0 {
      var length = 0
      var nanoseconds: Int64 = 0
      let size = bytes.count
      let count = bytes.withUnsafeMutableBufferPointer {
        linux_sockets_next_packet(descriptor, $0.baseAddress, size, wait, &length, &nanoseconds)
      }
      if isStopping.withLockedValue({ $0 }) {
        if count <= 0, wait > 0 { break }
        left -= 1
      }
      if count > 0 {
        onPacket((bytes[..<count], length, SimInstant(nanoseconds: nanoseconds)))
        wait = 0
      } else {
        // What was taken is written before the thread sleeps.
        onPacket(nil)
        dropped += UInt64(linux_sockets_capture_drops(descriptor))
        wait = self.quietMilliseconds
        if count < 0 { break }
      }
    }
    return dropped + UInt64(linux_sockets_capture_drops(descriptor))
  }
}
