import LabPeers
import Simulation
import Testing

@Suite struct SyslogReceiverTests {
  private static let start = SimInstant(secondsSinceEpoch: 0)

  /// A rate of any size is a read that a socket can be asked for.
  @Test func anyRateIsAReadOfSomeBytes() {
    let rates = [1, 9, 10, 10_000, 42_949_672_970, Int.max]
    let reads = rates.map { SyslogReceiverConnection.Reading.bytesARead(bytesPerSecond: $0) }
    #expect(reads == [1, 1, 1, 1000, 1 << 24, 1 << 24])
  }

  /// The actions for lines that arrive one by one, a second apart.
  private static func actions(
    _ fault: ReceiverFault?, lines: Int
  ) -> [SyslogReceiverConnection.Action] {
    var connection = SyslogReceiverConnection(fault: fault, now: self.start)
    var actions = [connection.accepted()]
    for number in 1...lines {
      let now = self.start.advanced(by: .seconds(Int64(number)))
      if let wakeAt = connection.wakeAt, wakeAt < now {
        actions.append(connection.timeReached(wakeAt))
      }
      actions.append(
        Array("line\n".utf8).withUnsafeBytes { connection.received($0, now: now, line: nil) })
    }
    return actions
  }

  private static let cases: [(ReceiverFault?, [SyslogReceiverConnection.Action])] = [
    (nil, [.goOn, .goOn, .goOn, .goOn]),
    (.resetAfterHandshake, [.reset, .goOn, .goOn, .goOn]),
    (.resetAfter(.lines(2)), [.goOn, .goOn, .reset, .goOn]),
    (.resetAfter(.bytes(6)), [.goOn, .goOn, .reset, .goOn]),
    (.closeAfter(.lines(1)), [.goOn, .close, .goOn, .goOn]),
    (
      .halfClose(.lines(2), readsOn: true),
      [.goOn, .goOn, .shutDown(readsOn: true), .goOn]
    ),
    (
      .halfClose(.time(.milliseconds(1500)), readsOn: false),
      [.goOn, .goOn, .shutDown(readsOn: false), .goOn, .goOn]
    ),
    (.remoteShell, [.goOn, .close, .goOn, .goOn]),
    (.resetAfter(.time(.milliseconds(1500))), [.goOn, .goOn, .reset, .goOn, .goOn]),
    (.closeAfter(.time(.milliseconds(1500))), [.goOn, .goOn, .close, .goOn, .goOn]),
    (.resetWhenIdle(.milliseconds(500)), [.goOn, .reset, .goOn, .goOn, .goOn]),
  ]

  @Test(arguments: cases)
  func faultStrikesAtItsPointAndOnce(
    _ fault: ReceiverFault?, _ expected: [SyslogReceiverConnection.Action]
  ) {
    #expect(Self.actions(fault, lines: 3) == expected)
  }

  private static let answers: [(ReceiverFault?, SyslogReceiverConnection.Action, SimDuration?)] = [
    (nil, .close, nil), (.answerClose(.reset), .reset, nil), (.answerClose(.never), .goOn, nil),
    (.answerClose(.late(.seconds(3))), .goOn, .seconds(3)),
    (.halfClose(.lines(9), readsOn: true), .close, nil),
  ]

  /// What a server does about the client's FIN, and how much later.
  @Test(arguments: answers)
  func clientsCloseIsAnswered(
    _ fault: ReceiverFault?, _ answer: SyslogReceiverConnection.Action, _ later: SimDuration?
  ) {
    var connection = SyslogReceiverConnection(fault: fault, now: Self.start)
    #expect(connection.peerClosed(now: Self.start) == answer)
    #expect(connection.wakeAt == later.map { Self.start.advanced(by: $0) })
    guard let wakeAt = connection.wakeAt else { return }
    #expect(connection.timeReached(wakeAt) == .close)
    #expect(connection.wakeAt == nil)
  }

  @Test func linesAreCountedOverPieces() {
    var connection = SyslogReceiverConnection(fault: nil, now: Self.start)
    for piece in ["a", "b\nc", "\n\nd"] {
      _ = Array(piece.utf8).withUnsafeBytes {
        connection.received($0, now: Self.start, line: nil)
      }
    }
    #expect(connection.lines == 2, "an empty one is none")
    #expect(connection.bytes == 7)
  }

  /// A fault after so much of the stream, and what is read of 60 lines that come at once: lines,
  /// bytes, and bytes of a line that did not end.
  private static let points: [(ReceiverFault, String, UInt64, UInt64, Int)] = [
    (.resetAfter(.lines(20)), "\n", 20, 140, 0),
    (.closeAfter(.lines(20)), "\n", 20, 140, 0),
    (.resetAfter(.lines(20)), "\0", 20, 140, 0),
    (.resetAfter(.lines(20)), "", 20, 160, 0),
    (.resetAfter(.lines(60)), "\n", 60, 420, 0),
    (.resetAfter(.bytes(143)), "\n", 20, 143, 3),
    (.closeAfter(.bytes(140)), "\n", 20, 140, 0),
    (.resetAfter(.bytes(1)), "\n", 0, 1, 1),
  ]

  @Test(arguments: points)
  func exactlySoMuchIsReadAndNothingBehindIt(
    _ fault: ReceiverFault, _ end: String, _ lines: UInt64, _ bytes: UInt64, _ unfinished: Int
  ) {
    let message = end.isEmpty ? "6 <2>xyz" : "<2>xyz\(end)"
    let stream = Array(String(repeating: message, count: 60).utf8)
    for size in [1, 5, 64, stream.count] {
      var connection = SyslogReceiverConnection(fault: fault, now: Self.start)
      var given: [String] = []
      var ends = 0
      for place in stride(from: 0, to: stream.count, by: size) {
        stream[place..<min(place + size, stream.count)].withUnsafeBytes { piece in
          let action = connection.received(piece, now: Self.start) {
            given.append(String(decoding: $0, as: UTF8.self))
          }
          if action != .goOn { ends += 1 }
        }
      }
      #expect(ends == 1)
      #expect(connection.lines == lines)
      #expect(connection.bytes == bytes)
      #expect(given == Array(repeating: "<2>xyz\n", count: Int(lines)))
      #expect(connection.ended { _ in } == unfinished)
    }
  }

  @Test func firstConnectionsAreStruckThenNoMore() {
    var receiver = SyslogReceiver(
      faults: [ScheduledReceiverFault(.resetAfterHandshake, connectionsMax: 2)])
    let actions = (0..<4).map { _ in
      var connection = receiver.accepted(now: Self.start)
      return connection.accepted()
    }
    #expect(actions == [.reset, .reset, .goOn, .goOn])
  }

  @Test func windowOfTimeIsHalfOpen() {
    let fault = ScheduledReceiverFault(
      .neverRead, from: Self.start.advanced(by: .seconds(1)),
      until: Self.start.advanced(by: .seconds(2)))
    var receiver = SyslogReceiver(faults: [fault])
    let readings = [0, 1000, 1999, 2000].map {
      receiver.accepted(now: Self.start.advanced(by: .milliseconds($0))).reading
    }
    #expect(readings == [.everything, .nothing, .nothing, .everything])
  }

  @Test func shareOfConnectionsFollowsTheSeed() {
    func struck(seed: UInt64) -> [Bool] {
      var receiver = SyslogReceiver(
        faults: [ScheduledReceiverFault(.neverRead, permille: 300)], seed: seed)
      return (0..<1000).map { _ in receiver.accepted(now: Self.start).reading == .nothing }
    }
    #expect(struck(seed: 1) == struck(seed: 1))
    #expect((250...350).contains(struck(seed: 1).count { $0 }))
  }
}
