import MailTransport
import Simulation
import Testing

@Suite struct DotStuffingTests {
  static func stuff(_ message: [UInt8], piece: Int = .max) -> [UInt8] {
    var stuffer = DotStuffer()
    var output: [UInt8] = []
    var rest = message[...]
    while !rest.isEmpty {
      stuffer.stuff(rest.prefix(piece), into: &output)
      rest = rest.dropFirst(piece)
    }
    stuffer.finish(into: &output)
    return output
  }

  /// The message and how many bytes it took; `nil` when it does not end.
  static func unstuff(_ input: [UInt8]) -> (message: [UInt8], used: Int, isBare: Bool)? {
    var unstuffer = DotUnstuffer()
    var output: [UInt8] = []
    for (index, byte) in input.enumerated() where unstuffer.consume(byte, into: &output) {
      return (output, index + 1, unstuffer.sawBareLineEnd)
    }
    return nil
  }

  @Test(arguments: [
    ("", ".\r\n"), ("a", "a\r\n.\r\n"), ("a\r\n", "a\r\n.\r\n"), (".", "..\r\n.\r\n"),
    (".\r\n", "..\r\n.\r\n"), ("..\r\n.a\r\nb.\r\n", "...\r\n..a\r\nb.\r\n.\r\n"),
    ("a\n.b\r\n", "a\n.b\r\n.\r\n"), ("a\r.b\r\n", "a\r.b\r\n.\r\n"),
    ("\r\n\r\n.\r\n", "\r\n\r\n..\r\n.\r\n"),
  ])
  func messageIsStuffed(_ message: String, expected: String) {
    #expect(text(Self.stuff(bytes(message))) == expected)
    #expect(text(Self.stuff(bytes(message), piece: 1)) == expected)
  }

  @Test(arguments: [
    (".\r\n", "", false), ("a\r\n.\r\n", "a\r\n", false), ("..\r\n.\r\n", ".\r\n", false),
    (".a\r\n.\r\n", "a\r\n", false), ("a..b\r\n.\r\n", "a..b\r\n", false),
    // Nothing but CRLF . CRLF ends a message (SMTP smuggling).
    ("a\n.\n\r\n.\r\n", "a\n.\n\r\n", true),
    ("a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n", true),
    ("a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", true),
    ("a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n", true),
    ("a\r.\r\n.\r\n", "a\r.\r\n", true),
    ("a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n", true),
    ("\r\r\n.\r\n", "\r\r\n", true),
    ("\n.\r\n.\r\n", "\n.\r\n", true),
  ])
  func messageIsReadOut(_ input: String, expected: String, isBare: Bool) throws {
    let found = try #require(Self.unstuff(bytes(input)))
    #expect(text(found.message) == expected)
    #expect(found.used == input.utf8.count)
    #expect(found.isBare == isBare)
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func roundTripOverSeeds(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed, stream: "dot-stuffing")
    let parts = ["\r\n", ".", "..", "a", "\r\n.", "\r\n.\r\n", " ", "\n", "\r"]
    var message = ""
    for _ in 0..<random.uniform(in: 0...60) {
      message += parts[random.uniform(in: 0...parts.count - 1)]
    }
    // Ended by a line of its own, so that a last CR cannot join the CRLF that is added.
    let sent = bytes(message + "x\r\n")
    let found = try #require(Self.unstuff(Self.stuff(sent)))
    #expect(found.message == sent)
  }
}
