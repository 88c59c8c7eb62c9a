import ApplianceModel
import LogDelivery
import Simulation
import Testing

@testable import ApplianceCommand

/// What the demo takes for the documented case, by facts.
@Suite struct DemoStoryTests {
  private static let documented = [
    "Begin Logfile", "Version: 16.0.0-050 SN: 0-0", "Time offset from UTC: 0 seconds",
    "A System/Critical alert was sent to ops@example.com with subject \"Critical\"",
  ]
  private static let clock =
    "\(Appliance.clockSetText)Mon Nov 30 10:00:00 2026 to Mon Nov 30 09:00:00 2026"

  private static func stream(_ texts: [String]) -> [UInt8] {
    texts.flatMap { Array("<22>Jun 25 08:50:03 mail_logs: Info: \($0)\n".utf8) }
  }

  /// What a story makes of the second connection's bytes, read in pieces of so many.
  private static func read(
    _ texts: [String], pieceBytes: Int
  ) -> (isDocumented: Bool, resumed: Bool) {
    var story = DemoStory(subscription: "mail_logs")
    let failed = story.happened(
      RunEvent(
        at: SimInstant(secondsSinceEpoch: 0), .pushFailed(LinkFailure(.established, .reset)),
        subscription: "mail_logs"))
    #expect(failed == .holdTraffic)
    let bytes = Self.stream(texts)
    var resumed = false
    for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
      let piece = Array(bytes[start..<min(start + pieceBytes, bytes.count)])
      if story.read(piece, connection: 2) == .resumeTraffic { resumed = true }
    }
    return (story.met.contains(.documentedStream), resumed)
  }

  /// Somebody sets the clock while the push is down: its line stands anywhere among the four.
  @Test(arguments: 0...4, [1, 50, 10_000])
  func aClockThatIsSetIsNoOtherCase(place: Int, pieceBytes: Int) {
    var texts = Self.documented
    texts.insert(Self.clock, at: place)
    // Behind the four lines the story has gone on by then.
    let seen = Self.read(texts, pieceBytes: pieceBytes)
    #expect(seen.isDocumented)
    #expect(seen.resumed)
  }

  @Test func anyOtherLineIsAnotherCase() {
    for place in 0...3 {
      var texts = Self.documented
      texts.insert("MID 1 ready 77 bytes", at: place)
      #expect(!Self.read(texts, pieceBytes: 10_000).isDocumented)
    }
    let cut = Self.read(Array(Self.documented.dropLast()) + [Self.clock], pieceBytes: 50)
    #expect(!cut.resumed && !cut.isDocumented, "three of the four lines, and one about the clock")
  }
}
