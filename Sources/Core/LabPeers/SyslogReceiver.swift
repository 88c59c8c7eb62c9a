/// How the lab's syslog receiver treats its TCP connections.
public struct SyslogReceiverBehaviour: Hashable, Sendable {
  /// Reset a connection once it has brought that many lines, all of them read; `nil` never.
  public var resetAfterLines: UInt64?
  /// Only that many connections are reset, the first ones; `nil` each.
  public var resetsMax: Int?

  /// A receiver that reads and keeps everything.
  public init(resetAfterLines: UInt64? = nil, resetsMax: Int? = nil) {
    self.resetAfterLines = resetAfterLines
    self.resetsMax = resetsMax
  }
}

/// One TCP connection at the lab's syslog receiver: counts, and decides when it is reset.
///
/// Lines end in LF (RFC 6587 section 3.4.2).
public struct SyslogReceiverConnection: Hashable, Sendable {
  /// What to do with bytes that arrived; they are kept in either case.
  public enum ReceivedAction: Hashable, Sendable {
    case goOn
    /// Close with a RST.
    case reset
  }

  /// Bytes read.
  public private(set) var bytes: UInt64 = 0
  /// Whole lines read.
  public private(set) var lines: UInt64 = 0
  private let resetAfterLines: UInt64?

  fileprivate init(resetAfterLines: UInt64?) {
    self.resetAfterLines = resetAfterLines
  }

  /// The peer's bytes, in order.
  public mutating func received(_ bytes: UnsafeRawBufferPointer) -> ReceivedAction {
    self.bytes += UInt64(bytes.count)
    for byte in bytes where byte == 0x0A { self.lines += 1 }
    guard let limit = self.resetAfterLines, self.lines >= limit else { return .goOn }
    return .reset
  }
}

/// The lab's syslog receiver: hands out connections and remembers how many were reset.
public struct SyslogReceiver: Hashable, Sendable {
  private let behaviour: SyslogReceiverBehaviour
  private var willReset = 0

  /// A receiver that no one has connected to.
  public init(behaviour: SyslogReceiverBehaviour = SyslogReceiverBehaviour()) {
    self.behaviour = behaviour
  }

  /// A client connected.
  public mutating func accepted() -> SyslogReceiverConnection {
    let mayReset = self.behaviour.resetsMax.map { self.willReset < $0 } ?? true
    guard mayReset, let limit = self.behaviour.resetAfterLines else {
      return SyslogReceiverConnection(resetAfterLines: nil)
    }
    self.willReset += 1
    return SyslogReceiverConnection(resetAfterLines: limit)
  }
}
