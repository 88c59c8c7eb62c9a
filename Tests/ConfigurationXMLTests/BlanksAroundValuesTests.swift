import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Support
import Testing

/// White space around a value is told of, and the value read without it, wherever a value is read:
/// no public fact says that an appliance refuses it.
@Suite struct BlanksAroundValuesTests {
  /// A file that is accepted with more white space around one leaf's text.
  private struct Padded {
    let name: String
    let text: String
  }

  private static func read(_ text: String) -> ReadResult {
    ConfigurationReader().read(bytes: Array(text.utf8), name: "x.xml")
  }

  private static func padded(_ text: String) -> [Padded] {
    text.matches(of: /<([a-z0-9_:]+)[^<>]*>([^<>]*[^<>\s][^<>]*)<\/([a-z0-9_:]+)>/).map { match in
      let blanks = "\n    "
      var padded = text
      padded.replaceSubrange(
        match.2.startIndex..<match.2.endIndex, with: blanks + match.2 + blanks)
      return Padded(name: String(match.1), text: padded)
    }
  }

  private static let fixtures = FixtureTests.accepted.filter {
    !$0.name.contains("utf16") && !$0.name.contains("unknown")
  }

  @Test func eachValueIsReadWithoutThem() throws {
    var told: Set<String> = []
    for fixture in Self.fixtures {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path + ".xml"))
      guard let text = String(data: bytes, encoding: .utf8) else { continue }
      let plain = Self.read(text)
      let configuration = try #require(plain.configuration, "\(fixture.name)")
      let before = plain.diagnostics.count { $0.code == .valueDoubtful }
      for padded in Self.padded(text) {
        let result = Self.read(padded.text)
        let found = try #require(
          result.configuration, "\(fixture.name): \(padded.name): \(result.descriptions)")
        // What is not read, what is a secret and what people read stays as it is.
        guard result.diagnostics.count(where: { $0.code == .valueDoubtful }) > before else {
          continue
        }
        told.insert(padded.name)
        #expect(
          ConfigurationDifference.changes(from: configuration, to: found) == [],
          "\(fixture.name): \(padded.name)")
        #expect(result.diagnostics.count == plain.diagnostics.count + 1, "\(result.descriptions)")
      }
    }
    #expect(Self.mustBeTold.subtracting(told) == [])
    #expect(told.isDisjoint(with: ["enc_password", "passphrase", "comment", "smtp_banner_text"]))
  }

  private static let mustBeTold: Set<String> = [
    "hostname", "timezone", "interface_name", "ip", "netmask", "interface_hostname", "sshd_port",
    "default_gateway", "dns_ip", "dns_ptr_timeout", "route_source_address",
    "route_destination_address", "listener_name", "type", "name", "module", "log_level", "filename",
    "rolloversize", "rollover_max_files", "port", "protocol", "facility", "email_address",
    "alert_from_email_address", "autosupport_enabled", "bytes_to_record",
    "log_system_measurements_frequency", "alert_initial_debounce_interval", "access",
    "sim:mode",
  ]

  /// Attributes are values too.
  @Test func soAreAttributes() throws {
    let file = FixtureTests.accepted.first { $0.name == "alert-names" }
    let path = try #require(file).path + ".xml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let plain = try #require(Self.read(text).configuration)
    let result = Self.read(
      text.replacing(/<alert_(class|severity) name="([^"]+)"/) {
        "<alert_\($0.1) name=\" \($0.2) \""
      })
    #expect(result.diagnostics.contains { $0.code == .valueDoubtful })
    let found = try #require(result.configuration, "\(result.descriptions)")
    #expect(ConfigurationDifference.changes(from: plain, to: found) == [])
  }
}
