/// How far the received lines are from the log's order: the fewest lines to move.
///
/// Those that stay are a heaviest sequence of runs, lines that lie together on both sides, whose
/// places and records both rise.
struct LineOrder {
  /// Beyond, lines are only counted.
  private static let runsMax = 1_000_000

  /// Lines that follow one another in the log and, among those with a match, at the collector.
  private struct Run {
    let first: UInt32
    var last: UInt32
    let firstRecord: UInt32
    var lastRecord: UInt32
    var lines: UInt32
  }

  /// Lines out of order.
  let moved: Int
  private let movedRuns: [Run]
  private let records: ReceivedRecords
  private let isListed: Bool

  init(logged: LoggedLines, records: ReceivedRecords) {
    self.records = records
    guard let runs = Self.runs(logged, records) else {
      self.moved = Self.countMoved(logged)
      self.movedRuns = []
      self.isListed = false
      return
    }
    self.isListed = true
    self.movedRuns = Self.runsToMove(runs)
    self.moved = self.movedRuns.reduce(0) { $0 + Int($1.lines) }
  }

  /// Where the lines out of order are.
  func spans(max: Int) -> SpanList {
    var list = SpanList(max: self.isListed ? max : 0)
    for run in self.movedRuns {
      let records = [run.firstRecord, run.lastRecord].map { self.records.line(of: Int($0)).line }
      list.add(
        ReconciliationSpan(
          kind: .reordered, lines: Int(run.lines), logged: Int(run.first) + 1...Int(run.last) + 1,
          received: records[0] + 1...records[1] + 1))
    }
    return list
  }

  /// `nil` when there are too many.
  private static func runs(_ logged: LoggedLines, _ records: ReceivedRecords) -> [Run]? {
    var runs: [Run] = []
    var open: Run?
    for place in 0..<logged.count {
      guard let record = logged.record(of: place) else { continue }
      let (place, found) = (UInt32(place), UInt32(record))
      if var run = open, found > run.lastRecord,
        !records.hasMatch(in: Int(run.lastRecord) + 1..<record)
      {
        run.last = place
        run.lastRecord = found
        run.lines += 1
        open = run
        continue
      }
      if let open { runs.append(open) }
      guard runs.count < self.runsMax else { return nil }
      open = Run(first: place, last: place, firstRecord: found, lastRecord: found, lines: 1)
    }
    if let open { runs.append(open) }
    return runs
  }

  /// The runs outside a heaviest rising sequence.
  private static func runsToMove(_ runs: [Run]) -> [Run] {
    guard runs.count > 1 else { return [] }
    let byRecord = runs.indices.sorted { runs[$0].firstRecord < runs[$1].firstRecord }
    var ranks = Array(repeating: 0, count: runs.count)
    for (rank, index) in byRecord.enumerated() { ranks[index] = rank }
    // The heaviest sequence that ends with each run, and the best of those of the first ranks (a
    // Fenwick tree).
    var weights = Array(repeating: 0, count: runs.count)
    var previous = Array(repeating: -1, count: runs.count)
    var tree = Array(repeating: -1, count: runs.count + 1)
    for index in runs.indices {
      var best = -1
      var node = ranks[index]
      while node > 0 {
        let candidate = tree[node]
        if candidate >= 0, best < 0 || weights[candidate] > weights[best] { best = candidate }
        node &= node - 1
      }
      previous[index] = best
      weights[index] = Int(runs[index].lines) + (best < 0 ? 0 : weights[best])
      node = ranks[index] + 1
      while node <= runs.count {
        if tree[node] < 0 || weights[tree[node]] < weights[index] { tree[node] = index }
        node += node & -node
      }
    }
    var stays = Array(repeating: false, count: runs.count)
    var index = runs.indices.max { weights[$0] < weights[$1] } ?? -1
    while index >= 0 {
      stays[index] = true
      index = previous[index]
    }
    return runs.indices.filter { !stays[$0] }.map { runs[$0] }
  }

  /// The same figure from single lines, by the lowest end of a rising sequence of each length.
  private static func countMoved(_ logged: LoggedLines) -> Int {
    var ends: [UInt32] = []
    var total = 0
    for place in 0..<logged.count {
      guard let record = logged.record(of: place) else { continue }
      total += 1
      let value = UInt32(record)
      if value > ends.last ?? 0 || ends.isEmpty {
        ends.append(value)
        continue
      }
      var low = 0
      var high = ends.count
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] < value { low = middle + 1 } else { high = middle }
      }
      ends[low] = value
    }
    return total - ends.count
  }
}

extension ReceivedRecords {
  /// Whether a record of `range` has a logged line of its own.
  func hasMatch(in range: Range<Int>) -> Bool {
    self.fates[range].contains(.matched)
  }
}
