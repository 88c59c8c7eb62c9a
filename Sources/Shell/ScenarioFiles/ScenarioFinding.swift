internal import ApplianceConfiguration

/// One thing that is wrong with a scenario's file, or with a configuration that it names.
struct ScenarioFinding: Error, Hashable, Sendable {
  /// Where; `nil` for the file as a whole.
  let place: SourcePosition?
  let text: String
  /// The file when it is not the scenario's own.
  let otherFile: String?

  init(at place: SourcePosition?, _ text: String, in otherFile: String? = nil) {
    self.place = place
    self.text = text
    self.otherFile = otherFile
  }

  /// Such as `a.yaml:3:7: error: text`, in one line whatever the file holds.
  func line(file: String, kind: String = "error") -> String {
    let position = self.place.map { ":\($0.line):\($0.column)" } ?? ""
    return escapingControls("\(self.otherFile ?? file)\(position): \(kind): \(self.text)")
  }

  /// A value of a file in quotation marks, cut after 60 characters.
  static func quote(_ text: String) -> String {
    let excerpt = String(text.unicodeScalars.prefix(60).map(Character.init))
    return "\"\(excerpt)\(excerpt.utf8.count < text.utf8.count ? "..." : "")\""
  }

  /// A key as it stands, cut after 60 characters.
  static func bare(_ text: String) -> String { String(self.quote(text).dropFirst().dropLast()) }
}

/// Gathers what is wrong, up to a bound.
final class ScenarioFindings {
  static let findingsMax = 100

  private(set) var all: [ScenarioFinding] = []
  /// What is read although it is written in an old way, with what to write now.
  private(set) var hints: [ScenarioFinding] = []
  /// What is read as it stands, and is hardly meant so.
  private(set) var warnings: [ScenarioFinding] = []
  private var leftOut = 0
  /// Values that are refused whatever they say: nothing more is found at them.
  private var refused: Set<SourcePosition> = []

  /// Lists a finding, or counts it when the bound is reached; `text` is then not even made.
  func add(
    at place: SourcePosition?, in otherFile: String? = nil, _ text: @autoclosure () -> String
  ) {
    if otherFile == nil, let place, self.refused.contains(place) { return }
    guard self.all.count < Self.findingsMax else {
      self.leftOut += 1
      return
    }
    self.all.append(ScenarioFinding(at: place, text(), in: otherFile))
  }

  /// Lists a finding about a value that nothing else is to be said of.
  func refuse(_ finding: ScenarioFinding) {
    self.add(at: finding.place, finding.text)
    if let place = finding.place { self.refused.insert(place) }
  }

  /// Adds a hint, up to the same bound.
  func hint(at place: SourcePosition, _ text: String) {
    guard self.hints.count < Self.findingsMax else { return }
    self.hints.append(ScenarioFinding(at: place, text))
  }

  /// Adds a warning; there are few kinds of them.
  func warn(at place: SourcePosition, _ text: String) {
    self.warnings.append(ScenarioFinding(at: place, text))
  }

  /// In the order of the file, those of the file as a whole first, those of another file last.
  func sorted() -> [ScenarioFinding] {
    let start = SourcePosition(line: 0, column: 0)
    let ordered = self.all.enumerated().sorted { left, right in
      let files = (left.element.otherFile ?? "", right.element.otherFile ?? "")
      if files.0 != files.1 { return files.0 < files.1 }
      let places = (left.element.place ?? start, right.element.place ?? start)
      return places.0 == places.1 ? left.offset < right.offset : places.0 < places.1
    }
    .map(\.element)
    guard self.leftOut > 0 else { return ordered }
    let rest = "found \(self.leftOut) more errors, allowed: \(Self.findingsMax) are listed"
    return ordered + [ScenarioFinding(at: nil, rest)]
  }
}

/// Everything that is wrong with a scenario's file, a line each.
public struct ScenarioFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Lines such as `a.yaml:3:7: error: text`.
  public let lines: [String]

  public var description: String { self.lines.joined(separator: "\n") }
}
