import ApplianceConfiguration
import LogDelivery
import LogFormats
import LogModel
import Simulation

/// An appliance's push with its disk, the network between, and a receiver that stores lines.
struct DurableWorld: ~Copyable {
  static let zone = ZoneTransitions(name: "x", initialOffsetSeconds: 0)

  let mode: DeliveryMode
  let bufferBytes: Int
  let overflow: BufferOverflow
  let closeConfirms: Bool
  var push: SyslogPush
  var disk = MemorySpool()
  /// Whether the disk takes nothing now, and the segments behind whose ends something is missing.
  var isDiskFull = false
  private var brokenSegments: Set<UInt32> = []
  private var isFailing = false
  /// Whether answers of the disk wait, and those that do.
  var holdsReadings = false
  private var heldReadings: [[UInt8]?] = []
  var now = SimInstant(secondsSinceEpoch: 1_435_215_003)
  /// The receiver's buffer; what of it is free is the window.
  var receiveBufferBytes = 80_000
  /// The connection whose sending direction the push has closed, and whether the peer answers that.
  private var finished: ConnectionID?
  var answersFIN = true
  /// Whether it answers it by `shutdown`, with whatever it has not read.
  var closesUnread = false
  /// After how many bytes read of a connection the receiver resets it; `nil` for never.
  var resetsAfterBytes: Int?
  private var readBytes = 0
  /// Whether the push is told of windows and acknowledgements by `sample` alone.
  var isSampled = false
  var connection: ConnectionID?
  var pending: ConnectionID?
  /// Bytes that the socket was handed and the peer's kernel has not taken.
  var wire: [UInt8] = []
  /// Bytes that the peer's kernel acknowledged and the application has not read.
  var kernel: [UInt8] = []
  var acknowledged: UInt64 = 0
  var partial: [UInt8] = []
  var stored: [Substring] = []
  var nextLine = 0
  /// What the last death cost the ledger.
  var unknownAfterDeath: UInt64 = 0

  init(
    _ mode: DeliveryMode, bufferBytes: Int = 1 << 30, overflow: BufferOverflow = .dropNewest,
    closeConfirms: Bool = false
  ) {
    self.mode = mode
    self.closeConfirms = closeConfirms
    self.bufferBytes = bufferBytes
    self.overflow = overflow
    self.push = Self.makePush(mode, bufferBytes, overflow, closeConfirms)
    self.start()
  }

  private static func makePush(
    _ mode: DeliveryMode, _ bufferBytes: Int, _ overflow: BufferOverflow, _ closeConfirms: Bool
  ) -> SyslogPush {
    var limits = PushLimits()
    limits.spoolMemoryBytes = 20_000
    limits.unwrittenBytesMax = 30_000
    var delivery = DeliverySettings(
      mode: Setting(mode), bufferBytesMax: Setting(bufferBytes), overflow: Setting(overflow))
    delivery.closeConfirms = Setting(closeConfirms)
    return SyslogPush(
      tag: "Mail_Log",
      settings: SyslogPushSettings(
        host: Setting("h"), transport: Setting(.tcp), delivery: delivery),
      header: HeaderLines(version: "V", serialNumber: "S"), limits: limits)
  }

  mutating func start() {
    if case .connect(let id) = self.push.start(now: self.now, zone: Self.zone) {
      self.pending = id
    }
    self.settle()
  }

  /// The process dies; what it wrote to the disk stays, but for a torn end.
  mutating func kill(tearing torn: Int) {
    if torn > 0, let last = self.disk.segments.keys.max(), let bytes = self.disk.segments[last] {
      // Half a record more than was written whole.
      self.disk.segments[last] = bytes + Array(bytes.prefix(torn))
    }
    // The kernel of the dead process sends what it has.
    self.deliverWire(self.wire.count)
    self.read(self.kernel.count)
    self.partial = []
    self.push = Self.makePush(
      self.mode, self.bufferBytes, self.overflow, self.closeConfirms)
    for segment in self.disk.segments.keys.sorted() {
      self.push.backlog.recover(segment: segment, self.disk.segments[segment] ?? [])
    }
    self.unknownAfterDeath = self.push.backlog.endRecovery(mark: self.disk.mark)
    self.connection = nil
    self.wire = []
    self.kernel = []
    self.start()
  }

  mutating func log(_ count: Int, length: Int = 60) {
    var batch = RenderedBatch()
    for _ in 0..<count {
      let text = "line \(self.nextLine) " + String(repeating: "x", count: length)
      batch.append(
        second: self.now.wholeSeconds, level: .information, type: .textMail, text: text)
      self.nextLine += 1
    }
    self.push.append(batch, type: .textMail, level: .information, zone: Self.zone)
    self.settle()
  }

  mutating func connect() {
    guard let id = self.pending else { return }
    self.pending = nil
    self.connection = id
    self.acknowledged = 0
    self.readBytes = 0
    self.finished = nil
    _ = self.push.connected(id, now: self.now)
    let window = self.window
    if self.isSampled { self.sample() } else { self.push.connection?.windowSeen(window, on: id) }
    self.settle()
  }

  private var window: Int { self.receiveBufferBytes - self.kernel.count }

  /// The push looks at its socket.
  mutating func sample() {
    guard let connection else { return }
    let (window, acknowledged) = (self.window, self.acknowledged)
    self.push.connection?.windowSampled(window, acknowledged: acknowledged, on: connection)
    self.push.bytesAcknowledged(self.acknowledged, on: connection, now: self.now)
    self.settle()
  }

  /// The receiver has read all, and its kernel gives it a larger buffer.
  mutating func growBuffer(to bytes: Int) {
    guard self.kernel.isEmpty else { return }
    self.receiveBufferBytes = max(self.receiveBufferBytes, bytes)
  }

  /// The peer's kernel takes bytes, as far as its window goes, and acknowledges them.
  mutating func deliverWire(_ count: Int) {
    let taken = min(count, self.wire.count, self.window)
    self.kernel += self.wire.prefix(taken)
    self.wire.removeFirst(taken)
    self.acknowledged += UInt64(taken)
    if let connection, !self.isSampled {
      self.push.bytesAcknowledged(self.acknowledged, on: connection, now: self.now)
    }
    self.settle()
  }

  /// The receiver's application reads, and stores whole lines.
  mutating func read(_ count: Int) {
    let bytesMax = self.resetsAfterBytes.map { $0 - self.readBytes } ?? .max
    let taken = min(count, self.kernel.count, bytesMax)
    self.readBytes += taken
    defer {
      if taken == bytesMax { self.reset() } else { self.answerFIN() }
    }
    self.partial += self.kernel.prefix(taken)
    self.kernel.removeFirst(taken)
    guard let end = self.partial.lastIndex(of: 0x0A) else { return }
    self.stored += String(decoding: self.partial[...end], as: UTF8.self).split(separator: "\n")
    self.partial.removeFirst(end + 1)
  }

  /// A reset: what the kernels hold is lost, on both sides.
  mutating func reset() {
    self.end(.reset)
  }

  private mutating func end(_ cause: LinkFailure.Cause) {
    guard let id = self.connection else { return }
    if self.isSampled { self.sample() }
    self.connection = nil
    self.wire = []
    self.kernel = []
    self.partial = []
    guard
      case .reopen(let retryAt) = self.push.failed(
        id, LinkFailure(.established, cause), now: self.now)
    else { return }
    self.push.reopen(now: self.now, zone: Self.zone)
    self.now = retryAt
    if case .connect(let id) = self.push.timeReached(self.now) { self.pending = id }
    self.settle()
  }

  /// The receiver has read all, sees the FIN and closes.
  private mutating func answerFIN() {
    guard self.answersFIN, let id = self.finished, id == self.connection,
      self.kernel.isEmpty || self.closesUnread, self.wire.isEmpty
    else { return }
    self.connection = nil
    self.finished = nil
    self.partial = []
    self.kernel = []
    _ = self.push.failed(id, LinkFailure(.established, .endOfFile), now: self.now)
    self.settle()
  }

  /// The receiver has read what its kernel has, and closes before the push does.
  mutating func closeFirst() {
    self.readAnsweringNothing()
    self.end(.endOfFile)
  }

  /// The receiver shuts its direction down, and may read on; whether the push waits for that.
  mutating func shutDownFirst() -> Bool {
    self.connection.map { self.push.peerClosed($0, now: self.now) } ?? false
  }

  /// The end of a connection whose receiver shut down first, if it has come.
  mutating func endBehindPeer() {
    guard self.push.takeEndBehindPeer(now: self.now) != nil else { return }
    self.connection = nil
    self.partial = []
    self.settle()
  }

  /// The receiver's application reads all, and says nothing to a FIN.
  mutating func readAnsweringNothing() {
    let answers = self.answersFIN
    self.answersFIN = false
    self.read(.max)
    self.answersFIN = answers
  }

  mutating func settle() {
    for _ in 0..<100 {
      let actions = self.push.backlog.takeSpoolActions()
      for action in actions {
        guard self.takes(action) else { continue }
        let bytes = self.disk.perform(action)
        if case .read = action {
          if self.holdsReadings {
            self.heldReadings.append(bytes)
          } else {
            self.push.backlog.spoolRead(bytes)
          }
        }
        if self.isFailing, case .over = self.push.spoolWritten(action) { self.isFailing = false }
      }
      var writes: [PushWrite] = []
      self.push.takeWrites(into: &writes, now: self.now)
      if let connection {
        for write in writes {
          self.wire += write.bytes
          self.push.bytesWritten(write.bytes.count, on: connection, now: self.now)
        }
      }
      if let id = self.push.takeHalfClose(now: self.now) { self.finished = id }
      if case .connect(let id) = self.push.timeReached(self.now) { self.pending = id }
      if actions.isEmpty, writes.isEmpty { return }
    }
  }

  /// What the owner of a real disk does with an action that fails.
  private mutating func takes(_ action: SpoolAction) -> Bool {
    switch action {
    case .append(let segment, _, _):
      if self.isDiskFull { self.brokenSegments.insert(segment) }
      guard self.brokenSegments.contains(segment) else { return true }
    case .mark:
      guard self.isDiskFull else { return true }
    case .read, .remove, .truncate: return true
    }
    self.isFailing = true
    _ = self.push.backlog.spoolFailed(action, now: self.now)
    return false
  }

  /// The answers that waited come, in order.
  mutating func releaseReadings() {
    self.holdsReadings = false
    let answers = self.heldReadings
    self.heldReadings = []
    for bytes in answers { self.push.backlog.spoolRead(bytes) }
    self.settle()
  }

  /// No more lines will come.
  mutating func expectNoMore() {
    self.push.expectNoMore()
    self.settle()
  }

  /// Whether the push waits for the peer's FIN.
  var hasFinished: Bool { self.finished != nil && self.finished == self.connection }

  /// The time for the peer's FIN goes by.
  mutating func waitForFIN() {
    self.now = self.push.wakeAt ?? self.now
    if self.push.takeUnanswered(now: self.now) != nil {
      self.connection = nil
      self.wire = []
      self.read(self.kernel.count)
      self.kernel = []
      self.partial = []
    }
    self.settle()
  }

  /// Time goes by, and the disk is tried again.
  mutating func wait(seconds: Int64) {
    self.now = self.now.advanced(by: .seconds(seconds))
    if case .connect(let id) = self.push.timeReached(self.now) { self.pending = id }
    self.settle()
  }

  mutating func drain() {
    for _ in 0..<10_000 {
      if self.connection == nil { self.connect() }
      self.deliverWire(1 << 20)
      self.read(1 << 20)
      if self.isSampled { self.sample() }
      if self.push.isDrained { return }
    }
  }

  /// The numbers of the lines that the receiver stored, in order.
  var storedNumbers: [Int] {
    self.stored.compactMap { line in
      line.firstRange(of: "line ").flatMap {
        Int(line[$0.upperBound...].prefix { $0.isNumber })
      }
    }
  }
}
