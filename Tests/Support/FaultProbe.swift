import Glibc
import Simulation

/// A client of a port of loopback, by the system's calls, that does what lets a fault show itself
/// and says what it sees. It blocks; what never comes ends it after a minute.
public final class FaultProbe: Sendable {
  private static let line = "<22>Jun 25 08:50:03 line "
  /// A connection that a kernel of loopback has not answered by then is not answered at all.
  private static let patienceForSYN: CInt = 1000

  private let descriptor: CInt
  private let port: UInt16

  private init(_ type: __socket_type, port: Int) {
    self.descriptor = socket(AF_INET, CInt(type.rawValue), 0)
    self.port = UInt16(port)
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(
      self.descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
      socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(self.descriptor) }

  /// Connects, and does what lets `sign` show.
  ///
  /// - Returns: what was seen, `nil` for a connection that was served to its end, or stands as long
  ///   as the probe is kept; and the probe.
  public static func tcp(port: Int, for sign: FaultSign?) -> (seen: FaultSign?, probe: FaultProbe) {
    let probe = FaultProbe(SOCK_STREAM, port: port)
    return (probe.connects() ?? probe.visit(for: sign), probe)
  }

  /// Sends datagrams with numbers from 1.
  public static func udp(port: Int, count: Int) {
    let probe = FaultProbe(SOCK_DGRAM, port: port)
    _ = probe.call()
    for number in 1...count { _ = probe.send(Self.datagram(number)) }
  }

  /// The content of a datagram, without the end of its line: 60 bytes.
  public static func datagram(_ number: Int) -> String {
    let text = "\(Self.line)\(number) "
    return text + String(repeating: "x", count: 60 - text.utf8.count)
  }

  private func call() -> CInt {
    var address = LoopbackAddress(port: self.port)
    return address.withAddress { connect(self.descriptor, $0, $1) }
  }

  /// - Returns: why there is no connection; `nil` when there is one.
  private func connects() -> FaultSign? {
    let flags = fcntl(self.descriptor, F_GETFL, 0)
    _ = fcntl(self.descriptor, F_SETFL, flags | O_NONBLOCK)
    defer { _ = fcntl(self.descriptor, F_SETFL, flags) }
    if self.call() == 0 { return nil }
    guard errno == EINPROGRESS else { return .refused }
    guard self.waits(for: POLLOUT, Self.patienceForSYN) else { return .unanswered }
    var (error, length) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
    getsockopt(self.descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    return error == 0 ? nil : error == ECONNREFUSED ? .refused : .reset
  }

  private func visit(for sign: FaultSign?) -> FaultSign? {
    switch sign {
    case .stuffed: return self.fill()
    // Nothing is to be unread when the server ends: its kernel would reset.
    case .ended: return self.sendLines(3) ?? self.hear()
    // The last ones at once: who writes when a RST comes may hear of it as of an end.
    case .reset: return self.sendLines(2) ?? self.sendLines(1, each: 8) ?? self.hear()
    case .held, .late: return self.sendLines(10)
    case .resetAtEnd, .refused, .unanswered, .lost, .doubled, .reordered, .cut, .noAddress,
      .otherAddress, .reported, .notPlayed, nil:
      if let seen = self.sendLines(3) { return seen }
      shutdown(self.descriptor, CInt(SHUT_WR))
      return self.hear() == .reset ? .resetAtEnd : nil
    }
  }

  /// Sends lines, some milliseconds one behind the other, as long as nothing is heard.
  private func sendLines(_ count: Int, each copies: Int = 1) -> FaultSign? {
    for number in 1...count {
      let lines = String(repeating: "\(Self.line)\(number)\n", count: copies)
      guard self.send(lines) else { return .reset }
      if self.waits(for: POLLIN, 20) { return self.hear() }
    }
    return nil
  }

  private func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(self.descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
  }

  /// Waits for the other end's word; nobody answers with bytes.
  private func hear() -> FaultSign? {
    var byte: UInt8 = 0
    switch recv(self.descriptor, &byte, 1, 0) {
    case 0: return .ended
    case -1 where errno == ECONNRESET: return .reset
    default: return nil
    }
  }

  /// Sends until the kernel takes nothing for two seconds.
  private func fill() -> FaultSign? {
    let bytes = Array(String(repeating: "\(Self.line)0\n", count: 1000).utf8)
    let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
    // Who reads all of this has no window that closes.
    var left = 256 << 20
    while left > 0 {
      let count = Glibc.send(self.descriptor, bytes, bytes.count, flags)
      if count < 0, errno != EAGAIN { return .reset }
      left -= max(count, 0)
      if count < 0, !self.waits(for: POLLOUT, 2000) { return .stuffed }
    }
    return nil
  }

  private func waits(for events: CInt, _ milliseconds: CInt) -> Bool {
    var state = pollfd(fd: self.descriptor, events: Int16(events), revents: 0)
    return poll(&state, 1, milliseconds) > 0
  }
}

/// What a receiver of numbered datagrams has seen.
public struct DatagramTally: Hashable, Sendable {
  private var counts: [Int: Int] = [:]
  private var highest = 0
  private var isReordered = false
  private var lengths: Set<Int> = []

  /// Nothing came.
  public init() {}

  /// A line came that is a datagram's content, or what is left of it.
  public mutating func came(_ line: String) {
    self.lengths.insert(line.utf8.count)
    let words = line.split(separator: " ")
    guard words.count > 4, let number = Int(words[4]) else { return }
    self.counts[number, default: 0] += 1
    if number < self.highest { self.isReordered = true }
    self.highest = max(self.highest, number)
  }

  /// Whether this is what shows in it. That some are lost is seen by one that came behind.
  public func shows(_ sign: FaultSign) -> Bool {
    switch sign {
    case .lost: self.counts.count < self.highest
    case .doubled: self.counts.values.contains(2)
    case .reordered: self.isReordered
    case .cut(let length): self.lengths == [length]
    case .refused, .unanswered, .reset, .ended, .resetAtEnd, .stuffed, .held, .late, .noAddress,
      .otherAddress, .reported, .notPlayed:
      false
    }
  }

  /// Whether each of so many came once, whole and in order.
  public func isClean(_ count: Int) -> Bool {
    self.counts.count == count && self.highest == count && !self.isReordered
      && self.counts.values.allSatisfy { $0 == 1 } && self.lengths == [60]
  }
}
