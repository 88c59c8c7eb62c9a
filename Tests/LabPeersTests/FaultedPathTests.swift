import LabPeers
import Simulation
import Testing

/// What a faulted path decides; no socket, no clock.
@Suite struct FaultedPathTests {
  private static func at(_ millis: Int64) -> SimInstant {
    SimInstant(nanoseconds: 1_000_000_000_000).advanced(by: .milliseconds(millis))
  }

  private static func path(
    _ faults: [FaultDescription], from: Int64 = 0, until: Int64? = nil, connections: Int? = nil,
    permille: Int = 1000
  ) -> FaultedPath {
    FaultedPath(
      faults: faults.map {
        ScheduledPathFault(
          $0, from: self.at(from), until: until.map(self.at), connectionsMax: connections,
          permille: permille)
      })
  }

  private static func send(
    _ text: String, _ connection: inout PathConnection, at millis: Int64 = 1
  ) -> PathConnection.Action {
    Array(text.utf8).withUnsafeBytes { connection.received($0, now: self.at(millis)).action }
  }

  @Test func cleanPathHandsOnAtOnceAndInOrder() {
    var path = Self.path([])
    var connection = path.accepted(now: Self.at(0))
    #expect(path.door(now: Self.at(0)) == .open)
    #expect(Self.send("one\n", &connection) == .goOn)
    #expect(connection.handOn(bytes: 4, .toServer, now: Self.at(1)) == Self.at(1))
    #expect(path.datagram(bytes: 100, now: Self.at(1)) == [Self.at(1)])
    #expect(path.nextChange(after: Self.at(0)) == nil)
  }

  @Test func documentedFaultHandsFourLinesOnAndResetsTheClient() {
    var path = Self.path([.server(.resetAfter(.lines(4)))], connections: 1)
    var first = path.accepted(now: Self.at(0))
    var second = path.accepted(now: Self.at(0))
    #expect(Self.send("one\n", &first) == .goOn)
    #expect(Self.send("two\nthree\nfour\n", &first) == .resetClient(by: "reset-after"))
    #expect(Self.send("five\n", &first) == .goOn, "the end is said once")
    #expect(Self.send("1\n2\n3\n4\n5\n", &second) == .goOn, "fails once, then succeeds")
    #expect(first.lines == 4)
  }

  @Test func patternIsFoundAcrossTwoReadsAndNotInTheWrongOrder() {
    var path = Self.path([.path(.resetOnPattern(Array("attack".utf8)))])
    var connection = path.accepted(now: Self.at(0))
    #expect(Self.send("tackat", &connection) == .goOn)
    #expect(Self.send("tac", &connection) == .goOn)
    #expect(Self.send("k", &connection) == .resetBoth(by: "reset-on-pattern"))
  }

  @Test func bytesUpToTheLimitPass() {
    var path = Self.path([.path(.resetAfterBytes(8))])
    var connection = path.accepted(now: Self.at(0))
    #expect(Self.send("12345678", &connection) == .goOn)
    #expect(Self.send("9", &connection) == .resetBoth(by: "reset-after-bytes"))
  }

  @Test func windowOfAFaultHoldsForConnectionsThatStandAlready() {
    var path = Self.path([.path(.resetOnPattern(Array("x".utf8)))], from: 100, until: 200)
    var connection = path.accepted(now: Self.at(0))
    #expect(Self.send("x", &connection, at: 99) == .goOn)
    var later = connection
    #expect(Self.send("x", &connection, at: 100) == .resetBoth(by: "reset-on-pattern"))
    #expect(Self.send("x", &later, at: 200) == .goOn)
  }

  private static let doors: [(FaultDescription, FaultedPath.Door, Bool)] = [
    (.path(.refuse), .refusing, false), (.path(.backlogFull(resets: false)), .silent, false),
    (.path(.silentDrop), .silent, true),
    (.path(.blockTCP), .silent, true), (.path(.rejectWithReset), .refusing, false),
    (.path(.blockUDP), .open, false),
  ]

  @Test(arguments: doors)
  func doorIsShutWithinTheWindow(
    _ fault: FaultDescription, _ door: FaultedPath.Door, _ holds: Bool
  ) {
    var path = Self.path([fault], from: 10, until: 20)
    let connection = path.accepted(now: Self.at(0))
    #expect(path.door(now: Self.at(9)) == .open)
    #expect(path.nextChange(after: Self.at(9)) == Self.at(10))
    #expect(path.door(now: Self.at(10)) == door)
    #expect(connection.isHeld(now: Self.at(10)) == holds)
    #expect(connection.wakeAt(now: Self.at(10)) == Self.at(20))
    #expect(path.nextChange(after: Self.at(10)) == Self.at(20))
    #expect(path.door(now: Self.at(20)) == .open)
    #expect(path.nextChange(after: Self.at(20)) == nil)
    #expect(!connection.isHeld(now: Self.at(20)))
  }

  @Test func rejectedConnectionIsResetAtItsNextBytes() {
    var path = Self.path([.path(.rejectWithReset)], from: 10)
    var connection = path.accepted(now: Self.at(0))
    #expect(Self.send("a\n", &connection, at: 9) == .goOn)
    #expect(Self.send("b\n", &connection, at: 10) == .resetBoth(by: "reject-with-reset"))
  }

  @Test func selectiveRefusalResetsBehindTheHandshakeAndLeavesThePortOpen() {
    var path = Self.path([.path(.refuse)], connections: 1)
    #expect(path.door(now: Self.at(0)) == .open)
    var first = path.accepted(now: Self.at(0))
    var second = path.accepted(now: Self.at(0))
    #expect(first.accepted(now: Self.at(0)) == .resetBoth(by: "refuse"))
    #expect(second.accepted(now: Self.at(0)) == .goOn)
  }

  @Test func outageHoldsAtTheBeginOfEachPeriod() {
    var path = Self.path(
      [.path(.burstLoss(every: .milliseconds(100), length: .milliseconds(30)))], from: 50)
    let connection = path.accepted(now: Self.at(0))
    for (millis, held) in [(49, false), (50, true), (79, true), (80, false), (150, true)] {
      #expect(connection.isHeld(now: Self.at(Int64(millis))) == held, "\(millis)")
      #expect(path.datagram(bytes: 1, now: Self.at(Int64(millis))).isEmpty == held, "\(millis)")
    }
    #expect(connection.wakeAt(now: Self.at(60)) == Self.at(80))
    #expect(connection.wakeAt(now: Self.at(80)) == Self.at(150))
  }

  @Test func idleConnectionIsForgottenForGood() {
    var path = Self.path([.path(.idleExpiry(.milliseconds(100)))])
    var connection = path.accepted(now: Self.at(0))
    #expect(Self.send("a\n", &connection, at: 99) == .goOn)
    #expect(!connection.isHeld(now: Self.at(99)))
    #expect(Self.send("b\n", &connection, at: 199) == .goOn)
    #expect(connection.isHeld(now: Self.at(199)))
  }

  /// As the middlebox of the simulation, which has only packets to wake it.
  @Test func forgedResetComesBehindTheFirstBytesOfItsTime() {
    var path = Self.path([.path(.spoofedReset(after: .milliseconds(50), rightSequence: true))])
    var connection = path.accepted(now: Self.at(0))
    #expect(connection.wakeAt(now: Self.at(0)) == nil)
    #expect(connection.accepted(now: Self.at(0)) == .goOn)
    #expect(Self.send("a\n", &connection, at: 49) == .goOn)
    #expect(connection.timeReached(Self.at(50)) == .goOn)
    #expect(Self.send("b\n", &connection, at: 70) == .resetClient(by: "spoofed-reset"))
    #expect(connection.lines == 2, "what came is handed on")
    #expect(Self.send("c\n", &connection, at: 71) == .goOn)
  }

  @Test func forgedResetAfterNoTimeComesBehindTheHandshake() {
    var path = Self.path([.path(.spoofedReset(after: .zero, rightSequence: true))])
    var connection = path.accepted(now: Self.at(0))
    #expect(connection.accepted(now: Self.at(0)) == .resetClient(by: "spoofed-reset"))
  }

  @Test func streamKeepsItsOrderThroughJitterAndBandwidth() {
    var quality = FaultedPath.Quality()
    quality.latency = .milliseconds(5)
    quality.jitter = .milliseconds(20)
    quality.bandwidthBitsPerSecond = 8000
    var path = FaultedPath(quality: quality, seed: 3)
    var connection = path.accepted(now: Self.at(0))
    var last = Self.at(0)
    for count in 1...50 {
      let due = connection.handOn(bytes: 10, .toServer, now: Self.at(0))
      #expect(due >= last)
      // 10 bytes at 8000 bits a second take 10 ms.
      #expect(due >= Self.at(Int64(count) * 10 + 5))
      last = due
    }
    #expect(last <= Self.at(525))
  }

  @Test func datagramsAreLostDoubledAndHeldBackBySeed() {
    let faults: [FaultDescription] = [
      .path(.loss(permille: 100)), .path(.duplication(permille: 100)),
      .path(.reordering(permille: 100)),
    ]
    var path = Self.path(faults)
    var again = Self.path(faults)
    let fates = (0..<1000).map { _ in path.datagram(bytes: 100, now: Self.at(0)) }
    #expect(fates == (0..<1000).map { _ in again.datagram(bytes: 100, now: Self.at(0)) })
    #expect((60...140).contains(fates.count { $0.isEmpty }))
    #expect((60...140).contains(fates.count { $0.count == 2 }))
    #expect((60...140).contains(fates.count { $0.first == Self.at(2) }))
  }

  @Test func datagramsBeyondARateOrALengthAreLost() {
    var path = Self.path([.path(.rateLimit(bitsPerSecond: 80_000)), .path(.mtuBlackHole(mtu: 528))])
    // 100 ms of queue at 10,000 bytes a second, and the one that is being sent.
    let passed = (0..<100).count { _ in !path.datagram(bytes: 100, now: Self.at(0)).isEmpty }
    #expect(passed == 11)
    #expect(path.datagram(bytes: 501, now: Self.at(1000)).isEmpty)
  }
}
