public import ApplianceModel
internal import Text

/// What was still to be sent when a run ended, in words.
public enum RemainsText {
  /// - Returns: `nil` when that was nothing.
  public static func line(_ remains: RunRemains) -> String? {
    let parts: [String]
    switch remains {
    case .nothing: return nil
    case .lines(let lines) where lines.isEmpty: parts = ["an alert mail under way"]
    case .lines(let lines):
      parts = Self.sorted(lines) { name, count in
        count == 0
          ? "\(name): not connected" : "\(name): \(CountText.lines(count)) not settled"
      }
    case .confirmations(let lines):
      parts = Self.sorted(lines) { "\($0): \(CountText.lines($1)) acknowledged, not confirmed" }
    case .files(let files):
      parts = Self.sorted(files) { "\($0): \(Plural.counted($1, "file")) not sent" }
    }
    return "left at the end: \(parts.joined(separator: "; "))"
  }

  private static func sorted<Count>(
    _ counts: [String: Count], _ words: (String, Count) -> String
  ) -> [String] {
    counts.sorted { $0.key < $1.key }.map { words($0.key, $0.value) }
  }
}
