import ApplianceConfiguration
import Foundation
import LabPeers
import LiveNetwork
import LogDelivery
import NIOCore
import NIOPosix
import Simulation
import Support
import Testing

/// A push by TLS against the lab's receiver, on loopback, with certificates made for the test.
@Suite(.enabled(if: TLSLayer.isBuiltIn)) struct TLSPushTests {
  /// The folder of `Scripts/certificates.sh`, made once.
  private static let certificates = Result { () throws -> String in
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("appliance-certificates-\(ProcessInfo.processInfo.processIdentifier)")
    let root = Repository.url
    let script = Process()
    script.executableURL = URL(fileURLWithPath: "/bin/bash")
    script.arguments = [
      root.appendingPathComponent("Scripts/certificates.sh").path, folder.path,
    ]
    try script.run()
    script.waitUntilExit()
    guard script.terminationStatus == 0 else { throw ChannelError.eof }
    return folder.path
  }

  private struct Seen: Sendable {
    var events: [PushSocketEvent] = []
    var read: [UInt8] = []
    var progress: PushProgress?

    var failure: LinkFailure? {
      for case .failed(let failure, _) in self.events { return failure }
      return nil
    }
  }

  private enum Server {
    case tls(certificate: String, clientAuthority: String? = nil)
    case plain
    /// These bytes are all it ever says.
    case answering([UInt8])
  }

  private final class Answer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: self.bytes)), promise: nil)
      context.channel.parent?.close(promise: nil)
    }
  }

  private static let lines = (0..<2000).map { "line \($0) " + String(repeating: "x", count: 60) }
  private static let write: PushWrite = {
    var write = PushWrite(bytes: [], lineEnds: [])
    for line in lines {
      write.bytes += Array(line.utf8) + [0x0A]
      write.lineEnds.append(UInt32(write.bytes.count))
    }
    return write
  }()

  /// Pushes the lines to a server until `isDone`.
  private static func run(
    _ server: Server, host: String = "localhost",
    _ change: @escaping @Sendable (inout PushTLSSettings, String) -> Void = { $0.trust($1) },
    faults: [ScheduledReceiverFault] = [],
    until isDone: @escaping @Sendable (Seen) -> Bool
  ) async throws -> Seen {
    let folder = try self.certificates.get()
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: Seen.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute {
      let stage = Stage(loop: loop, done: done, isDone: isDone)
      stage.start(server, host: host, folder: folder, faults: faults) { change(&$0, folder) }
    }
    let seen = try await done.futureResult.get()
    deadline.cancel()
    return seen
  }

  /// Lives until the promise is kept; bound to the loop.
  private final class Stage {
    private let loop: any EventLoop
    private let done: EventLoopPromise<Seen>
    private let isDone: @Sendable (Seen) -> Bool
    private var seen = Seen()
    private var hasEnded = false
    private var server: LabSyslogServer?
    private var socket: SyslogPushSocket?
    private var timer: Scheduled<Void>?

    init(
      loop: any EventLoop, done: EventLoopPromise<Seen>,
      isDone: @escaping @Sendable (Seen) -> Bool
    ) {
      self.loop = loop
      self.done = done
      self.isDone = isDone
    }

    func start(
      _ kind: Server, host: String, folder: String, faults: [ScheduledReceiverFault],
      _ change: (inout PushTLSSettings) -> Void
    ) {
      let server = LabSyslogServer(
        loop: self.loop, faults: faults,
        onBytes: { bytes, _ in
          self.seen.read += Array(bytes.readableBytesView)
          self.check()
        }, onEvent: { _ in })
      self.server = server
      var delivery = DeliverySettings()
      change(&delivery.tls)
      self.listening(server, kind, folder).assumeIsolated().whenComplete { result in
        guard case .success(let port) = result else { return self.done.fail(ChannelError.eof) }
        let settings = SyslogPushSettings(
          host: Setting(host), port: Setting(UInt16(port)), transport: Setting(.tcp),
          usesTLS: Setting(true), delivery: delivery)
        let socket = SyslogPushSocket(
          loop: self.loop, endpoint: PushEndpoint(settings), connectTimeout: .milliseconds(2000)
        ) { self.happened($0) }
        self.socket = socket
        socket.connect()
      }
    }

    private func listening(
      _ server: LabSyslogServer, _ kind: Server, _ folder: String
    ) -> EventLoopFuture<Int> {
      switch kind {
      case .plain: return server.listenTCP()
      case .answering(let bytes):
        return ServerBootstrap(group: self.loop).childChannelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(Answer(bytes))
          }
        }.bind(host: "127.0.0.1", port: 0).map { $0.localAddress?.port ?? 0 }
      case .tls(let certificate, let authority):
        let files = LabTLSFiles(
          certificate: "\(folder)/\(certificate).pem", key: "\(folder)/\(certificate).key",
          clientAuthority: authority.map { "\(folder)/\($0).pem" })
        do {
          return try server.listenTLS(files: files)
        } catch {
          return self.loop.makeFailedFuture(error)
        }
      }
    }

    private func happened(_ event: PushSocketEvent) {
      self.seen.events.append(event)
      if event == .connected {
        self.socket?.write([TLSPushTests.write])
        self.watch()
      }
      self.check()
    }

    /// The kernel tells nobody of an acknowledgement: it is asked.
    private func watch() {
      self.timer = self.loop.assumeIsolated().scheduleTask(in: .milliseconds(5)) {
        if let progress = self.socket?.progress() { self.seen.progress = progress }
        self.check()
        if !self.hasEnded { self.watch() }
      }
    }

    private func check() {
      guard !self.hasEnded, self.isDone(self.seen) else { return }
      self.hasEnded = true
      self.timer?.cancel()
      self.socket?.close()
      self.server?.close()
      self.done.succeed(self.seen)
    }
  }

  private static func isFailed(_ seen: Seen) -> Bool { seen.failure != nil }

  @Test func linesArriveAndAreAcknowledgedAsBytesOfLines() async throws {
    let total = UInt64(Self.write.bytes.count)
    let seen = try await Self.run(.tls(certificate: "server")) {
      $0.read.count == Self.write.bytes.count && $0.progress?.acknowledgedBytes == total
    }
    #expect(seen.read == Self.write.bytes)
    #expect(seen.events.first == .connected)
    let wrote = seen.events.map { if case .wrote(let count) = $0 { count } else { 0 } }
    #expect(wrote.reduce(0, +) == Self.write.bytes.count)
  }

  /// What the kernel of a peer that never reads acknowledged is whole records, and less than all.
  @Test func peerThatResetsLeavesAFigureThatEndsALine() async throws {
    let seen = try await Self.run(
      .tls(certificate: "server"), faults: [ScheduledReceiverFault(.resetAfter(.lines(100)))],
      until: Self.isFailed)
    #expect(seen.failure?.phase == .established)
    guard case .failed(_, let progress?) = seen.events.last else {
      Issue.record("no progress at the failure")
      return
    }
    let ends = Set(Self.write.lineEnds.map { UInt64($0) })
    #expect(progress.acknowledgedBytes == 0 || ends.contains(progress.acknowledgedBytes))
    #expect(progress.acknowledgedBytes <= UInt64(Self.write.bytes.count))
  }

  @Test func addressIsComparedWithTheCertificate() async throws {
    let seen = try await Self.run(.tls(certificate: "server"), host: "127.0.0.1") {
      $0.read.count == Self.write.bytes.count || $0.failure != nil
    }
    #expect(seen.failure == nil)
  }

  @Test func expectedNameCanBeSet() async throws {
    let seen = try await Self.run(.tls(certificate: "other-name")) { tls, folder in
      tls.trust(folder)
      tls.serverName = Setting("collector.example.com")
    } until: {
      $0.read.count == Self.write.bytes.count || $0.failure != nil
    }
    #expect(seen.failure == nil)
  }

  @Test(arguments: [
    ("expired", LinkFailure.Cause.certificateExpired),
    ("other-name", .certificateNameMismatch),
  ])
  func badCertificateIsSaidToBeWhatItIs(
    _ certificate: String, _ cause: LinkFailure.Cause
  ) async throws {
    let seen = try await Self.run(.tls(certificate: certificate), until: Self.isFailed)
    #expect(seen.failure == LinkFailure(.connecting, cause))
    #expect(seen.read.isEmpty)
  }

  @Test func unknownAuthorityIsSaid() async throws {
    let seen = try await Self.run(.tls(certificate: "server")) { tls, folder in
      tls.authorityFile = Setting(folder + "/other-ca.pem")
    } until: {
      $0.failure != nil
    }
    #expect(seen.failure == LinkFailure(.connecting, .certificateUntrusted))
  }

  @Test func plainServerIsSaidNotToSpeakTLS() async throws {
    let seen = try await Self.run(.plain, until: Self.isFailed)
    #expect(seen.failure == LinkFailure(.connecting, .tlsNotSpoken))
  }

  /// A server that answers the ClientHello by the alert `handshake_failure`, or by
  /// `insufficient_security` (RFC 5246, 7.2.2).
  @Test(arguments: [40, 71] as [UInt8]) func noSharedCipherIsSaid(_ alert: UInt8) async throws {
    let seen = try await Self.run(
      .answering([0x15, 0x03, 0x03, 0, 2, 2, alert]), until: Self.isFailed)
    #expect(seen.failure == LinkFailure(.connecting, .tlsNoSharedCipher))
    #expect(seen.failure?.cause.reason == "TLS handshake failed, no shared cipher suite")
  }

  @Test func filesThatAreNotThereAreSaid() async throws {
    let seen = try await Self.run(.tls(certificate: "server")) { tls, folder in
      tls.authorityFile = Setting(folder + "/missing.pem")
    } until: {
      $0.failure != nil
    }
    #expect(seen.failure == LinkFailure(.connecting, .certificateFilesUnusable))
  }

  @Test func clientWithoutCertificateIsRefused() async throws {
    let seen = try await Self.run(
      .tls(certificate: "server", clientAuthority: "ca"), until: Self.isFailed)
    #expect(seen.failure?.cause == .certificateRefused)
    #expect(seen.read.isEmpty)
  }

  @Test func clientWithCertificateIsTaken() async throws {
    let seen = try await Self.run(.tls(certificate: "server", clientAuthority: "ca")) {
      tls, folder in
      tls.trust(folder)
      tls.certificateFile = Setting(folder + "/client.pem")
      tls.keyFile = Setting(folder + "/client.key")
    } until: {
      $0.read.count == Self.write.bytes.count || $0.failure != nil
    }
    #expect(seen.failure == nil)
  }
}

extension PushTLSSettings {
  fileprivate mutating func trust(_ folder: String) {
    self.authorityFile = Setting(folder + "/ca.pem")
  }
}
