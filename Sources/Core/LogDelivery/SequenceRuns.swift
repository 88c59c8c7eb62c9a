internal import DequeModule

/// Which sequence number each line of a stream has: runs without gaps.
///
/// A gap is where a line was refused or dropped. Lines are counted from 0 in the order in which
/// they were queued since the log was opened, header lines left out.
struct SequenceRuns: Sendable {
  private struct Run {
    let line: UInt64
    let sequence: UInt64
  }

  private var runs = Deque<Run>()
  /// How many lines there are.
  private(set) var count: UInt64 = 0
  /// Where a stream without lines stands.
  private var start: UInt64 = 0

  /// The stream begins anew, with `sequence` next.
  mutating func restart(at sequence: UInt64) {
    self.runs.removeAll(keepingCapacity: true)
    self.count = 0
    self.start = sequence
  }

  /// Lines with these numbers were queued behind the others.
  mutating func append(_ first: UInt64, count: UInt64) {
    if count == 0 { return }
    if self.runs.last.map({ $0.sequence + (self.count - $0.line) != first }) ?? true {
      self.runs.append(Run(line: self.count, sequence: first))
    }
    self.count += count
  }

  /// The last `count` lines were taken back from the queue.
  mutating func truncate(to count: UInt64) {
    while let last = self.runs.last, last.line >= count { self.runs.removeLast() }
    self.count = count
  }

  /// The first `lines` are done with; those behind them are counted from 0.
  mutating func removeFirst(_ lines: UInt64) {
    let rest = self.ranges(lines..<self.count)
    self.restart(at: self.end(ofFirst: lines))
    for range in rest { self.append(range.lowerBound, count: UInt64(range.count)) }
  }

  /// The number behind that of the last of the first `lines` lines.
  func end(ofFirst lines: UInt64) -> UInt64 {
    guard lines > 0 else { return self.start }
    let run = self.runs[self.index(of: lines - 1)]
    return run.sequence + (lines - run.line)
  }

  /// How many of the lines have a number below `sequence`.
  func count(before sequence: UInt64) -> UInt64 {
    let low = partitionPoint(below: self.runs.count) { self.runs[$0].sequence < sequence }
    guard low > 0 else { return 0 }
    let run = self.runs[low - 1]
    let end = low < self.runs.count ? self.runs[low].line : self.count
    return min(run.line + (sequence - run.sequence), end)
  }

  /// The numbers of some lines, as ranges in order.
  func ranges(_ lines: Range<UInt64>) -> [Range<UInt64>] {
    guard !lines.isEmpty else { return [] }
    var found: [Range<UInt64>] = []
    var index = self.index(of: lines.lowerBound)
    var line = lines.lowerBound
    while line < lines.upperBound {
      let run = self.runs[index]
      let end = index + 1 < self.runs.count ? self.runs[index + 1].line : self.count
      let last = min(end, lines.upperBound)
      found.append((run.sequence + line - run.line)..<(run.sequence + last - run.line))
      line = last
      index += 1
    }
    return found
  }

  private func index(of line: UInt64) -> Int {
    partitionPoint(below: self.runs.count) { self.runs[$0].line <= line } - 1
  }
}
