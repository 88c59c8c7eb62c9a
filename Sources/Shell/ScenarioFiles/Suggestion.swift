/// "did you mean" for a word that is not among those allowed.
public enum Suggestion {
  /// Longer words are not compared, so that a hostile file costs nothing.
  private static let bytesMax = 40

  /// Such as `; did you mean seed?`; empty when no word is near.
  ///
  /// Near are at most two edits, and fewer than half of the letters.
  public static func text(for word: String, among words: [String]) -> String {
    guard word.utf8.count <= self.bytesMax else { return "" }
    let distances = words.map { (word: $0, distance: self.distance(word, $0)) }
    guard let nearest = distances.min(by: { $0.distance < $1.distance }),
      nearest.distance <= 2, nearest.distance * 2 < max(word.count, nearest.word.count)
    else { return "" }
    return "; did you mean \(nearest.word)?"
  }

  /// How many letters must be put in, taken out, changed or exchanged with their neighbour.
  static func distance(_ one: String, _ two: String) -> Int {
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
