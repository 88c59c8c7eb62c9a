import MailTransport
import Simulation
import Testing

@Suite struct HeaderFieldTests {
  /// The text that a reader finds in a written subject.
  static func roundTrip(_ subject: String) throws -> (text: String?, lines: [String]) {
    let read = ReadMessage(try message(subject: subject).bytes)
    let start = read.headerLines.firstIndex { $0.hasPrefix("Subject:") } ?? 0
    let end = read.headerLines.firstIndex { $0.hasPrefix("Message-ID:") } ?? 0
    let field = read.field("Subject")
    let isEncoded = field?.hasPrefix("=?UTF-8?Q?") ?? false
    return (
      isEncoded ? field.flatMap { ReadMessage.decodeEncodedWords($0) } : field,
      Array(read.headerLines[start..<end])
    )
  }

  @Test(arguments: [
    "", "x", InternetMessageTests.longSubject, "two  spaces and\ttabs \t mixed",
    String(repeating: "word ", count: 60) + "end", String(repeating: "x", count: 200),
    "a " + String(repeating: "x", count: 988), "a " + String(repeating: "x", count: 1200) + " b",
    String(repeating: "x", count: 16_384), " leading", "trailing ", "\t", "   ", "Grüße",
    String(repeating: "ü", count: 300), String(repeating: "😀", count: 100), "=?UTF-8?Q?x?=",
    "a=?b", "a = ? b", "line\u{2028}separator\u{85}", "Subject: x", ": : :", "e\u{301}",
    "x" + String(repeating: " ", count: 990) + "y",
  ])
  func subjectSurvives(_ subject: String) throws {
    let (found, lines) = try Self.roundTrip(subject)
    #expect(found.map { Array($0.utf8) } == Array(subject.utf8))
    #expect(lines.allSatisfy { $0.utf8.count <= 998 })
    #expect(lines.dropFirst().allSatisfy { $0.contains { $0 != " " && $0 != "\t" } })
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func foldingRoundTripOverSeeds(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed, stream: "folding")
    let parts =
      seed % 2 == 0
      ? ["a", "word", " ", "  ", "\t", "<x>", ":", "longer-word,"]
      : ["a", " ", "\t", "ü", "=?", "😀", "longer words", "_"]
    var subject = ""
    for _ in 0..<random.uniform(in: 0...120) {
      subject += parts[random.uniform(in: 0...parts.count - 1)]
    }
    let (found, lines) = try Self.roundTrip(subject)
    #expect(found == subject)
    for line in lines {
      // Only what has no white space to be folded at may be longer.
      let words = line.trimmingPrefix("Subject:").split { $0 == " " || $0 == "\t" }
      let isOneWord = words.count == 1
      #expect(line.utf8.count <= (line.contains("=?UTF-8") ? 76 : 78) || isOneWord)
    }
  }

  @Test func furtherFieldsFollowTheOthers() throws {
    let fields = [
      try HeaderField(
        name: "X-Advanced-Setting-With-A-Long-Name-1234",
        text: "😀 " + String(repeating: "ü", count: 80))
    ]
    let read = ReadMessage(try message(fields: fields).bytes)
    #expect(read.fields.last?.name == fields[0].name)
    #expect(read.headerLines.allSatisfy { $0.utf8.count <= 78 })
    #expect(
      read.field(fields[0].name).flatMap { ReadMessage.decodeEncodedWords($0) } == fields[0].text)
  }
}
