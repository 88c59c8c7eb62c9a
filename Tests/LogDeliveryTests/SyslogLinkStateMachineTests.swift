import LogDelivery
import Simulation
import Testing

@Suite struct SyslogLinkStateMachineTests {
  private static let start = SimInstant(secondsSinceEpoch: 1000)

  private static func after(_ seconds: Int64) -> SimInstant {
    self.start.advanced(by: .seconds(seconds))
  }

  @Test func failuresInARowDoubleTheWaitUpToAMinute() {
    var machine = SyslogLinkStateMachine()
    _ = machine.start()
    var waits: [Int64] = []
    for number in 1...8 {
      let now = Self.after(Int64(number) * 1000)
      guard case .reopen(let retryAt) = machine.failed(ConnectionID(UInt32(number)), now: now)
      else {
        Issue.record("failure \(number) was ignored")
        return
      }
      waits.append(now.duration(to: retryAt).nanoseconds / 1_000_000_000)
      _ = machine.timeReached(retryAt)
    }
    #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60])
  }

  @Test func establishedConnectionStartsTheCountAnew() {
    var machine = SyslogLinkStateMachine()
    _ = machine.start()
    _ = machine.failed(ConnectionID(1), now: Self.start)
    _ = machine.timeReached(Self.after(1))
    _ = machine.connected(ConnectionID(2))
    #expect(
      machine.failed(ConnectionID(2), now: Self.after(5)) == .reopen(retryAt: Self.after(6)))
  }

  @Test func newsOfEarlierConnectionsIsIgnored() {
    var machine = SyslogLinkStateMachine()
    _ = machine.start()
    _ = machine.failed(ConnectionID(1), now: Self.start)
    _ = machine.timeReached(Self.after(1))
    #expect(machine.failed(ConnectionID(1), now: Self.after(1)) == .ignore)
    #expect(machine.connected(ConnectionID(1)) == .close(ConnectionID(1)))
    #expect(machine.connected(ConnectionID(2)) == .startSending)
    #expect(machine.connectedID == ConnectionID(2))
  }

  @Test func timeThatComesEarlyOrLateDoesNothing() {
    var machine = SyslogLinkStateMachine()
    #expect(machine.timeReached(Self.start) == .ignore)
    #expect(machine.start() == .connect(ConnectionID(1)))
    #expect(machine.timeReached(Self.start) == .ignore)
    _ = machine.failed(ConnectionID(1), now: Self.start)
    #expect(machine.timeReached(Self.start) == .ignore)
    #expect(machine.timeReached(Self.after(9)) == .connect(ConnectionID(2)))
    #expect(machine.timeReached(Self.after(9)) == .ignore)
  }

  @Test func closeEndsEachStateAndALateConnectIsClosed() {
    var machine = SyslogLinkStateMachine()
    _ = machine.start()
    #expect(machine.close() == .close(ConnectionID(1)))
    #expect(machine.connected(ConnectionID(1)) == .close(ConnectionID(1)))
    #expect(machine.failed(ConnectionID(1), now: Self.start) == .ignore)
    #expect(machine.close() == .none)
    #expect(machine.wakeAt == nil)
  }
}
