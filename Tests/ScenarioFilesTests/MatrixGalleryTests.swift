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
  private static let accepted = Repository.url
    .appendingPathComponent("fixtures/configurations/accepted")
  private static let gallery = Repository.url.appendingPathComponent("fixtures/scenarios")
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

  /// The gallery's configuration with one change that makes a failure of its push silent.
  private static let planted: [(name: String, from: String, to: String, why: TrialReason.Code)] = [
    ("by-udp", "<protocol>TCP</protocol>", "", .udpDetectsNothing),
    (
      "no-recipient", "<alert_severity name=\"critical\">", "<alert_severity name=\"warning\">",
      .noRecipient
    ),
    ("route-discards", "10.229.24.25:25", "/dev/null", .routeDiscards),
    ("relay-is-itself", "10.229.24.25:25", "mail.example.com", .relayFailed),
  ]

  private static func plantedExport(_ from: String, _ to: String) throws -> Configuration {
    let lab = try String(
      contentsOf: self.gallery.appendingPathComponent("lab-tcp.xml"), encoding: .utf8)
    #expect(lab.contains(from))
    let bytes = Array(lab.replacing(from, with: to).utf8)
    return try #require(ConfigurationReader().read(bytes: bytes, name: "x").configuration)
  }

  private static func scenarios() throws -> [Scenario] {
    let few = [
      "all-well.yaml", "documented-reset.yaml", "server-restart.yaml",
      "udp-dropped-by-firewall.yaml",
    ]
    let all = few + (try self.names(self.gallery, ".yaml")).filter { !few.contains($0) }
    let count = Thoroughness.cases(few: few.count, many: all.count)
    return try all.prefix(count).map(self.scenario)
  }

  /// Forty configurations and more with some scenarios, or with all: those that lose silently are
  /// found, and why.
  @Test func configurationsThatLoseSilentlyAreFoundAndWhy() throws {
    let scenarios = try Self.scenarios()
    var exports = try Self.names(Self.accepted, ".xml").map {
      ($0, try Self.export(Self.accepted.appendingPathComponent($0)))
    }
    #expect(exports.count > 40)
    exports += try Self.planted.map { ($0.name, try Self.plantedExport($0.from, $0.to)) }
    var causes: [String: Set<TrialReason.Code>] = [:]
    for (name, export) in exports {
      for scenario in scenarios {
        let outcome = Self.outcome(export, scenario)
        Self.check(outcome, of: name)
        for log in outcome.judgement.logs(with: .silentLoss) {
          causes[name, default: []].formUnion(log.causes.map(\.code))
        }
      }
    }
    for plant in Self.planted { #expect(causes[plant.name] == [plant.why], "\(plant.name)") }
    // The default of a push is UDP.
    #expect(causes["push-defaults.xml"] == [.udpDetectsNothing])
    #expect(causes["minimal.xml"] == nil)
    #expect(causes.count >= 3 + Self.planted.count, "\(causes)")
  }

  /// What holds of each outcome: the verdict follows from figures that are there.
  private static func check(_ outcome: ConfigurationTrial.Outcome, of name: String) {
    let (facts, verdict) = (outcome.facts, outcome.judgement.verdict)
    let lost =
      facts.pushes.reduce(0) { $0 + $1.lost + $1.datagramsUnread }
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
