/// What differs between two texts, as `diff -u` writes it.
public enum UnifiedDifference {
  private static let contextLines = 3

  private enum Line {
    case kept(String)
    case removed(String)
    case added(String)

    var isKept: Bool {
      if case .kept = self { true } else { false }
    }

    var text: String {
      switch self {
      case .kept(let text): " " + text
      case .removed(let text): "-" + text
      case .added(let text): "+" + text
      }
    }
  }

  /// The lines of the difference; none when the texts are the same.
  public static func lines(
    from old: [String], to new: [String], oldName: String, newName: String
  ) -> [String] {
    guard old != new else { return [] }
    let script = self.script(from: old, to: new)
    var result = ["--- \(oldName)", "+++ \(newName)"]
    var places = (old: 1, new: 1)
    var start = 0
    for hunk in self.hunks(of: script) {
      for line in script[start..<hunk.lowerBound] { self.advance(&places, over: line) }
      let lines = script[hunk]
      let added = lines.count { if case .removed = $0 { false } else { true } }
      let removed = lines.count { if case .added = $0 { false } else { true } }
      // An empty side is named by the line before it.
      result.append(
        "@@ -\(removed == 0 ? places.old - 1 : places.old),\(removed)"
          + " +\(added == 0 ? places.new - 1 : places.new),\(added) @@")
      result += lines.map(\.text)
      for line in lines { self.advance(&places, over: line) }
      start = hunk.upperBound
    }
    return result
  }

  private static func advance(_ places: inout (old: Int, new: Int), over line: Line) {
    if case .added = line {} else { places.old += 1 }
    if case .removed = line {} else { places.new += 1 }
  }

  private static func script(from old: [String], to new: [String]) -> [Line] {
    let difference = new.difference(from: old)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var result: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        result.append(.removed(old[left]))
        left += 1
      } else if right < new.count, added.contains(right) {
        result.append(.added(new[right]))
        right += 1
      } else {
        result.append(.kept(old[left]))
        left += 1
        right += 1
      }
    }
    return result
  }

  /// Ranges of changed lines with their context, those that touch joined.
  private static func hunks(of script: [Line]) -> [Range<Int>] {
    var hunks: [Range<Int>] = []
    for (index, line) in script.enumerated() where !line.isKept {
      let start = max(0, index - self.contextLines)
      let end = min(script.count, index + self.contextLines + 1)
      if let last = hunks.last, last.upperBound >= start {
        hunks[hunks.count - 1] = last.lowerBound..<end
      } else {
        hunks.append(start..<end)
      }
    }
    return hunks
  }
}
