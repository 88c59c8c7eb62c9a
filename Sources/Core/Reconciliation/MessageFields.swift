/// Which members, columns or fields hold what, by their path: `event.original`.
struct MessageFields: Sendable {
  /// What a member holds.
  enum Role: Hashable, Sendable {
    /// The line; of several the one with the lowest rank is taken.
    case text(rank: Int)
    /// The line without its level.
    case textWithoutLevel
    case level
    case tag(rank: Int)
  }

  private struct Entry: Sendable {
    let path: [UInt8]
    let role: Role
  }

  /// By length of the path.
  private var entries: [[Entry]] = []
  private let wrappers = ReceivedForm.wrappers.map { Array($0.utf8) }

  /// Paths that hold more of a line than others, whichever form they are of.
  private static let wholeLines = [
    "_raw", "event.original", "rawmsg", "RAWMSG", "rawmsg-after-pri", "full_message", "log", "line",
    "Line",
  ]

  /// The fields of these forms, for records of one family.
  init(_ forms: [ReceivedForm], family: ReceivedForm.Family) {
    for form in forms where form.families.contains(family) {
      // Forms are in order, and within a form texts are.
      for text in form.texts {
        let rank = Self.wholeLines.firstIndex(of: text) ?? Self.wholeLines.count + self.count
        self.add(text, .text(rank: rank))
      }
      for tag in form.tags { self.add(tag, .tag(rank: self.count)) }
      guard let split = form.split else { continue }
      self.add(split.text, .textWithoutLevel)
      self.add(split.level, .level)
    }
  }

  private var count: Int { self.entries.reduce(0) { $0 + $1.count } }

  /// The first that is said of a path counts.
  private mutating func add(_ path: String, _ role: Role) {
    let bytes = Array(path.utf8)
    while self.entries.count <= bytes.count { self.entries.append([]) }
    guard !self.entries[bytes.count].contains(where: { $0.path == bytes }) else { return }
    self.entries[bytes.count].append(Entry(path: bytes, role: role))
  }

  /// What the member at `path` holds; `nil` for one that tells nothing.
  func role(of path: UnsafeRawBufferPointer) -> Role? {
    guard path.count < self.entries.count else { return nil }
    for entry in self.entries[path.count] where path.elementsEqual(entry.path) {
      return entry.role
    }
    return nil
  }

  /// Whether a member of that name only wraps the record.
  func isWrapper(_ name: UnsafeRawBufferPointer) -> Bool {
    self.wrappers.contains { $0.count == name.count && name.elementsEqual($0) }
  }
}
