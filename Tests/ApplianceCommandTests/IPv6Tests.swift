import Foundation
import Glibc
import Support
import Testing

/// Servers of ours by IPv6: judged by what a receiver has read.
@Suite(.enabled(if: IPv6Loopback.isHere, "this machine has no IPv6 loopback"))
struct IPv6Tests {
  private static func send(_ text: String, to port: UInt16, _ type: __socket_type) throws {
    let descriptor = socket(AF_INET6, CInt(type.rawValue), 0)
    defer { close(descriptor) }
    let isConnected = IPv6Loopback.call(descriptor, port: port, connect)
    try #require(isConnected)
    let sent = Glibc.send(descriptor, text, text.utf8.count, CInt(MSG_NOSIGNAL))
    try #require(sent == text.utf8.count)
  }

  private static func port(_ command: SpawnedCommand, _ transport: String) throws -> UInt16 {
    try FolderWatch.value(in: [command.folder]) {
      let told = command.errors.firstMatch(of: /listening on (.*) ([A-Z]+) port ([0-9]+)/)
      return told.flatMap { $0.2 == transport ? UInt16($0.3) : nil }
    }
  }

  /// Both spellings, TCP and UDP, straight and through a proxy that listens there too.
  @Test(
    .timeLimit(.minutes(5)),
    arguments: [
      (["--tcp", "[::1]:0"], "TCP", false), (["--tcp", "0", "--host", "::1"], "TCP", false),
      (["--udp", "[::1]:0"], "UDP", false), (["--udp", "0", "--host", "[::1]"], "UDP", false),
      (["--tcp", "[::1]:0"], "TCP", true), (["--udp", "[::1]:0"], "UDP", true),
    ])
  func linesArriveByIPv6(_ row: (options: [String], transport: String, byProxy: Bool)) throws {
    try BuiltCommand.withScratchFolder { folder in
      for name in ["receiver", "proxy"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
      }
      let receiver = try SpawnedCommand(
        ["receive", "--output", "\(folder)/received"] + row.options, folder: "\(folder)/receiver")
      defer { kill(receiver.pid, SIGKILL) }
      var port = try Self.port(receiver, row.transport)
      #expect(receiver.errors.contains("listening on ::1 \(row.transport) port "))
      var proxy: SpawnedCommand?
      if row.byProxy {
        let started = try SpawnedCommand(
          ["proxy", "--listen", "[::1]:0", "--to", "[::1]:\(port)"]
            + (row.transport == "UDP" ? ["--udp"] : []), folder: "\(folder)/proxy")
        port = try Self.port(started, row.transport)
        proxy = started
      }
      defer { if let proxy { kill(proxy.pid, SIGKILL) } }
      let type = row.transport == "UDP" ? SOCK_DGRAM : SOCK_STREAM
      try Self.send("<13>one\n", to: port, type)
      let text = try FolderWatch.value(in: [folder]) { () -> String? in
        let text = try? String(contentsOfFile: "\(folder)/received", encoding: .utf8)
        return text?.hasSuffix("\n") == true ? text : nil
      }
      #expect(text == "<13>one\n")
      for command in [receiver, proxy].compactMap({ $0 }) {
        kill(command.pid, SIGTERM)
        #expect(command.wait().status == 0)
      }
    }
  }

  /// Without another word it is IPv4's loopback, and nobody else's.
  @Test(.timeLimit(.minutes(3))) func defaultIsTheLoopbackOfIPv4() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try SpawnedCommand(["receive", "--tcp", "0"], folder: folder)
      let port = try Self.port(receiver, "TCP")
      let descriptor = socket(AF_INET6, CInt(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      let isConnected = IPv6Loopback.call(descriptor, port: port, connect)
      #expect(!isConnected)
      kill(receiver.pid, SIGTERM)
      #expect(receiver.wait().status == 0)
    }
  }
}

/// `::1`, by the system's calls.
private enum IPv6Loopback {
  /// With a port, as the kernel wants it.
  private static func address(port: UInt16) -> [UInt8] {
    withUnsafeBytes(of: UInt16(AF_INET6)) { Array($0) }
      + [UInt8(port >> 8), UInt8(port & 0xFF)] + Array(repeating: 0, count: 4)
      + Array(repeating: 0, count: 15) + [1] + Array(repeating: 0, count: 4)
  }

  static let isHere: Bool = {
    let descriptor = socket(AF_INET6, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return descriptor >= 0 && call(descriptor, port: 0, bind)
  }()

  static func call(
    _ descriptor: CInt, port: UInt16,
    _ body: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> Bool {
    self.address(port: port).withUnsafeBytes { raw in
      raw.withMemoryRebound(to: sockaddr.self) {
        $0.baseAddress.map { body(descriptor, $0, 28) == 0 } ?? false
      }
    }
  }
}
