import ApplianceConfiguration
import ApplianceModel
import ConfigurationXML
import Foundation
import LogDelivery
import ScenarioFiles
import Scenarios
import Simulation
import Support
import Testing

/// The matrix of the accepted fixtures, and of the gallery's own configurations, with the gallery.
@Suite struct MatrixGalleryTests {
  private static let accepted = GoldenFile.repository
    .appendingPathComponent("fixtures/configurations/accepted")
  private static let gallery = GoldenFile.repository.appendingPathComponent("fixtures/scenarios")
  private static let zone = ZoneTransitions(name: "Etc/GMT", initialOffsetSeconds: 0)

  private static func names(_ folder: URL, _ ending: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(ending) }.sorted()
  }

  private static func export(_ file: URL) throws -> Configuration {
    let result = ConfigurationReader().read(contentsOf: file.path)
    return try #require(result.configuration, "\(result.descriptions)")
  }

  private static func scenario(_ name: String) throws -> Scenario {
    let text = try String(
      contentsOf: self.gallery.appendingPathComponent(name), encoding: .utf8)
    return try GalleryTests.reader().read(text, file: name)
  }

  private static func outcome(
    _ export: Configuration, _ scenario: Scenario
  ) -> ConfigurationTrial.Outcome {
    ConfigurationTrial(export, zone: self.zone, in: scenario).run()
  }

  /// Forty configurations and more with some scenarios, or with all.
  @Test func threeConfigurationsThatLoseSilentlyAreFoundAndWhy() throws {
    let few = [
      "all-well.yaml", "documented-reset.yaml", "server-restart.yaml",
      "udp-through-a-tcp-firewall.yaml",
    ]
    let all = few + (try Self.names(Self.gallery, ".yaml")).filter { !few.contains($0) }
    let count = Thoroughness.cases(few: few.count, many: all.count)
    let scenarios = try all.prefix(count).map(Self.scenario)
    let names = try Self.names(Self.accepted, ".xml")
    #expect(names.count > 40)
    var causes: [String: Set<TrialReason.Code>] = [:]
    var cells = 0
    for name in names {
      let export = try Self.export(Self.accepted.appendingPathComponent(name))
      for scenario in scenarios {
        let outcome = Self.outcome(export, scenario)
        cells += 1
        Self.check(outcome, of: name)
        guard outcome.judgement.verdict == .silentLoss else { continue }
        for log in outcome.judgement.logs(with: .silentLoss) {
          causes[name, default: []].formUnion(log.causes.map(\.code))
        }
      }
    }
    #expect(cells == names.count * scenarios.count)
    #expect(causes.count >= 3, "\(causes)")
    // The default of a push is UDP.
    #expect(causes["push-defaults.xml"]?.contains(.udpDetectsNothing) ?? false)
    // A push by TCP whose alert has no recipient.
    #expect(causes["delivery-other-prefix.xml"] == nil)
    #expect(causes.values.contains { $0.contains(.noRecipient) }, "\(causes)")
  }

  /// What holds of each outcome: the verdict follows from figures that are there.
  private static func check(_ outcome: ConfigurationTrial.Outcome, of name: String) {
    let (facts, verdict) = (outcome.facts, outcome.judgement.verdict)
    let lost = facts.pushes.reduce(0) { $0 + $1.lost + $1.datagramsUnread }
      + facts.linesNotInFile.values.reduce(0, +)
    let place = "\(name) in \(outcome.scenario)"
    for push in facts.pushes { #expect(push.lost <= push.lostAtMost, "\(place)") }
    switch verdict {
    case .silentLoss:
      #expect(lost > 0, "\(place)")
      for log in outcome.judgement.logs(with: .silentLoss) {
        #expect(!log.causes.isEmpty && !log.figures.isEmpty, "\(place)")
      }
    case .alerted:
      #expect(facts.mails.contains { $0.outcome == .received }, "\(place)")
    case .noPush: #expect(facts.pushes.isEmpty && lost == 0, "\(place)")
    case .delivered, .waiting, .unnoticedFailure: #expect(lost == 0, "\(place)")
    case .noLines: #expect(facts.pushes.allSatisfy { $0.accepted == 0 }, "\(place)")
    }
  }

  /// A configuration that a scenario names does in the matrix what it does in the scenario.
  @Test(arguments: ["all-well", "forged-reset", "dns-failure", "tcp-to-udp", "wrong-port"])
  func theScenariosOwnConfigurationComesToTheSameLedger(_ name: String) throws {
    let scenario = try Self.scenario(name + ".yaml")
    let (result, _) = ScenarioRunner(scenario, output: NoOutput()).run()
    let outcome = ConfigurationTrial(scenario.configuration, zone: scenario.zone, in: scenario)
      .run()
    let push = try #require(outcome.facts.pushes.first)
    let totals = try #require(result.ledgers.first).totals
    #expect(push.accepted == totals.accepted)
    #expect(push.received == totals.received)
    #expect(push.lostAtMost == totals.lostAtMost)
    #expect(
      outcome.facts.alerts.count == result.events.count { $0.kind == .alertRaised })
  }
}
