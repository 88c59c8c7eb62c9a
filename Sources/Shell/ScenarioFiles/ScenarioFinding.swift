/// One thing that is wrong with a scenario's file.
struct ScenarioFinding: Error, Hashable, Sendable {
  let place: Place?
  let text: String

  init(at place: Place?, _ text: String) {
    self.place = place
    self.text = text
  }

  /// Such as `a.yaml:3:7: error: text`.
  func line(file: String) -> String {
    let position = self.place.map { ":\($0.line):\($0.column)" } ?? ""
    return "\(file)\(position): error: \(self.text)"
  }
}

/// Everything that is wrong with a scenario's file, a line each.
public struct ScenarioFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Lines such as `a.yaml:3:7: error: text`.
  public let lines: [String]

  public var description: String { self.lines.joined(separator: "\n") }
}
