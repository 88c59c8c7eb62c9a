import LogDelivery
import Simulation
import Testing

@Suite struct FileTransferQueueTests {
  private static let start = SimInstant(secondsSinceEpoch: 1_435_215_003)

  @Test func oneAtATimeAndTheOldestFirst() {
    var queue = FileTransferQueue()
    #expect(queue.takeActions(now: Self.start) == [])
    queue.saved("a.s")
    queue.saved("b.s")
    queue.saved("a.s")
    #expect(queue.takeActions(now: Self.start) == [.send(name: "a.s")])
    #expect(queue.takeActions(now: Self.start) == [])
    #expect(
      queue.finished("a.s", failure: nil, now: Self.start) == .sent(name: "a.s", waiting: 1))
    #expect(
      queue.takeActions(now: Self.start) == [.delete(name: "a.s"), .send(name: "b.s")])
    #expect(queue.finished("a.s", failure: nil, now: Self.start) == .ignore)
    #expect(
      queue.finished("b.s", failure: nil, now: Self.start) == .sent(name: "b.s", waiting: 0))
    #expect(queue.takeActions(now: Self.start) == [.delete(name: "b.s")])
    #expect(queue.sentCount == 2)
  }

  @Test func waitsGrowAndARolloverEndsThem() {
    var queue = FileTransferQueue(
      backoff: ExponentialBackoff(initial: .seconds(10), maximum: .seconds(60)))
    queue.saved("a.s")
    var now = Self.start
    for wait in [10, 20, 40, 60, 60] as [Int64] {
      #expect(queue.takeActions(now: now) == [.send(name: "a.s")])
      let retryAt = now.advanced(by: .seconds(wait))
      #expect(
        queue.finished("a.s", failure: .refused, now: now) == .retry(name: "a.s", at: retryAt))
      #expect(queue.wakeAt == retryAt)
      #expect(queue.takeActions(now: retryAt.advanced(by: .milliseconds(-1))) == [])
      now = retryAt
    }
    #expect(queue.takeActions(now: now) == [.send(name: "a.s")])
    _ = queue.finished("a.s", failure: .timedOut, now: now)
    queue.saved("b.s")
    #expect(queue.takeActions(now: now) == [.send(name: "a.s")])
    #expect(queue.waitingCount == 2)
  }

  @Test func fileThatIsGoneIsForgotten() {
    var queue = FileTransferQueue()
    queue.saved("a.s")
    _ = queue.takeActions(now: Self.start)
    #expect(
      queue.finished("a.s", failure: .fileMissing, now: Self.start) == .forgotten(name: "a.s"))
    #expect(queue.takeActions(now: Self.start) == [])
    #expect(queue.sentCount == 0)
  }

  /// Whatever fails and however often: every file arrives once, in order, and is deleted once it
  /// has arrived and not before.
  @Test(arguments: 0..<40)
  func everyFileArrivesOnceAndInOrder(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "transfers")
    var queue = FileTransferQueue()
    var now = Self.start
    var sending: String?
    var arrived: [String] = []
    var deleted: [String] = []
    var saved: [String] = []
    for step in 0..<4000 where saved.count < 50 || arrived.count < 50 || deleted.count < 50 {
      now = now.advanced(by: .seconds(Int64(random.uniform(in: 0...100))))
      if saved.count < 50, random.uniform(in: 0...2) == 0 {
        saved.append("\(1000 + step).s")
        queue.saved(saved[saved.count - 1])
      }
      for action in queue.takeActions(now: now) {
        switch action {
        case .send(let name):
          #expect(sending == nil)
          sending = name
        case .delete(let name):
          #expect(arrived.contains(name))
          deleted.append(name)
        }
      }
      if let name = sending, random.uniform(in: 0...1) == 0 {
        sending = nil
        let fails = random.uniform(in: 0...2) == 0
        if !fails { arrived.append(name) }
        _ = queue.finished(name, failure: fails ? .interrupted : nil, now: now)
      }
      #expect(queue.waitingCount == saved.count - arrived.count)
    }
    #expect(arrived == saved)
    #expect(deleted == saved)
  }
}
