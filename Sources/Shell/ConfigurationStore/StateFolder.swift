public import ApplianceConfiguration
internal import Foundation
internal import Glibc
public import Simulation

/// The configurations of one appliance in a folder: committed, uncommitted, and the last ten.
///
///     DIR/commits/000003.xml, 000003.json   each commit that is kept, with comment, user and time
///     DIR/committed.xml                     a link to the active one
///     DIR/uncommitted.xml                   what the next commit would make active, if there is any
///     DIR/lock                              held by the call that uses the folder
///
/// The one step that commits is the link's replacement: whatever ends the process, and whenever, the
/// folder is as it was before or as it is after. What an interrupted call leaves is cleared away by
/// the next one. Source: docs/CONFIG-LOADING.md.
public final class StateFolder {
  private static let committed = "committed.xml"
  private static let uncommitted = "uncommitted.xml"
  private static let commits = "commits"
  private static let lock = "lock"

  private let files: StateFiles
  private let lockDescriptor: CInt
  /// What the folder holds.
  public private(set) var history: ConfigurationHistory<[UInt8]>

  /// The folder's path, as it was given.
  public var path: String { self.files.folder }
  /// The file that an appliance runs by.
  public var committedPath: String { self.files.path(Self.committed) }
  /// The file that the next commit would make active; there is none without changes.
  public var uncommittedPath: String { self.files.path(Self.uncommitted) }

  /// What is told of a commit beside its content.
  private struct Record: Codable {
    var comment: String
    var secondsSinceEpoch: Int64
    var user: String
  }

  private init(
    _ files: StateFiles, lock: CInt, history: ConfigurationHistory<[UInt8]>
  ) {
    self.files = files
    self.lockDescriptor = lock
    self.history = history
  }

  deinit { close(self.lockDescriptor) }

  // MARK: Opening

  /// A new state in a folder that does not exist or is empty, with `content` as commit 1.
  public static func create(
    at path: String, content: [UInt8], comment: String, user: String, instant: SimInstant
  ) throws(StateFolderError) -> StateFolder {
    let files = StateFiles(folder: path)
    try files.create()
    let lock = try files.lock(self.lock)
    do throws(StateFolderError) {
      // An earlier call may have been ended before it committed.
      let names = Set(try files.names())
      guard names.isSubset(of: [self.lock, self.commits, self.committed + ".new"]) else {
        throw StateFolderError(
          path,
          names.contains(self.committed)
            ? "found a state, allowed: a new or an empty folder"
            : "found files in it, allowed: a new or an empty folder")
      }
      try files.createFolder(self.commits)
    } catch {
      close(lock)
      throw error
    }
    let history = ConfigurationHistory(content, comment: comment, user: user, at: instant)
    let state = StateFolder(files, lock: lock, history: history)
    try state.writeActive()
    return state
  }

  /// The state in a folder; waits while another call uses it.
  public static func open(_ path: String) throws(StateFolderError) -> StateFolder {
    let files = StateFiles(folder: path)
    guard files.exists(self.committed) else {
      throw StateFolderError(
        path, "found no state, allowed: a folder that 'appliance config init' made")
    }
    let lock = try files.lock(self.lock)
    do throws(StateFolderError) {
      let history = try self.read(files)
      return StateFolder(files, lock: lock, history: history)
    } catch {
      close(lock)
      throw error
    }
  }

  private static func read(
    _ files: StateFiles
  ) throws(StateFolderError) -> ConfigurationHistory<[UInt8]> {
    try files.requireFolder(self.commits)
    guard let target = files.target(of: self.committed), let number = self.number(of: target),
      self.name(number, "xml") == target
    else {
      throw StateFolderError(
        files.path(self.committed),
        "found no link to a commit, allowed: the link that 'appliance config commit' makes")
    }
    let active = try self.entry(number, files)
    var earlier: [ConfigurationHistory<[UInt8]>.Entry] = []
    for other in try self.numbers(files).reversed() where other < number {
      guard earlier.count < ConfigurationHistory<[UInt8]>.keptMax else { break }
      earlier.append(try self.entry(other, files))
    }
    let uncommitted =
      files.exists(self.uncommitted) ? try files.read(self.uncommitted) : nil
    return ConfigurationHistory(active: active, earlier: earlier, uncommitted: uncommitted)
  }

  private static func entry(
    _ number: Int, _ files: StateFiles
  ) throws(StateFolderError) -> ConfigurationHistory<[UInt8]>.Entry {
    let name = self.name(number, "json")
    let json = Data(try files.read(name))
    guard let record = try? JSONDecoder().decode(Record.self, from: json),
      (-9_000_000_000...9_000_000_000).contains(record.secondsSinceEpoch)
    else { throw StateFolderError(files.path(name), "found no record of a commit") }
    return .init(
      number: number, content: try files.read(self.name(number, "xml")), comment: record.comment,
      user: record.user, instant: SimInstant(secondsSinceEpoch: record.secondsSinceEpoch))
  }

  /// The commits with both of their files, rising.
  private static func numbers(_ files: StateFiles) throws(StateFolderError) -> [Int] {
    let names = Set(try files.names(in: self.commits))
    return names.compactMap { name in
      guard name.hasSuffix(".xml"), let number = self.number(of: "\(self.commits)/\(name)"),
        names.contains(name.dropLast(3) + "json")
      else { return nil }
      return number
    }.sorted()
  }

  private static func name(_ number: Int, _ suffix: String) -> String {
    let digits = String(number)
    let padding = String(repeating: "0", count: max(0, 6 - digits.count))
    return "\(self.commits)/\(padding)\(digits).\(suffix)"
  }

  private static func number(of name: String) -> Int? {
    let lead = self.commits + "/"
    guard name.hasPrefix(lead), name.hasSuffix(".xml") else { return nil }
    let digits = name.dropFirst(lead.count).dropLast(4)
    guard (6...9).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      return nil
    }
    return Int(digits)
  }

  // MARK: Changes

  /// Takes content that was validated as a whole; the committed one stays.
  public func load(_ content: [UInt8]) throws(StateFolderError) {
    self.history.load(content)
    try self.writeUncommitted()
  }

  /// Throws away what is not committed.
  public func clearChanges() throws(StateFolderError) {
    self.history.clearChanges()
    try self.writeUncommitted()
  }

  /// Makes what is not committed active.
  public func commit(
    comment: String, user: String, at instant: SimInstant
  ) throws(StateFolderError) -> ConfigurationHistory<[UInt8]>.CommitOutcome {
    let outcome = self.history.commit(comment: comment, user: user, at: instant)
    if case .committed = outcome { try self.writeActive() }
    return outcome
  }

  /// Loads the content of an earlier commit.
  public func rollback(
    to number: Int
  ) throws(StateFolderError) -> ConfigurationHistory<[UInt8]>.RollbackOutcome {
    let outcome = self.history.rollback(to: number)
    if case .loaded = outcome { try self.writeUncommitted() }
    return outcome
  }

  private func writeUncommitted() throws(StateFolderError) {
    if self.history.hasChanges {
      try self.files.replace(Self.uncommitted, by: self.history.uncommitted)
    } else {
      try self.files.remove(Self.uncommitted)
    }
  }

  private func writeActive() throws(StateFolderError) {
    let active = self.history.active
    let record = Record(
      comment: active.comment, secondsSinceEpoch: active.instant.wholeSeconds, user: active.user)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    guard let json = try? encoder.encode(record) else {
      throw StateFolderError(self.path, "cannot write the record of a commit")
    }
    try self.files.replace(Self.name(active.number, "xml"), by: active.content)
    try self.files.replace(Self.name(active.number, "json"), by: Array(json))
    try self.files.link(Self.committed, to: Self.name(active.number, "xml"))
    try self.files.remove(Self.uncommitted)
    try self.removeForgotten()
  }

  /// Commits that are not kept any more; the record goes first, as a commit is both of its files.
  private func removeForgotten() throws(StateFolderError) {
    let kept = Set([self.history.active.number] + self.history.earlier.map(\.number))
    for number in try Self.numbers(self.files) where !kept.contains(number) {
      try self.files.remove(Self.name(number, "json"))
      try self.files.remove(Self.name(number, "xml"))
    }
  }
}
