/// The log's lines by place and by content: 8 bytes a line, 4 for its match, about 7 for the table,
/// and 4 more only where lines repeat.
struct LoggedLines {
  /// How a received line's stamp bears on the log's.
  enum StampUse: Hashable, Sendable {
    /// Collectors rewrite it: only level and text count.
    case ignored
    /// The log's stamp is the received one and so many seconds, modulo 65,536.
    case shifted(by: UInt16)
  }

  /// What became of looking a received line up.
  enum Lookup {
    /// A line that had not arrived yet.
    case arrived(Int)
    /// All lines like it arrived before; such as this one.
    case repeated(Int)
    case unknown
  }

  /// In `matches`: a line that nobody logged.
  private static let header = UInt32.max
  /// Twins that are looked at in search of the nearest; beyond, any will do.
  private static let twinsMax = 64
  /// How far behind its place a repeated line is looked for.
  private static let copiesReach = 4096

  private(set) var keys: [LineKey] = []
  /// The received record of each line and 1; 0 when none.
  private(set) var matches: [UInt32] = []
  private(set) var headerLines = 0
  /// Header lines and empty ones.
  private(set) var uncounted = 0
  private(set) var use = StampUse.ignored

  /// Places and 1, by hash; 0 is free.
  private var slots: [UInt32] = []
  private var slotShift: UInt64 = 64
  /// The next line with the same key and 1; empty when there are none.
  private var next: [UInt32] = []
  private var twins = BitArray(count: 0)
  /// All texts' hashes in order, once a text is looked for whose stamp is not known.
  private var contents: [UInt64] = []
  /// For the first of twins: whether some of them arrived.
  private var arrivedTwins = BitArray(count: 0)

  init(expected: Int) {
    self.keys.reserveCapacity(expected)
  }

  var count: Int { self.keys.count }

  mutating func append(_ line: ReadLine) {
    self.keys.append(line.key)
    // Header lines and empty ones are kept so that places are line numbers.
    let isHeader = line.isHeader
    if isHeader || line.body.isEmpty {
      if self.matches.isEmpty { self.matches.reserveCapacity(self.keys.capacity) }
      while self.matches.count < self.keys.count - 1 { self.matches.append(0) }
      self.matches.append(Self.header)
      self.uncounted += 1
      if isHeader { self.headerLines += 1 }
    }
  }

  /// Ends the log and builds the table.
  mutating func index(use: StampUse) {
    self.use = use
    while self.matches.count < self.count { self.matches.append(0) }
    self.twins = BitArray(count: self.count)
    self.arrivedTwins = BitArray(count: self.count)
    self.next = []
    var bits: UInt64 = 4
    while 1 << bits < self.count + self.count / 2 { bits += 1 }
    // The first table goes before the second one comes.
    self.slots = []
    self.slots = Array(repeating: 0, count: 1 << bits)
    self.slotShift = 64 - bits
    for place in stride(from: self.count - 1, through: 0, by: -1)
    where self.matches[place] != Self.header {
      self.insert(place)
    }
  }

  /// From the last to the first, so that twins are chained in order.
  private mutating func insert(_ place: Int) {
    let slot = self.slot(of: self.keys[place])
    let head = self.slots[slot]
    self.slots[slot] = UInt32(place + 1)
    guard head != 0 else { return }
    if self.next.isEmpty { self.next = Array(repeating: 0, count: self.count) }
    self.next[place] = head
    self.twins[place] = true
    self.twins[Int(head) - 1] = true
  }

  private func isSame(_ a: LineKey, _ b: LineKey) -> Bool {
    self.use == .ignored ? a.content == b.content : a == b
  }

  /// Where the key is, or would be.
  private func slot(of key: LineKey) -> Int {
    let hashed = self.use == .ignored ? key.content : key.bits
    var slot = Int(truncatingIfNeeded: (hashed &* 0x9E37_79B9_7F4A_7C15) >> self.slotShift)
    while true {
      let place = self.slots[slot]
      if place == 0 || self.isSame(self.keys[Int(place) - 1], key) { return slot }
      slot = (slot + 1) & (self.slots.count - 1)
    }
  }

  /// The first line with that key.
  func first(_ key: LineKey) -> Int? {
    let place = self.slots[self.slot(of: key)]
    return place == 0 ? nil : Int(place) - 1
  }

  func hasTwin(_ place: Int) -> Bool { self.twins[place] }

  func isHeader(_ place: Int) -> Bool { self.matches[place] == Self.header }

  func isMissing(_ place: Int) -> Bool { self.matches[place] == 0 }

  /// The received record of a line.
  func record(of place: Int) -> Int? {
    let match = self.matches[place]
    return match == 0 || match == Self.header ? nil : Int(match) - 1
  }

  /// A line that has twins, some of which arrived: which one is missing cannot be told.
  func isMissingAmong(_ place: Int) -> Bool {
    guard self.twins[place], let head = self.first(self.keys[place]) else { return false }
    return self.arrivedTwins[head]
  }

  mutating func match(_ place: Int, record: Int) {
    self.matches[place] = UInt32(truncatingIfNeeded: record + 1)
    guard self.twins[place], let head = self.first(self.keys[place]) else { return }
    self.arrivedTwins[head] = true
  }

  /// The first place from `place` on that is no header.
  func skippingHeaders(_ place: Int) -> Int {
    var place = place
    while place < self.count, self.matches[place] == Self.header { place += 1 }
    return place
  }

  /// Looks a received line up, which is expected at `expected`, and takes its place.
  mutating func look(_ key: LineKey, expected: Int) -> Lookup {
    let isNext = expected < self.count && self.matches[expected] == 0
    if isNext, self.isSame(self.keys[expected], key) { return .arrived(expected) }
    guard let head = self.first(key) else {
      // The right text at the right place: only its stamp is another.
      let isRestamped = isNext && self.keys[expected].content == key.content
      return isRestamped ? .arrived(expected) : .unknown
    }
    guard self.twins[head] else {
      return self.matches[head] == 0 ? .arrived(head) : .repeated(head)
    }
    return self.nearestTwin(from: head, expected: expected).map(Lookup.arrived) ?? .repeated(head)
  }

  /// The next line from `place` on with that text that has not arrived, whatever its stamp: lines
  /// that a collector wrote as one follow one another. None near: any with that text.
  mutating func nextCopy(_ key: LineKey, from place: Int) -> Int? {
    for near in place..<max(place, min(self.count, place + Self.copiesReach))
    where self.matches[near] == 0 && self.keys[near].content == key.content {
      return near
    }
    guard case .arrived(let found) = self.look(key, expected: place) else { return nil }
    return found
  }

  /// Whether a line has that text, whatever its stamp.
  mutating func holds(_ key: LineKey) -> Bool {
    guard self.use != .ignored else { return self.first(key) != nil }
    if self.contents.isEmpty {
      self.contents = self.keys.indices.filter { self.matches[$0] != Self.header }
        .map { self.keys[$0].content }
      self.contents.sort()
    }
    var low = 0
    var high = self.contents.count
    while low < high {
      let middle = (low + high) / 2
      if self.contents[middle] < key.content { low = middle + 1 } else { high = middle }
    }
    return low < self.contents.count && self.contents[low] == key.content
  }

  /// Of those that have not arrived, the first at `expected` or behind it; else the first.
  ///
  /// Those that arrived leave the chain, so that a walk does not meet them twice.
  private mutating func nearestTwin(from head: Int, expected: Int) -> Int? {
    var first: Int?
    var previous = head
    var place = head
    var seen = 0
    while true {
      let following = self.next[place]
      if self.matches[place] == 0 {
        if place >= expected { return place }
        first = first ?? place
        seen += 1
        if seen == Self.twinsMax { return first }
        previous = place
      } else if place != head {
        self.next[previous] = following
      }
      guard following != 0 else { return first }
      place = Int(following) - 1
    }
  }
}
