import MailTransport
import Testing

@Suite struct SMTPReplyParserTests {
  /// Replies one after another, lines joined by `|`.
  static func parse(_ input: [UInt8], piece: Int = .max) -> [String] {
    var parser = SMTPReplyParser()
    var found: [String] = []
    var rest = input[...]
    while !rest.isEmpty {
      for element in parser.received(rest.prefix(piece)) {
        switch element {
        case .reply(let reply):
          found.append("\(reply.code) \(reply.lines.joined(separator: "|"))")
        case .malformed(let error):
          found.append(error.code.rawValue)
        }
      }
      rest = rest.dropFirst(piece)
    }
    return found
  }

  static let good: [(String, [String])] = [
    ("220 ready\r\n", ["220 ready"]),
    ("250\r\n", ["250 "]),
    ("250 \r\n", ["250 "]),
    ("250 lf only\n", ["250 lf only"]),
    ("250-a\r\n250-SIZE 10\r\n250 c\r\n", ["250 a|SIZE 10|c"]),
    ("250-a\n250\n", ["250 a|"]),
    ("250 a\r\n354 b\r\n", ["250 a", "354 b"]),
    ("250 a\rb\u{7}\u{202E}\r\n", ["250 a?b??"]),
    ("599 Grüße\r\n", ["599 Grüße"]),
    ("250 unfinished", []),
    ("250-open\r\n", []),
    (
      "250 " + String(repeating: "x", count: 2042) + "\r\n",
      ["250 " + String(repeating: "x", count: 2042)]
    ),
    (
      String(repeating: "250-\n", count: 99) + "250 \n",
      ["250 " + String(repeating: "|", count: 99)]
    ),
  ]

  static let hostile: [(String, [String])] = [
    ("\r\n", ["invalidReply"]),
    ("\n", ["invalidReply"]),
    ("25\r\n", ["invalidReply"]),
    ("2500 four digits\r\n", ["invalidReply"]),
    ("199 low\r\n", ["invalidReply"]),
    ("600 high\r\n", ["invalidReply"]),
    ("000 zero\r\n", ["invalidReply"]),
    ("+25 sign\r\n", ["invalidReply"]),
    (" 250 space\r\n", ["invalidReply"]),
    ("250_x\r\n", ["invalidReply"]),
    ("HTTP/1.1 400 Bad Request\r\n\r\n", ["invalidReply"]),
    ("SSH-2.0-OpenSSH_9.6\r\n", ["invalidReply"]),
    ("250-a\r\n251 other code\r\n", ["invalidReply"]),
    ("250 a\r\nrubbish\r\n250 b\r\n", ["250 a", "invalidReply"]),
    ("250 " + String(repeating: "x", count: 2043) + "\r\n", ["tooLong"]),
    (String(repeating: "x", count: 100_000), ["tooLong"]),
    (String(repeating: "250-\n", count: 101), ["tooMany"]),
    ("\u{0}\u{0}\u{0}\n", ["invalidReply"]),
  ]

  @Test(arguments: Self.good + Self.hostile)
  func bytesGiveTheseReplies(_ input: String, expected: [String]) {
    #expect(Self.parse(bytes(input)) == expected)
  }

  @Test(arguments: Self.good + Self.hostile, [1, 2, 7])
  func piecesGiveTheSameAsTheWhole(_ row: (String, [String]), piece: Int) {
    #expect(Self.parse(bytes(row.0), piece: piece) == row.1)
  }

  @Test func noUTF8IsReplaced() {
    #expect(Self.parse(bytes("250 ") + [0xFF, 0xC3, 0x0A]) == ["250 \u{FFFD}\u{FFFD}"])
  }

  @Test(
    arguments: [
      ("550 5.1.1 Unknown\r\n", "5.1.1"), ("250 2.0.0\r\n", "2.0.0"),
      ("451 4.30.999 x\r\n", "4.30.999"),
      ("550-5.7.1 a\r\n550 5.7.1 b\r\n", "5.7.1"), ("550 4.1.1 other kind\r\n", nil),
      ("550 5.1 x\r\n", nil), ("550 5.1.1x y\r\n", nil), ("550 5.1.1234 x\r\n", nil),
      ("354 3.0.0 no such kind\r\n", nil), ("550 x\r\n", nil), ("550\r\n", nil),
      ("550 5..1 x\r\n", nil), ("550 5.1.1.1 x\r\n", nil),
    ] as [(String, String?)])
  func enhancedStatusCodeIsFound(_ input: String, expected: String?) {
    var parser = SMTPReplyParser()
    let elements = parser.received(bytes(input))
    guard case .reply(let reply)? = elements.first else {
      Issue.record("no reply: \(elements)")
      return
    }
    #expect(reply.enhancedStatus.map { "\($0)" } == expected)
    #expect(reply.bytes == bytes(input) || input.utf8.count == 5)
  }

  @Test(arguments: [
    (199, ["x"]), (600, ["x"]), (250, []), (250, ["a\r\n250 b"]), (250, ["ü"]),
    (250, [String(repeating: "x", count: 501)]),
    (250, Array(repeating: "x", count: 101)),
  ])
  func unsendableReplyIsRefused(_ code: Int, lines: [String]) {
    let error = #expect(throws: MailTransportError.self) { try SMTPReply(code: code, lines: lines) }
    #expect(error?.code == .invalidReply)
  }
}
