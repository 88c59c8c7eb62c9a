public import Simulation

/// What an appliance runs by, what is changed and not yet committed, and what it ran by before.
///
/// Loading changes the uncommitted content only; a commit makes it active. The content may be a
/// typed configuration or the bytes of its file.
/// Source: docs/FIDELITY.md, "Commit and rollback".
public struct ConfigurationHistory<Content: Hashable & Sendable>: Sendable {
  /// One committed configuration.
  public struct Entry: Hashable, Sendable {
    /// 1 for the first, one more with each commit.
    public let number: Int
    /// What was committed.
    public let content: Content
    /// What the administrator said of it; empty when nothing.
    public let comment: String
    /// Who committed it.
    public let user: String
    /// When.
    public let instant: SimInstant

    /// A commit, as a store has it.
    public init(
      number: Int, content: Content, comment: String, user: String, instant: SimInstant
    ) {
      self.number = number
      self.content = content
      self.comment = comment
      self.user = user
      self.instant = instant
    }
  }

  /// What a commit did.
  public enum CommitOutcome: Hashable, Sendable {
    case committed(number: Int)
    /// The content is the active one already.
    case nothingToCommit
  }

  /// What a rollback did.
  public enum RollbackOutcome: Hashable, Sendable {
    /// The content of that commit is uncommitted now.
    case loaded(number: Int)
    /// There is no such commit, or it is too long ago.
    case notKept(allowed: [Int])
  }

  /// How many commits before the active one are kept.
  public static var keptMax: Int { 10 }

  /// The active configuration.
  public private(set) var active: Entry
  /// What was active before, the latest first; at most `keptMax`.
  public private(set) var earlier: [Entry] = []
  /// What the next commit would make active.
  public private(set) var uncommitted: Content

  /// A history that begins with `content`, committed as number 1.
  public init(_ content: Content, comment: String = "", user: String = "", at instant: SimInstant) {
    self.active = Entry(
      number: 1, content: content, comment: comment, user: user, instant: instant)
    self.uncommitted = content
  }

  /// A history as a store has it.
  ///
  /// - Parameters:
  ///   - earlier: the latest first; those beyond `keptMax` are forgotten.
  ///   - uncommitted: `nil` when nothing is.
  public init(active: Entry, earlier: [Entry], uncommitted: Content?) {
    self.active = active
    self.earlier = Array(earlier.prefix(Self.keptMax))
    self.uncommitted = uncommitted ?? active.content
  }

  /// Whether there is something to commit.
  public var hasChanges: Bool { self.uncommitted != self.active.content }

  /// Takes content that was validated as a whole; the active configuration stays.
  public mutating func load(_ content: Content) {
    self.uncommitted = content
  }

  /// Throws away what is not committed.
  public mutating func clearChanges() {
    self.uncommitted = self.active.content
  }

  /// Makes the uncommitted content active.
  public mutating func commit(
    comment: String, user: String, at instant: SimInstant
  ) -> CommitOutcome {
    guard self.hasChanges else { return .nothingToCommit }
    self.earlier.insert(self.active, at: 0)
    if self.earlier.count > Self.keptMax { self.earlier.removeLast() }
    self.active = Entry(
      number: self.active.number + 1, content: self.uncommitted, comment: comment, user: user,
      instant: instant)
    return .committed(number: self.active.number)
  }

  /// Loads the content of an earlier commit; it becomes active with the next commit.
  public mutating func rollback(to number: Int) -> RollbackOutcome {
    guard let entry = self.earlier.first(where: { $0.number == number }) else {
      return .notKept(allowed: self.earlier.map(\.number))
    }
    self.uncommitted = entry.content
    return .loaded(number: number)
  }
}
