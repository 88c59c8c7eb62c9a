import Alerting
import ApplianceConfiguration
import ApplianceModel
import Foundation
import LogDelivery
import MailTransport
import Reports
import Simulation
import Support
import Testing

@Suite struct RunFactDocumentTests {
  private static func samples() throws -> [RunFact] {
    let recipient = try MailAddress("admin@example.com")
    let alert = Alert(
      .logFileUnwritable(subscription: "a", reason: "No space left on device"),
      instant: SimInstant(secondsSinceEpoch: 0))
    return [
      .applianceStarted, .applianceStopped,
      .pushConnecting(PushEndpoint(SyslogPushSettings(host: Setting("192.0.2.9")))),
      .pushConnected, .pushWrote(bytes: 120, lines: 2),
      .pushFailed(LinkFailure(.established, .reset)),
      .pushReopened(nextAttemptIn: .milliseconds(1000)), .pushClosed,
      .pushNotAdvancing(failures: 3), .pushClosedInOrder(unconfirmedLines: 4), .pushUnanswered,
      .pushTakenAtAcknowledgement(.answersNothing), .alertRaised(alert),
      .alertMailStarted(
        recipient: recipient, relay: AlertRouter.Relay(host: "192.0.2.25", port: 25)),
      .alertMailAccepted(recipient: recipient),
      .alertMailFailed(
        recipient: recipient, .connectionProblem(.refused, at: .connect)),
      .alertMailRestored(recipient: "admin@example.com"),
      .fileSent(name: "mail.@1.s", host: "files.example.com"),
      .fileNotSent(
        name: "mail.@1.s", host: "files.example.com", .timedOut,
        nextAttemptIn: .milliseconds(10_000)), .filesRolledOver,
      .filesFailed(reason: "No space left on device"), .filesRecovered(linesNotKept: 5),
      .fileGone(name: "mail.current"), .logCompleted(lines: 6),
      .bufferFailed(reason: "No space left on device"), .bufferRecovered(linesLost: 7),
      .bufferFull(linesDropped: 8), .earlierRunDamaged(.journal(unknownLines: 9)),
      .earlierRunDamaged(.tornLine(file: "mail.@1.c")),
      .clockStepped(by: .seconds(-3600)), .clockOutOfRange, .committed(["a: level"]), .trafficHeld,
      .trafficResumed,
      .trafficEnded,
    ]
  }

  /// The document lists each kind with the names that its facts have, and no other.
  @Test func eachKindIsDocumented() throws {
    let document = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/REPORT.md"), encoding: .utf8)
    let table = document.split(separator: "\n").filter { $0.hasPrefix("| `") }
      .drop { !$0.hasPrefix("| `applianceStarted`") }.map(String.init)
    var names: [RunFact.Kind: [String]] = [:]
    for fact in try Self.samples() {
      for name in RunFactDocument(fact)?.names ?? []
      where names[fact.kind]?.contains(name) != true {
        names[fact.kind, default: []].append(name)
      }
    }
    let rows = RunFact.Kind.allCases.map { kind in
      let facts = (names[kind] ?? []).map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(kind.rawValue)` | \(facts) |"
    }
    #expect(table == rows, "docs/REPORT.md; right rows:\n\(rows.joined(separator: "\n"))")
    #expect(Set(try Self.samples().map(\.kind)) == Set(RunFact.Kind.allCases))
  }

  @Test func versionOneReadersFindWhatTheyKnow() throws {
    var report = RunReport()
    report.add(
      RunEvent(
        at: SimInstant(secondsSinceEpoch: 0), .pushFailed(LinkFailure(.established, .reset)),
        subscription: "a", connection: ConnectionID(3)))
    struct VersionOne: Decodable, Equatable {
      struct Event: Decodable, Equatable {
        let time: String
        let kind: String
        let subscription: String?
        let connection: Int?
        let detail: String?
      }
      let events: [Event]
      let eventsLeftOut: Int
      let outcome: String
    }
    struct VersionTwo: Decodable, Equatable {
      struct Event: Decodable, Equatable { let facts: [String: String]? }
      let version: Int
      let events: [Event]
    }
    let bytes = Data(try report.json())
    let old = try JSONDecoder().decode(VersionOne.self, from: bytes)
    #expect(
      old.events == [
        .init(
          time: "1970-01-01T00:00:00.000000Z", kind: "pushFailed", subscription: "a", connection: 3,
          detail: "reset while established")
      ])
    let new = try JSONDecoder().decode(VersionTwo.self, from: bytes)
    #expect(
      new
        == VersionTwo(
          version: 2, events: [.init(facts: ["cause": "reset", "phase": "established"])]))
  }

  /// Words are made from the fact alone, and none is empty where the kind needs some.
  @Test func eachFactHasItsWords() throws {
    for fact in try Self.samples() {
      let event = RunEvent(at: SimInstant(secondsSinceEpoch: 0), fact, subscription: "a")
      #expect(event.detail.isEmpty == (RunFactDocument(fact) == nil) || fact == .pushUnanswered)
    }
  }
}
