import ApplianceModel
import ApplianceRuntime
import ConfigurationXML
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
import Testing

/// What a word of the shipped configuration's XML changes is what changes in a live run on loopback,
/// and nothing else; ConfigurationDrivesTests says the same of virtual time.
@Suite(.serialized) struct LiveConfigurationDrivesTests {
  /// What the XML says in the place of what is shipped.
  private struct Words {
    var host = "127.0.0.1"
    var transport = "TCP"
    var facility = "mail"
    var level = "Information"
    var recipient = "alerts@example.com"
  }

  private struct Story {
    /// By where it arrived, such as `TCP 127.0.0.1`: lines without their stamps.
    var lines: [String: [String]] = [:]
    /// Recipients and subject of each mail.
    var mails: [String] = []
    /// The log that is kept in files, without stamps.
    var kept: [String] = []
    var acknowledged: UInt64 = 0
    var written: UInt64 = 0
    var filtered: UInt64 = 0
    var failures = 0
  }

  // MARK: Tests

  @Test func facilityChangesThePriorityAndNothingElse() async throws {
    let base = try await Self.run(Words())
    let other = try await Self.run(Words(facility: "local0"))
    let expected = base.lines.mapValues { lines in
      lines.map { line in line.replacing(#/^<(\d+)>/#) { "<\((Int($0.1) ?? 0) + (16 - 2) * 8)>" } }
    }
    #expect(expected.keys.sorted() == ["TCP 127.0.0.1"])
    #expect((expected["TCP 127.0.0.1"] ?? []).count > 100)
    #expect(other.lines == expected)
    #expect(other.kept == base.kept)
  }

  @Test func hostChangesWhoReceivesAndNothingElse() async throws {
    let base = try await Self.run(Words())
    let other = try await Self.run(Words(host: "127.0.0.2"))
    #expect(other.lines == ["TCP 127.0.0.2": base.lines["TCP 127.0.0.1"] ?? []])
    #expect(other.kept == base.kept)
  }

  @Test func protocolChangesTheWayAndNothingElse() async throws {
    let base = try await Self.run(Words())
    let other = try await Self.run(Words(transport: "UDP"))
    #expect(other.lines == ["UDP 127.0.0.1": base.lines["TCP 127.0.0.1"] ?? []])
    #expect(other.kept == base.kept)
    #expect(base.acknowledged > 100 && base.written == 0)
    #expect(other.written == base.acknowledged && other.acknowledged == 0)
  }

  @Test func levelKeepsOutWhatIsLessGrave() async throws {
    let base = try await Self.run(Words())
    let other = try await Self.run(Words(level: "Warning"))
    let headers = ["Begin Logfile", "Version: ", "Time offset from UTC: "]
    let kept = (base.lines["TCP 127.0.0.1"] ?? []).filter { line in
      line.contains("Mail_Log: Warning: ") || line.contains("Mail_Log: Critical: ")
        || headers.contains { line.contains("Mail_Log: Info: " + $0) }
    }
    #expect(other.lines == ["TCP 127.0.0.1": kept])
    #expect(other.filtered > 100)
    #expect(other.kept == base.kept)
  }

  @Test func recipientChangesTheMailAndItsLine() async throws {
    let base = try await Self.run(Words(), failsOnce: true)
    let other = try await Self.run(Words(recipient: "desk@example.org"), failsOnce: true)
    let swap: (String) -> String = { $0.replacing("alerts@example.com", with: "desk@example.org") }
    #expect(base.failures == 1)
    #expect(base.mails.map { $0.prefix { $0 != ":" } } == ["alerts@example.com"])
    #expect(other.mails == base.mails.map(swap).sorted())
    // When the alert comes among the lines of the traffic is a matter of time.
    #expect(other.kept.sorted() == base.kept.map(swap).sorted())
    #expect(other.kept.contains { $0.contains("desk@example.org") })
  }

  /// The same failing server: a datagram knows no failure, so no alert is sent.
  @Test func datagramsKnowNoFailureAndNoAlert() async throws {
    let story = try await Self.run(Words(transport: "UDP"), failsOnce: true)
    #expect(story.failures == 0)
    #expect(story.mails == [])
    #expect(!story.kept.contains { $0.contains("alert") })
  }

  // MARK: The run

  private static func run(_ words: Words, failsOnce: Bool = false) async throws -> Story {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("drives-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let lab = try await Lab.open(failsOnce: failsOnce)
    let output = try OutputFolder(path: folder.path)
    let configuration = try #require(
      ConfigurationReader().read(
        bytes: Array(try Self.xml(words, lab).utf8), name: "x.xml"
      ).configuration)
    let zone = try #require(
      ZoneDatabase.zone(named: "Africa/Johannesburg", from: SimInstant(nanoseconds: 0)))
    var options = ApplianceOptions()
    options.rate = .maximum
    options.messagesMax = 15
    let failures = NIOLockedValueBox(0)
    let live = LiveRun(
      configuration: configuration, zone: zone, options: options, settings: LiveSettings(),
      output: output,
      onEvent: { event in
        if event.kind == .pushFailed { failures.withLockedValue { $0 += 1 } }
      }, onStatus: { _ in })
    try await live.run()
    let (outcome, status) = try #require(live.result)
    #expect(outcome == .finished)
    var story = Story()
    let totals = try #require(status.ledgers.first { $0.subscription == "Mail_Log" }).totals
    story.acknowledged = totals.acknowledged
    story.written = totals.written
    story.filtered = totals.filtered
    story.failures = failures.withLockedValue { $0 }
    // What was reset is in no count of the receiver.
    // The header lines of the first connection are not the traffic's, and in no ledger.
    let sent = 3 + Int(totals.acknowledged + totals.written)
    let (streams, mails) = try await lab.close(lines: failsOnce ? 0 : sent)
    story.lines = streams.mapValues { Self.withoutStamps(String(decoding: $0, as: UTF8.self)) }
    story.mails = mails.map { mail -> String in
      let head = String(decoding: mail.bytes, as: UTF8.self).split(separator: "\r\n")
      let subject = head.first { $0.hasPrefix("Subject: ") } ?? ""
      return mail.recipients.map(\.description).joined(separator: ", ") + ": " + subject
    }.sorted()
    story.kept = try Self.kept(folder.path + "/logs/mail_logs", lab.port)
    return story
  }

  private static func xml(_ words: Words, _ lab: Lab) throws -> String {
    let file = Repository.url.appendingPathComponent("appliance-config.xml")
    var text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    let start = try #require(text.range(of: "<name>Mail_Log</name>"))
    let end = try #require(text.range(of: "</log_text>", range: start.upperBound..<text.endIndex))
    var block = String(text[start.lowerBound..<end.lowerBound])
    for (shipped, word) in [
      ("<log_level>Information<", "<log_level>\(words.level)<"),
      ("<hostname>127.0.0.1<", "<hostname>\(words.host)<"),
      ("<port>5514<", "<port>\(lab.port)<"), ("<protocol>TCP<", "<protocol>\(words.transport)<"),
      ("<facility>mail<", "<facility>\(words.facility)<"),
    ] {
      try #require(block.contains(shipped))
      block = block.replacing(shipped, with: word)
    }
    text.replaceSubrange(start.lowerBound..<end.lowerBound, with: block)
    for (shipped, word) in [
      ("127.0.0.1:2525", "127.0.0.1:\(lab.mailPort)"), ("alerts@example.com", words.recipient),
    ] {
      try #require(text.contains(shipped))
      text = text.replacing(shipped, with: word)
    }
    return text
  }

  private static func withoutStamps(_ text: String) -> [String] {
    text.split(separator: "\n").map {
      String($0).replacing(#/[A-Z][a-z]{2} [ 1-3]\d \d\d:\d\d:\d\d /#, with: "", maxReplacements: 1)
    }
  }

  /// The record, its files in order; the port is another in each run.
  private static func kept(_ folder: String, _ port: Int) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().flatMap { name in
      try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n")
        .map { String($0.dropFirst(25)).replacing("\(port)", with: "PORT") }
    }
  }
}

/// Two hosts of loopback that take syslog by TCP and UDP on one port, and a mailbox.
private final class Lab: Sendable {
  private let loop: any EventLoop
  private let servers: NIOLoopBoundBox<[LabSyslogServer]>
  private let mailbox: LabMailServer
  private let mails: NIOLockedValueBox<[ReceivedMessage]>
  private let streams = NIOLockedValueBox<[String: [UInt8]]>([:])
  /// How many lines are waited for, and who waits.
  private let waiting = NIOLockedValueBox<(lines: Int, promise: EventLoopPromise<Void>)?>(nil)
  private let portBox = NIOLockedValueBox(0)

  var port: Int { self.portBox.withLockedValue { $0 } }
  var mailPort: UInt16 { self.mailbox.port }

  private init(
    loop: any EventLoop, mailbox: LabMailServer, mails: NIOLockedValueBox<[ReceivedMessage]>
  ) {
    self.loop = loop
    self.mailbox = mailbox
    self.mails = mails
    self.servers = .makeBoxSendingValue([], eventLoop: loop)
  }

  /// - Parameter failsOnce: the first connection to a host is reset behind its first line.
  static func open(failsOnce: Bool) async throws -> Lab {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let mails = NIOLockedValueBox<[ReceivedMessage]>([])
    let settings = SMTPServerSettings(name: try MailDomain("mailbox.lab.example"))
    let mailbox = try await LabMailServer.listen(group: loop, settings: settings) { message in
      mails.withLockedValue { $0.append(message) }
    }.get()
    // The system chooses the first port, and somebody may have the same number elsewhere.
    var attempts = 5
    while true {
      let lab = Lab(loop: loop, mailbox: mailbox, mails: mails)
      do {
        try await lab.listen(failsOnce: failsOnce)
        return lab
      } catch {
        attempts -= 1
        try await lab.closeServers()
        if attempts == 0 { throw error }
      }
    }
  }

  private func listen(failsOnce: Bool) async throws {
    var port = 0
    for host in ["127.0.0.1", "127.0.0.2"] {
      for transport in ["TCP", "UDP"] {
        port = try await self.listen(transport, host, port, failsOnce: failsOnce)
      }
    }
    self.portBox.withLockedValue { [port] in $0 = port }
  }

  private func listen(
    _ transport: String, _ host: String, _ port: Int, failsOnce: Bool
  ) async throws -> Int {
    try await self.loop.flatSubmit {
      let fault = ScheduledReceiverFault(.resetAfter(.lines(1)), connectionsMax: 1)
      let server = LabSyslogServer(
        loop: self.loop, faults: failsOnce ? [fault] : [],
        onBytes: { bytes, _ in
          self.received(Array(bytes.readableBytesView), at: "\(transport) \(host)")
        }, onEvent: { _ in })
      self.servers.value.append(server)
      return transport == "TCP"
        ? server.listenTCP(host: host, port: port) : server.listenUDP(host: host, port: port)
    }.get()
  }

  private func received(_ bytes: [UInt8], at place: String) {
    self.streams.withLockedValue { $0[place, default: []] += bytes }
    self.tellWhoWaits()
  }

  private func tellWhoWaits() {
    let count = self.streams.withLockedValue { streams in
      streams.values.reduce(0) { $0 + $1.count { $0 == UInt8(ascii: "\n") } }
    }
    self.waiting.withLockedValue { waiting in
      guard let entry = waiting, count >= entry.lines else { return }
      entry.promise.succeed(())
      waiting = nil
    }
  }

  /// Waits until so many lines have arrived, and ends.
  func close(lines: Int) async throws -> ([String: [UInt8]], [ReceivedMessage]) {
    let promise = self.loop.makePromise(of: Void.self)
    let deadline = self.loop.scheduleTask(in: .seconds(30)) { promise.fail(ChannelError.eof) }
    self.waiting.withLockedValue { $0 = (lines, promise) }
    self.tellWhoWaits()
    try await promise.futureResult.get()
    deadline.cancel()
    try await self.closeServers()
    try await self.mailbox.close().get()
    return (self.streams.withLockedValue { $0 }, self.mails.withLockedValue { $0 })
  }

  private func closeServers() async throws {
    try await self.loop.submit { for server in self.servers.value { server.close() } }.get()
  }
}
