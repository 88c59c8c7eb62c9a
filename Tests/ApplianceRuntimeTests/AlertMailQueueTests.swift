import Alerting
import ApplianceConfiguration
import ApplianceModel
import ApplianceRuntime
import FileStore
import Foundation
import LiveNetwork
import MailTransport
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Simulation
import Support
import TestKit
import Testing

/// An alert mail that nobody takes is left for the next run, and holds no run up.
@Suite(.serialized) struct AlertMailQueueTests {
  private static func run(relay: UInt16, _ output: OutputFolder) async throws -> LiveStatus {
    let configuration = Fixtures.configuration(
      subscriptions: [Fixtures.pushed(host: "127.0.0.1", port: 1), Fixtures.files()],
      routes: [
        SMTPRoute(
          source: Setting("ALL"), destinations: [Setting(.host("127.0.0.1", port: relay))])
      ])
    var options = ApplianceOptions()
    options.rate = .maximum
    options.messagesMax = 1
    // Nothing waits a minute here: what waits is left.
    options.mailPolicy.retryInterval = .seconds(86_400)
    var settings = LiveSettings()
    settings.drainTimeout = .seconds(1)
    let live = LiveRun(
      configuration: configuration, zone: Fixtures.johannesburg, options: options,
      settings: settings, output: output, onEvent: { _ in }, onStatus: { _ in })
    try await live.run()
    return try #require(live.result).status
  }

  @Test func theNextRunSendsWhatTheFirstCouldNot() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mails-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try OutputFolder(path: folder.path)
    let file = folder.appendingPathComponent(AlertMailQueue.name)

    let first = try await Self.run(relay: 1, output)
    let mail = try #require(first.pendingAlertMails.first)
    #expect(mail.attempts == 1)
    #expect(mail.nextAttemptAt != nil)
    #expect(FileManager.default.fileExists(atPath: file.path))

    // As when the next run is a day later.
    let text = try String(contentsOf: file, encoding: .utf8)
    let early = text.replacing(/"nextAttempt" : [0-9]+/, with: "\"nextAttempt\" : 0")
    try early.write(to: file, atomically: true, encoding: .utf8)
    let mails = NIOLockedValueBox<[ReceivedMessage]>([])
    let mailbox = try await LabMailServer.listen(
      group: MultiThreadedEventLoopGroup.singleton,
      settings: SMTPServerSettings(name: try MailDomain("mailbox.lab.example"))
    ) { message in mails.withLockedValue { $0.append(message) } }.get()
    let second = try await Self.run(relay: mailbox.port, output)
    try await mailbox.close().get()
    let texts = mails.withLockedValue { $0.map { String(decoding: $0.bytes, as: UTF8.self) } }
    #expect(texts.contains { $0.hasSuffix(mail.message) }, "\(texts)")
    #expect(second.pendingAlertMails.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  /// What is there and is no queue is said, and stays.
  @Test func aFileThatIsNoQueueEndsTheRun() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mails-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = try OutputFolder(path: folder.path)
    let file = folder.appendingPathComponent(AlertMailQueue.name)
    try "[{".write(to: file, atomically: true, encoding: .utf8)
    let configuration = Fixtures.configuration(subscriptions: [Fixtures.files()])
    let live = LiveRun(
      configuration: configuration, zone: Fixtures.johannesburg, options: ApplianceOptions(),
      settings: LiveSettings(), output: output, onEvent: { _ in }, onStatus: { _ in })
    try await live.run()
    guard case .failed(let error)? = live.result?.outcome else {
      Issue.record("the run did not fail")
      return
    }
    #expect(error.description.contains("alert-mails.json: cannot understand: "))
    #expect(try String(contentsOf: file, encoding: .utf8) == "[{")
  }
}
