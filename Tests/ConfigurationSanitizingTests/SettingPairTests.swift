import Testing

@testable import ConfigurationSanitizing

/// Secrets whose name is a value, access keys of known issuers, and numbers that a person reads.
@Suite struct SettingPairTests {
  private static func copy(_ inner: String) throws -> (text: String, kept: [String]) {
    let text = """
      <?xml version="1.0"?>
      <!DOCTYPE config SYSTEM "config.dtd">
      <config><hostname>esa.example.com</hostname><zz_part>\(inner)</zz_part></config>
      """
    let copy = try ConfigurationSanitizer(key: SanitizingKey(text: "for these tests"))
      .copy(of: Array(text.utf8))
    return (String(decoding: copy.bytes, as: UTF8.self), copy.kept.map(\.path))
  }

  @Test(arguments: [
    #"<p name="db.password" value="gh7one"/>"#, #"<zz value="gh7one" name="adminPassword"/>"#,
    "<k>password</k><v>gh7one</v>", #"<zz id="api_key" val="gh7one"/>"#,
    "<param_name>bind_password</param_name><param_value>gh7one</param_value>",
    "<name>api_key</name><value>gh7one</value>",
  ])
  func whatANameBesideCallsASecretGoes(_ inner: String) throws {
    #expect(try !Self.copy(inner).text.contains("gh7one"))
  }

  @Test(arguments: [
    #"<zz name="size" value="ordinary"/>"#, "<k>size</k><v>ordinary</v>",
    #"<zz name="password" other="ordinary"/>"#,
  ])
  func otherPairsStay(_ inner: String) throws {
    #expect(try Self.copy(inner).text.contains("ordinary"))
  }

  @Test(arguments: [
    "AKIAIOSFODNN7EXAMPLE", "xoxb-1234567890-abcdefGHIJ", "0x9f8e7d6c5b4a3f2e",
    "ghp_abcdefghijklmnopqrs7", "glpat-abcdefghijklm7nopq",
  ])
  func issuedKeysGo(_ key: String) throws {
    #expect(try !Self.copy("<zz>at \(key) it is</zz>").text.contains(key))
  }

  /// What stays and may be somebody's is in the list, numbers too; single numbers are settings.
  @Test(arguments: [
    ("+41 44 555 66 77", true), ("4111 1111 1111 1111", true), ("10.77.x.x", true),
    ("172.30.95.x", true), ("3600", false), ("-5", false), ("0.25", false), ("1", false),
  ])
  func numbersThatStayAreListed(_ text: String, isListed: Bool) throws {
    let copy = try Self.copy("<zz>\(text)</zz>")
    #expect(copy.kept.contains { $0.hasSuffix("/zz") } == (isListed && copy.text.contains(text)))
    if !isListed { #expect(copy.text.contains(text)) }
  }
}
