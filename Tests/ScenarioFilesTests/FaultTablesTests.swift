import Foundation
import Simulation
import Support
import Testing

/// What is made from the table of faults: the tables of docs/FAULTS.md and the faults of the JSON
/// Schema. `UPDATE_GOLDEN=1` writes them.
@Suite struct FaultTablesTests {
  private static func compare(_ path: String, _ make: (String) throws -> String) throws {
    let file = Repository.url.appendingPathComponent(path)
    let found = try String(contentsOf: file, encoding: .utf8)
    let made = try make(found)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try made.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(made == found, "\(path) differs from the table of faults")
    }
  }

  @Test func schemaIsMadeFromTheTable() throws {
    try Self.compare("fixtures/scenarios/scenario.schema.json") { text in
      let start = try #require(text.range(of: "    \"fault\": {\n      \"description\""))
      let kept = try #require(text.range(of: "    \"fault-host\": {"))
      let first = try #require(text.range(of: "    \"fault-\(FaultRow.all[0].name)\": {"))
      let end = try #require(text.range(of: "    \"expectation\": {\n"))
      return text[..<start.lowerBound]
        + FaultSchemaText.definitions(String(text[kept.lowerBound..<first.lowerBound]))
        + text[end.lowerBound...]
    }
  }

  @Test func documentIsMadeFromTheTable() throws {
    try Self.compare("docs/FAULTS.md") { text in
      var sections = text.components(separatedBy: "\n## ")
      for index in sections.indices {
        let title = String(sections[index].prefix { $0 != "\n" })
        if title == "Faults and kinds of hosts" {
          sections[index] = Self.replacing(sections[index], prefix: "| ", by: Self.places)
        } else if title == "On real sockets" {
          sections[index] = Self.replacing(sections[index], prefix: "- `", by: Self.live)
        } else if let section = FaultRow.Section(rawValue: title) {
          sections[index] = Self.replacing(
            sections[index], prefix: "| ", by: Self.rows(of: section))
        }
      }
      return sections.joined(separator: "\n## ")
    }
  }

  /// The lines with a prefix, and a table's rule, are one block, which is replaced.
  private static func replacing(_ text: String, prefix: String, by lines: [String]) -> String {
    var result: [String] = []
    var hasBlock = false
    for line in text.components(separatedBy: "\n") {
      guard line.hasPrefix(prefix) || line.hasPrefix("|---") else {
        result.append(line)
        continue
      }
      if !hasBlock { result += lines }
      hasBlock = true
    }
    return result.joined(separator: "\n")
  }

  private static func code(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }

  private static let kinds = [
    "syslog-tcp", "remote-shell", "mailbox", "syslog-udp", "dns", "no service",
  ]

  /// Which faults have an effect at which kind of host.
  private static var places: [String] {
    let head = "| fault | \(Self.kinds.dropLast().map { "`\($0)`" }.joined(separator: " | ")) "
    let rows = FaultPlace.allCases.compactMap { place -> String? in
      let names = FaultRow.all.filter { $0.place == place && !$0.isOfNames && !$0.isOfAppliance }
        .map(\.name)
      guard !names.isEmpty else { return nil }
      let cells = Self.kinds.map { kind in
        place.isMet(by: kind == "no service" ? [] : [kind]) ? "yes" : "error"
      }
      return "| \(place.rawValue): \(Self.code(names)) | \(cells.joined(separator: " | ")) |"
    }
    return [head + "| no service |", "|---|---|---|---|---|---|---|"] + rows
  }

  private static func rows(of section: FaultRow.Section) -> [String] {
    ["| fault | own keys | what happens |", "|---|---|---|"]
      + FaultRow.all.filter { $0.section == section }.map { row in
        "| `\(row.name)` | \(Self.keys(row)) | \(row.details) |"
          .replacing(" |  | ", with: " | | ")
      }
  }

  /// Such as `lines`, `bytes` or `time`; `reads_on`.
  private static func keys(_ row: FaultRow) -> String {
    let oneOf = row.keys.filter { $0.presence == .oneOf }.map { "`\($0.name)`" }
    let choice = oneOf.dropLast().joined(separator: ", ") + (oneOf.last.map { " or \($0)" } ?? "")
    var text = oneOf.isEmpty ? "" : choice
    for (index, key) in row.keys.filter({ $0.presence != .oneOf }).enumerated() {
      // One that goes with a word of another is none of that one's words.
      var separator = ", "
      if case .with = key.presence { separator = "; " }
      if index == 0 { separator = text.isEmpty ? "" : "; " }
      text += separator + Self.words(key)
    }
    return text
  }

  private static func words(_ key: FaultKey) -> String {
    var text = "`\(key.name)`"
    switch key.kind {
    case .share: text += " (1 to 1000)"
    case .words(let words): text += ": \(Self.code(words))"
    case .integer, .duration, .step, .flag, .text, .subscription, .address: break
    }
    if case .with(_, let word) = key.presence { text += " (with `\(word)`)" }
    return text
  }

  /// What becomes of faults on real sockets: those of which the same is said in one line.
  private static var live: [String] {
    var words: [String] = []
    for row in FaultRow.all where !words.contains(row.live) { words.append(row.live) }
    return words.map { said in
      "- \(Self.code(FaultRow.all.filter { $0.live == said }.map(\.name))): \(said)"
    }
  }
}
