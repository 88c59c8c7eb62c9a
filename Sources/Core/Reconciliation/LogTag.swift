/// What is known of the tag under which a log's lines arrive: its subscription's name, unless a
/// collector changed it.
public enum LogTag: Hashable, Sendable {
  /// Nothing is known, or only a folder's name that may be another.
  case unknown(hint: String?)
  /// The subscription's name, and those of other logs.
  case named(String, others: [String])
  /// What the lines of the log have, as somebody says who knows.
  case given(String)
}

/// On what ground lines with a tag are taken for the log's.
public enum TagBasis: String, Hashable, Sendable {
  /// It is the log's name, or what somebody said who knows.
  case name
  /// It is the log's name in small letters, and no tag there has a capital letter.
  case smallLetters = "small-letters"
  /// Nothing but the lines themselves: another log with the same texts would be taken for it.
  case lines
}

/// How many lines a tag has.
public struct TagCount: Hashable, Sendable {
  /// The tag.
  public let tag: String
  /// Lines with it.
  public let lines: Int

  /// A tag with so many lines.
  public init(tag: String, lines: Int) {
    self.tag = tag
    self.lines = lines
  }
}

/// Lines by tag: of the first tags, and of all others together.
struct TagTable {
  private struct Entry {
    let tag: [UInt8]
    var lines = 0
    var hits = 0
    /// Lines that begin with a level, as an appliance's do.
    var levels = 0

    var name: String { String(decoding: self.tag, as: UTF8.self) }
  }

  private static let tagsMax = 64

  private var entries: [Entry] = []
  /// The entry of the last line: the next one is likely to have it too.
  private var last = 0
  /// Lines of tags beyond the first ones.
  private(set) var others = 0

  var isEmpty: Bool { self.entries.isEmpty }

  /// The tags with the most lines first.
  var counts: [TagCount] {
    self.entries.map { TagCount(tag: $0.name, lines: $0.lines) }
      .sorted { ($1.lines, $0.tag) < ($0.lines, $1.tag) }
  }

  mutating func add(_ tag: UnsafeRawBufferPointer, lines: Int = 1) {
    guard let index = self.index(of: tag) else {
      self.others += lines
      return
    }
    self.last = index
    self.entries[index].lines += lines
  }

  /// One more line of a tag.
  mutating func addSample(_ index: Int, isHit: Bool, hasLevel: Bool) {
    self.entries[index].lines += 1
    if isHit { self.entries[index].hits += 1 }
    if hasLevel { self.entries[index].levels += 1 }
  }

  /// Whether a tag is `name`.
  func isTag(_ index: Int, _ name: [UInt8]) -> Bool { self.entries[index].tag.isTag(name) }

  /// The number of a tag; `nil` beyond the first ones.
  mutating func index(of tag: UnsafeRawBufferPointer) -> Int? {
    if self.last < self.entries.count, tag.isEqual(to: self.entries[self.last].tag) {
      return self.last
    }
    if let found = self.entries.firstIndex(where: { tag.isEqual(to: $0.tag) }) { return found }
    guard self.entries.count < Self.tagsMax else { return nil }
    self.entries.append(Entry(tag: Array(tag)))
    return self.entries.count - 1
  }

  /// Which tag is the log's, by these samples.
  ///
  /// A log whose lines another one's are too, such as that of a second subscription of the same
  /// type, cannot be told from it: then nothing is said.
  /// - Returns: `nil` where no line has a tag.
  func choice(_ tag: LogTag) throws(RefusedForm) -> (tag: [UInt8], basis: TagBasis)? {
    switch tag {
    case .given(let name): return (Array(name.utf8), .name)
    case .named(let name, let others):
      let bytes = Array(name.utf8)
      guard !self.entries.contains(where: { $0.tag.isTag(bytes) }) else { return (bytes, .name) }
      let found = self.entries.filter { !others.contains($0.name) }
      // Some collectors write small letters, and then all tags so.
      if let small = found.first(where: { $0.name == name.lowercased() }),
        self.entries.allSatisfy({ $0.name == $0.name.lowercased() })
      {
        return (small.tag, .smallLetters)
      }
      let likely = found.filter { $0.hits > 0 || $0.levels * 2 > $0.lines }
      guard likely.isEmpty else {
        throw RefusedForm.otherTag(name: name, found: Self.names(likely))
      }
      return (bytes, .name)
    case .unknown(let hint):
      if let bytes = hint.map({ Array($0.utf8) }),
        self.entries.contains(where: { $0.tag.isTag(bytes) })
      {
        return (bytes, .name)
      }
      // Alerts and errors are in every log: a tag with few of the log's lines is another's. Where
      // lines are cut there are few too.
      let tests: [(Entry) -> Bool] = [
        { $0.hits * 2 >= max($0.lines, 1) }, { $0.hits > 0 }, { $0.levels * 2 > $0.lines },
      ]
      let likely = tests.lazy.map { self.entries.filter($0) }.first { !$0.isEmpty } ?? []
      guard likely.count <= 1 else { throw RefusedForm.severalTags(Self.names(likely)) }
      return likely.first.map { ($0.tag, .lines) }
    }
  }

  /// Those with the most of the log's lines first.
  private static func names(_ entries: [Entry]) -> [String] {
    entries.sorted { $0.hits > $1.hits }.map(\.name)
  }
}

extension [UInt8] {
  /// Tags are cut by some collectors, to 32 characters or more (RFC 3164 section 4.1.3).
  fileprivate func isTag(_ name: [UInt8]) -> Bool {
    self.withUnsafeBytes { $0.isTag(name) }
  }
}

extension UnsafeRawBufferPointer {
  private static var cutTagMin: Int { 32 }

  /// Whether this is the tag `name`, or its beginning where a collector cuts tags.
  func isTag(_ name: [UInt8]) -> Bool {
    if self.isEqual(to: name) { return true }
    return self.count >= Self.cutTagMin && self.count < name.count
      && name.withUnsafeBytes { $0.commonPrefix(self) } == self.count
  }

  @inline(__always)
  func isEqual(to bytes: [UInt8]) -> Bool {
    guard self.count == bytes.count else { return false }
    for offset in 0..<self.count where self[offset] != bytes[offset] { return false }
    return true
  }
}
