import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Reports
import Support
import Testing

/// No finding, difference or document shows a secret, by the same words whether an element, an
/// attribute or a text has it.
@Suite struct HiddenInFindingsTests {
  private static let secret = "Swordfish7"

  private static func file(_ content: String) -> [UInt8] {
    Array(
      (SampleHeader.text + "<config><hostname>a.example.com</hostname>\(content)</config>").utf8)
  }

  private static let places = [
    #"<users><user><username>a</username><enc_password q="SECRET">x</enc_password></user></users>"#,
    #"<users><user token="SECRET"><username>a</username></user></users>"#,
    #"<users password="SECRET"></users>"#, "<users>password=SECRET</users>",
    #"<log_subscriptions api_key="SECRET"></log_subscriptions>"#,
    #"<log_subscriptions q="https://u:SECRET@example.com/"></log_subscriptions>"#,
    "<log_subscriptions>u:SECRET@example.com</log_subscriptions>",
    #"<alert_email_config psk="SECRET"></alert_email_config>"#,
    "<alert_email_config>bearer token: SECRET</alert_email_config>",
    "<dns_interface>u:SECRET@example.com</dns_interface>",
    "<default_gateway>u:SECRET@example.com</default_gateway>",
    #"<unknown_thing><client_secret q="SECRET">x</client_secret></unknown_thing>"#,
    #"<unknown_thing><value q="key=SECRET">token=SECRET</value></unknown_thing>"#,
    #"<unknown_thing q="u:SECRET@example.com"></unknown_thing>"#,
    "<listeners><listener><listener_name>L</listener_name><interface_name>M</interface_name>"
      + #"<type>public</type><rat><rat_entry password="SECRET"><rat_address>ALL</rat_address>"#
      + "<access>REJECT</access></rat_entry></rat></listener></listeners>",
  ]

  @Test(arguments: places, [ReadingMode.strict, .lenient])
  func itIsShownNowhere(_ place: String, _ mode: ReadingMode) throws {
    var reader = ConfigurationReader(mode: mode)
    reader.listsUnmodelled = true
    let texts = [Self.secret, Self.secret + "8"].map { place.replacing("SECRET", with: $0) }
    let results = texts.map { reader.read(bytes: Self.file($0), name: "x.xml") }
    var shown = results.flatMap(\.descriptions)
    let configurations = results.compactMap(\.configuration)
    if configurations.count == 2 {
      let changes = ConfigurationDifference.changes(from: configurations[0], to: configurations[1])
      shown += changes.flatMap { [$0.text, $0.from ?? "", $0.to ?? ""] }
      shown += ConfigurationText.lines(configurations[0])
      shown.append(
        String(decoding: try ConfigurationDocument.json(configurations[0]), as: UTF8.self))
    }
    #expect(shown.filter { $0.contains(Self.secret) } == [])
  }

  @Test(arguments: [
    ("mailto:bob@example.com", false), ("bob@example.com", false), ("a:b@c", true),
    ("host:25", false), ("x a:b@c", true), ("10:20 a@b", false), ("::1", false),
  ])
  func logins(_ text: String, _ isSecret: Bool) {
    #expect(SecretText.mayHold(text) == isSecret)
  }
}
