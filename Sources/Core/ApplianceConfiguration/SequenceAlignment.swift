/// Finds what two sequences have in common, in time that grows as their length does but for a
/// logarithm: files of hostile content are compared too.
///
/// Elements that stand once in both anchor the rest (the "patience" difference of Bram Cohen);
/// between anchors without any, short stretches are aligned exactly and long ones not at all.
enum SequenceAlignment {
  /// A place in the first sequence and the place in the second that it belongs to.
  struct Pair: Hashable {
    var first: Int
    var second: Int
  }

  /// Stretches whose lengths multiply to at most this are aligned exactly.
  private static let exactMax = 10_000
  /// How often a stretch between anchors is looked at anew.
  private static let depthMax = 32

  /// Equal items in the same order in both, in that order.
  static func pairs(_ first: [Int], _ second: [Int]) -> [Pair] {
    var pairs: [Pair] = []
    var waiting = [Stretch(first: first.indices, second: second.indices, depth: 0)]
    while let stretch = waiting.popLast() {
      let inner = self.trim(stretch, first, second, &pairs)
      guard !inner.first.isEmpty, !inner.second.isEmpty else { continue }
      let anchors = inner.depth < self.depthMax ? self.anchors(inner, first, second) : []
      if anchors.isEmpty {
        if inner.first.count <= self.exactMax / inner.second.count {
          pairs += self.exact(inner, first, second)
        }
        continue
      }
      pairs += anchors
      var start = Pair(first: inner.first.lowerBound, second: inner.second.lowerBound)
      let end = Pair(first: inner.first.upperBound, second: inner.second.upperBound)
      for anchor in anchors + [end] {
        waiting.append(
          Stretch(
            first: start.first..<anchor.first, second: start.second..<anchor.second,
            depth: inner.depth + 1))
        start = Pair(first: anchor.first + 1, second: anchor.second + 1)
      }
    }
    return pairs.sorted { $0.first < $1.first }
  }

  /// Of pairs with each place at most once, most in the same order in both.
  static func longestOrdered(_ pairs: [Pair]) -> [Pair] {
    let sorted = pairs.sorted { $0.first < $1.first }
    // For each length, the pair that ends a run of that length with the smallest second place.
    var ends: [Int] = []
    var previous = [Int](repeating: -1, count: sorted.count)
    for (index, pair) in sorted.enumerated() {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if sorted[ends[middle]].second < pair.second { low = middle + 1 } else { high = middle }
      }
      previous[index] = low > 0 ? ends[low - 1] : -1
      if low < ends.count { ends[low] = index } else { ends.append(index) }
    }
    var run: [Pair] = []
    var index = ends.last ?? -1
    while index >= 0 {
      run.append(sorted[index])
      index = previous[index]
    }
    return run.reversed()
  }

  // MARK: Stretches

  private struct Stretch {
    var first: Range<Int>
    var second: Range<Int>
    var depth: Int
  }

  /// The stretch without what is equal at its ends, which is paired.
  private static func trim(
    _ stretch: Stretch, _ first: [Int], _ second: [Int], _ pairs: inout [Pair]
  ) -> Stretch {
    var (low, high) = (
      Pair(first: stretch.first.lowerBound, second: stretch.second.lowerBound),
      Pair(first: stretch.first.upperBound, second: stretch.second.upperBound)
    )
    while low.first < high.first, low.second < high.second,
      first[low.first] == second[low.second]
    {
      pairs.append(low)
      low = Pair(first: low.first + 1, second: low.second + 1)
    }
    while low.first < high.first, low.second < high.second,
      first[high.first - 1] == second[high.second - 1]
    {
      high = Pair(first: high.first - 1, second: high.second - 1)
      pairs.append(high)
    }
    return Stretch(
      first: low.first..<high.first, second: low.second..<high.second, depth: stretch.depth)
  }

  private static func anchors(
    _ stretch: Stretch, _ first: [Int], _ second: [Int]
  ) -> [Pair] {
    let firstPlaces = self.placesOfUnique(stretch.first, first)
    let secondPlaces = self.placesOfUnique(stretch.second, second)
    return self.longestOrdered(
      firstPlaces.compactMap { item, place in
        secondPlaces[item].map { Pair(first: place, second: $0) }
      })
  }

  private static func placesOfUnique(_ range: Range<Int>, _ items: [Int]) -> [Int: Int] {
    var places: [Int: Int] = [:]
    var repeated: Set<Int> = []
    for index in range where places.updateValue(index, forKey: items[index]) != nil {
      repeated.insert(items[index])
    }
    for item in repeated { places[item] = nil }
    return places
  }

  /// The longest common subsequence, by a table.
  private static func exact(_ stretch: Stretch, _ first: [Int], _ second: [Int]) -> [Pair] {
    let (rows, columns) = (stretch.first.count, stretch.second.count)
    let width = columns + 1
    var lengths = [Int](repeating: 0, count: (rows + 1) * width)
    for row in stride(from: rows - 1, through: 0, by: -1) {
      for column in stride(from: columns - 1, through: 0, by: -1) {
        let isEqual =
          first[stretch.first.lowerBound + row] == second[stretch.second.lowerBound + column]
        lengths[row * width + column] =
          isEqual
          ? lengths[(row + 1) * width + column + 1] + 1
          : max(lengths[(row + 1) * width + column], lengths[row * width + column + 1])
      }
    }
    var pairs: [Pair] = []
    var (row, column) = (0, 0)
    while row < rows, column < columns {
      let pair = Pair(
        first: stretch.first.lowerBound + row, second: stretch.second.lowerBound + column)
      if first[pair.first] == second[pair.second] {
        pairs.append(pair)
        (row, column) = (row + 1, column + 1)
      } else if lengths[(row + 1) * width + column] >= lengths[row * width + column + 1] {
        row += 1
      } else {
        column += 1
      }
    }
    return pairs
  }
}
