import Glibc
import Support
import Testing

/// A socket on a port of loopback that the system chose.
final class LoopbackSocket: Sendable {
  enum Kind {
    /// UDP, to be received from.
    case datagrams
    /// TCP, with a backlog of one.
    case listener
    /// TCP that does not listen: a RST answers each SYN.
    case closed
    /// TCP, connected to a port.
    case client(port: Int)
    /// UDP, to a port.
    case datagramClient(port: Int)
  }

  let port: UInt16
  private let descriptor: CInt

  /// - Parameter receiveBufferBytes: of what is accepted too; `nil` for the system's.
  init(_ kind: Kind, receiveBufferBytes: Int? = nil) throws {
    var type = SOCK_STREAM
    var (isListener, peer) = (false, 0)
    switch kind {
    case .datagrams: type = SOCK_DGRAM
    case .listener: isListener = true
    case .closed: break
    case .client(let port): peer = port
    case .datagramClient(let port): (type, peer) = (SOCK_DGRAM, port)
    }
    let descriptor = socket(AF_INET, CInt(type.rawValue), 0)
    var address = LoopbackAddress(port: UInt16(peer))
    // A sender that is silent ends the test, instead of holding it up.
    var patience = timeval(tv_sec: 60, tv_usec: 0)
    if var bytes = receiveBufferBytes.map(CInt.init) {
      let length = socklen_t(MemoryLayout<CInt>.size)
      try #require(setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, length) == 0)
    }
    let isReady = address.withAddress { raw, length in
      (peer > 0 ? connect(descriptor, raw, length) : bind(descriptor, raw, length)) == 0
        && getsockname(descriptor, raw, &length) == 0
        && (!isListener || listen(descriptor, 1) == 0)
        && setsockopt(
          descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience,
          socklen_t(MemoryLayout<timeval>.size)) == 0
    }
    (self.descriptor, self.port) = (descriptor, address.port)
    try #require(isReady)
  }

  private init(descriptor: CInt, port: UInt16) {
    self.descriptor = descriptor
    self.port = port
  }

  deinit { close(self.descriptor) }

  /// The next connection to a listener; `nil` when none comes.
  func accept() -> LoopbackSocket? {
    let descriptor = Glibc.accept(self.descriptor, nil, nil)
    return descriptor < 0 ? nil : LoopbackSocket(descriptor: descriptor, port: self.port)
  }

  /// What the kernel has acknowledged and nobody has read.
  var unreadBytes: Int {
    var count: CInt = 0
    return ioctl(self.descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : -1
  }

  /// What comes up to the peer's end, or up to a reset.
  func readToEnd() -> String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(self.descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return String(decoding: text, as: UTF8.self) }
      text += buffer[..<count]
    }
  }

  /// The next line, without its end; `nil` at the peer's end.
  func readLine() -> String? {
    var line: [UInt8] = []
    var byte: [UInt8] = [0]
    while recv(self.descriptor, &byte, 1, 0) == 1 {
      if byte[0] == 0x0A { return String(decoding: line, as: UTF8.self) }
      if byte[0] != 0x0D { line.append(byte[0]) }
    }
    return nil
  }

  /// Sends a mail by SMTP, each command behind the reply to the one before.
  ///
  /// - Returns: the last reply to each, the greeting's first.
  func sendMail(_ content: String, from: String = "a@lab.example", to: [String]) -> [String?] {
    var replies = [self.reply()]
    let commands =
      ["EHLO client.lab.example", "MAIL FROM:<\(from)>"] + to.map { "RCPT TO:<\($0)>" }
      + ["DATA", content.replacing("\n", with: "\r\n") + "\r\n.", "QUIT"]
    for command in commands {
      guard self.send(command + "\r\n") else { break }
      replies.append(self.reply())
    }
    return replies
  }

  private func reply() -> String? {
    while let line = self.readLine() {
      // A dash behind the code: more lines follow (RFC 5321 section 4.2.1).
      if line.dropFirst(3).first != "-" { return line }
    }
    return nil
  }

  /// Sends all of `text`.
  ///
  /// - Returns: whether the kernel took it.
  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(self.descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count
  }

  /// Sends copies of a line until the kernel takes none for two seconds: whoever is at the other
  /// end does not read, or what is between.
  ///
  /// - Returns: how many bytes it took.
  func sendUntilNothingIsTaken(line: String) -> Int {
    let bytes = Array(String(repeating: line, count: 1000).utf8)
    var sent = 0
    while true {
      let start = sent % bytes.count
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          self.descriptor, $0.baseAddress.map { $0 + start }, bytes.count - start,
          CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
      }
      if count > 0 {
        sent += count
        continue
      }
      var room = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&room, 1, 2000) > 0, room.revents & Int16(POLLOUT) != 0 else { return sent }
    }
  }

  /// Ends the sending by a FIN.
  func end() {
    shutdown(self.descriptor, CInt(SHUT_WR))
  }

  /// Ends both directions by a RST.
  ///
  /// - Returns: whether the kernel did it.
  func reset() -> Bool {
    var nobody = sockaddr()
    nobody.sa_family = sa_family_t(AF_UNSPEC)
    return Glibc.connect(self.descriptor, &nobody, socklen_t(MemoryLayout<sockaddr>.size)) == 0
  }

  /// The next datagram as text; `nil` when none comes.
  func datagram() -> String? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(self.descriptor, &buffer, buffer.count, 0)
    return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
  }

  /// Waits for a datagram and forgets it.
  func receive() -> Bool {
    var buffer: [UInt8] = [0]
    return recv(self.descriptor, &buffer, buffer.count, 0) > 0
  }
}
