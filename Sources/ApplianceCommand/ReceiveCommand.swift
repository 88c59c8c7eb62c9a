import Text
import ArgumentParser
import FileStore
import Foundation
import LabPeers
import LiveNetwork
import NIOCore
import NIOPosix
import ServiceLifecycle
import Simulation

/// `appliance receive`: a lab syslog receiver with behaviours.
struct ReceiveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receive",
    abstract: "Receive syslog like a collector, with faults on demand.",
    discussion: """
      Listens on 127.0.0.1 until stopped, unless --host or a port's own address says otherwise \
      (IPv4 or IPv6). Writes each message as a line to --output or standard output; events go to \
      standard error. Over TCP a message begins with its length in octets (RFC 6587), or ends with \
      LF or NUL; a connection may mix them.

      Example: appliance receive --tcp 5514 --reset-after-lines 100
      Example: appliance receive --tcp [::1]:5514 --udp 5514 --output received.log
      """)

  @Option(
    help: ArgumentHelp(
      "TCP port, or ADDRESS:PORT; 0 lets the system choose (default: 5514 unless --udp or "
        + "--tls is given).",
      valueName: "PORT"))
  var tcp: ListenPlace?

  @Option(
    help: ArgumentHelp(
      "UDP port, or ADDRESS:PORT; 0 lets the system choose.", valueName: "PORT"))
  var udp: ListenPlace?

  @Option(
    help: ArgumentHelp(
      "TLS port (RFC 5425), or ADDRESS:PORT; 0 lets the system choose. Needs --cert and --key.",
      valueName: "PORT"))
  var tls: ListenPlace?

  @Option(help: ArgumentHelp("PEM file of the server's certificate, for --tls.", valueName: "file"))
  var cert: String?

  @Option(help: ArgumentHelp("PEM file of the certificate's key.", valueName: "file"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Accept only clients with a certificate signed by an authority in this PEM file.",
      valueName: "file"))
  var clientCa: String?

  @Option(help: "Address to listen on, IPv4 or IPv6, for ports without their own.")
  var host = "127.0.0.1"

  @OptionGroup(title: "Faults")
  var faults: ReceiverFaultOptions

  @Option(help: "File to write received messages to; an existing one is emptied.")
  var output: String?

  func validate() throws {
    for (name, port) in [("--tcp", self.tcp), ("--udp", self.udp), ("--tls", self.tls)] {
      guard let port = port?.port else { continue }
      guard (0...65_535).contains(port) else {
        throw ValidationError("\(name): found \(port), allowed: 0 to 65535")
      }
    }
    if self.tls != nil, self.cert == nil || self.key == nil {
      throw ValidationError("--tls needs --cert FILE and --key FILE")
    }
    for (name, file) in [
      ("--cert", self.cert), ("--key", self.key), ("--client-ca", self.clientCa),
    ]
    where file != nil && self.tls == nil {
      throw ValidationError("\(name) needs --tls PORT")
    }
    try self.faults.check(
      hasTCP: self.tcpPort != nil, hasTLS: self.tls != nil, hasUDP: self.udp != nil)
  }

  private var tcpPort: ListenPlace? {
    self.tcp
      ?? (self.udp == nil && self.tls == nil ? ListenPlace(address: nil, port: 5514) : nil)
  }

  func run() async throws {
    try OpenFiles.requireForSockets()
    let service = ReceiveService(
      tcp: self.tcpPort?.on(self.host), udp: self.udp?.on(self.host),
      tls: self.tls?.on(self.host), files: self.files, faults: self.faults.scheduled,
      refuses: self.faults.refuses, datagramLimit: self.faults.datagramLimit, output: self.output)
    try await runUntilSignalled(service)
  }
}

extension ReceiveCommand {
  private var files: LabTLSFiles? {
    guard let cert = self.cert, let key = self.key else { return nil }
    return LabTLSFiles(certificate: cert, key: key, clientAuthority: self.clientCa)
  }
}

/// The receiver from start to a shutdown.
private struct ReceiveService: Service {
  let tcp: (host: String, port: Int)?
  let udp: (host: String, port: Int)?
  let tls: (host: String, port: Int)?
  let files: LabTLSFiles?
  let faults: [ScheduledReceiverFault]
  let refuses: Bool
  let datagramLimit: Int?
  let output: String?

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let sink = try ReceiveSink(path: self.output)
    let end = EndSignal(on: loop)
    let server = try await loop.submit {
      NIOLoopBound(self.makeServer(on: loop, sink: sink, end: end), eventLoop: loop)
    }.get()
    do {
      try await self.listen(server)
    } catch {
      end.end(.failure(error))
    }
    try await withGracefulShutdownHandler {
      try await end.wait()
    } onGracefulShutdown: {
      end.end()
    }
    // What was read and has not ended yet is written too.
    try await loop.flatSubmit { server.value.close() }.get()
  }

  private func listen(_ server: NIOLoopBound<LabSyslogServer>) async throws {
    let loop = server.eventLoop
    if let tcp = self.tcp, self.refuses {
      let refusing = try await loop.submit {
        server.value.refuseTCP(host: tcp.host, port: tcp.port)
      }.get()
      guard let refusing else {
        throw CommandFailure("cannot take \(tcp.host) TCP port \(tcp.port)")
      }
      Terminal.error.line("refusing on \(tcp.host) TCP port \(refusing)")
    } else if let tcp = self.tcp {
      let port = try await self.bound("TCP", tcp) {
        loop.flatSubmit { server.value.listenTCP(host: tcp.host, port: tcp.port) }
      }
      Terminal.error.line("listening on \(tcp.host) TCP port \(port)")
    }
    if let udp = self.udp {
      let port = try await self.bound("UDP", udp) {
        loop.flatSubmit { server.value.listenUDP(host: udp.host, port: udp.port) }
      }
      Terminal.error.line("listening on \(udp.host) UDP port \(port)")
    }
    try await self.listenTLS(server)
  }

  private func listenTLS(_ server: NIOLoopBound<LabSyslogServer>) async throws {
    guard let tls = self.tls, let files = self.files else { return }
    let loop = server.eventLoop
    let port = try await self.bound("TLS", tls) {
      loop.flatSubmit {
        loop.makeCompletedFuture(
          Result { try server.value.listenTLS(host: tls.host, port: tls.port, files: files) }
        ).flatMap { $0 }
      }
    }
    Terminal.error.line("listening on \(tls.host) TLS port \(port)")
  }

  private func bound(
    _ name: String, _ place: (host: String, port: Int), _ bind: () -> EventLoopFuture<Int>
  ) async throws -> Int {
    do {
      return try await bind().get()
    } catch let error as IOError {
      let reason = String(cString: strerror(error.errnoCode))
      throw CommandFailure("cannot listen on \(place.host) \(name) port \(place.port): \(reason)")
    } catch {
      throw CommandFailure("cannot listen on \(place.host) \(name) port \(place.port): \(error)")
    }
  }

  private func makeServer(
    on loop: any EventLoop, sink: ReceiveSink, end: EndSignal
  ) -> LabSyslogServer {
    let server = LabSyslogServer(loop: loop, faults: self.faults) { bytes, _ in
      do throws(FileStoreError) {
        try bytes.withUnsafeReadableBytes { buffer in
          Result { () throws(FileStoreError) in try sink.write(buffer) }
        }.get()
      } catch {
        end.end(.failure(error))
      }
    } onEvent: { event in
      if let line = Self.line(event) { Terminal.error.line(line) }
    }
    let limit = self.datagramLimit
    server.datagramLimit = { limit }
    return server
  }

  private static func line(_ event: LabSyslogEvent) -> String? {
    switch event {
    case .accepted(let connection, let port): "connection \(connection) from port \(port)"
    case .reset(let connection, let lines, let bytes):
      "connection \(connection) reset after \(Plural.counted(lines, "line")), "
        + "\(Plural.counted(bytes, "byte"))"
    case .closed(let connection, let lines, let bytes):
      "connection \(connection) closed by the client after "
        + "\(Plural.counted(lines, "line")), \(Plural.counted(bytes, "byte"))"
    case .unfinished(let connection, let bytes):
      "connection \(connection) ended in the middle of a message; what it had, "
        + "\(Plural.counted(bytes, "byte")), is written as a line"
    case .inPieces(let connection):
      "connection \(connection) sent a message that is too long to keep in memory (more than "
        + "\(SyslogLines.heldMax >> 20) MiB, or less when many are long); it is written in pieces"
    case .accepting(let isAccepting): AcceptText.line(isAccepting)
    case .read, .datagram: nil
    }
  }
}

/// Where received bytes go: a file, or standard output.
private final class ReceiveSink: Sendable {
  private let file: AppendFile?

  init(path: String?) throws(FileStoreError) {
    if let path {
      self.file = try AppendFile(creating: path, exclusively: false)
    } else {
      self.file = nil
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(FileStoreError) {
    switch self.file {
    case .some(let file): try file.append(bytes)
    case .none: Terminal.output.write(bytes)
    }
  }
}
