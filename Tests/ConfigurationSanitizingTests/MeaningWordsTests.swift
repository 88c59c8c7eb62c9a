import Support
import Testing

@testable import ConfigurationSanitizing

/// Words that mean something and tell nothing of a site stay, whatever their names sound like.
@Suite struct MeaningWordsTests {
  private static func copy(_ content: String) throws -> String {
    let text = "<config>\(content)</config>"
    let copy = try ConfigurationSanitizer(key: SanitizingKey(text: "for these tests"))
      .sanitized(Array(text.utf8))
    return String(String(decoding: copy, as: UTF8.self).dropFirst(8).dropLast(9))
  }

  @Test(arguments: [
    "<tls_cert>required</tls_cert>", "<hash_method>sha256</hash_method>",
    "<key_size>2048</key_size>", "<key_size>2048 bits</key_size>", "<token_ttl>3600</token_ttl>",
    "<password_min_length>8</password_min_length>", "<passphrase_expiry>90d</passphrase_expiry>",
    "<x certCheck='optional'/>", "<otp_enabled>1</otp_enabled>",
    "<key><key_size>4096</key_size></key>",
    "<c>HIGH:!aNULL:@STRENGTH</c>", "<c>ECDHE-RSA-AES256-GCM-SHA384:HIGH:-SSLv3:@SECLEVEL=2</c>",
    "<q>(proxyAddresses=smtp:{a})</q>", "<r>^.*\\.exe$</r>", "<r>10\\.(1|2)x</r>",
    "<x>mysql -port 3306 -p 3306 -p3306</x>", "<r>(?i)what.?</r>", "<r>(a|b)c</r>",
  ])
  func stay(_ content: String) throws { #expect(try Self.copy(content) == content) }

  @Test func numbersOfSecretsGo() throws {
    for name in ["pin", "user_pin", "password", "otp", "key", "token", "hash_value"] {
      let content = "<\(name)>84629173</\(name)>"
      #expect(try Self.copy(content) != content)
    }
    // A sentence is no size.
    #expect(try !Self.copy("<key_size>swordfish</key_size>").contains("swordfish"))
  }

  /// The types of a directory's name stay where they are, in each way to write one.
  @Test(arguments: [
    ("(memberOf=CN=Qaaa,OU=Qbbb,DC=qccc,DC=ch)", ["(memberOf=CN=", ",OU=", ",DC=", ")"]),
    ("/C=CH/ST=Qaaa/L=Qbbb/O=Qccc Ltd/CN=mail.qddd.ch", ["/C=", "/ST=", "/L=", "/O=", "/CN="]),
    ("CN=Qaaa Qbbb/emailAddress=qccc@qddd.ch", ["CN=", "/emailAddress="]),
    ("O=\"Qaaa, Qbbb\",C=CH", ["O=\"", "\",C="]), ("o=Qaaa A/S,c=DK", ["o=", ",c="]),
  ])
  func directoryTypesStay(_ name: String, _ parts: [String]) throws {
    let copy = try Self.copy("<x>\(name)</x>")
    for part in parts { #expect(copy.contains(part), "\(copy)") }
    for word in ["qaaa", "qbbb", "qccc", "qddd"] { #expect(!copy.lowercased().contains(word)) }
  }

  @Test func aFileIsNoHost() throws {
    for name in ["invoice.pdf", "setup.exe", "a.b.docx"] {
      let copy = try Self.copy("<x>\(name)</x>")
      #expect(copy.contains(name.suffix(4)) && !copy.contains("example"))
    }
    #expect(try Self.copy("<x>mail.acme.zip</x>").contains("example"))
  }

  /// Both ends of a name of alternatives are those that the host has elsewhere.
  @Test func alternativesAreTheHostsThatTheyAre() throws {
    let copy = try Self.copy(#"<x>(qaaa|qbbb)\.com</x><x>qaaa.com</x><x>qbbb.com</x>"#)
    let parts = copy.split { !$0.isLetter && !$0.isNumber }.map(String.init).filter { $0 != "x" }
    #expect(parts.count == 7 && parts[0] == parts[3] && parts[1] == parts[5])
    #expect(parts[2] == "example" && parts[4] == "example")
  }

  /// Runs that a square of steps would take long for, thorough ones so long that it would
  /// not end.
  @Test(arguments: [
    "(", "(a|", "(a|b)\\.", "?a=", "=?a?q?", "\"a", "-p", "/C=CH", "cn=cn=", "o=\"", "\\\\a b",
    "//a", "dc=a,", "0x", "HIGH:", "a b <", "a@b <a@b> ", ".?a", "(\\.)a", "{a}", "mail={a}",
    "mail=smtp:", "smtp:", "mail=a@b ", "a@b/cn=",
  ])
  func longRunsEnd(_ part: String) throws {
    let text = String(repeating: part, count: Thoroughness.cases(few: 4_000, many: 50_000))
      .replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    #expect(try !Self.copy("<x>\(text)</x>").isEmpty)
  }
}
