internal import CLinuxSockets
internal import Glibc
internal import LogDelivery
internal import NIOCore
internal import NetworkModel

/// Sends a push's lines as datagrams by the socket of a channel, many a system call.
///
/// SwiftNIO would make an object of each line. When the kernel's buffer is full the rest waits a
/// millisecond; what waits is bounded by what the push hands over at a time.
final class DatagramSender {
  private struct Pending {
    let write: PushWrite
    /// How many of its lines have left.
    var sent = 0
  }

  private let loop: any EventLoop
  private let remote: SocketAddress
  private let descriptor: CInt
  private let trace: WireTrace?
  private let onWrote: (Int) -> Void
  private let onError: (SocketProblem) -> Void
  private var pending: [Pending] = []
  private var retry: Scheduled<Void>?
  private var isClosed = false

  /// - Parameters:
  ///   - descriptor: of the channel's socket; it lives as long as the channel.
  ///   - onWrote: bytes that left, the LF of each line counted.
  init(
    loop: any EventLoop, descriptor: CInt, remote: SocketAddress, trace: WireTrace? = nil,
    onWrote: @escaping (Int) -> Void, onError: @escaping (SocketProblem) -> Void
  ) {
    self.loop = loop
    self.descriptor = descriptor
    self.trace = trace
    self.remote = remote
    self.onWrote = onWrote
    self.onError = onError
  }

  func send(_ write: PushWrite) {
    self.pending.append(Pending(write: write))
    if self.retry == nil { self.sendPending() }
  }

  func close() {
    self.isClosed = true
    self.retry?.cancel()
    self.pending = []
  }

  private func sendPending() {
    self.retry = nil
    while !self.isClosed, let first = self.pending.first {
      let start = first.sent == 0 ? 0 : first.write.lineEnds[first.sent - 1]
      let (count, problem) = self.sendLines(first, start: start)
      let sent = first.sent + count
      let isDone = sent == first.write.lineCount
      if isDone { self.pending.removeFirst() } else { self.pending[0].sent = sent }
      if count > 0, let trace = self.trace { first.write.tell(trace, from: first.sent, to: sent) }
      if count > 0 { self.onWrote(Int(first.write.lineEnds[sent - 1] - start)) }
      if isDone { continue }
      if problem == EAGAIN || problem == ENOBUFS {
        self.retry = self.loop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
          self.sendPending()
        }
      } else {
        self.onError(SocketProblem(code: problem))
      }
      return
    }
  }

  private func sendLines(_ pending: Pending, start: UInt32) -> (count: Int, problem: CInt) {
    var problem: CInt = 0
    let count = pending.write.bytes.withUnsafeBufferPointer { bytes in
      pending.write.lineEnds.withUnsafeBufferPointer { ends in
        self.remote.withSockAddr { address, length in
          linux_sockets_send_lines(
            self.descriptor, bytes.baseAddress, start, ends.baseAddress.map { $0 + pending.sent },
            CInt(ends.count - pending.sent), address, socklen_t(length), &problem)
        }
      }
    }
    return (Int(count), problem)
  }
}

extension PushWrite {
  /// Each line that left is a datagram, without its LF.
  fileprivate func tell(_ trace: WireTrace, from first: Int, to end: Int) {
    for line in first..<end {
      let start = line == 0 ? 0 : Int(self.lineEnds[line - 1])
      trace.tell(.sent(Array(self.bytes[start..<Int(self.lineEnds[line]) - 1])))
    }
  }
}
