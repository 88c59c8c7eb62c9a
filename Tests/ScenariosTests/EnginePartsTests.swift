import ApplianceConfiguration
import LabPeers
import LogDelivery
import LogModel
import Simulation
import TestKit
import Testing

@testable import NetworkModel
@testable import Scenarios

/// The parts of the world in virtual time as plain values: facts in, actions out.
@Suite struct EnginePartsTests {
  private static let start = SimInstant(secondsSinceEpoch: 1_435_215_004)
  private static let subscription = SubscriptionID(3)
  private static let address = IPv4Address(10, 0, 0, 2)
  private static let another = IPv4Address(10, 0, 0, 3)

  private static func after(_ seconds: Int64) -> SimInstant {
    self.start.advanced(by: .seconds(seconds))
  }

  // MARK: Names

  private static func question(_ action: NameLookups.Action) -> NameLookups.Question? {
    if case .ask(let question) = action { question } else { nil }
  }

  @Test func addressIsNoQuestion() {
    var names = NameLookups(seed: 1)
    let purpose = NameLookups.Purpose.mail(number: 7)
    let action = names.begin("10.0.0.2", purpose, patience: nil, now: Self.start)
    #expect(action == .finishLater(purpose, [Self.address]))
  }

  @Test func nameIsAskedForThreeTimesAtDifferentServers() throws {
    var names = NameLookups(seed: 1)
    let purpose = NameLookups.Purpose.mail(number: 7)
    var action = names.begin("log.example.com", purpose, patience: nil, now: Self.start)
    for tries in 1...3 {
      let question = try #require(Self.question(action))
      #expect(question.serverNumber == tries - 1)
      #expect(question.endsAt == Self.after(Int64(tries) * 5))
      // A timer of an earlier try changes nothing.
      let early = names.tryEnded(question.id, tries: question.tries - 1, now: question.endsAt)
      #expect(early == .ignore)
      action = names.tryEnded(question.id, tries: question.tries, now: question.endsAt)
    }
    #expect(action == .finish(purpose, []))
  }

  @Test func firstAnswerEndsALookup() throws {
    var names = NameLookups(seed: 1)
    let purpose = NameLookups.Purpose.push(Self.subscription, ConnectionID(1))
    let action = names.begin("log.example.com", purpose, patience: .seconds(7), now: Self.start)
    let question = try #require(Self.question(action))
    let answer = try #require(
      DNSMessage.response(
        id: question.id, name: "log.example.com",
        .addresses([Self.another.bits, Self.address.bits])))
    #expect(names.received(answer) == .finish(purpose, [Self.another, Self.address]))
    #expect(names.received(answer) == .ignore)
    #expect(names.tryEnded(question.id, tries: question.tries, now: Self.after(5)) == .ignore)
  }

  // MARK: Pushes

  private static func pushing(to addresses: [IPv4Address]) throws
    -> (sockets: PushSockets, first: PushSockets.AttemptAction)
  {
    guard case .syslogPush(let settings) = Fixtures.pushed(host: "log.example.com").retrieval
    else { throw NoPush() }
    var pushes = PushSockets()
    pushes.connect(Self.subscription, ConnectionID(1), PushEndpoint(settings))
    let first = pushes.resolved(Self.subscription, ConnectionID(1), addresses)
    return (pushes, first)
  }

  private struct NoPush: Error {}

  private static func isConnect(_ action: PushSockets.AttemptAction, _ address: IPv4Address) -> Bool
  {
    if case .connect(let remote, _) = action { remote.address == address } else { false }
  }

  @Test func addressesAreTriedInTurnAndTheLastFailureIsTheAppliances() throws {
    var (pushes, action) = try Self.pushing(to: [Self.address, Self.another])
    let id = ConnectionID(1)
    let sockets = [SocketID(slot: 0, generation: 1), SocketID(slot: 1, generation: 1)]
    for (socket, address) in zip(sockets, [Self.address, Self.another]) {
      #expect(Self.isConnect(action, address))
      pushes.opened(socket, to: Endpoint(address, 514), Self.subscription, id)
      action = pushes.connectFailed(.refused, socket, Self.subscription, id)
    }
    #expect(action == .fail(LinkFailure(.connecting, .refused)))
    #expect(pushes.sockets.isEmpty)
    let late = pushes.connectFailed(.refused, sockets[1], Self.subscription, id)
    #expect(late == .ignore)
  }

  @Test func bytesWaitForTheirSocket() throws {
    var (pushes, _) = try Self.pushing(to: [Self.address])
    let id = ConnectionID(1)
    let socket = SocketID(slot: 0, generation: 1)
    pushes.opened(socket, to: Endpoint(Self.address, 514), Self.subscription, id)
    pushes.connected(Self.subscription, id, port: 50_000)
    #expect(pushes.heard(Self.subscription, socket) == id)
    #expect(pushes.heard(Self.subscription, socket) == nil)
    #expect(pushes.owner(ofPort: 50_000)?.id == id)
    let writes = [
      PushWrite(bytes: [1, 2, 3], lineEnds: [3]), PushWrite(bytes: [4, 5], lineEnds: [2]),
    ]
    #expect(pushes.write(writes, Self.subscription, ConnectionID(9)) == .wait)
    #expect(pushes.write(writes, Self.subscription, id) == .send([1, 2, 3], on: socket, id))
    #expect(pushes.took(2, Self.subscription) == .wait)
    #expect(pushes.writable(Self.subscription) == .send([3], on: socket, id))
    #expect(pushes.took(1, Self.subscription) == .send([4, 5], on: socket, id))
    #expect(pushes.took(2, Self.subscription) == .wait)
    #expect(pushes.close(Self.subscription, ConnectionID(9)) == nil)
    #expect(pushes.close(Self.subscription, id) == .stream(socket))
    #expect(pushes.writable(Self.subscription) == .wait)
  }

  // MARK: The lab's servers

  @Test func whatAReceiverDecidesWaitsForItsApplication() {
    let socket = SocketID(slot: 0, generation: 1)
    var receivers = SyslogReceivers()
    let machine = SyslogReceiverConnection(fault: .resetAfterHandshake, now: Self.start)
    let note = "\(ReceiverFault.resetAfterHandshake.label) at syslog"
    let accepted = receivers.accepted(
      .init(host: "syslog", delay: .milliseconds(2), machine: machine), socket)
    #expect(
      accepted
        == [.note("from here: \(note)"), .read(.manual), .delay(.reset, .milliseconds(2))])
    #expect(receivers.decided(.reset, socket) == [.forget, .reset(note: note)])
    #expect(receivers.decided(.reset, socket) == [])
  }

  @Test func unfinishedMessageIsKeptWhenItsConnectionEnds() {
    let socket = SocketID(slot: 0, generation: 1)
    var receivers = SyslogReceivers()
    let machine = SyslogReceiverConnection(fault: nil, now: Self.start)
    _ = receivers.accepted(.init(host: "syslog", delay: .zero, machine: machine), socket)
    let whole = Array("<22>one\n".utf8)
    let actions = receivers.happened(.data(whole + Array("<22>tw".utf8)), socket, now: Self.start)
    #expect(actions == [.keep(whole, host: "syslog"), .confirm(lines: 1)])
    #expect(
      receivers.happened(.peerClosed, socket, now: Self.start)
        == [.close(note: nil), .keep(Array("<22>tw\n".utf8), host: "syslog"), .forget])
    #expect(receivers.connections.isEmpty)
  }

  // MARK: Disk

  private static func disk(fullFrom: Int64, until: Int64) -> VirtualDisk {
    var window = FaultWindow()
    window.from = .seconds(fullFrom)
    window.until = .seconds(until)
    var disk = VirtualDisk()
    disk.fills(during: window)
    return disk
  }

  @Test func fullDiskTakesNoLinesAndTheNextOnesRecover() {
    var disk = Self.disk(fullFrom: 10, until: 20)
    let storage = SubscriptionStorage(Fixtures.files(), keepsRecord: true)
    #expect(disk.opened(Self.subscription, storage) == nil)
    let append = LogFileAction.append([1], lines: 1)
    func perform(_ action: LogFileAction, at seconds: Int64) -> VirtualDisk.FileOutcome {
      disk.perform(action, Self.subscription, at: .seconds(seconds))
    }
    #expect(perform(append, at: 9) == .done(hasRecovered: false))
    #expect(perform(append, at: 10) == .failed(reason: "No space left on device"))
    #expect(perform(.create(name: "mail.@x.c"), at: 11) == .done(hasRecovered: false))
    #expect(perform(append, at: 20) == .done(hasRecovered: true))
    #expect(perform(append, at: 21) == .done(hasRecovered: false))
  }

  @Test func segmentThatAFullDiskCutIsNeverAppendedTo() {
    var disk = Self.disk(fullFrom: 10, until: 20)
    func append(_ segment: UInt32, at seconds: Int64) -> VirtualDisk.BufferOutcome {
      disk.perform(
        .append(segment: segment, [1], syncs: false), Self.subscription, at: .seconds(seconds))
    }
    let failed = VirtualDisk.BufferOutcome.failed(reason: "No space left on device")
    #expect(append(1, at: 9) == .written(afterFailure: false))
    #expect(append(1, at: 15) == failed)
    #expect(append(1, at: 25) == failed)
    #expect(append(2, at: 26) == .written(afterFailure: true))
    disk.bufferRecovered(Self.subscription)
    #expect(append(2, at: 27) == .written(afterFailure: false))
  }

  /// A push that has none for a while leaves the disk buffer for the next one of its name.
  @Test func diskBufferOutlastsAPushWithoutOne() {
    var disk = VirtualDisk()
    var push = SyslogPushSettings(host: Setting("192.0.2.9"), transport: Setting(.tcp))
    func storage(_ mode: DeliveryMode) -> SubscriptionStorage {
      push.delivery.mode = Setting(mode)
      let settings = LogSubscriptionSettings(
        name: Setting("Mail_Log"), type: Setting(.textMail), level: Setting(.information),
        retrieval: .syslogPush(push))
      return SubscriptionStorage(settings, keepsRecord: true)
    }
    let (first, second, third) = (SubscriptionID(1), SubscriptionID(2), SubscriptionID(3))
    #expect(disk.opened(first, storage(.buffered)) == nil)
    _ = disk.perform(.append(segment: 1, [1], syncs: false), first, at: .seconds(1))
    disk.closed(first)
    #expect(disk.opened(second, storage(.asAppliance)) == nil)
    disk.closed(second)
    #expect(disk.opened(third, storage(.buffered)) != nil)
  }
}
