public import Scenarios
internal import Simulation

/// What a scenario came to, for a program or a person to read.
public struct ScenarioDocument: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    let expected: String
    let met: Bool
    let found: String
  }

  private enum CodingKeys: String, CodingKey {
    case name, teaches, seed, met, expectations, virtualSeconds, packetsLeftOut, digest
    case run
  }

  /// The scenario's name.
  public let name: String
  /// Each expectation and what became of it.
  public let verdicts: [Verdict]
  private let scenario: Scenario
  private let virtualSeconds: Int64
  private let packetsLeftOut: Int
  private let digest: String?
  private var run: RunReport?

  /// The document of a scenario that has run.
  ///
  /// - Parameter digest: of all that it brought forth, where it is at hand.
  public init(scenario: Scenario, result: ScenarioResult, digest: UInt64? = nil) {
    self.digest = digest.map { String($0, radix: 16) }
    self.name = scenario.name
    self.verdicts = result.verdicts
    self.scenario = scenario
    self.virtualSeconds = scenario.start.duration(to: result.end).nanoseconds / 1_000_000_000
    self.packetsLeftOut = result.packetsLeftOut
  }

  /// The document with what happened, in order, and with figures.
  public func including(_ run: RunReport) -> ScenarioDocument {
    var document = self
    document.run = run
    return document
  }

  /// Whether every expectation is met.
  public var isMet: Bool { self.verdicts.allSatisfy(\.isMet) }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(self.name, forKey: .name)
    try container.encode(self.scenario.teaches, forKey: .teaches)
    try container.encode(self.scenario.seed, forKey: .seed)
    try container.encode(self.isMet, forKey: .met)
    try container.encode(self.virtualSeconds, forKey: .virtualSeconds)
    try container.encode(self.packetsLeftOut, forKey: .packetsLeftOut)
    try container.encodeIfPresent(self.digest, forKey: .digest)
    try container.encodeIfPresent(self.run, forKey: .run)
    try container.encode(
      self.verdicts.map {
        Entry(expected: $0.expectation.description, met: $0.isMet, found: $0.found)
      }, forKey: .expectations)
  }

  /// The name and the digest, for comparing runs: the same scenario and seed give the same.
  public var digestLine: String { "\(self.name) \(self.digest ?? "-")" }

  /// JSON with sorted keys.
  public func json() throws -> [UInt8] {
    try JSONBytes.encode(self)
  }

  /// Several scenarios' documents as one JSON array.
  public static func json(_ documents: [ScenarioDocument]) throws -> [UInt8] {
    try JSONBytes.encode(documents)
  }

  /// What a person on call should learn: symptom, cause, how to see it, fix it, and check.
  public var story: String { self.story(heading: "##") }

  private func story(heading: String) -> String {
    let lesson = self.scenario.lesson
    var lines = ["\(heading) \(self.name)", "", self.scenario.teaches, ""]
    let parts = [
      ("Symptom", lesson.symptom), ("Cause", lesson.cause),
      ("How to see it", lesson.see.joined(separator: " ")), ("How to fix it", lesson.fix),
      ("How to check", lesson.check),
    ]
    for (title, text) in parts where !text.isEmpty { lines.append("- **\(title)**: \(text)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A document of its own: its title is the scenario's name; then the story, and what was found.
  public var markdown: String {
    var lines = [
      self.story(heading: "#"), "## Expected", "", "| | expected | found |", "|---|---|---|",
    ]
    for verdict in self.verdicts {
      lines.append(
        "| \(verdict.isMet ? "yes" : "**no**") | \(verdict.expectation) | \(verdict.found) |")
    }
    if self.packetsLeftOut > 0 {
      lines += ["", "The captures are full: \(self.packetsLeftOut) later packets are in none."]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
