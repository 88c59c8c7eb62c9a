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
    "\"ab\"@example.com", "\"a b\"@c.example", "\"a\\\"\\\\\"@c.example", "\"\"@c.example",
    "\"a@b\"@c.example",
  ])
  func emailAddresses(_ text: String) {
    #expect(HostSyntax.isEmailAddress(text))
  }

  @Test(arguments: [
    "", "a", "@b", "a@", "a b@c.example", "a@b c", "a@b\r\nBcc: x@y", ".a@b", "a..b@c",
    "a@[10.0.0]",
    "<a@b>", "a@b,c@d", "\"a@c.example", "\"a\"b\"@c.example", "\"a\\\"@c.example",
    "\"\n\"@c.example",
    "\"\u{e9}\"@c.example",
  ])
  func notEmailAddresses(_ text: String) {
    #expect(!HostSyntax.isEmailAddress(text))
  }

  @Test(arguments: [
    ("mail.example.com", HostSpelling.usual), ("10.0.0.1", .usual), ("::1", .usual),
    ("mail_gw1.example.com", .unusual), ("_x", .unusual), ("mail.example.com.", .unusual),
    ("[::1]", .unusual), ("fe80::1%em0", .unusual), ("fe80::1%2", .unusual),
    ("[fe80::1%em0]", .none), ("fe80::1%", .none), ("10.0.0.1%em0", .none), ("a%em0", .none),
    ("fe80::1%a b", .none), ("fe80::1%/", .none), ("[10.0.0.1]", .unusual),
    ("[mail.example.com]", .unusual),
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
  /// The distance by its definition, every cell of it.
  private static func distance(_ one: String, _ two: String) -> Int {
    let (one, two) = (Array(one.lowercased().utf8), Array(two.lowercased().utf8))
    var cells = [[Int]](
      repeating: [Int](repeating: 0, count: two.count + 1), count: one.count + 1)
    for row in 0...one.count {
      for column in 0...two.count {
        guard row > 0, column > 0 else {
          cells[row][column] = row + column
          continue
        }
        let change = one[row - 1] == two[column - 1] ? 0 : 1
        var best = min(
          cells[row - 1][column - 1] + change, cells[row - 1][column] + 1,
          cells[row][column - 1] + 1)
        if row > 1, column > 1, one[row - 1] == two[column - 2], one[row - 2] == two[column - 1] {
          best = min(best, cells[row - 2][column - 2] + 1)
        }
        cells[row][column] = best
      }
    }
    return cells[one.count][two.count]
  }

  /// Only cells near to the diagonal are looked at, and words whose letters differ not at all.
  @Test func theBandedDistanceIsThatOfTheDefinition() {
    let letters = Array("abcX_ä")
    var state: UInt64 = 7
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    func word() -> String { String((0..<draw(9)).map { _ in letters[draw(letters.count)] }) }
    var nearCount = 0
    for _ in 0..<5000 {
      let (one, two) = (word(), word())
      let expected = Self.distance(one, two)
      #expect(NearNames.distance(one, two) == (expected <= 2 ? expected : nil), "\(one) \(two)")
      let words = (0..<5).map { _ in word() }
      let near = words.map { (word: $0, distance: Self.distance(one, $0)) }
        .filter { $0.distance <= 2 && $0.distance * 2 < max(one.count, $0.word.count) }
      let nearest = near.min { $0.distance < $1.distance }?.word
      #expect(NearNames(words).nearest(to: one) == nearest, "\(one) \(words)")
      nearCount += nearest == nil ? 0 : 1
    }
    #expect(nearCount > 100)
  }

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
