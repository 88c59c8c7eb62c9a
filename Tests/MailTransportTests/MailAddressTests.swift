import MailTransport
import Testing

@Suite struct MailAddressTests {
  @Test(arguments: [
    "alert@mail.example.com", "a@b", "first.last+tag@example.com", "o'hara@example.com",
    "\"a b\"@example.com", "\"a\\\"b@c\"@example.com", "\"\"@example.com", "x@[10.44.167.30]",
    "x@[IPv6:2001:db8::1]", "x@[IPv6:::1]", "x@[IPv6:1::]", "x@[ipv6:1:2:3:4:5:6:7:8]",
    "x@[IPv6:::ffff:10.0.0.1]", "x@mail_1.example.com", "x@1.2.3.4.example",
    String(repeating: "l", count: 64) + "@example.com",
  ])
  func validAddressKeepsItsText(_ text: String) throws {
    #expect("\(try MailAddress(text))" == text)
  }

  @Test(arguments: [
    "", "@", "a", "a@", "@b", ".a@b", "a.@b", "a..b@c", "a b@c", "a@b c", "a@b..c", "a@.b",
    "a@b.", "a@-b", "a@b-", "<a@b>", "a@b>", "a,b@c", "a@b\r\nRCPT TO:<x@y>", "a\r@b", "a\n@b",
    "a\u{0}@b", "a\u{7F}@b", "\"a\r\nb\"@c", "\"a\"b\"@c", "\"a\\\"@c", "\"@c", "ü@example.com",
    "a@exämple.com", "a@[10.0.0]", "a@[10.0.0.256]", "a@[10.0.0.1", "a@[]", "a@[IPv6:1:2]",
    "a@[IPv6:1:::2]", "a@[IPv6:1::2::3]", "a@[IPv6::1:2:3:4:5:6:7:8]", "a@[IPv6:12345::]",
    "a@[IPv6:g::]", "a@[x-tag:y]", "a@b@", "a(comment)@b",
    String(repeating: "l", count: 65) + "@example.com",
    "a@" + String(repeating: "d", count: 64) + ".com",
    "a@" + String(repeating: "d.", count: 130) + "com",
  ])
  func invalidAddressIsRefused(_ text: String) {
    let error = #expect(throws: MailTransportError.self) { try MailAddress(text) }
    #expect(error?.code == .invalidAddress)
  }

  @Test func errorsShowNoControlCharacters() {
    let error = #expect(throws: MailTransportError.self) {
      try MailDomain("a\r\nb\u{202E}c\u{85}" + String(repeating: "x", count: 500))
    }
    #expect(
      error?.description.hasPrefix("domain: invalidDomain: found a??b?c?xxx") == true)
    #expect((error?.found.utf8.count ?? 0) < 90)
  }

  @Test func envelopeAsksForOneToAHundredRecipients() throws {
    let address = try MailAddress("a@b")
    for count in [0, 101] {
      #expect(throws: MailTransportError.self) {
        try SMTPEnvelope(
          greetingName: MailDomain("c"), sender: nil,
          recipients: Array(repeating: address, count: count))
      }
    }
    let full = try SMTPEnvelope(
      greetingName: MailDomain("c"), sender: nil,
      recipients: Array(repeating: address, count: 100))
    #expect(full.recipients.count == 100)
  }

  @Test(
    arguments: [
      ("\n", .invalidMessage), ("a\r", .invalidMessage), ("a\rb\r\n", .invalidMessage),
      ("a\nb\r\n", .invalidMessage), ("\r\r\n", .invalidMessage), ("ü\r\n", .invalidMessage),
      ("\u{0}", .invalidMessage), (String(repeating: "x", count: 999), .tooLong),
    ] as [(String, MailTransportError.Code)])
  func unfitMessageIsRefused(_ message: String, code: MailTransportError.Code) {
    let error = #expect(throws: MailTransportError.self) { try transaction(message: message) }
    #expect(error?.code == code)
  }

  @Test(arguments: [
    ("", ""), ("a", "a\r\n"), ("a\r\n", "a\r\n"), ("\r\n.\r\n", "\r\n.\r\n"),
    (String(repeating: "x", count: 998), String(repeating: "x", count: 998) + "\r\n"),
  ])
  func fitMessageEndsWithALineEnd(_ message: String, expected: String) throws {
    #expect(text(try transaction(message: message).message) == expected)
  }
}
