/// What the line before the present one was.
enum PreviousLine {
  case none
  /// A header line, or one that is not counted.
  case uncounted
  /// A line of another log.
  case ofOtherLog
  case line(key: LineKey, record: Int)
}

extension Reconciler {
  /// What a record is, without its bytes.
  private enum Kind {
    case empty, withoutText, header
    case line(LineKey, isKnown: Bool, hasTag: Bool)
    case ofOtherLog([UInt8])
    case repeated(Int, LineKey?, hasTag: Bool, ofOtherLog: [UInt8]?)
  }

  /// Copies of one unknown line that a collector may have written as one: more, or more than the
  /// log has lines, are counted and not looked for.
  private static let copiesMax = 100_000

  /// - Returns: whether it was counted; a whole line may turn out to be two.
  mutating func take(
    _ line: UnsafeRawBufferPointer, isGlued: Bool, isWhole: Bool
  ) -> Bool {
    let kind = self.kind(of: line)
    if let found = self.reader.refusal { self.refuse(found, line: self.nextLine(isGlued)) }
    switch kind {
    case .empty, .withoutText:
      self.findings.skipped += 1
      self.records.append(.uncounted, isGlued: isGlued)
    case .header:
      if isWhole, LineHeader.secondLine(in: line) != nil { return false }
      self.census.addKnown()
      self.findings.receivedHeaderLines += 1
      self.records.append(.uncounted, isGlued: isGlued)
      self.previous = .uncounted
    case .line(let key, let isKnown, let hasTag):
      return self.look(
        key, line: line, isKnown: isKnown, hasTag: hasTag, isGlued: isGlued, isWhole: isWhole)
    case .ofOtherLog(let tag):
      if isWhole, LineHeader.secondLine(in: line) != nil { return false }
      self.refuseHidden(line, isGlued: isGlued)
      self.census.addKnown()
      self.addOfOtherLog(tag, lines: 1, isGlued: isGlued)
    case .repeated(let count, let key, let hasTag, let tag):
      self.census.addKnown()
      var tag = tag
      if !hasTag, case .ofOtherLog = self.previous { tag = self.previousTag }
      self.addCopies(count, key, ofOtherLog: tag, isGlued: isGlued)
    }
    if case .withoutText = kind, let words = self.reader.withoutText {
      self.census.addWithoutText(words, line: self.nextLine(isGlued) - 1)
    }
    return true
  }

  /// The number, from 1, of the line whose record comes next.
  private func nextLine(_ isGlued: Bool) -> Int {
    guard self.records.count > 0 else { return 1 }
    return self.records.line(of: self.records.count - 1).line + (isGlued ? 1 : 2)
  }

  private mutating func kind(of line: UnsafeRawBufferPointer) -> Kind {
    let wanted = self.wantedTag
    return self.reader.read(line) { read in
      guard let read else { return .withoutText }
      guard !line.isEmpty else { return .empty }
      let other = read.tag.flatMap { tag in
        wanted.flatMap { tag.isTag($0) ? nil : Array(tag) }
      }
      if RepeatedLine.begins(read.body), let copies = RepeatedLine(read.body) {
        let key = copies.text.map { LineKey(body: $0, stamp: read.stamp ?? 0) }
        return .repeated(copies.count, key, hasTag: read.tag != nil, ofOtherLog: other)
      }
      // Of another log too: nobody logged it.
      guard !read.isHeader else { return .header }
      if let other { return .ofOtherLog(other) }
      return .line(read.key, isKnown: read.isKnown, hasTag: read.tag != nil)
    }
  }

  private func shifted(_ key: LineKey) -> LineKey {
    switch self.logged.use {
    case .ignored: key
    case .shifted(let seconds): key.shifted(by: seconds)
    }
  }

  private mutating func look(
    _ key: LineKey, line: UnsafeRawBufferPointer, isKnown: Bool, hasTag: Bool, isGlued: Bool,
    isWhole: Bool
  ) -> Bool {
    self.expected = self.logged.skippingHeaders(self.expected)
    var lookup = self.logged.look(self.shifted(key), expected: self.expected)
    if case .unknown = lookup {
      if isWhole, LineHeader.secondLine(in: line) != nil { return false }
      if let found = self.lookAgain(line, isGlued: isGlued) {
        lookup = found
        self.findings.unescaped += 1
      }
    }
    if !hasTag { self.findings.untagged += 1 }
    if isKnown {
      self.census.addKnown()
    } else if case .unknown = lookup {
      self.census.addUnknown(line, line: self.nextLine(isGlued))
    } else {
      self.census.addKnown()
    }
    switch lookup {
    case .arrived(let place):
      self.arrive(at: place, isGlued: isGlued)
      if self.wantedTag == nil, hasTag { self.noteMatchedTag(of: line) }
    case .repeated(let place):
      self.records.append(.duplicated, isGlued: isGlued)
      self.addDuplicate(of: place, lines: 1)
    case .unknown:
      self.refuseHidden(line, isGlued: isGlued)
      self.refuseCommonEnd(of: line, isGlued: isGlued)
      self.records.append(.leftover, isGlued: isGlued)
      self.records.leave(place: self.expected)
    }
    self.previous = .line(key: key, record: self.records.count - 1)
    return true
  }

  private mutating func arrive(at place: Int, isGlued: Bool) {
    self.census.commonEnd.lineArrived()
    self.logged.match(place, record: self.records.count)
    self.records.append(.matched, isGlued: isGlued)
    self.records.settle(place: place)
    self.expected = place + 1
  }

  /// A line like no logged one: with a collector's escapes undone it may be one; behind a header
  /// that is not known, it must not be counted.
  private mutating func lookAgain(
    _ line: UnsafeRawBufferPointer, isGlued: Bool
  ) -> LoggedLines.Lookup? {
    let (decoded, inner, header) = self.reader.read(line) {
      read -> (LineKey?, LineKey?, String) in
      guard let read else { return (nil, nil, "") }
      let decoded = EscapedText.decoded(read.body).map { bytes in
        bytes.withUnsafeBytes { LineKey(body: $0.trimmed, stamp: read.stamp ?? 0) }
      }
      guard let level = ReadLine.level(in: read.body) else { return (decoded, nil, "") }
      return (
        decoded, LineKey(body: read.body.from(level), stamp: 0),
        FormCensus.printable(read.body.upTo(level))
      )
    }
    if let decoded {
      switch self.logged.look(self.shifted(decoded), expected: self.expected) {
      case .unknown: break
      case let found: return found
      }
    }
    if self.format != .plain, let inner, self.logged.holds(inner) {
      self.refuse(.unknownHeader(found: header), line: self.nextLine(isGlued))
    }
    return nil
  }

  /// What was read as another line is one of the log where its tag ends with the level:
  /// `CEF:0|...|msg=Info: text`. Counted as another one, it would be missing.
  private mutating func refuseHidden(_ line: UnsafeRawBufferPointer, isGlued: Bool) {
    guard self.format != .plain else { return }
    let hidden = self.reader.read(line) { read -> (text: [UInt8], header: String)? in
      guard let read, let tag = read.tag, !ReadLine.beginsWithLevel(read.body),
        let start = ReadLine.levelEnding(tag)
      else { return nil }
      return (
        Array(tag.from(start)) + [0x3A, 0x20] + Array(read.body),
        FormCensus.printable(tag.upTo(start))
      )
    }
    guard let hidden else { return }
    let isLogged = hidden.text.withUnsafeBytes { text in
      // A quotation mark or a bracket may close what the header opened.
      (0...2).contains { cut in
        text.count > cut && self.logged.holds(LineKey(body: text.upTo(text.count - cut), stamp: 0))
      }
    }
    if isLogged {
      self.refuse(.unknownHeader(found: hidden.header), line: self.nextLine(isGlued))
    }
  }

  /// Where no line arrived whole, and lines one after the other are the log's but for the same end,
  /// that end is a form's that is not known.
  private mutating func refuseCommonEnd(of line: UnsafeRawBufferPointer, isGlued: Bool) {
    guard self.format != .plain, !self.census.commonEnd.isOver else { return }
    let body = self.reader.read(line) { $0.map { Array($0.body) } ?? [] }
    var commonEnd = self.census.commonEnd
    let cut = commonEnd.length(with: body) { self.logged.holds($0) }
    self.census.commonEnd = commonEnd
    guard let cut else { return }
    let end = body.withUnsafeBytes { FormCensus.printable($0.from($0.count - cut)) }
    self.refuse(.unknownEnd(found: end), line: self.nextLine(isGlued))
  }

  private mutating func noteMatchedTag(of line: UnsafeRawBufferPointer) {
    let tag = self.reader.read(line) { $0?.tag.map { Array($0) } }
    tag?.withUnsafeBytes { self.matchedTags.add($0) }
  }

  private mutating func addDuplicate(of place: Int, lines: Int) {
    let line = self.records.line(of: self.records.count - 1).line
    let isAmbiguous = self.logged.hasTwin(place)
    self.findings.duplicated += lines
    if isAmbiguous { self.findings.ambiguous += lines }
    self.duplicates.add(
      ReconciliationSpan(
        kind: .duplicated, lines: lines, logged: place + 1...place + 1,
        received: line + 1...line + 1, isAmbiguous: isAmbiguous))
  }

  private mutating func addOfOtherLog(_ tag: [UInt8], lines: Int, isGlued: Bool) {
    self.records.append(.foreign, isGlued: isGlued)
    self.addForeign(lines: lines, record: self.records.count - 1)
    tag.withUnsafeBytes { self.otherTags.add($0, lines: lines) }
    self.previous = .ofOtherLog
    self.previousTag = tag
  }

  private mutating func addForeign(lines: Int, record: Int) {
    let line = self.records.line(of: record).line + 1
    self.findings.foreign += lines
    self.ofOtherTags.add(
      ReconciliationSpan(kind: .foreign, lines: lines, logged: nil, received: line...line))
  }

  /// More lines like one that came before, which the collector wrote as one.
  ///
  /// - Parameter key: of the text; `nil` where it is that of the line before.
  private mutating func addCopies(
    _ count: Int, _ key: LineKey?, ofOtherLog tag: [UInt8]?, isGlued: Bool
  ) {
    self.findings.repeated += count
    if let tag {
      return self.addOfOtherLog(tag, lines: count, isGlued: isGlued)
    }
    switch (key, self.previous) {
    case (let key?, _): self.takeCopies(count, key, of: nil, isGlued)
    case (nil, .line(let key, let record)): self.takeCopies(count, key, of: record, isGlued)
    case (nil, .uncounted):
      self.findings.receivedHeaderLines += count
      self.records.append(.uncounted, isGlued: isGlued)
    case (nil, .none), (nil, .ofOtherLog):
      self.records.append(.foreign, isGlued: isGlued)
      self.addForeign(lines: count, record: self.records.count - 1)
    }
  }

  /// - Parameter source: the record whose text the copies have, where their line has none.
  private mutating func takeCopies(
    _ count: Int, _ key: LineKey, of source: Int?, _ isGlued: Bool
  ) {
    var taken = 0
    while taken < count {
      self.expected = self.logged.skippingHeaders(self.expected)
      guard let place = self.logged.nextCopy(self.shifted(key), from: self.expected) else { break }
      self.arrive(at: place, isGlued: isGlued || taken > 0)
      taken += 1
    }
    let rest = count - taken
    guard rest > 0 else {
      if taken == 0 { self.records.append(.uncounted, isGlued: isGlued) }
      return
    }
    if self.logged.holds(key) {
      if taken == 0 { self.records.append(.duplicated, isGlued: isGlued) }
      return self.addDuplicate(of: max(self.expected - 1, 0), lines: rest)
    }
    // Copies of a line that is cut or altered: each may be one that is missing.
    // There are no more of those than logged lines, however many lines say that they are repeated.
    let most = min(Self.copiesMax, max(1, self.logged.count - self.copiesExamined))
    let examined = min(rest, most)
    self.copiesExamined += examined
    for number in 0..<examined {
      self.records.append(.leftover, isGlued: isGlued || number > 0)
      self.records.leave(place: self.expected)
      if let source { self.records.noteRepeat(of: source) }
    }
    if examined < rest {
      self.addForeign(lines: rest - examined, record: self.records.count - 1)
    }
  }
}
