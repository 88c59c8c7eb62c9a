/// Whether the lines of a log are those of one: a line without a stamp may be the rest of the line
/// before it.
struct LogShape {
  /// Of so many lines at least one has a stamp.
  private static let linesPerStampMin = 10
  private static let examinedMax = 1000

  private var unstamped = 0
  private var blank = 0
  private var ofCollectors = 0
  private var examined = 0
  private var first: (line: Int, found: String)?

  /// - Parameter number: the line's, from 1.
  mutating func addUnstamped(_ line: UnsafeRawBufferPointer, number: Int) {
    guard !line.trimmed.isEmpty else {
      self.blank += 1
      return
    }
    self.unstamped += 1
    guard self.examined < Self.examinedMax else { return }
    self.examined += 1
    if self.first == nil { self.first = (number, FormCensus.printable(line)) }
    let isRecord = LineHeader.read(line).isKnown || line.withoutMark.first == 0x7B
    if isRecord { self.ofCollectors += 1 }
  }

  /// Why a log of so many lines cannot be compared.
  func refusal(lines: Int) -> (line: Int?, found: RefusedForm)? {
    let filled = lines - self.blank
    guard filled > 0 else { return (nil, .emptyLog) }
    guard let first = self.first, (filled - self.unstamped) * Self.linesPerStampMin < filled
    else { return nil }
    let isOfCollector = self.ofCollectors * 2 > self.examined
    return (first.line, isOfCollector ? .collectorAsLog : .noLog(found: first.found))
  }
}
