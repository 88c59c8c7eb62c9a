import Foundation
import Support
import Testing

/// `appliance config show --references`, and what `config check` says of certificates.
@Suite struct ConfigReferencesTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(Repository.url.path)/\(path)", encoding: .utf8)
  }

  /// The sample with certificates and filters in it.
  private func withFile<Result>(
    _ certificates: [String], _ body: (String) throws -> Result
  ) throws -> Result {
    let entries = try certificates.enumerated().map { index, name in
      """
      <certificate_entry><certificate_name>cert \(index)</certificate_name><certificate>\
      \(try Self.text("fixtures/certificates/\(name).pem"))</certificate></certificate_entry>
      """
    }
    let sections = """
      <certificates>\(entries.joined(separator: "\n"))</certificates>
      <content_filters><content_filter><filter_name>strip_exe</filter_name><rule>1</rule>\
      </content_filter></content_filters>
      <policy><policy_name>Finance</policy_name><uses>strip_exe</uses></policy>
      """
    let sample = try Self.text("appliance-config.xml")
    return try BuiltCommand.withScratchFolder { folder in
      let path = "\(folder)/x.xml"
      try sample.replacing("</config>", with: sections + "</config>")
        .write(toFile: path, atomically: true, encoding: .utf8)
      return try body(path)
    }
  }

  @Test func namesAndCertificatesAreShown() throws {
    try self.withFile(["rsa-2048", "ed25519"]) { path in
      let text = try BuiltCommand.run(["config", "show", path, "--references"])
      #expect(text.status == 0)
      #expect(text.output.contains(/content_filter "strip_exe" \(line \d+\): used by 1 element\n/))
      #expect(text.output.contains(#/  line \d+: /config/policy/uses\n/#))
      #expect(text.output.contains(/policy "Finance" \(line \d+\): used nowhere in the file\n/))
      #expect(
        text.output.contains(
          "CN=mail.example.com, C=ZA, O=Example; issuer CN=mail.example.com, C=ZA, O=Example; "
            + "serial number 0102030405; valid 2014-06-01T00:00:00Z to 2024-06-01T00:00:00Z; "
            + "RSA of 2048 bits; for mail.example.com, *.example.org, 192.0.2.10, "))
      #expect(text.output.contains("elliptic curve Ed25519\n"))
      // Classes of alerts are words of the appliance.
      #expect(!text.output.contains("alert_class"))
      let json = try BuiltCommand.run(
        ["config", "show", path, "--references", "--format", "json"])
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
      let names = try #require(object["names"] as? [[String: Any]])
      let filter = try #require(names.first { $0["name"] as? String == "strip_exe" })
      #expect(filter["useCount"] as? Int == 1)
      #expect((object["certificates"] as? [Any])?.count == 2)
      let refused = try BuiltCommand.run(
        ["config", "show", path, "--references", "--format", "xml"])
      #expect(refused.status == 64)
    }
  }

  @Test func certificatesAreJudgedByDateAndKey() throws {
    try self.withFile(["rsa-2048", "rsa-1024", "ec-256", "ed25519"]) { path in
      // Saved in June 2015.
      let saved = try BuiltCommand.run(["config", "check", path])
      #expect(saved.status == 0)
      #expect(
        saved.output.contains(
          "certificate outside of its validity: found \"CN=edwards.example.com\", valid from "
            + "2016-01-01T00:00:00Z, allowed: valid at 2015-06-25T08:50:03, when the file was "
            + "saved"))
      #expect(saved.output.contains("RSA of 1024 bits, allowed: 2048 bits or more [CFG050]"))
      #expect(saved.output.split(separator: "\n").count { $0.hasSuffix("[CFG049]") } == 1)
      let later = try BuiltCommand.run(["config", "check", path, "--at", "2026-07-01T06:00:00Z"])
      #expect(later.output.contains("valid until 2024-06-01T00:00:00Z, allowed: valid at 2026-07-"))
      #expect(later.output.split(separator: "\n").count { $0.hasSuffix("[CFG049]") } == 1)
      let strict = try BuiltCommand.run(["config", "check", path, "--fail-on", "warning"])
      #expect(strict.status == 1)
      let verbose = try BuiltCommand.run(["config", "check", path, "-v"])
      #expect(verbose.output.contains(#/\nnames: \d+ defined, \d+ used by \d+ elements, /#))
    }
  }

  @Test func whatIsNoCertificateIsANote() throws {
    let outcome = try BuiltCommand.run(
      ["config", "check", "fixtures/configurations/accepted/certificates.xml"])
    #expect(outcome.output.contains("note: a certificate that is not understood: found no DER"))
    #expect(outcome.status == 0)
  }
}
