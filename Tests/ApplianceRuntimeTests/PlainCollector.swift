import Foundation
import Glibc
import NIOConcurrencyHelpers

/// A collector on loopback that says nothing of what it read, in a thread of its own: plain calls
/// of the kernel, so that it closes just as it is told.
final class PlainCollector: Sendable {
  enum Manner: Sendable {
    /// Reads all, and closes behind the peer's FIN.
    case reads
    /// Reads nothing; behind the peer's FIN it shuts its own direction down, and then closes.
    case readsNothing
    /// Shuts its own direction down at once, and reads all that comes.
    case closesFirst
    /// Reads all, and answers the peer's FIN with a RST.
    case resets
  }

  let port: UInt16
  private let listener: CInt
  private let manner: Manner
  private let bytes = NIOLockedValueBox<[UInt8]>([])
  private let accepted = NIOLockedValueBox(0)
  /// The port of the connection behind which there is none, and who waits for it.
  private let ending = NIOLockedValueBox<
    (port: UInt16, waiter: CheckedContinuation<Void, any Error>)?
  >(
    nil)

  init(_ manner: Manner) throws {
    self.manner = manner
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    self.listener = listener
    self.port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { self.serve() }
  }

  /// What its program read, connections one after the other.
  var read: [UInt8] { self.bytes.withLockedValue { $0 } }

  /// How many connections it took.
  var connections: Int { self.accepted.withLockedValue { $0 } }

  /// Takes no more connections; returns when those that it has been offered are read to their ends.
  ///
  /// Connections are taken in their order: when this one's turn comes, all before have ended. What
  /// left the appliance may still lie in the kernel when a run has ended.
  func finish() async throws {
    let last = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(last) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // Bound first, so that the thread knows it when it comes.
    let own = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(last, $0, length) == 0 && getsockname(last, $0, &length) == 0
      }
    }
    guard own else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    let port = UInt16(bigEndian: address.sin_port)
    address.sin_port = self.port.bigEndian
    let place = address
    try await withCheckedThrowingContinuation { waiter in
      self.ending.withLockedValue { $0 = (port, waiter) }
      let status = withUnsafePointer(to: place) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(last, $0, length) }
      }
      guard status != 0 else { return }
      self.ending.withLockedValue { $0 = nil }
      waiter.resume(throwing: POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO))
    }
  }

  private func serve() {
    while true {
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let connection = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          accept(self.listener, $0, &length)
        }
      }
      if connection < 0 {
        if errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      if let ending = self.ending.withLockedValue({ $0 }),
        ending.port == UInt16(bigEndian: address.sin_port)
      {
        close(connection)
        ending.waiter.resume()
        break
      }
      self.accepted.withLockedValue { $0 += 1 }
      self.serve(connection)
      close(connection)
    }
    close(self.listener)
  }

  private func serve(_ connection: CInt) {
    switch self.manner {
    case .reads: self.readAll(connection)
    case .readsNothing:
      // POLLRDHUP, which the module of the library leaves out.
      var events = pollfd(fd: connection, events: 0x2000, revents: 0)
      while poll(&events, 1, -1) < 0, errno == EINTR {}
      shutdown(connection, Int32(SHUT_WR))
    case .closesFirst:
      shutdown(connection, Int32(SHUT_WR))
      self.readAll(connection)
    case .resets:
      self.readAll(connection)
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(
        connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
  }

  private func readAll(_ connection: CInt) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      self.bytes.withLockedValue { $0 += buffer[..<count] }
    }
  }
}
