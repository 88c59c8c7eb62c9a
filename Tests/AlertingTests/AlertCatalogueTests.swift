import Alerting
import Foundation
import LogDelivery
import Simulation
import Support
import Testing

@Suite struct AlertCatalogueTests {
  /// An event of each kind: the causes of a push and of a file that is not sent among them.
  private static let events: [AlertEvent] =
    LinkFailure.Phase.allCases.flatMap { phase in
      LinkFailure.Cause.allCases.map {
        AlertEvent.pushFailed(
          subscription: "{host}", host: "logs.example.com", LinkFailure(phase, $0))
      }
    }
    + FileTransferFailure.allCases.map {
      .fileNotSent(subscription: "{host}", host: "files.example.com", $0, client: "curl")
    }
    + [
      .logFileUnwritable(subscription: "{host}", reason: "No space left on device"),
      .diskBufferUnwritable(subscription: "{host}", reason: "No space left on device"),
      .diskBufferFull(subscription: "{host}", dropsOldest: true),
      .diskBufferFull(subscription: "{host}", dropsOldest: false),
    ]

  @Test func eachRowHasAnEventAndEachEventFillsItsRow() {
    #expect(Set(Self.events.map(\.alert)) == Set(AlertID.allCases))
    for event in Self.events {
      let row = event.alert.row
      #expect(
        Set(row.template.parameters).isSubset(of: event.parameters.keys), "\(event.alert)")
      // A name that looks like a parameter is a name.
      #expect(event.text.hasPrefix("Log Error: Subscription {host}: "))
      #expect(event.text.count { $0 == "{" } == 1)
    }
  }

  /// What rests on docs/FIDELITY.md names a row of it.
  @Test func evidenceNamesARow() throws {
    let document = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/FIDELITY.md"), encoding: .utf8)
    let lead = "FIDELITY, "
    let named = AlertID.allCases.filter { $0.row.evidence.source.hasPrefix(lead) }
    #expect(!named.isEmpty)
    for alert in named {
      let row = "\n| \(alert.row.evidence.source.dropFirst(lead.count)) |"
      #expect(document.contains(row), "\(alert)")
    }
  }

  /// What tells two alerts apart is in their texts, and nothing that is in no text tells any apart.
  @Test func duplicateKeysAreParametersOfTheTemplate() {
    for alert in AlertID.allCases {
      #expect(Set(alert.row.duplicateKey) == Set(alert.row.template.parameters), "\(alert)")
    }
    let keys = Set(Self.events.map { DuplicateAlertFilter.Key($0) })
    #expect(keys.count == Set(Self.events.map { "\($0.alert) \($0.text)" }).count)
  }

  /// The words of the log and of the mails, all of them.
  @Test func textsAreTheGoldenOnes() throws {
    let lines = Self.events.map {
      "\($0.alert.row.definition.identifier) \($0.alert.rawValue): \($0.text)"
    }
    let text = Set(lines).sorted().joined(separator: "\n") + "\n"
    let outcome = try GoldenFile.compare(
      Array(text.utf8), suite: "Alerting", name: "catalogue.txt")
    #expect(outcome == .same)
  }

  @Test(arguments: ["", "{", "}", "a {b} c", "{subscription", "{}{}"])
  func bracesThatHoldNoParameterAreText(_ text: String) {
    let template = AlertTemplate(text: text)
    #expect(template.filled(by: [.subscription: "x"]) == text)
    #expect(template.parameters.isEmpty)
    let behind = AlertTemplate(text: text + "{subscription}!")
    #expect(behind.filled(by: [.subscription: "{host}", .host: "y"]) == text + "{host}!")
  }
}

@Suite struct TLSErrorTextTests {
  private static func text(_ phase: LinkFailure.Phase, _ cause: LinkFailure.Cause) -> String {
    AlertEvent.pushFailed(
      subscription: "Mail_Log", host: "logs.example.com", LinkFailure(phase, cause)
    ).text
  }

  @Test func eachCauseHasATextOfItsOwn() {
    for phase in LinkFailure.Phase.allCases {
      let causes = LinkFailure.Cause.allCases.filter(\.isOfTLS)
      #expect(causes.count == 9)
      #expect(Set(causes.map { Self.text(phase, $0) }).count == causes.count)
    }
    #expect(
      Self.text(.connecting, .certificateExpired)
        == "Log Error: Subscription Mail_Log: Failed to connect to logs.example.com: "
        + "TLS certificate of the server is expired or not yet valid")
  }

  @Test func documentedTextStaysAsItIs() {
    #expect(
      Self.text(.established, .reset)
        == "Log Error: Subscription Mail_Log: Network error while sending log data to syslog server"
    )
  }
}
