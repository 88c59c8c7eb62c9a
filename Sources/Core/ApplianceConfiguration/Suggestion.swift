/// "did you mean" for a word that is not among those allowed.
public enum Suggestion {
  /// Longer words are not compared, so that a hostile file costs nothing.
  private static let bytesMax = 40

  /// The nearest of `words` that is near; the first of them where several are as near.
  ///
  /// Near are at most two edits, and fewer than half of the letters.
  public static func nearest(to word: String, among words: some Sequence<String>) -> String? {
    let length = word.utf8.count
    guard length <= self.bytesMax else { return nil }
    var best: (word: String, distance: Int)?
    for candidate in words where abs(candidate.utf8.count - length) <= 2 {
      let distance = self.distance(word, candidate)
      guard distance <= 2, distance * 2 < max(word.count, candidate.count),
        distance < best?.distance ?? Int.max
      else { continue }
      best = (candidate, distance)
    }
    return best?.word
  }

  /// Such as `; did you mean seed?`; empty when no word is near.
  public static func text(for word: String, among words: [String]) -> String {
    self.nearest(to: word, among: words).map { "; did you mean \($0)?" } ?? ""
  }

  /// How many letters must be put in, taken out, changed or exchanged with their neighbour.
  public static func distance(_ one: String, _ two: String) -> Int {
    let (one, two) = (Array(one.lowercased().utf8), Array(two.lowercased().utf8))
    var before: [Int] = []
    var last = Array(0...two.count)
    for (index, letter) in one.enumerated() {
      var row = [index + 1]
      for (column, other) in two.enumerated() {
        let change = last[column] + (letter == other ? 0 : 1)
        var best = min(change, last[column + 1] + 1, row[column] + 1)
        let isSwap =
          index > 0 && column > 0 && letter == two[column - 1] && one[index - 1] == other
        if isSwap { best = min(best, before[column - 1] + 1) }
        row.append(best)
      }
      (before, last) = (last, row)
    }
    return last[two.count]
  }
}
