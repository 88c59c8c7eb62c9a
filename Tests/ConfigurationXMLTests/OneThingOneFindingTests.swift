import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Support
import Testing

/// A delivery setting in a wrong place is one finding, wherever it stands.
@Suite struct MisplacedSettingTests {
  private static let files = [
    "access-elements", "access-text", "network", "transfers", "alert-names", "push-full",
    "certificates", "unknown-deep",
  ]

  private static func findings(_ text: String) -> [String: Int] {
    var reader = ConfigurationReader()
    reader.listsUnmodelled = false
    let lines = reader.read(bytes: Array(text.utf8), name: "x.xml").diagnostics
      .map { "\($0.code.rawValue) \($0.found)" }
    return Dictionary(lines.map { ($0, 1) }, uniquingKeysWith: +)
  }

  /// The text with `change` made at each start tag of an element, one after the other.
  private static func variants(
    of text: String, _ change: (String) -> String
  ) -> [String] {
    text.matches(of: /<([a-z_]+)([^<>\/]*)>/).filter { $0.1 != "config" }.map { match in
      var variant = text
      variant.replaceSubrange(match.range, with: change(String(match.0)))
      return variant
    }
  }

  private static func text(_ file: String) throws -> String {
    let path = "\(Repository.root)/fixtures/configurations/accepted/\(file).xml"
    return try String(contentsOfFile: path, encoding: .utf8)
      .replacing(/<config[^<>]*>/) { _ in "<config xmlns:sim=\"\(DeliveryField.namespace)\">" }
  }

  @Test(arguments: files)
  func asAnAttribute(_ file: String) throws {
    let text = try Self.text(file)
    let before = Self.findings(text)
    for variant in Self.variants(of: text, { $0.dropLast() + " sim:mode=\"bounded\">" }) {
      let more = Self.findings(variant).filter { before[$0.key] != $0.value }
      #expect(more.count == 1 && more.keys.allSatisfy { $0.hasPrefix("LOG029") }, "\(more)")
    }
  }

  @Test(arguments: files)
  func asAnElement(_ file: String) throws {
    let text = try Self.text(file)
    let before = Self.findings(text)
    for variant in Self.variants(of: text, { $0 + "<sim:mode>bounded</sim:mode>" })
    where !variant.contains("<syslog_push><sim:") {
      let more = Self.findings(variant).filter { before[$0.key] != $0.value }
      #expect(more.count == 1 && more.keys.allSatisfy { $0.hasPrefix("LOG029") }, "\(more)")
    }
  }
}

/// An attribute that is not known is a finding, and what it stands beside is read.
@Suite struct UnknownAttributeTests {
  private static func read(_ text: String) -> ReadResult {
    ConfigurationReader().read(bytes: Array(text.utf8), name: "x.xml")
  }

  @Test(
    arguments: FixtureTests.accepted.filter {
      // What is not read is compared as a whole.
      !$0.name.contains("utf16") && !$0.name.contains("unknown")
    })
  func itMakesNoValueUnread(_ fixture: FixtureTests.Fixture) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: fixture.path + ".xml"))
    let text = String(decoding: data, as: UTF8.self)
    let plain = Self.read(text)
    let configuration = try #require(plain.configuration)
    let body = text.range(of: "<config")?.lowerBound ?? text.startIndex
    for match in text[body...].matches(of: /<([A-Za-z0-9_:]+)/) where match.1 != "config" {
      var variant = text
      variant.insert(contentsOf: " zz=\"1\"", at: match.range.upperBound)
      let result = Self.read(variant)
      let found = try #require(result.configuration, "\(match.1): \(result.descriptions)")
      let changes = ConfigurationDifference.changes(from: configuration, to: found)
      // The attribute is all that differs.
      #expect(
        changes.allSatisfy { $0.text.contains("zz") || $0.text.contains("holds removed") },
        "\(match.1): \(changes.map(\.text))")
    }
  }
}
