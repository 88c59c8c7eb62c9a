import ApplianceConfiguration
import ConfigurationXML
import Testing

/// A difference is pasted into merge requests: no secret of an element that nobody knows is in it.
@Suite struct HiddenTextTests {
  private static func changes(_ before: String, _ after: String) throws -> [String] {
    let read = try [before, after].map { inner in
      let text = """
        <?xml version="1.0"?>
        <!DOCTYPE config SYSTEM "config.dtd">
        <config><hostname>esa.example.com</hostname><unknown_part>\(inner)</unknown_part></config>
        """
      return try #require(
        ConfigurationReader(mode: .lenient).read(bytes: Array(text.utf8), name: "").configuration)
    }
    return ConfigurationDifference.changes(from: read[0], to: read[1]).map(\.text)
  }

  @Test(arguments: [
    "<u>https://user:SECRET@host/</u>", "<t>password=SECRET</t>", "<t>user x, api-key: SECRET</t>",
    "<t>{\"token\" : \"SECRET\"}</t>", "<p name=\"api_key\" value=\"SECRET\"/>",
    "<p><name>api_key</name><value>SECRET</value></p>",
    "<p><id>db.password</id><v a=\"SECRET\">x</v></p>",
    "<auth_pwd>SECRET</auth_pwd>", "<w><p><name>psk</name><q><r>SECRET</r></q></p></w>",
  ])
  func secretsAreHidden(_ form: String) throws {
    let changed = try Self.changes(
      form.replacing("SECRET", with: "gh7one"), form.replacing("SECRET", with: "gh7two"))
    #expect(!changed.isEmpty)
    let added = try Self.changes("", form.replacing("SECRET", with: "gh7one"))
    #expect(!added.isEmpty)
    for line in changed + added { #expect(!line.contains("gh7"), "\(line)") }
  }

  @Test(arguments: [
    "<u>https://host/path</u>", "<m>someone@example.com</m>", "<t>a: b = c</t>",
    "<p name=\"size\" value=\"1\"/>",
  ])
  func otherTextsAreShown(_ form: String) throws {
    let changed = try Self.changes("", form)
    #expect(!changed.contains { $0.contains("hidden") }, "\(changed)")
  }

  /// A line of asterisks that people read is no mask; of a passphrase it is one.
  @Test(arguments: [
    ("<login_banner>\(String(repeating: "*", count: 78))</login_banner>", false),
    ("<motd>*****</motd>", false), ("<ldap_bind_pw>*****</ldap_bind_pw>", true),
    ("<whatever>*****</whatever>", true),
  ])
  func aLineOfAsterisksIsAMaskByItsPlace(_ form: String, isMask: Bool) {
    let text = """
      <?xml version="1.0"?>
      <!DOCTYPE config SYSTEM "config.dtd">
      <config><hostname>esa.example.com</hostname>\(form)</config>
      """
    let findings = ConfigurationReader(mode: .strict).read(bytes: Array(text.utf8), name: "")
      .diagnostics
    #expect(findings.contains { $0.code == .passphrasesMasked } == isMask, "\(findings)")
  }
}
