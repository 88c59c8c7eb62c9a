import LabPeers
import Simulation
import Testing

@Suite struct SyslogReceiverTests {
  private static let start = SimInstant(secondsSinceEpoch: 0)

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
      actions.append(Array("line\n".utf8).withUnsafeBytes { connection.received($0, now: now) })
    }
    return actions
  }

  private static let cases: [(ReceiverFault?, [SyslogReceiverConnection.Action])] = [
    (nil, [.goOn, .goOn, .goOn, .goOn]),
    (.resetAfterHandshake, [.reset, .goOn, .goOn, .goOn]),
    (.resetAfter(.lines(2)), [.goOn, .goOn, .reset, .goOn]),
    (.resetAfter(.bytes(6)), [.goOn, .goOn, .reset, .goOn]),
    (.closeAfter(.lines(1)), [.goOn, .close, .goOn, .goOn]),
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

  @Test func linesAreCountedOverPieces() {
    var connection = SyslogReceiverConnection(fault: nil, now: Self.start)
    for piece in ["a", "b\nc", "\n\nd"] {
      _ = Array(piece.utf8).withUnsafeBytes { connection.received($0, now: Self.start) }
    }
    #expect(connection.lines == 3)
    #expect(connection.bytes == 7)
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
