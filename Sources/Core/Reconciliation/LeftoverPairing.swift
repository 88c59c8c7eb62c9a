/// Finds for received lines without a match what they were, and ends the comparison.
struct LeftoverPairing: ~Copyable {
  /// Logged lines without a match that are compared with one received line: behind the place
  /// where it is expected, and before. Fewer where so many lines are unlike any that it would take
  /// minutes.
  private static let near = (forward: 64, backward: 32)
  private static let nearest = (forward: 12, backward: 6)
  private static let leftoversMax = 200_000
  /// How far away they may lie.
  private static let reach = 4096
  /// A beginning this short says nothing away from its place.
  private static let beginningMin = 16

  var logged: LoggedLines
  var records: ReceivedRecords
  var findings: ReconciliationFindings
  let spansMax: Int
  private let duplicates: SpanList
  private let ofOtherTags: SpanList
  private var reader: LeftoverReader
  private var missing = BitArray(count: 0)
  private var copies: SpanList
  private var cut: SpanList
  private var altered: SpanList
  private var foreign: SpanList
  private var bodies = LoggedBodies()
  private var text: [UInt8] = []
  private var candidates: [Int] = []
  private let reachLines: (forward: Int, backward: Int)
  private var groups: [LoggedGroup]
  /// For the groups alone: places of the cut and altered lines.
  private var cutPlaces: BitArray
  private var alteredPlaces: BitArray

  init(
    logged: LoggedLines, records: ReceivedRecords, reader: consuming LeftoverReader,
    spansMax: Int, findings: ReconciliationFindings, duplicates: SpanList, ofOtherTags: SpanList,
    groups: [LoggedGroup]
  ) {
    self.groups = groups
    self.cutPlaces = BitArray(count: groups.isEmpty ? 0 : logged.count)
    self.alteredPlaces = BitArray(count: groups.isEmpty ? 0 : logged.count)
    self.logged = logged
    self.records = records
    self.findings = findings
    self.duplicates = duplicates
    self.ofOtherTags = ofOtherTags
    self.spansMax = spansMax
    self.reachLines =
      records.leftovers.count > Self.leftoversMax ? Self.nearest : Self.near
    self.reader = reader
    self.copies = SpanList(max: spansMax)
    self.cut = SpanList(max: spansMax)
    self.altered = SpanList(max: spansMax)
    self.foreign = SpanList(max: spansMax)
  }

  /// Pairs each leftover with the most likely logged line, in order.
  mutating func run(logged source: inout some LineSource, received: inout some LineSource) {
    guard !self.records.leftovers.isEmpty else { return }
    self.missing = BitArray(count: self.logged.count)
    for place in 0..<self.logged.count where self.logged.isMissing(place) {
      self.missing[place] = true
    }
    for index in self.records.leftovers.indices {
      let leftover = self.records.leftovers[index]
      self.text = self.reader.text(
        of: Int(leftover.record), records: self.records, from: &received)
      self.gatherCandidates(of: leftover)
      if !self.pair(leftover, source: &source) { self.giveUp(leftover, source: &source) }
    }
  }

  /// Logged lines without a match: from the expected one on, before the next that arrived, and
  /// before the expected one.
  private mutating func gatherCandidates(of leftover: ReceivedRecords.Leftover) {
    self.candidates.removeAll(keepingCapacity: true)
    let place = Int(leftover.place)
    let next = leftover.next == UInt32.max ? self.logged.count : Int(leftover.next)
    var start = place
    let end = next > place ? min(next, place + Self.reach) : place + Self.reach
    while self.candidates.count < self.reachLines.forward,
      let found = self.missing.first(in: start..<max(start, end))
    {
      self.candidates.append(found)
      start = found + 1
    }
    self.gatherBefore(next)
    self.gatherBefore(place)
  }

  private mutating func gatherBefore(_ place: Int) {
    var end = place
    let lowest = max(0, place - Self.reach)
    for _ in 0..<self.reachLines.backward {
      guard lowest < end, let found = self.missing.last(in: lowest..<end) else { return }
      if !self.candidates.contains(found) { self.candidates.append(found) }
      end = found
    }
  }

  /// - Returns: whether a logged line was found for it.
  private mutating func pair(
    _ leftover: ReceivedRecords.Leftover, source: inout some LineSource
  ) -> Bool {
    let expected = self.logged.skippingHeaders(Int(leftover.place))
    var beginning: Int?
    var beginnings = 0
    var nearest: (place: Int, distance: Int)?
    for place in self.candidates {
      let isSamePlace = place == expected || place + 1 == Int(leftover.next)
      switch self.likeness(to: place, isSamePlace: isSamePlace, source: &source) {
      case .same:
        self.match(leftover, place)
        return true
      case .beginning:
        guard isSamePlace || self.text.count >= Self.beginningMin else { continue }
        beginning = beginning ?? place
        beginnings += 1
      case .altered(let distance):
        if distance < nearest?.distance ?? Int.max { nearest = (place, distance) }
      case .none: break
      }
    }
    if let beginning {
      self.addCut(leftover, beginning, isAmbiguous: beginnings > 1)
      return true
    }
    guard let nearest else { return false }
    self.addAltered(leftover, nearest.place)
    return true
  }

  private mutating func likeness(
    to place: Int, isSamePlace: Bool, source: inout some LineSource
  ) -> Likeness {
    let text = self.text
    return self.bodies.withBody(of: place, source: &source) { body in
      text.withUnsafeBytes { Likeness(received: $0, logged: body, isSamePlace: isSamePlace) }
    }
  }

  private mutating func match(_ leftover: ReceivedRecords.Leftover, _ place: Int) {
    self.missing[place] = false
    self.logged.match(place, record: Int(leftover.record))
    self.records.set(.matched, record: Int(leftover.record))
  }

  private mutating func addCut(
    _ leftover: ReceivedRecords.Leftover, _ place: Int, isAmbiguous: Bool
  ) {
    self.match(leftover, place)
    self.findings.cut += 1
    if !self.groups.isEmpty { self.cutPlaces[place] = true }
    if isAmbiguous { self.findings.ambiguous += 1 }
    self.findings.cutLengths.add(self.text.count)
    self.cut.add(self.span(.cut, leftover, place: place, isAmbiguous: isAmbiguous))
  }

  private mutating func addAltered(_ leftover: ReceivedRecords.Leftover, _ place: Int) {
    self.match(leftover, place)
    self.findings.altered += 1
    if !self.groups.isEmpty { self.alteredPlaces[place] = true }
    self.altered.add(self.span(.altered, leftover, place: place))
  }

  /// No logged line was found for it: a copy of a neighbour that arrived, or nobody's line.
  private mutating func giveUp(
    _ leftover: ReceivedRecords.Leftover, source: inout some LineSource
  ) {
    let place = self.logged.skippingHeaders(Int(leftover.place))
    for neighbour in [place, place + 1, place - 1]
    where (0..<self.logged.count).contains(neighbour) && !self.logged.isHeader(neighbour) {
      let likeness = self.likeness(to: neighbour, isSamePlace: false, source: &source)
      guard likeness == .same || likeness == .beginning,
        neighbour == place || self.text.count >= Self.beginningMin
      else { continue }
      self.records.set(.duplicated, record: Int(leftover.record))
      self.findings.duplicated += 1
      self.copies.add(self.span(.duplicated, leftover, place: neighbour))
      return
    }
    self.records.set(.foreign, record: Int(leftover.record))
    self.findings.foreign += 1
    self.foreign.add(self.span(.foreign, leftover, place: nil))
  }

  private func span(
    _ kind: ReconciliationSpan.Kind, _ leftover: ReceivedRecords.Leftover, place: Int?,
    isAmbiguous: Bool = false
  ) -> ReconciliationSpan {
    let line = self.records.line(of: Int(leftover.record)).line + 1
    return ReconciliationSpan(
      kind: kind, lines: 1, logged: place.map { $0 + 1...$0 + 1 }, received: line...line,
      loggedBytes: place.flatMap { self.bodies.count(of: $0) },
      receivedBytes: kind == .foreign ? nil : self.text.count, isAmbiguous: isAmbiguous)
  }

  /// The findings, once all leftovers are paired.
  consuming func finish() -> ReconciliationFindings {
    var findings = self.findings
    findings.bytesReadAgain = self.reader.bytesRead
    findings.loggedHeaderLines = self.logged.headerLines
    findings.logged = self.logged.count - self.logged.uncounted
    let missing = self.missingSpans(&findings)
    findings.groups = self.groups
    self.logged.count(&findings.groups, cut: self.cutPlaces, altered: self.alteredPlaces)
    let order = LineOrder(logged: self.logged, records: self.records)
    findings.reordered = order.moved
    findings.matched = findings.logged - findings.missing - findings.cut - findings.altered
    findings.received =
      findings.matched + findings.cut + findings.altered + findings.duplicated + findings.foreign
    let moved = order.spans(max: self.spansMax)
    for list in [
      missing.closed(), self.cut.closed(), self.altered.closed(),
      SpanList.merged(self.duplicates, self.copies.closed()), moved.closed(),
      SpanList.merged(self.ofOtherTags, self.foreign.closed()),
    ] {
      findings.spans += list.spans
      findings.spansOmitted += list.omitted
    }
    return findings
  }

  /// Header lines between two missing ones do not part them.
  private func missingSpans(_ findings: inout ReconciliationFindings) -> SpanList {
    var list = SpanList(max: self.spansMax)
    var before: Int?
    var isContinued = false
    for place in 0..<self.logged.count {
      if let record = self.logged.record(of: place) {
        before = record
        isContinued = false
      } else if !self.logged.isHeader(place) {
        let isAmbiguous = self.logged.isMissingAmong(place)
        findings.missing += 1
        if isAmbiguous { findings.ambiguous += 1 }
        list.add(
          ReconciliationSpan(
            kind: .missing, lines: 1, logged: place + 1...place + 1,
            received: before.map { self.records.line(of: $0).line + 1 }.map { $0...$0 },
            isAmbiguous: isAmbiguous), isContinued: isContinued)
        isContinued = true
      }
    }
    return list
  }
}
