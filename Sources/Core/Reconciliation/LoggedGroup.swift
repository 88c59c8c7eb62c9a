/// Logged lines that the sender's own ledger tells the same of, and what became of them at the
/// collector.
public struct LoggedGroup: Hashable, Sendable {
  /// Which ones: lines of the log from 0, header lines and empty ones not counted.
  public let lines: Range<Int>
  /// How many of them the log has.
  public internal(set) var logged = 0
  /// Lines that did not arrive at all.
  public internal(set) var missing = 0
  /// Lines of which only a beginning arrived.
  public internal(set) var cut = 0
  /// Lines that arrived with another text.
  public internal(set) var altered = 0

  /// Lines that arrived whole.
  public var arrived: Int { self.logged - self.missing - self.cut - self.altered }

  /// A group nothing is known of yet.
  public init(lines: Range<Int>) {
    self.lines = lines
  }
}

extension LoggedLines {
  /// Counts each group's lines.
  ///
  /// - Parameters:
  ///   - groups: in order, apart from one another.
  ///   - cut, altered: by place.
  func count(
    _ groups: inout [LoggedGroup], cut: borrowing BitArray, altered: borrowing BitArray
  ) {
    var group = 0
    var number = 0
    for place in 0..<self.count where !self.isHeader(place) {
      while group < groups.count, groups[group].lines.upperBound <= number { group += 1 }
      guard group < groups.count else { return }
      if groups[group].lines.contains(number) {
        groups[group].logged += 1
        if self.isMissing(place) {
          groups[group].missing += 1
        } else if cut[place] {
          groups[group].cut += 1
        } else if altered[place] {
          groups[group].altered += 1
        }
      }
      number += 1
    }
  }
}
