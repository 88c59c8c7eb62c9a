import Alerting
import ApplianceConfiguration
import ApplianceModel
import LogDelivery
import LogModel
import MailTransport
import Simulation
import TestKit
import Testing

/// An appliance whose sockets, mails and owner do what a seed says; each of its events is checked.
struct RandomWorld: ~Copyable {
  private struct Socket {
    let id: ConnectionID
    var isConnected = false
    var handed = 0
    var taken = 0
    var stream: [UInt8] = []
  }

  private struct Record {
    var files = 0
    var lineCount = 0
    var bytes: [UInt8] = []
    var lines: [Substring] { String(decoding: self.bytes, as: UTF8.self).split(separator: "\n") }
  }

  var appliance: Appliance
  private(set) var now = Fixtures.documentedInstant
  private var random: SeededGenerator
  private let names: [String]
  private var sockets: [SubscriptionID: Socket] = [:]
  private var endedStreams: [SubscriptionID: [[UInt8]]] = [:]
  private var oldIDs: [SubscriptionID: ConnectionID] = [:]
  private var records: [SubscriptionID: Record] = [:]
  private var mails: [AlertMail] = []
  private(set) var actionCount = 0

  init(seed: UInt64, subscriptions: [LogSubscriptionSettings], options: ApplianceOptions) {
    self.random = SeededGenerator(seed: seed)
    self.names = subscriptions.map(\.name.value)
    self.appliance = Appliance(
      configuration: Fixtures.configuration(subscriptions: subscriptions),
      zone: Fixtures.johannesburg, options: options, start: self.now)
    self.appliance.startWithFoldersOpen(now: self.now)
    self.runActions()
  }

  /// Anything that may happen.
  mutating func stepAtRandom() {
    let index = SubscriptionID(UInt32(self.random.uniform(below: UInt64(self.names.count))))
    switch self.random.uniform(below: 12) {
    case 0...3: self.goOn(by: Int64(self.random.uniform(below: 400)))
    case 4, 5: self.takeBytes(index, all: false)
    case 6: self.acknowledge(index, all: false)
    case 7: self.connect(index)
    case 8 where self.random.chance(permille: 150): self.fail(index)
    case 9: self.finishMail()
    case 10 where self.random.chance(permille: 300): self.holdOrResume()
    default: self.tellOldNews(index)
    }
    self.runActions()
    self.check()
  }

  /// Nothing fails any more: as the owner would, by `nextWake` alone.
  ///
  /// - Returns: whether the appliance finished.
  mutating func drain(stepsMax: Int) -> Bool {
    self.appliance.stopTraffic(now: self.now)
    var idleSteps = 0
    for _ in 0..<stepsMax {
      for number in self.names.indices {
        let index = SubscriptionID(UInt32(number))
        self.connect(index)
        self.takeBytes(index, all: true)
        self.acknowledge(index, all: true)
      }
      while let mail = self.mails.popLast() { self.finish(mail, accepted: true) }
      self.runActions()
      self.check()
      if self.appliance.isFinished { return true }
      let before = (self.actionCount, self.appliance.nextWake(now: self.now))
      if let wake = before.1 { self.now = max(self.now, wake) }
      self.appliance.advance(now: self.now)
      self.runActions()
      let after = (self.actionCount, self.appliance.nextWake(now: self.now))
      idleSteps = before == after ? idleSteps + 1 : 0
      #expect(idleSteps < 3, "the owner would run in circles")
    }
    return false
  }

  /// Each stream begins with header lines, and its lines stand in the record in the same order.
  mutating func checkStreams() {
    for (number, name) in self.names.enumerated() {
      let index = SubscriptionID(UInt32(number))
      var streams = self.endedStreams[index] ?? []
      if let socket = self.sockets[index] { streams.append(socket.stream) }
      let record = (self.records[index]?.lines ?? []).map { $0.dropFirst(25) }
      var position = record.startIndex
      for stream in streams where !stream.isEmpty {
        let lines = String(decoding: stream, as: UTF8.self).split(separator: "\n")
        let bodies = lines.map { line in
          line.firstRange(of: " \(name): ").map { line[$0.upperBound...] } ?? ""
        }
        #expect(bodies.first == "Info: Begin Logfile")
        for body in bodies.dropFirst(3) {
          guard let found = record[position...].firstIndex(of: body) else {
            Issue.record("\(name): not in the record, or out of order: \(body)")
            return
          }
          position = found + 1
        }
      }
    }
  }

  // MARK: What happens

  private mutating func goOn(by milliseconds: Int64) {
    self.now = self.now.advanced(by: .milliseconds(milliseconds))
    self.appliance.advance(now: self.now)
  }

  private mutating func connect(_ index: SubscriptionID) {
    guard let socket = self.sockets[index], !socket.isConnected else { return }
    self.sockets[index]?.isConnected = true
    self.appliance.connected(subscription: index, socket.id, now: self.now)
  }

  private mutating func takeBytes(_ index: SubscriptionID, all: Bool) {
    guard let socket = self.sockets[index], socket.isConnected else { return }
    let open = socket.handed - socket.taken
    let count = all ? open : Int(self.random.uniform(below: UInt64(open + 1)))
    self.sockets[index]?.taken += count
    self.appliance.bytesWritten(count, subscription: index, socket.id, now: self.now)
  }

  /// Of what was handed over, so that the news may be ahead of the socket's.
  private mutating func acknowledge(_ index: SubscriptionID, all: Bool) {
    guard let socket = self.sockets[index], socket.isConnected else { return }
    let count = all ? UInt64(socket.handed) : self.random.uniform(below: UInt64(socket.handed + 1))
    self.appliance.bytesAcknowledged(count, subscription: index, socket.id, now: self.now)
  }

  private mutating func fail(_ index: SubscriptionID) {
    guard let socket = self.sockets.removeValue(forKey: index) else { return }
    self.endedStreams[index, default: []].append(socket.stream)
    self.oldIDs[index] = socket.id
    let failure =
      socket.isConnected ? LinkFailure(.established, .reset) : LinkFailure(.connecting, .refused)
    self.appliance.connectionFailed(subscription: index, socket.id, failure, now: self.now)
  }

  private mutating func tellOldNews(_ index: SubscriptionID) {
    guard let id = self.oldIDs[index] else { return }
    self.appliance.bytesWritten(100, subscription: index, id, now: self.now)
    self.appliance.bytesAcknowledged(100, subscription: index, id, now: self.now)
    self.appliance.receiverRead(lines: 1, subscription: index, id)
    self.appliance.connectionFailed(
      subscription: index, id, LinkFailure(.established, .reset), now: self.now)
  }

  private mutating func finishMail() {
    guard let mail = self.mails.popLast() else { return }
    self.finish(mail, accepted: self.random.chance(permille: 400))
  }

  private mutating func finish(_ mail: AlertMail, accepted: Bool) {
    let fate: SMTPFate =
      if accepted, let reply = try? SMTPReply(code: 250, lines: ["Ok"]) {
        .accepted(reply)
      } else {
        .connectionProblem(.refused, at: .connect)
      }
    self.appliance.mailFinished(mail, fate: fate, now: self.now)
  }

  private mutating func holdOrResume() {
    if self.random.chance(permille: 500) {
      self.appliance.holdTraffic(now: self.now)
    } else {
      self.appliance.resumeTraffic(now: self.now)
    }
  }

  // MARK: What follows

  private mutating func runActions() {
    let actions = self.appliance.takeActions()
    self.actionCount += actions.count
    for action in actions {
      switch action {
      case .open, .close, .spool, .finish: break  // These pushes have no disk buffer.
      case .transfer: break
      case .file(let index, .create): self.records[index, default: Record()].files += 1
      case .file(let index, .append(let bytes, _)):
        self.records[index, default: Record()].bytes += bytes
        self.records[index]?.lineCount += bytes.withUnsafeBytes { Self.lineCount($0) }
      case .file, .report, .closeConnection: break
      case .connect(let index, let id, _):
        #expect(self.sockets[index] == nil)
        self.sockets[index] = Socket(id: id)
      case .write(let index, let id, let writes):
        #expect(self.sockets[index]?.id == id)
        for write in writes {
          self.sockets[index]?.handed += write.bytes.count
          self.sockets[index]?.stream += write.bytes
        }
      case .sendMail(let mail): self.mails.append(mail)
      }
    }
  }

  private static func lineCount(_ bytes: UnsafeRawBufferPointer) -> Int {
    var count = 0
    for byte in bytes where byte == 0x0A { count += 1 }
    return count
  }

  /// The identity of the ledger, and the record as its witness.
  private mutating func check() {
    for ledger in self.appliance.ledgers {
      #expect(ledger.totals.isBalanced)
      guard let place = self.names.firstIndex(of: ledger.subscription) else { continue }
      let index = SubscriptionID(UInt32(place))
      let lines = self.records[index]?.lineCount ?? 0
      let headers = 3 * (self.records[index]?.files ?? 0)
      #expect(ledger.totals.accepted == UInt64(lines - headers))
    }
  }
}
