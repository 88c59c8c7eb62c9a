import MailTransport
import Simulation
import Testing

/// A message with these parts.
func message(
  from: String = "IronPort C370 Alert", to: [String] = [""], subject: String = "x",
  fields: [HeaderField] = [], body: String = "Hello\n"
) throws -> InternetMessage {
  let host = try MailDomain("mail.example.com")
  return try InternetMessage(
    date: InternetDate(SimInstant(secondsSinceEpoch: 1_435_215_003), offsetSeconds: 7200),
    from: Mailbox(displayName: from, address: MailAddress("alert@mail.example.com")),
    to: to.map { try Mailbox(displayName: $0, address: MailAddress("alerts@ironport.com")) },
    subject: subject, messageID: MessageID(left: "20150625085003.1", right: host),
    fields: fields, body: body)
}

@Suite struct InternetMessageTests {
  static let longSubject =
    "Critical <System> mail.example.com: Log Error: Subscription Mail_Log: "
    + "Network error while sendin..."

  @Test func documentedAlertIsWrittenSo() throws {
    let written = try message(subject: Self.longSubject, body: "The Critical message is:\n\nx")
      .bytes
    let expected = """
      Date: Thu, 25 Jun 2015 08:50:03 +0200
      From: IronPort C370 Alert <alert@mail.example.com>
      To: alerts@ironport.com
      Subject: Critical <System> mail.example.com: Log Error: Subscription Mail_Log:
       Network error while sendin...
      Message-ID: <20150625085003.1@mail.example.com>
      MIME-Version: 1.0
      Content-Type: text/plain; charset=us-ascii
      Content-Transfer-Encoding: 7bit

      The Critical message is:

      x

      """
    #expect(
      text(written)
        == expected.split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\r\n"))
  }

  @Test(arguments: [
    "", "x", "a\r\nb\rc\nd", "\n\n", ".\n..\n", "Grüße\n", "tab\t\nspace \n", "a=b\u{0}\u{7F}",
    String(repeating: "x", count: 998), String(repeating: "x", count: 999),
    String(repeating: "ü", count: 500) + " \n=", String(repeating: "x", count: 75) + " ü",
    String(repeating: "x", count: 74) + "ü", "😀 \r", "\r\r\n\n",
  ])
  func bodySurvives(_ body: String) throws {
    let written = try message(body: body).bytes
    let read = ReadMessage(written)
    // A CRLF is one `Character`, and a new line as CR and LF are.
    var expected = body.map { $0.isNewline ? "\r\n" : String($0) }.joined()
    if body.last?.isNewline == false { expected += "\r\n" }
    #expect(read.decodedBody == expected)
    let isASCII = body.utf8.allSatisfy { $0 < 0x80 }
    #expect(
      read.field("Content-Type") == "text/plain; charset=\(isASCII ? "us-ascii" : "utf-8")")
    #expect(text(try transaction(message: text(written)).message) == text(written))
  }

  @Test func sevenBitOnlyWhereMailAllowsIt() throws {
    let rows = [
      ("plain\ttext\n", "7bit"), (String(repeating: "x", count: 998), "7bit"), ("", "7bit"),
      (String(repeating: "x", count: 999), "quoted-printable"), ("ü", "quoted-printable"),
      ("\u{0}", "quoted-printable"), ("\u{1B}[0m", "quoted-printable"),
    ]
    for (body, expected) in rows {
      let read = ReadMessage(try message(body: body).bytes)
      #expect(read.field("Content-Transfer-Encoding") == expected)
    }
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func quotedPrintableRoundTripOverSeeds(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed, stream: "quoted-printable")
    let parts = ["ü", " ", "\t", "=", "=3D", ".", "a", "\r\n", "word", "😀", "\u{0}", "?", "\r\n "]
    var body = "é"
    for _ in 0..<random.uniform(in: 0...400) {
      body += parts[random.uniform(in: 0...parts.count - 1)]
    }
    body += "\r\n"
    let read = ReadMessage(try message(body: body).bytes)
    #expect(read.decodedBody == body)
    for line in text(read.body).split(separator: "\r\n") {
      #expect(line.utf8.count <= 76)
      #expect(line.last != " " && line.last != "\t")
      #expect(line.utf8.allSatisfy { $0 == 9 || (0x20...0x7E).contains($0) })
    }
  }

  @Test(arguments: [
    ("IronPort C370 Alert", "IronPort C370 Alert"), ("O'Neil", "O'Neil"),
    ("John Q. Public", "\"John Q. Public\""), ("a  b", "\"a  b\""), (" a", "\" a\""),
    ("a \"b\" \\c", "\"a \\\"b\\\" \\\\c\""), ("x@y", "\"x@y\""), ("<x@y>,", "\"<x@y>,\""),
    ("Grüße", "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?="),
    ("=?UTF-8?Q?x?=", "=?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fx=3F=3D?="),
  ])
  func displayNameIsWrittenSo(_ name: String, expected: String) throws {
    let read = ReadMessage(try message(from: name).bytes)
    #expect(read.field("From") == "\(expected) <alert@mail.example.com>")
  }

  @Test func manyRecipientsAreFolded() throws {
    let names = (0..<100).map { $0 % 3 == 0 ? "" : $0 % 3 == 1 ? "Person \($0)" : "Ünïcode \($0)" }
    let read = ReadMessage(try message(to: names).bytes)
    #expect(read.headerLines.allSatisfy { $0.utf8.count <= 78 })
    #expect(read.field("To")?.split(separator: ",").count == 100)
    #expect(read.field("To")?.contains("Person 1 <alerts@ironport.com>, =?UTF-8?Q?") == true)
  }

  @Test(arguments: [
    (0, 0, "Thu, 01 Jan 1970 00:00:00 +0000"),
    (1_435_215_003, 7200, "Thu, 25 Jun 2015 08:50:03 +0200"),
    (1_435_215_003, -12_600, "Thu, 25 Jun 2015 03:20:03 -0330"),
    (1_435_215_003, -1800, "Thu, 25 Jun 2015 06:20:03 -0030"),
    (1_435_215_003, 7259, "Thu, 25 Jun 2015 08:50:03 +0200"),
    (1_435_215_003, -59, "Thu, 25 Jun 2015 06:50:03 +0000"),
    (951_782_400, 0, "Tue, 29 Feb 2000 00:00:00 +0000"), (-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000"),
  ])
  func dateIsWrittenSo(_ seconds: Int64, offset: Int, expected: String) throws {
    let date = try InternetDate(SimInstant(secondsSinceEpoch: seconds), offsetSeconds: offset)
    #expect(date.text == expected)
    #expect(date.text.hasSuffix(date.textWithoutWeekday))
  }

  @Test func hostilePartsAreRefused() throws {
    for name in ["a\r\nBcc: x@y", "a\n", "a\r", "\u{0}", "\t", String(repeating: "x", count: 257)] {
      #expect(throws: MailTransportError.self) { try message(from: name) }
    }
    for subject in [
      "a\r\nBcc: x@y", "a\n", "a\r", "\u{0}", "\u{7F}", String(repeating: "x", count: 16_385),
    ] {
      #expect(throws: MailTransportError.self) { try message(subject: subject) }
    }
    for name in ["", "a b", "a:", "a\r\n", "ü", String(repeating: "x", count: 41)] {
      #expect(throws: MailTransportError.self) { try HeaderField(name: name, text: "x") }
    }
    for name in ["subject", "FROM", "Content-type"] {
      let field = try HeaderField(name: name, text: "x")
      #expect(throws: MailTransportError.self) { try message(fields: [field]) }
    }
    for left in ["", ".", "a b", "a@b", "a>\r\n", "a..b", String(repeating: "x", count: 201)] {
      #expect(throws: MailTransportError.self) {
        try MessageID(left: left, right: MailDomain("x"))
      }
    }
    for offset in [86_401, -86_401, .max, .min] {
      #expect(throws: MailTransportError.self) {
        try InternetDate(SimInstant(secondsSinceEpoch: 0), offsetSeconds: offset)
      }
    }
    #expect(throws: MailTransportError.self) { try message(to: []) }
    #expect(throws: MailTransportError.self) {
      try message(body: String(repeating: "x", count: 1 << 20 + 1))
    }
  }
}
