import Foundation
import Simulation
import Testing

/// When a fault strikes, and what its condition sees of a connection.
@Suite struct FaultTests {
  private static func at(_ millis: Int64) -> SimInstant {
    SimInstant(nanoseconds: 1_000_000_000_000).advanced(by: .milliseconds(millis))
  }

  @Test func windowHoldsFromItsBeginAndEndsBeforeItsEnd() {
    let trigger = FaultTrigger(from: Self.at(10), until: Self.at(20))
    #expect([9, 10, 19, 20].map { trigger.covers(Self.at($0)) } == [false, true, true, false])
    #expect(trigger.nextChange(after: Self.at(9)) == Self.at(10))
    #expect(trigger.nextChange(after: Self.at(10)) == Self.at(20))
    #expect(trigger.nextChange(after: Self.at(20)) == nil)
    #expect(FaultTrigger().covers(Self.at(-5)))
    #expect(FaultTrigger().nextChange(after: Self.at(0)) == nil)
  }

  @Test func firstConnectionsOnlyAreChosen() {
    var random = SeededGenerator(seed: 1, stream: "fault tests")
    let first = FaultTrigger(connectionsMax: 2)
    let chosen = (0...3).map { first.chooses(afterStriking: $0, using: &random) }
    #expect(chosen == [true, true, false, false])
    #expect(first.isSelective)
    #expect(!FaultTrigger().isSelective)
    let none = FaultTrigger(permille: 0)
    #expect(none.isSelective)
    #expect(!none.chooses(afterStriking: 0, using: &random))
    let some = FaultTrigger(permille: 300)
    let count = (0..<1000).count { _ in some.chooses(afterStriking: 0, using: &random) }
    #expect((220...380).contains(count))
  }

  private static func receive(_ text: String, _ watch: inout StreamWatch, at millis: Int64) -> Bool
  {
    Array(text.utf8).withUnsafeBytes { watch.received($0, now: self.at(millis)) }
  }

  private static func count(_ bytes: Int, _ lines: UInt64, _ watch: inout StreamWatch) -> Bool {
    watch.counted(bytes: bytes, lines: lines, now: self.at(1))
  }

  @Test func patternIsFoundAcrossSegmentsOnlyWhereTheyAreJoined() {
    let pattern = StreamCondition.pattern(Array("attack".utf8))
    for joins in [true, false] {
      var watch = StreamWatch(pattern, begunAt: Self.at(0), joinsSegments: joins)
      #expect(!Self.receive("", &watch, at: 1))
      #expect(!Self.receive("tackat", &watch, at: 1))
      #expect(!Self.receive("ta", &watch, at: 1))
      #expect(Self.receive("ck", &watch, at: 1) == joins)
      #expect(!Self.receive("attac", &watch, at: 1), "each time is a time of its own")
      #expect(Self.receive("an attack, attack", &watch, at: 1))
    }
    var empty = StreamWatch(.pattern([]), begunAt: Self.at(0))
    #expect(!Self.receive("anything", &empty, at: 1))
    var single = StreamWatch(.pattern([0x78]), begunAt: Self.at(0))
    #expect(Self.receive("x", &single, at: 1))
    #expect(!Self.receive("y", &single, at: 1))
  }

  @Test func bytesAndLinesAreCountedToTheirPoints() {
    var lines = StreamWatch(.point(.lines(3)), begunAt: Self.at(0))
    #expect(lines.linesLeft == 3 && lines.bytesLeft == .max)
    #expect(!Self.count(100, 2, &lines))
    #expect(lines.linesLeft == 1)
    #expect(Self.count(1, 5, &lines))
    #expect(lines.linesLeft == 0)
    var bytes = StreamWatch(.point(.bytes(8)), begunAt: Self.at(0))
    #expect(!Self.count(7, 9, &bytes))
    #expect(bytes.bytesLeft == 1 && bytes.linesLeft == .max)
    #expect(Self.count(1, 0, &bytes))
    var beyond = StreamWatch(.beyond(bytes: 8), begunAt: Self.at(0))
    #expect(!Self.receive("12345678", &beyond, at: 1), "up to the limit all passes")
    #expect(Self.receive("9", &beyond, at: 1))
    #expect(Self.receive("", &beyond, at: 1), "what is beyond stays so")
  }

  @Test func idleTimeBeginsAnewAndAgeDoesNot() {
    var idle = StreamWatch(.idle(.milliseconds(100)), begunAt: Self.at(0))
    #expect(idle.dueAt == Self.at(100))
    #expect(!idle.isDue(Self.at(99)) && idle.isDue(Self.at(100)))
    idle.touched(Self.at(60))
    #expect(!idle.isDue(Self.at(159)) && idle.isDue(Self.at(160)))
    #expect(!Self.receive("x", &idle, at: 90))
    #expect(idle.dueAt == Self.at(190))
    var age = StreamWatch(.point(.time(.milliseconds(100))), begunAt: Self.at(0))
    age.touched(Self.at(60))
    #expect(age.dueAt == Self.at(100))
    #expect(!age.isDue(Self.at(99)) && age.isDue(Self.at(100)))
    let pattern = StreamWatch(.pattern([1]), begunAt: Self.at(0))
    #expect(pattern.dueAt == nil && !pattern.isDue(Self.at(1_000_000)))
  }

  @Test func outagesComeAgainAndAgain() {
    let outage = RecurringOutage(every: .milliseconds(100), length: .milliseconds(30))
    let down = [-1, 0, 29, 30, 99, 100, 129, 130].map { outage.isDown(.milliseconds($0)) }
    #expect(down == [false, true, true, false, false, true, true, false])
    #expect(outage.untilChange(.milliseconds(10)) == .milliseconds(20))
    #expect(outage.untilChange(.milliseconds(130)) == .milliseconds(70))
    let never = RecurringOutage(every: .zero, length: .milliseconds(30))
    #expect(!never.isDown(.zero) && never.untilChange(.zero) == nil)
  }

  private static let descriptions: [FaultDescription] = [
    .server(.halfClose(.lines(3), readsOn: false)), .server(.answerClose(.late(.seconds(2)))),
    .host(.crash(backAfter: .seconds(5))), .path(.resetOnPattern([0, 10, 255])),
    .path(.spoofedReset(after: .zero, rightSequence: false)), .path(.refuse),
    .name(.addressChange(IPv4Address(192, 0, 2, 7))), .appliance(.rollOverNow(subscription: nil)),
    .appliance(.clockStep(by: .seconds(-3600))),
  ]

  @Test(arguments: descriptions)
  func descriptionComesBackFromJSON(_ fault: FaultDescription) throws {
    let bytes = try JSONEncoder().encode(fault)
    #expect(try JSONDecoder().decode(FaultDescription.self, from: bytes) == fault)
  }

  @Test func whatIsNoAddressIsNoFault() throws {
    let fault = FaultDescription.name(.addressChange(IPv4Address(192, 0, 2, 7)))
    let text = String(decoding: try JSONEncoder().encode(fault), as: UTF8.self)
    #expect(text.contains("\"192.0.2.7\""))
    let wrong = text.replacing("192.0.2.7", with: "192.0.2.777")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(FaultDescription.self, from: Data(wrong.utf8))
    }
  }
}
