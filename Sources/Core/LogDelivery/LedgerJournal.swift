internal import ApplianceConfiguration
internal import LogFormats
internal import Text

/// How far the log files of a subscription have come.
public struct LogPosition: Hashable, Sendable {
  /// The file's name without `.c` or `.s`.
  public var base: String
  /// How many of its bytes are behind us.
  public var bytes: UInt64

  /// A place in a file.
  public init(base: String, bytes: UInt64) {
    self.base = base
    self.bytes = bytes
  }
}

/// The ledger of a push without disk buffer, as it is kept beside the log files: what the next run
/// with the same output folder goes on from.
///
/// Little endian words with a checksum behind them. Source: docs/DELIVERY.md, "The journal".
public struct LedgerJournal: Hashable, Sendable {
  private static let magic: UInt64 = 0x3130_4C4E_524A_4C31
  private static let counts = 16

  /// The counts as they stood.
  public var totals: LedgerTotals
  /// The lines in the log files up to here are in the counts; `nil` without files.
  public var position: LogPosition?

  /// A ledger that stands so.
  public init(_ totals: LedgerTotals, position: LogPosition?) {
    self.totals = totals
    self.position = position
  }

  /// The file's bytes.
  public var bytes: [UInt8] {
    let totals = self.totals
    let name = Array((self.position?.base ?? "").utf8)
    let words = [
      Self.magic, totals.filtered, totals.accepted, totals.queued, totals.written,
      totals.acknowledged, totals.received, totals.lostQueueDiscarded, totals.lostQueueFull,
      totals.lostUnacknowledged, totals.lostBufferDropped, totals.lostBufferUnwritable,
      totals.resent, totals.knownDuplicates, totals.cut, totals.unknown,
      self.position?.bytes ?? 0, UInt64(name.count),
    ]
    var bytes: [UInt8] = []
    for word in words { bytes.append(littleEndian: word) }
    bytes += name
    let sum = bytes.withUnsafeBytes { Checksum.of($0) }
    bytes.append(littleEndian: UInt64(sum))
    return bytes
  }

  /// - Returns: `nil` for what is no whole journal.
  public init?(_ bytes: [UInt8]) {
    let head = 8 * (Self.counts + 2)
    guard bytes.count >= head + 8 else { return nil }
    let words = bytes.withUnsafeBytes { LittleEndian.words64($0, count: Self.counts + 2) }
    let end = bytes.count - 8
    let sum = bytes.withUnsafeBytes { Checksum.of(UnsafeRawBufferPointer(rebasing: $0[..<end])) }
    let stated = bytes.withUnsafeBytes { LittleEndian.word64($0, at: end) }
    guard words[0] == Self.magic, stated == UInt64(sum),
      words[Self.counts + 1] == UInt64(end - head)
    else { return nil }
    self.totals = LedgerTotals(
      logged: words[1] &+ words[2], filtered: words[1], accepted: words[2], queued: words[3],
      written: words[4], acknowledged: words[5], received: words[6],
      lostQueueDiscarded: words[7], lostQueueFull: words[8], lostUnacknowledged: words[9],
      lostBufferDropped: words[10], resent: words[12], knownDuplicates: words[13],
      cut: words[14], lostBufferUnwritable: words[11], unknown: words[15])
    let name = String(decoding: bytes[head..<end], as: UTF8.self)
    self.position = name.isEmpty ? nil : LogPosition(base: name, bytes: words[Self.counts])
  }
}

/// The journal of one subscription.
extension LogSubscription {
  /// Where its ledger and its files stand, once all actions are carried out; `nil` for a
  /// subscription whose disk buffer keeps the counts, and for one without push.
  public var journal: LedgerJournal? {
    guard let totals = self.readPush({ $0.journalledTotals }) ?? nil else { return nil }
    switch self.files {
    case .some(let files): return LedgerJournal(totals, position: files.position)
    case .none: return LedgerJournal(totals, position: nil)
    }
  }

  /// The same for a subscription whose disk buffer keeps the counts: only how many lines are in the
  /// files up to where is asked of it. `nil` without a disk buffer or without files.
  public var loggedMark: LedgerJournal? {
    guard let totals = self.readPush({ $0.bufferedTotals }) ?? nil else { return nil }
    switch self.files {
    case .some(let files): return LedgerJournal(totals, position: files.position)
    case .none: return nil
    }
  }

  /// How many lines each of its files begins with that are no logged ones.
  public var headerLinesOfFiles: Int {
    switch self.files {
    case .some(let files): files.headerLineCount
    case .none: 0
    }
  }
}

extension SyslogPush {
  var journalledTotals: LedgerTotals? {
    self.backlog.disk == nil ? self.backlog.ledger.totals : nil
  }
  var bufferedTotals: LedgerTotals? { self.backlog.disk == nil ? nil : self.backlog.ledger.totals }

  /// Goes on from where an earlier run stood, before `start`; nothing where a disk buffer tells it.
  ///
  /// - Parameter unjournalled: lines that the log files hold behind the journal's position.
  public mutating func resume(_ journal: LedgerJournal, unjournalled: UInt64) {
    let isDatagram = self.settingsBox.settings.transport.value == .udp
    self.backlog.resume(journal.totals, isDatagram: isDatagram, unjournalled: unjournalled)
  }
}

extension LogFileWriter {
  /// Behind what is in the files, once all actions are carried out; `nil` before the first file.
  var position: LogPosition? {
    if let base = self.currentBase {
      return LogPosition(base: base, bytes: UInt64(self.currentBytes))
    }
    return self.savedNames.last.map { LogPosition(base: String($0.dropLast(2)), bytes: .max) }
  }

  /// How many lines each file begins with that are no logged ones.
  var headerLineCount: Int { self.header?.texts(offsetSeconds: 0).count ?? 0 }
}
