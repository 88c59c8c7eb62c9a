import LogDelivery

/// A push as one array of lines with a fate each; slow, simple, and a judge of the ledger.
struct NaivePush {
  struct Counts: Hashable {
    var queued: UInt64 = 0
    var written: UInt64 = 0
    var acknowledged: UInt64 = 0
    var discarded: UInt64 = 0
    var refused: UInt64 = 0
    var unacknowledged: UInt64 = 0

    init() {}

    init(_ totals: LedgerTotals) {
      self.queued = totals.queued
      self.written = totals.written
      self.acknowledged = totals.acknowledged
      self.discarded = totals.lostQueueDiscarded
      self.refused = totals.lostQueueFull
      self.unacknowledged = totals.lostUnacknowledged
    }
  }

  private enum Fate {
    case waiting, handed, written, acknowledged, discarded, refused, unacknowledged
  }

  private struct Line {
    let bytes: Int
    let isHeader: Bool
    var fate = Fate.waiting
  }

  private let queueBytesMax: Int
  private var lines: [Line] = []
  /// Lines of the present stream, by index.
  private var stream: [Int] = []
  private var number: UInt32 = 1
  private(set) var connecting = true
  private var isConnected = false
  private(set) var writtenBytes = 0

  init(queueBytesMax: Int) {
    self.queueBytesMax = queueBytesMax
  }

  var id: ConnectionID { ConnectionID(self.number) }
  var isUnderWay: Bool { self.connecting || self.isConnected }

  var counts: Counts {
    var counts = Counts()
    for line in self.lines where !line.isHeader {
      switch line.fate {
      case .waiting, .handed: counts.queued += 1
      case .written: counts.written += 1
      case .acknowledged: counts.acknowledged += 1
      case .discarded: counts.discarded += 1
      case .refused: counts.refused += 1
      case .unacknowledged: counts.unacknowledged += 1
      }
    }
    return counts
  }

  /// The log is opened: header lines of the fixture's sizes.
  mutating func open(header count: Int) {
    self.stream = []
    self.writtenBytes = 0
    for bytes in [50, 53, 71].prefix(count) { self.enqueue(Line(bytes: bytes, isHeader: true)) }
  }

  mutating func add(bytes: Int) {
    self.enqueue(Line(bytes: bytes, isHeader: false))
  }

  private mutating func enqueue(_ line: Line) {
    var line = line
    let waiting = self.lines.filter { $0.fate == .waiting }.reduce(0) { $0 + $1.bytes }
    if waiting + line.bytes > self.queueBytesMax { line.fate = .refused }
    self.lines.append(line)
    if line.fate == .waiting { self.stream.append(self.lines.count - 1) }
  }

  mutating func connectStarts() {
    self.number += 1
    self.connecting = true
  }

  mutating func connected() {
    self.connecting = false
    self.isConnected = true
  }

  mutating func hand(_ count: Int) {
    for index in self.stream.filter({ self.lines[$0].fate == .waiting }).prefix(count) {
      self.lines[index].fate = .handed
    }
  }

  /// Bytes of the next `count` lines that the socket was handed.
  func handedBytes(upTo count: Int) -> Int {
    self.stream.filter { self.lines[$0].fate == .handed }.prefix(count)
      .reduce(0) { $0 + self.lines[$1].bytes }
  }

  mutating func wrote(_ bytes: Int) {
    guard self.isConnected else { return }
    self.writtenBytes += bytes
    self.settle(through: self.writtenBytes, from: .handed, to: .written)
  }

  mutating func acknowledge(_ bytes: Int) {
    guard self.isConnected else { return }
    self.settle(through: bytes, from: .written, to: .acknowledged)
  }

  private mutating func settle(through bytes: Int, from: Fate, to: Fate) {
    var end = 0
    for index in self.stream {
      end += self.lines[index].bytes
      if end <= bytes, self.lines[index].fate == from { self.lines[index].fate = to }
    }
  }

  mutating func fail() {
    self.connecting = false
    self.isConnected = false
    for index in self.lines.indices {
      switch self.lines[index].fate {
      case .waiting, .handed: self.lines[index].fate = .discarded
      case .written: self.lines[index].fate = .unacknowledged
      case .acknowledged, .discarded, .refused, .unacknowledged: break
      }
    }
  }
}
