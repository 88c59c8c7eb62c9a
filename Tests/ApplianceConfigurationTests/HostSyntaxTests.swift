import ApplianceConfiguration
import Testing

@Suite struct HostSyntaxTests {
  @Test(arguments: [
    "mail.example.com", "a", "1a", "a-b.c", "xn--bcher-kva.example",
    String(repeating: "a", count: 63) + ".example",
  ])
  func hostNames(_ text: String) {
    #expect(HostSyntax.isHostName(text))
  }

  @Test(arguments: [
    "", ".", "a.", ".a", "a..b", "-a", "a-", "a b", "a\n", "10.0.0.256", "10.0.0.1", "a_b",
    "bücher.example", String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "a",
    "a/b", "a.1",
  ])
  func notHostNames(_ text: String) {
    #expect(!HostSyntax.isHostName(text))
  }

  @Test(arguments: [
    "::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "1:2:3:4:5:6:10.0.0.1",
    "fe80::A:b",
  ])
  func ipv6Addresses(_ text: String) {
    #expect(HostSyntax.isIPv6Address(text))
  }

  @Test(arguments: [
    "", ":", ":::", "1:::2", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "::12345", "::g",
    "10.0.0.1", "10.0.0.1::", "1:2:3:4:5:6:7::8", "fe80::1%eth0", ":1::2", "1::2:", "a",
  ])
  func notIPv6Addresses(_ text: String) {
    #expect(!HostSyntax.isIPv6Address(text))
  }

  @Test(arguments: [
    ("2001:DB8::1", "2001:db8:0:0:0:0:0:1"), ("2001:0db8:0:0::0001", "2001:db8:0:0:0:0:0:1"),
    ("::ffff:192.0.2.1", "192.0.2.1"), ("0::FFFF:c000:201", "192.0.2.1"),
    ("::192.0.2.1", "0:0:0:0:0:0:c000:201"), ("Mail.Example.COM", "mail.example.com"),
    ("192.0.2.1", "192.0.2.1"), ("2001:db8::1/64", "2001:db8::1/64"),
  ])
  func spellingsOfAHostAreOne(_ text: String, _ canonical: String) {
    #expect(HostSyntax.canonical(text) == canonical)
  }

  @Test(arguments: ["UTC", "Africa/Johannesburg", "Etc/GMT-2", "America/Argentina/Buenos_Aires"])
  func timeZoneNames(_ text: String) {
    #expect(HostSyntax.isTimeZoneName(text))
  }

  @Test(arguments: ["", "/UTC", "UTC/", "../UTC", "a//b", "a b", "UTC\n", "Africa/../x"])
  func notTimeZoneNames(_ text: String) {
    #expect(!HostSyntax.isTimeZoneName(text))
  }

  @Test(arguments: [
    "alerts@ironport.com", "a.b+c@example.com", "x@[10.0.0.1]", "x@[IPv6:::1]", "root@localhost",
  ])
  func emailAddresses(_ text: String) {
    #expect(HostSyntax.isEmailAddress(text))
  }

  @Test(arguments: [
    "", "a", "@b", "a@", "a b@c.example", "a@b c", "a@b\r\nBcc: x@y", ".a@b", "a..b@c",
    "a@[10.0.0]",
    "<a@b>", "a@b,c@d", "\"a b\"@c.example",
  ])
  func notEmailAddresses(_ text: String) {
    #expect(!HostSyntax.isEmailAddress(text))
  }

  @Test(arguments: [
    ("mail.example.com", HostSpelling.usual), ("10.0.0.1", .usual), ("::1", .usual),
    ("mail_gw1.example.com", .unusual), ("_x", .unusual), ("mail.example.com.", .unusual),
    ("[::1]", .unusual), ("[10.0.0.1]", .unusual), ("[mail.example.com]", .unusual),
    ("", .none), (".", .none), ("a b", .none), ("[a b]", .none), ("[]", .none), ("a..b", .none),
    ("-a", .none), ("127.0.0.1:514", .none), ("a/b", .none), ("1.2", .none), ("a\n", .none),
  ])
  func spellingsOfHosts(_ text: String, _ spelling: HostSpelling) {
    #expect(HostSpelling(host: text) == spelling)
  }

  @Test(arguments: [
    ("ALL", HostSpelling.usual), (".example.com", .usual), ("[10.0.0.1]", .usual), ("::1", .usual),
    ("[2001:db8::1]", .usual), ("a@example.com", .usual), ("a_b.example.com", .unusual),
    (".a_b.example.com", .unusual), ("a@b_c.example", .unusual), ("*", .none), ("..a", .none),
    ("a@", .none), ("a b@c.example", .none),
  ])
  func spellingsOfRouteSources(_ text: String, _ spelling: HostSpelling) {
    #expect(HostSpelling(routeSource: text) == spelling)
  }

  @Test(arguments: ["mail of today", "-rf", "é", "a\\b", String(repeating: "a", count: 200)])
  func usableFileNames(_ text: String) {
    #expect(HostSyntax.isUsableFileName(text))
  }

  @Test(arguments: [
    "", ".", "..", ".hidden", "../x", "a/b", "a\n", "a\u{0}", "a\u{202E}",
    String(repeating: "a", count: 201),
  ])
  func unusableFileNames(_ text: String) {
    #expect(!HostSyntax.isUsableFileName(text))
  }

  @Test(arguments: ["mail", "Mail_Log", "a.b-c", "_x", "9", String(repeating: "a", count: 64)])
  func fileNames(_ text: String) {
    #expect(HostSyntax.isSafeFileName(text))
  }

  @Test(arguments: [
    "", ".", "..", "../x", "a/b", "a\\b", "-rf", ".hidden", "a b", "a\n", "a\u{0}", "é",
    String(repeating: "a", count: 65),
  ])
  func notFileNames(_ text: String) {
    #expect(!HostSyntax.isSafeFileName(text))
  }
}

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("log_levle", "log_level"), ("hostnam", "hostname"), ("HOSTNAME", "hostname"),
    ("retreival", "retrieval"),
  ])
  func nearWordsAreFound(_ word: String, _ expected: String) {
    let words = ["hostname", "log_level", "retrieval", "tls"]
    #expect(Suggestion.nearest(to: word, among: words) == expected)
  }

  @Test(arguments: ["", "tl", "x", "levels", String(repeating: "hostname", count: 20)])
  func farWordsAreNot(_ word: String) {
    #expect(Suggestion.nearest(to: word, among: ["hostname", "log_level", "ssh"]) == nil)
  }
}
