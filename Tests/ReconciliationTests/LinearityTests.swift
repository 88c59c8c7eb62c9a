import Reconciliation
import Testing

/// Twice as much to read is twice the work: counted in bytes that are looked at, not in time.
@Suite struct LinearityTests {
  private static let log = (0..<50).map { TestLine(body: "Info: MID \($0) a", second: $0 % 60) }

  private static func bytesReadAgain(_ received: [String]) -> Int {
    let findings = reconcile(Self.log.map(\.logged), received, spansMax: 4)
    #expect(findings.received >= 1000)
    return findings.bytesReadAgain
  }

  /// One line in which thousands are glued together, none of them logged.
  private static func glued(_ count: Int) -> String {
    (0..<count).map { "<22>Jun 25 08:00:00 Mail_Log: Info: unknown \($0 % 10)" }.joined()
  }

  @Test func gluedLinesAreReadAgainOnce() {
    let once = Self.bytesReadAgain([Self.log[0].wire(), Self.glued(2000)])
    let twice = Self.bytesReadAgain([Self.log[0].wire(), Self.glued(4000)])
    #expect(once > 0)
    #expect(twice < once * 5 / 2, "\(once), \(twice)")
  }

  /// Collapsed lines of a text that nobody logged: there is no more to compare than missing lines.
  @Test func repeatsOfUnknownLinesAreReadAgainOnceEach() {
    let repeated =
      "<22>Jun 25 08:00:00 Mail_Log: message repeated 1000000 times: [ Info: not logged]"
    let bytes = Self.bytesReadAgain(
      [Self.log[0].wire()] + Array(repeating: repeated, count: 200))
    #expect(bytes < (Self.log.count + 200) * 4 * repeated.utf8.count, "\(bytes)")
  }

  private static let texts: [(String, @Sendable (Int) -> String)] = [
    ("lines by NUL", { String(repeating: "<22>Jun 25 08:00:00 Mail_Log: Info: a\0", count: $0) }),
    ("one line", { String(repeating: "x", count: $0 * 50) }),
    ("one JSON string", { "{\n\"message\": \"" + String(repeating: "x", count: $0 * 50) + "\"}" }),
    ("one array", { "[" + String(repeating: "{\"message\": \"Info: a\"},", count: $0) + "{}]" }),
    ("one field", { "message,a\n\"" + String(repeating: "x\n", count: $0 * 25) + "\",1\n" }),
    (
      "one entry",
      {
        "__CURSOR=1\nMESSAGE\n\u{40}\u{4B}\u{4C}\0\0\0\0\0" + String(repeating: "x", count: $0 * 50)
      }
    ),
    ("one long field", { "__CURSOR=1\nMESSAGE=" + String(repeating: "x", count: $0 * 50) }),
    ("many fields", { "__CURSOR=1\n" + String(repeating: "A=1\n", count: $0 * 10) }),
    ("open objects", { String(repeating: "{\"a\":[", count: $0 * 8) }),
  ]

  @Test(arguments: texts.indices)
  func recordsEndsAreLookedForOnce(index: Int) throws {
    let (title, text) = Self.texts[index]
    let once = try CollectorFile(text(200), pieceBytes: 512)
    let twice = try CollectorFile(text(400), pieceBytes: 512)
    #expect(once.steps > 0)
    #expect(twice.steps < once.steps * 5 / 2, "\(title): \(once.steps), \(twice.steps)")
  }
}
