internal import ApplianceConfiguration
internal import LogDelivery
internal import LogModel

/// What is known of subscriptions that a commit ended: their ledgers, and what another one of their
/// name goes on from.
struct EndedSubscriptions: Sendable {
  private var records: [SubscriptionRecord] = []
  /// Late news is of one of these.
  private var names: [SubscriptionID: String] = [:]
  /// How many lines are in no file of theirs, by name.
  private(set) var linesNotKept: [String: UInt64] = [:]

  /// Their ledgers, but for those that another one of the name goes on with.
  var ledgers: [SubscriptionLedger] { self.records.compactMap(\.ledger) }

  /// A subscription ended with so many lines in no file.
  mutating func add(_ record: SubscriptionRecord, _ id: SubscriptionID, linesNotKept: UInt64) {
    self.records.append(record)
    self.names[id] = record.name
    if linesNotKept > 0 { self.linesNotKept[record.name, default: 0] += linesNotKept }
  }

  /// What one that begins goes on from; `nil` where none of its name and kind ended.
  ///
  /// What became of lines in another delivery mode is kept as another ledger, and stays as it is
  /// while the log is in files alone.
  mutating func take(_ settings: LogSubscriptionSettings) -> SubscriptionRecord? {
    let isPush = if case .syslogPush = settings.retrieval { true } else { false }
    return self.records.lastIndex {
      $0.name == settings.name.value && $0.hasDiskBuffer == settings.hasDiskBuffer
        && ($0.ledger != nil) == isPush
    }
    .map { self.records.remove(at: $0) }
  }

  /// The saved files of all of a name, whose folder is one.
  func files(named name: String) -> [String] {
    self.records.filter { $0.name == name }.flatMap(\.files)
  }

  /// Another one of the name has these files from now on.
  mutating func forget(files: [String], named name: String) {
    for index in self.records.indices where self.records[index].name == name {
      self.records[index].files.removeAll { files.contains($0) }
    }
  }

  /// An action on the files of one could not be carried out: its lines are in none.
  mutating func failed(_ action: LogFileAction, _ id: SubscriptionID) {
    guard case .append(_, let lines) = action, let name = self.names[id] else { return }
    self.linesNotKept[name, default: 0] += UInt64(lines)
  }
}
