import ApplianceConfiguration
import LogModel
import NetworkModel
import Scenarios
import Simulation
import TestKit
import Testing

/// What an export's hosts become in a scenario.
@Suite struct ConfigurationSubstitutionTests {
  @Test func aPushGoesToTheServerAndThePortOfTheScenariosOwn() {
    let export = MatrixPlans.export([Fixtures.pushed(host: "logs.corp.example", port: 6514)])
    let substitution = MatrixPlans.substitution(export)
    #expect(substitution.scenario.configuration.pushTexts == ["10.0.0.2:514 TCP"])
    #expect(
      substitution.notes.contains(
        MappingNote(
          .push, "push Mail_Log: logs.corp.example:6514 TCP becomes log, 10.0.0.2:514")))
  }

  @Test func serversAreTakenInOrderByTransportAndFromTheFirstAgain() {
    let export = MatrixPlans.export([
      Fixtures.pushed(name: "a", host: "one.example", transport: .udp),
      Fixtures.pushed(name: "b", host: "two.example", transport: .udp),
      Fixtures.pushed(name: "c", host: "three.example", transport: .udp),
      Fixtures.pushed(name: "d", host: "TWO.example.", transport: .udp),
      Fixtures.pushed(name: "e", host: "two.example", transport: .tcp),
      Fixtures.pushed(name: "f", host: "three.example", transport: .tcp),
    ])
    #expect(
      MatrixPlans.substitution(export).scenario.configuration.pushTexts == [
        "10.0.0.2:514 UDP", "10.0.0.3:1514 UDP", "10.0.0.2:514 UDP", "10.0.0.3:1514 UDP",
        // The second server takes no TCP.
        "10.0.0.2:514 TCP", "10.0.0.2:514 TCP",
      ])
  }

  @Test func aNameBecomesTheScenariosNameAndAnAddressItsAddress() {
    let scenario = MatrixPlans.scenario(
      own: [Fixtures.pushed(host: "log.lab.example")],
      names: [NamePlan(name: "log.lab.example", addresses: [MatrixPlans.log])])
    let export = MatrixPlans.export([
      Fixtures.pushed(name: "a", host: "logs.corp.example"),
      Fixtures.pushed(name: "b", host: "203.0.113.7"),
      Fixtures.pushed(name: "c", host: "2001:db8::7"),
    ])
    #expect(
      MatrixPlans.substitution(export, in: scenario).scenario.configuration.pushTexts
        == ["log.lab.example:514 TCP", "10.0.0.2:514 TCP", "10.0.0.2:514 TCP"])
  }

  @Test func aServerThatListensElsewhereStaysMissed() {
    let hosts = [
      HostPlan(name: "log", address: MatrixPlans.log, services: [.syslogTCP(port: 1514)])
    ]
    let export = MatrixPlans.export([Fixtures.pushed(host: "logs.corp.example")])
    // The scenario's own configuration pushes to 514, where nothing listens.
    let scenario = MatrixPlans.scenario(hosts: hosts)
    #expect(
      MatrixPlans.substitution(export, in: scenario).scenario.configuration.pushTexts
        == ["10.0.0.2:514 TCP"])
    // Without a push of its own the port is the listening one.
    let without = MatrixPlans.scenario(own: [Fixtures.files()], hosts: hosts)
    #expect(
      MatrixPlans.substitution(export, in: without).scenario.configuration.pushTexts
        == ["10.0.0.2:1514 TCP"])
  }

  @Test(arguments: ["10.229.24.230", "esa.corp.example", "ESA.corp.example.", "0.0.0.0", "::"])
  func aPushToTheApplianceItselfStaysOne(_ host: String) {
    let substitution = MatrixPlans.substitution(MatrixPlans.export([Fixtures.pushed(host: host)]))
    #expect(substitution.scenario.configuration.pushTexts == ["10.229.24.230:514 TCP"])
    #expect(substitution.notes.contains { $0.kind == .pushToItself })
  }

  @Test func loopbackAddressesAreServersOfALab() {
    let export = MatrixPlans.export(
      [Fixtures.pushed(host: "127.0.0.1", port: 5514)], routes: [Fixtures.relayRoute])
    let configuration = MatrixPlans.substitution(export).scenario.configuration
    #expect(configuration.pushTexts == ["10.0.0.2:514 TCP"])
    #expect(configuration.routeTexts == ["ALL 10.0.0.9:25"])
  }

  @Test func withoutServersAPushIsNotSimulatedAndSaid() {
    let scenario = MatrixPlans.scenario(own: [], hosts: [])
    #expect(ScenarioRoles(scenario).missing == ["a syslog server"])
    let substitution = MatrixPlans.substitution(
      MatrixPlans.export([Fixtures.pushed()]), in: scenario)
    #expect(substitution.scenario.configuration.pushTexts.isEmpty)
    #expect(substitution.notes.contains { $0.kind == .pushNotPlaced })
  }

  // MARK: Mail

  @Test func routesGoToTheMailboxAndTheirWordsStay() {
    let routes = [
      SMTPRoute(
        source: Setting(".corp.example"),
        destinations: [
          Setting(.hostByAddress("mx1.corp.example", port: 26)),
          Setting(.host("192.0.2.9", port: 25)),
        ]),
      SMTPRoute(source: Setting("gone.example"), destinations: [Setting(.discard)]),
      SMTPRoute(
        source: Setting("ALL"), destinations: [Setting(.host("mx1.corp.example", port: 25))]),
    ]
    let mapped = MatrixPlans.substitution(MatrixPlans.export([], routes: routes))
      .scenario.configuration.smtpRoutes
    #expect(mapped.map(\.source.value) == [".corp.example", "gone.example", "ALL"])
    #expect(
      mapped.map { $0.destinations.map(\.value) } == [
        [.host("10.0.0.9", port: 25), .host("10.0.0.9", port: 25)], [.discard],
        [.host("10.0.0.9", port: 25)],
      ])
  }

  @Test(arguments: [
    [], [SMTPRoute(source: Setting("corp.example"), destinations: [Setting(.useDNS)])],
  ])
  func withoutARouteTheMailboxStandsForTheMailExchanger(_ routes: [SMTPRoute]) {
    let substitution = MatrixPlans.substitution(MatrixPlans.export([], routes: routes))
    #expect(
      substitution.scenario.configuration.routeTexts.first == "corp.example 10.0.0.9:25")
    #expect(substitution.notes.contains { $0.kind == .mailExchanger })
  }

  // MARK: The rest

  @Test func nothingIsDroppedSilently() {
    var tls = Fixtures.pushed(name: "tls")
    if case .syslogPush(var push) = tls.retrieval {
      push.usesTLS.value = true
      tls.retrieval = .syslogPush(push)
    }
    var sent = Fixtures.files(name: "sent")
    sent.retrieval = .ftpPush(
      FileTransferSettings(
        host: Setting("ftp.corp.example"), port: Setting(21),
        files: LogFileSettings(filename: Setting("mail"))))
    var unknown = Fixtures.files(name: "unknown")
    unknown.retrieval = .notUnderstood(nil)
    var system = Fixtures.pushed(name: "system")
    system.type.value = .system
    let substitution = MatrixPlans.substitution(
      MatrixPlans.export([tls, sent, unknown, system]),
      in: MatrixPlans.scenario(faults: [
        PlannedFault(.appliance(.rollOverNow(subscription: "Mail_Log")), host: "")
      ]))
    #expect(
      Set(substitution.notes.map(\.kind)) == [
        .push, .encryption, .fileTransfer, .pushNotInEffect, .logWithoutContent, .keptOnAppliance,
        .relay, .fault,
      ])
    #expect(substitution.scenario.expectations.isEmpty)
    #expect(
      substitution.scenario.faults.map(\.kind) == [.appliance(.rollOverNow(subscription: nil))])
  }

  /// The rule changes nothing of what belongs to the scenario.
  @Test func theScenariosOwnConfigurationStaysAsItIs() {
    let scenario = MatrixPlans.scenario()
    let mapped = MatrixPlans.substitution(scenario.configuration, in: scenario).scenario
    #expect(mapped.configuration == scenario.configuration)
  }
}
