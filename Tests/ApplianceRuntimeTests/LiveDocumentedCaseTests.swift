import ApplianceConfiguration
import ApplianceModel
import ApplianceRuntime
import FileStore
import Foundation
import LabPeers
import LiveNetwork
import LogDelivery
import MailTransport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Simulation
import Support
import TestKit
import Testing

/// The documented case on real sockets of loopback, from the configuration to the mailbox.
@Suite struct LiveDocumentedCaseTests {
  private struct Result: Sendable {
    var outcome: LiveOutcome?
    var ledgers: [SubscriptionLedger] = []
    var streams: [Int: [UInt8]] = [:]
    var resets: [Int] = []
    var mails: [ReceivedMessage] = []
    var events: [RunEvent] = []
  }

  /// A receiver that resets the first connection, a mailbox, and the appliance; bound to one loop.
  private final class Stage {
    private let loop: any EventLoop
    private let done: EventLoopPromise<Result>
    private let mails = NIOLockedValueBox<[ReceivedMessage]>([])
    private var result = Result()
    private var ports: [Int: Int] = [:]
    private var open = 0
    private var live: LiveAppliance?
    private var server: LabSyslogServer?
    private var mailbox: LabMailServer?

    init(loop: any EventLoop, done: EventLoopPromise<Result>) {
      self.loop = loop
      self.done = done
    }

    func start(output: OutputFolder) throws {
      let server = LabSyslogServer(
        loop: self.loop,
        faults: [ScheduledReceiverFault(.resetAfter(.lines(3)), connectionsMax: 1)],
        onBytes: { bytes, number in
          self.result.streams[number, default: []] += Array(bytes.readableBytesView)
        }, onEvent: { self.happened($0) })
      self.server = server
      let settings = SMTPServerSettings(name: try MailDomain("mailbox.lab.example"))
      let mails = self.mails
      let mailbox = LabMailServer.listen(group: self.loop, settings: settings) { message in
        mails.withLockedValue { $0.append(message) }
      }
      server.listenTCP().and(mailbox).assumeIsolated().whenComplete { result in
        do {
          let (port, mailbox) = try result.get()
          self.mailbox = mailbox
          try self.startAppliance(port: UInt16(port), mailPort: mailbox.port, output: output)
        } catch {
          self.done.fail(error)
        }
      }
    }

    private func startAppliance(port: UInt16, mailPort: UInt16, output: OutputFolder) throws {
      let route = SMTPRoute(
        source: Setting("ALL"), destinations: [Setting(.host("127.0.0.1", port: mailPort))])
      let live = try LiveAppliance(
        loop: self.loop,
        configuration: Fixtures.configuration(
          recipient: "admin@example.com",
          subscriptions: [Fixtures.pushed(host: "127.0.0.1", port: port), Fixtures.files()],
          routes: [route]),
        zone: Fixtures.johannesburg, options: ApplianceOptions(), settings: LiveSettings(),
        output: output, onEvent: { self.result.events.append($0) },
        onEnd: { outcome in
          self.result.outcome = outcome
          self.endWhenDone()
        })
      self.live = live
      live.start()
      live.holdTraffic()
    }

    private func happened(_ event: LabSyslogEvent) {
      switch event {
      case .accepted(let number, let port):
        self.ports[number] = port
        self.open += 1
      case .read(let number, let lines, _):
        if let port = self.ports[number] { self.live?.receiverRead(lines: lines, fromPort: port) }
        if number == 2, lines == 4 { self.live?.stop() }
      case .reset(let number, _, _):
        self.result.resets.append(number)
        self.open -= 1
      case .closed:
        self.open -= 1
      case .unfinished, .inPieces, .datagram, .accepting:
        break
      }
      self.endWhenDone()
    }

    private func endWhenDone() {
      guard self.result.outcome != nil, let live = self.live, self.open == 0 else { return }
      self.server?.close()
      self.mailbox?.close().whenComplete { _ in }
      self.result.ledgers = live.ledgers
      self.result.mails = self.mails.withLockedValue { $0 }
      self.done.succeed(self.result)
    }
  }

  private static func run(output: OutputFolder) async throws -> Result {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: Result.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute {
      do {
        try Stage(loop: loop, done: done).start(output: output)
      } catch {
        done.fail(error)
      }
    }
    let result = try await done.futureResult.get()
    deadline.cancel()
    return result
  }

  private static func withOutput(_ body: (OutputFolder) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("documented-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(OutputFolder(path: folder.path))
  }

  @Test func secondConnectionCarriesTheFourDocumentedLinesAndTheMailArrives() async throws {
    try await Self.withOutput { output in
      let result = try await Self.run(output: output)
      #expect(result.outcome == .finished)
      #expect(result.resets == [1])
      #expect(result.streams.keys.sorted() == [1, 2])
      try Self.checkStream(result)
      try Self.checkMail(result)
      try Self.checkLedger(result)
      try Self.checkFiles(output)
    }
  }

  /// Byte for byte but for the stamps, which are the wall clock's.
  private static func checkStream(_ result: Result) throws {
    let text = String(decoding: result.streams[2] ?? [], as: UTF8.self)
    let stamp = #/<22>([A-Z][a-z]{2} [ 1-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]) /#
    let stamps = text.matches(of: stamp).map { String($0.1) }
    try #require(stamps.count == 4)
    // The three header lines are stamped when the log is opened anew, together.
    #expect(stamps[0] == stamps[1])
    #expect(stamps[0] == stamps[2])
    #expect(
      text == """
        <22>\(stamps[0]) Mail_Log: Info: Begin Logfile
        <22>\(stamps[1]) Mail_Log: Info: Version: 8.0.1-023 SN: A4BADB4712A9-511AA1E
        <22>\(stamps[2]) Mail_Log: Info: Time offset from UTC: 7200 seconds
        <22>\(stamps[3]) Mail_Log: Info: A System/Critical alert was sent to admin@example.com \
        with subject "Critical <System> mail.example.com: Log Error: Subscription Mail_Log: \
        Network error while sendin..."

        """)
  }

  /// The golden mail but for what tells the time.
  private static func checkMail(_ result: Result) throws {
    func timeless(_ bytes: [UInt8]) -> [String] {
      String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n").map { line in
        for name in ["Date: ", "Message-ID: <alert-", "Timestamp: "] where line.hasPrefix(name) {
          return name
        }
        return line
      }
    }
    let golden = try Data(
      contentsOf: Repository.url.appendingPathComponent(
        "fixtures/golden/Alerting/critical-system-alert.eml"))
    let mail = try #require(result.mails.first)
    #expect(result.mails.count == 1)
    #expect(timeless(mail.bytes) == timeless(Array(golden)))
    #expect(mail.envelopeSender?.description == "alert@mail.example.com")
    #expect(mail.recipients.map(\.description) == ["admin@example.com"])
  }

  private static func checkLedger(_ result: Result) throws {
    let ledger = try #require(result.ledgers.first)
    // The error line went with the queue; the alert's line was read.
    #expect(ledger.totals.accepted == 2)
    #expect(ledger.totals.lostQueueDiscarded == 1)
    #expect(ledger.totals.received == 1)
    #expect(ledger.totals.isBalanced)
    #expect(ledger.connections.map(\.failure) == [LinkFailure(.established, .reset), nil])
    let (opened, failed) = (ledger.connections[1].opened, ledger.connections[0].closed)
    let wait = try #require(failed).duration(to: opened)
    #expect(wait >= .seconds(1))
  }

  private static func checkFiles(_ output: OutputFolder) throws {
    let folder = "\(output.path)/logs/mail_logs"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
    let lines = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      .split(separator: "\n").map { $0.dropFirst(25) }
    #expect(name.hasSuffix(".s"))
    let error = "Log Error: Subscription Mail_Log: Network error while sending"
    let subject = "Critical <System> mail.example.com: \(error.dropLast())..."
    let expected: [String] = [
      "Critical: \(error) log data to syslog server",
      "Info: A System/Critical alert was sent to admin@example.com with subject \"\(subject)\"",
    ]
    #expect(lines.dropFirst(3).map(String.init) == expected)
  }
}

/// What an owner may do from within what it is told.
@Suite struct LiveApplianceOwnerTests {
  /// Runs an appliance that only keeps files; `onEvent` may call it.
  private static func run(
    prepare: (OutputFolder) throws -> Void = { _ in },
    onEvent: @escaping @Sendable (LiveAppliance, RunEvent) -> Void
  ) async throws -> (outcome: LiveOutcome, files: [String: String]) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("owner-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try OutputFolder(path: folder.path)
    try prepare(output)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: LiveOutcome.self)
    let deadline = loop.scheduleTask(in: .seconds(120)) { done.fail(ChannelError.eof) }
    loop.execute {
      var live: LiveAppliance?
      do {
        live = try LiveAppliance(
          loop: loop,
          configuration: Fixtures.configuration(subscriptions: [Fixtures.files()], routes: []),
          zone: Fixtures.johannesburg, options: ApplianceOptions(), settings: LiveSettings(),
          output: output, onEvent: { event in live.map { onEvent($0, event) } },
          onEnd: { outcome in
            live = nil
            done.succeed(outcome)
          })
        live?.start()
      } catch {
        done.fail(error)
      }
    }
    let outcome = try await done.futureResult.get()
    deadline.cancel()
    let logs = "\(output.path)/logs/mail_logs"
    var files: [String: String] = [:]
    let names = (try? FileManager.default.contentsOfDirectory(atPath: logs)) ?? []
    for name in names {
      files[name] = try String(contentsOfFile: "\(logs)/\(name)", encoding: .utf8)
    }
    return (outcome, files)
  }

  @Test func stopAtTheFirstEventStillSavesTheFile() async throws {
    let (outcome, files) = try await Self.run { live, event in
      if event.kind == .applianceStarted { live.stop() }
    }
    #expect(outcome == .finished)
    #expect(files.count == 1)
    #expect(files.keys.first?.hasSuffix(".s") == true)
    #expect(files.values.first?.contains("Info: Begin Logfile\n") == true)
  }

  @Test func leftoverOfAnEarlierRunIsSaved() async throws {
    let (_, files) = try await Self.run(prepare: { output in
      let logs = try output.logFolder(subscription: "mail_logs")
      try logs.perform(.create(name: "mail.@20150625T085003.c"))
      try logs.perform(.append(Array("earlier\n".utf8), lines: 1))
    }) { live, event in
      if event.kind == .applianceStarted { live.stop() }
    }
    #expect(files["mail.@20150625T085003.s"] == "earlier\n")
    #expect(files.count == 2)
    #expect(files.keys.allSatisfy { $0.hasSuffix(".s") })
  }

  /// A folder that takes no file is told of with the reason, and the run goes on.
  @Test func fileThatCannotBeMadeIsAnAlertAndTriedAgain() async throws {
    let events = NIOLockedValueBox<[RunEvent]>([])
    let logs = NIOLockedValueBox("")
    let (outcome, files) = try await Self.run(prepare: { output in
      logs.withLockedValue { $0 = "\(output.path)/logs/mail_logs" }
    }) { live, event in
      events.withLockedValue { $0.append(event) }
      let path = logs.withLockedValue { $0 }
      switch event.kind {
      case .applianceStarted:
        // A folder that is only gone is made anew; one that cannot be made is not.
        try? FileManager.default.removeItem(atPath: path)
        _ = FileManager.default.createFile(atPath: path, contents: nil)
      case .alertRaised:
        try? FileManager.default.removeItem(atPath: path)
        try? FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: true)
        live.rollOverNow()
      case .filesRecovered: live.stop()
      default: break
      }
    }
    #expect(outcome == .finished)
    let told = events.withLockedValue { $0 }
    let reason = "Not a directory"
    #expect(told.first { $0.kind == .filesFailed }?.detail == reason)
    #expect(
      told.first { $0.kind == .alertRaised }?.detail
        == "Log Error: Subscription mail_logs: Could not write to its log file: \(reason)")
    #expect(told.contains { $0.kind == .filesRecovered })
    #expect(files.values.contains { $0.contains("its log file is written again, ") })
  }
}
