import LogFormats
import LogModel
import Simulation
import Testing

@Suite struct SyslogHeaderFormTests {
  private static let johannesburg = ZoneTransitions(
    name: "Africa/Johannesburg", initialOffsetSeconds: 7200)
  /// 2015-06-25T06:50:03Z.
  private static let second: Int64 = 1_435_215_003
  private static let host = "mail.example.com"

  private static func message(
    _ prefix: consuming SyslogLinePrefix, _ text: String, bytesMax: Int = 1024,
    zone: ZoneTransitions = johannesburg
  ) -> (text: String, isCut: Bool) {
    var buffer = LineBuffer()
    var prefix = prefix
    var body = text
    let isCut = body.withUTF8 {
      prefix.appendMessage(
        to: &buffer, second: self.second, level: .critical, zone: zone, bytesMax: bytesMax,
        body: UnsafeRawBufferPointer($0))
    }
    let bytes = buffer.array
    return (String(decoding: bytes, as: UTF8.self), isCut)
  }

  private static let forms: [(SyslogHeaderForm, String)] = [
    (.rfc3164(host: nil), "<17>Jun 25 08:50:03 Mail_Log: Critical: x\n"),
    (.rfc3164(host: host), "<17>Jun 25 08:50:03 mail Mail_Log: Critical: x\n"),
    (
      .rfc5424(host: host),
      "<17>1 2015-06-25T08:50:03+02:00 mail.example.com Mail_Log - - - Critical: x\n"
    ),
    (.rfc5424(host: nil), "<17>1 2015-06-25T08:50:03+02:00 - Mail_Log - - - Critical: x\n"),
  ]

  @Test(arguments: forms)
  func eachFormIsTheGoldenOne(_ form: SyslogHeaderForm, _ expected: String) {
    let prefix = SyslogLinePrefix(facility: .mail, tag: "Mail_Log", form: form)
    #expect(Self.message(prefix, "Critical: x").text == expected)
  }

  @Test func severitiesCanBeOthers() {
    let prefix = SyslogLinePrefix(
      facility: .local7, tag: "Mail_Log", severities: [.critical: .critical])
    // 23 * 8 + 2.
    #expect(Self.message(prefix, "x").text == "<186>Jun 25 08:50:03 Mail_Log: x\n")
  }

  @Test func zoneWestOfGreenwichHasAMinus() {
    let zone = ZoneTransitions(name: "x", initialOffsetSeconds: -12_600)
    let prefix = SyslogLinePrefix(facility: .mail, tag: "t", form: .rfc5424(host: nil))
    #expect(
      Self.message(prefix, "x", zone: zone).text == "<17>1 2015-06-25T03:20:03-03:30 - t - - - x\n")
  }

  @Test func longTagIsCutInRFC5424Alone() {
    let tag = String(repeating: "t", count: 64)
    let long = SyslogLinePrefix(facility: .mail, tag: tag, form: .rfc5424(host: nil))
    #expect(Self.message(long, "x").text.contains(" \(tag.prefix(48)) - - - x"))
    let documented = SyslogLinePrefix(facility: .mail, tag: tag)
    #expect(Self.message(documented, "x").text.contains(" \(tag): x"))
  }

  /// The prefix counts, the LF does not.
  @Test(arguments: [(0, "0123456789", false), (1, "012345678", true), (9, "0", true)])
  func messageIsCutAtItsLimit(_ missing: Int, _ expected: String, _ isCut: Bool) {
    let header = "<17>Jun 25 08:50:03 Mail_Log: "
    let message = Self.message(
      SyslogLinePrefix(facility: .mail, tag: "Mail_Log"), "0123456789",
      bytesMax: header.utf8.count + 10 - missing)
    #expect(message.text == header + expected + "\n")
    #expect(message.isCut == isCut)
  }

  @Test func cutNeverFallsIntoACharacter() {
    let prefix = "<17>Jun 25 08:50:03 t: "
    for bytesMax in 24...40 {
      let message = Self.message(
        SyslogLinePrefix(facility: .mail, tag: "t"), "a\u{E4}\u{20AC}\u{1F600}b", bytesMax: bytesMax
      )
      #expect(!message.text.contains("\u{FFFD}"))
      #expect(message.text.hasPrefix(prefix))
      #expect(message.text.utf8.count - 1 <= bytesMax)
      // No more is lost than a part of one character.
      #expect(!message.isCut || message.text.utf8.count - 1 > bytesMax - 4)
    }
  }
}
