internal import Text

/// How a file differs from another, or from there being none.
public struct FileDifference: Hashable, Sendable {
  /// What became of the file.
  public enum Status: String, Hashable, Sendable, CaseIterable {
    case same, changed, added, removed
    /// One of the two cannot be read, so that nothing is known.
    case unreadable
  }

  /// The file's name, from the folder on.
  public let name: String
  /// What became of it.
  public let status: Status
  /// What the two say differently; none unless `status` is `changed`.
  public let changes: [ConfigurationChange]

  /// A file that is only on one side, the same, or cannot be read.
  public init(_ name: String, _ status: Status) {
    self.name = name
    self.status = status
    self.changes = []
  }

  /// A file that is on both sides.
  public init(_ name: String, changes: [ConfigurationChange]) {
    self.name = name
    self.status = changes.isEmpty ? .same : .changed
    self.changes = changes
  }
}

extension [FileDifference] {
  /// Such as `4 files: 1 added, 1 removed, 1 changed (3 changes), 1 same`.
  public var summary: String {
    var counts: [FileDifference.Status: Int] = [:]
    var changes = 0
    for file in self {
      counts[file.status, default: 0] += 1
      changes += file.changes.count
    }
    let parts = [FileDifference.Status.added, .removed, .changed, .same, .unreadable]
      .compactMap { status in
        counts[status].map { count in
          let words = status == .unreadable ? "not read" : status.rawValue
          let further =
            status == .changed ? " (\(Plural.counted(changes, "change")))" : ""
          return "\(count) \(words)\(further)"
        }
      }
    let files = Plural.counted(self.count, "file")
    return parts.isEmpty ? files : files + ": " + parts.joined(separator: ", ")
  }
}
