import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import Simulation
import TestKit
import Testing

/// Which log types have content: the table against what the model really writes.
@Suite struct LogContentTests {
  private static let headerTexts = ["Begin Logfile", "Version: ", "Time offset from UTC: "]

  private static func isContent(_ line: Substring) -> Bool {
    // Thu Jun 25 08:50:03 2015 Info: text
    let text = line.dropFirst(25).drop { $0 != ":" }.dropFirst(2)
    return !self.headerTexts.contains { text.hasPrefix($0) }
  }

  @Test func typesWithContentAreThoseThatTheModelWrites() {
    // Files take every type, also what is no text; a push that fails makes the appliance's own lines.
    let files = LogType.allCases.map { type in
      LogSubscriptionSettings(
        name: Setting("log_\(type.rawValue)"), type: Setting(type), level: Setting(.trace),
        retrieval: .manualDownload(
          LogFileSettings(
            filename: Setting("log"), rolloverSizeBytes: Setting(10_485_760),
            filesMax: Setting(10))))
    }
    var world = RecordingWorld(
      configuration: Fixtures.configuration(
        subscriptions: files + [Fixtures.pushed()], routes: [Fixtures.relayRoute]))
    world.connect(subscription: SubscriptionID(UInt32(files.count)))
    for step in 0..<120 {
      world.advance(by: .seconds(30))
      if step % 20 == 10 {
        world.fail(
          subscription: SubscriptionID(UInt32(files.count)), LinkFailure(.established, .reset))
        world.advance(by: .seconds(2))
        world.connect(subscription: SubscriptionID(UInt32(files.count)))
      }
    }
    for (index, type) in LogType.allCases.enumerated() {
      let text = String(decoding: world.files[SubscriptionID(UInt32(index))] ?? [], as: UTF8.self)
      let hasContent = text.split(separator: "\n").contains { Self.isContent($0) }
      #expect(hasContent == type.hasContent, "\(type)")
    }
  }
}
