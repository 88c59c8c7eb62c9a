import Alerting
import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import Simulation
import TestKit
import Testing

@Suite struct ApplianceFileTests {
  private static func transferred(_ name: String) -> LogSubscriptionSettings {
    LogSubscriptionSettings(
      name: Setting(name), type: Setting(.textMail),
      retrieval: .ftpPush(
        FileTransferSettings(
          host: Setting("ftp.example.com"), port: Setting(21),
          files: LogFileSettings(filename: Setting("mail"), filesMax: Setting(1)))))
  }

  private static func world(sendsFiles: Bool = true) -> RecordingWorld {
    var options = ApplianceOptions()
    options.sendsFiles = sendsFiles
    return RecordingWorld(
      configuration: Fixtures.configuration(
        subscriptions: [self.transferred("by_ftp"), Fixtures.files()]), options: options)
  }

  @Test func savedFileIsSentAndDeleted() {
    var world = Self.world()
    world.rollOverNow()
    #expect(world.transfers.map(\.name) == ["mail.@20150625T085003.s"])
    #expect(world.fileNames.deleted[0] == nil)
    world.finishTransfer()
    #expect(world.fileNames.deleted[0] == ["mail.@20150625T085003.s"])
    #expect(world.events.map(\.kind).contains(.fileSent))
    #expect(world.appliance.filesWaiting.isEmpty)
  }

  /// Though one file at most is to be kept, nothing unsent is deleted.
  @Test func failureIsALineAndAnAlertAndTheFileWaits() {
    var world = Self.world()
    world.rollOverNow()
    world.finishTransfer(.loginRefused)
    let text =
      "Log Error: Subscription by_ftp: Failed to send a log file to ftp.example.com: Login refused"
    for index in [0, 1] as [SubscriptionID] {
      #expect(world.lines(subscription: index).contains { $0.hasSuffix("Critical: \(text)") })
    }
    #expect(world.appliance.alertHistory.map(\.text) == [text])
    #expect(world.transfers.count == 1)
    world.advance(by: .seconds(9))
    #expect(world.transfers.count == 1)
    world.advance(by: .seconds(1))
    #expect(world.transfers.count == 2)
    world.finishTransfer(.interrupted)
    // A rollover tries again at once, the oldest file first.
    world.rollOverNow()
    #expect(world.transfers.count == 3)
    #expect(Set(world.transfers).count == 1)
    #expect(world.appliance.filesWaiting == ["by_ftp": 2])
    #expect(world.fileNames.deleted[0] == nil)
    world.finishTransfer()
    world.finishTransfer()
    #expect(world.fileNames.deleted[0]?.count == 2)
  }

  @Test func filesOfAnEarlierRunAreSentFirst() {
    var appliance = Appliance(
      configuration: Fixtures.configuration(subscriptions: [Self.transferred("by_ftp")]),
      zone: Fixtures.johannesburg,
      options: {
        var options = ApplianceOptions()
        options.sendsFiles = true
        return options
      }(), start: Fixtures.documentedInstant)
    appliance.adopt(
      files: ["mail.@20150101T000000.s", "mail.@20150102T000000.c", "other.@1.s"],
      subscription: 0)
    appliance.startWithFoldersOpen(now: Fixtures.documentedInstant)
    appliance.advance(now: Fixtures.documentedInstant)
    let sent = appliance.takeActions().compactMap { action in
      if case .transfer(_, let name, _) = action { name } else { nil }
    }
    #expect(sent == ["mail.@20150101T000000.s"])
    // The one that was being written is sent once its saving is told.
    #expect(appliance.filesWaiting == ["by_ftp": 1])
  }

  @Test func worldThatSendsNothingKeepsTheFiles() {
    var world = Self.world(sendsFiles: false)
    world.rollOverNow()
    #expect(world.transfers.isEmpty)
    #expect(world.fileNames.deleted.isEmpty)
  }

  @Test func rolloverOfOneSubscriptionLeavesTheOthers() {
    var world = Self.world()
    #expect(world.rollOverNow("nobody") == 0)
    #expect(world.rollOverNow("mail_logs") == 1)
    #expect(world.transfers.isEmpty)
  }

  /// The error of a file that cannot be written is counted where it cannot stand, and stands in
  /// the other log.
  @Test func fullDiskIsToldByTheOtherLogs() {
    var world = Self.world()
    world.failFile(subscription: 1, .append([], lines: 3), reason: "No space left on device")
    let text =
      "Log Error: Subscription mail_logs: Could not write to its log file: No space left on device"
    #expect(world.lines(subscription: 0).contains { $0.hasSuffix("Critical: \(text)") })
    #expect(!world.lines(subscription: 1).contains { $0.hasSuffix(text) })
    #expect(world.appliance.alertHistory.map(\.text) == [text])
    #expect(world.appliance.linesNotKept == ["mail_logs": 4])
    world.failFile(subscription: 1, .append([], lines: 2), reason: "No space left on device")
    #expect(world.appliance.alertHistory.count == 1)
    #expect(world.appliance.linesNotKept == ["mail_logs": 6])
  }
}
