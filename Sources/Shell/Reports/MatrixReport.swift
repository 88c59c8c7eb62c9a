internal import ApplianceConfiguration
public import Scenarios

/// What each of many configurations does in each of several scenarios.
public struct MatrixReport: Sendable {
  /// The scenarios' names, in order.
  public let scenarios: [String]
  /// The configurations, in order.
  public let rows: [MatrixRow]
  /// The verdicts that count as failures.
  public let failing: Set<TrialVerdict>
  /// Whether lists of many are printed as a whole.
  public let isVerbose: Bool
  /// What lay in folders and was no configuration file, in words.
  public let leftOut: [String]

  /// How many names, groups or lines are listed of many.
  private static let listedMax = 20
  private static let width = 100

  /// A report of these rows.
  public init(
    scenarios: [String], rows: [MatrixRow], failing: Set<TrialVerdict> = [.silentLoss],
    isVerbose: Bool = false, leftOut: [String] = []
  ) {
    self.scenarios = scenarios
    self.rows = rows
    self.failing = failing
    self.isVerbose = isVerbose
    self.leftOut = leftOut
  }

  /// Whether a verdict counts as a failure, or a file gives no configuration.
  public var isFailed: Bool {
    self.rows.contains { row in
      !row.isRead || row.cells.contains { self.failing.contains($0.judgement.verdict) }
    }
  }

  /// The rows of a verdict, with the cells that have it.
  func rows(with verdict: TrialVerdict) -> [MatrixRow] {
    self.rows.filter { $0.count(of: verdict) > 0 }
  }

  /// The verdicts that there are, the most severe one first.
  var verdicts: [TrialVerdict] {
    TrialVerdict.allCases.reversed().filter { verdict in
      self.rows.contains { $0.count(of: verdict) > 0 }
    }
  }

  /// Such as `7 exports, 4 scenarios: 3 exports lose silently, 1 was not read`.
  var summary: String {
    let count = self.rows.count
    let silent = self.rows(with: .silentLoss).count
    let unread = self.rows.count { !$0.isRead }
    let loses = silent == 1 ? "1 export loses" : "\(silent) exports lose"
    return (count == 1 ? "1 export" : "\(count) exports")
      + (self.scenarios.count == 1 ? ", 1 scenario: " : ", \(self.scenarios.count) scenarios: ")
      + "\(loses) lines silently, " + (unread == 1 ? "1 was not read" : "\(unread) were not read")
  }

  // MARK: Text

  /// The matrix for a person: rows of one pattern are one line.
  public var text: [String] {
    var lines: [String] = []
    let read = self.rows.filter(\.isRead)
    if !read.isEmpty { lines += self.legend + [""] + self.table(of: read) }
    lines += self.silentLosses
    lines += self.limits
    lines += self.unread
    if self.isVerbose { lines += self.mapping }
    lines += self.leftOut.map { "left out: \($0)" }
    if !lines.isEmpty { lines.append("") }
    return lines + [self.summary]
  }

  private var legend: [String] {
    let verdicts = self.verdicts.map { verdict in
      "  \(verdict.letter) \(verdict.rawValue): \(verdict.meaning)"
    }
    let names = self.scenarios.enumerated().map { "\($0.offset + 1) \($0.element)" }
    return ["verdicts:"] + verdicts + ["scenarios:"] + Self.wrapped(names, indent: 2)
  }

  /// The numbers of the columns from top to bottom, then a line a pattern.
  private func table(of rows: [MatrixRow]) -> [String] {
    let numbers = 1...max(self.scenarios.count, 1)
    var head: [String] = []
    if numbers.count >= 10 {
      let tens = numbers.map { $0 < 10 ? " " : String($0 / 10 % 10) }.joined()
      head.append("         " + tens)
    }
    head.append("exports  " + numbers.map { String($0 % 10) }.joined())
    return head
      + Self.grouped(rows, by: \.pattern).sorted(by: Self.isWorse).map { group in
        let count = String(group.count)
        let pad = String(repeating: " ", count: max(7 - count.count, 0))
        return "\(pad)\(count)  \(group[0].pattern)  \(self.names(of: group))"
      }
  }

  private static func isWorse(_ one: [MatrixRow], _ other: [MatrixRow]) -> Bool {
    for verdict in TrialVerdict.allCases.reversed() {
      let (first, second) = (one[0].count(of: verdict), other[0].count(of: verdict))
      if first != second { return first > second }
    }
    return one[0].name < other[0].name
  }

  /// The first names of a group, and how many more there are.
  private func names(of rows: [MatrixRow], max: Int = 3) -> String {
    let shown = self.isVerbose ? rows.count : min(rows.count, max)
    let listed = rows.prefix(shown).map { escapingControls($0.name) }.joined(separator: ", ")
    return rows.count > shown ? "\(listed) and \(rows.count - shown) more" : listed
  }

  /// What is lost silently and why: exports that lose for the same reasons in the same scenarios
  /// together.
  private var silentLosses: [String] {
    let silent = self.rows(with: .silentLoss)
    guard !silent.isEmpty else { return [] }
    let groups = Self.grouped(silent) { SilentKey($0) }.sorted { $0.count > $1.count }
    let shown = self.isVerbose ? groups.count : min(groups.count, Self.listedMax)
    var lines = ["", "silent loss:"]
    for group in groups.prefix(shown) {
      let cells = group[0].cells.filter { $0.judgement.verdict == .silentLoss }
      let places = "\(cells.count) of \(self.scenarios.count) scenarios"
      lines.append("  \(self.names(of: group)): in \(places)")
      for (text, names) in Self.causes(of: cells) {
        lines.append("    why: \(escapingControls(text)) (\(self.listed(names)))")
      }
      let example = group.count > 1 ? " (of the first)" : ""
      let figures = cells.map { "\($0.scenario) \(escapingControls(Self.losses(of: $0)))" }
      let few = self.isVerbose ? figures : Array(figures.prefix(3))
      let rest = figures.count > few.count ? "; and \(figures.count - few.count) more" : ""
      lines.append("    lost\(example): \(few.joined(separator: "; "))\(rest)")
    }
    if groups.count > shown {
      let left = groups[shown...].reduce(0) { $0 + $1.count }
      lines.append("  and \(left) more exports; --verbose lists them")
    }
    return lines
  }

  /// Each cause and the scenarios in which it is one, in order.
  static func causes(of cells: [ConfigurationTrial.Outcome]) -> [(String, [String])] {
    var found: [(String, [String])] = []
    for cell in cells {
      for reason in cell.judgement.reasons where !reason.isFigure {
        let text = reason.description
        if let index = found.firstIndex(where: { $0.0 == text }) {
          if found[index].1.last != cell.scenario { found[index].1.append(cell.scenario) }
        } else {
          found.append((text, [cell.scenario]))
        }
      }
    }
    return found
  }

  static func losses(of cell: ConfigurationTrial.Outcome) -> String {
    cell.judgement.reasons.filter { $0.isFigure && $0.code != .pushFailed }.map(\.description)
      .joined(separator: ", ")
  }

  private func listed(_ names: [String]) -> String {
    let shown = self.isVerbose ? names.count : min(names.count, 3)
    let text = names.prefix(shown).joined(separator: ", ")
    return names.count > shown ? "\(text) and \(names.count - shown) more" : text
  }

  /// What is not simulated as it is written.
  private var limits: [String] {
    self.notes("not simulated as written:") { $0.isLimit }
  }

  private var mapping: [String] {
    self.notes("mapped:") { !$0.isLimit }
  }

  private func notes(_ title: String, _ isMeant: (MappingNote) -> Bool) -> [String] {
    var order: [String] = []
    var rowsOfText: [String: [MatrixRow]] = [:]
    for row in self.rows {
      var seen: Set<String> = []
      for note in row.cells.flatMap(\.notes) where isMeant(note) {
        guard seen.insert(note.text).inserted else { continue }
        if rowsOfText[note.text] == nil { order.append(note.text) }
        rowsOfText[note.text, default: []].append(row)
      }
    }
    guard !order.isEmpty else { return [] }
    let shown = self.isVerbose ? order.count : min(order.count, Self.listedMax)
    let lines = order.prefix(shown).map { text in
      "  \(escapingControls(text)) (\(self.names(of: rowsOfText[text] ?? [])))"
    }
    let more = order.count > shown ? ["  and \(order.count - shown) more; --verbose lists them"] : []
    return ["", title] + lines + more
  }

  private var unread: [String] {
    let unread = self.rows.filter { !$0.isRead }
    guard !unread.isEmpty else { return [] }
    return ["", "not read:"] + unread.flatMap { $0.errors.map { "  \($0)" } }
  }

  // MARK: Helpers

  /// Rows of one key together, in the order of the first of each.
  private static func grouped<Key: Hashable>(
    _ rows: [MatrixRow], by key: (MatrixRow) -> Key
  ) -> [[MatrixRow]] {
    var places: [Key: Int] = [:]
    var groups: [[MatrixRow]] = []
    for row in rows {
      let key = key(row)
      if let place = places[key] {
        groups[place].append(row)
      } else {
        places[key] = groups.count
        groups.append([row])
      }
    }
    return groups
  }

  /// Words with commas in lines of a width.
  private static func wrapped(_ words: [String], indent: Int) -> [String] {
    let lead = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = lead
    for (index, word) in words.enumerated() {
      let piece = word + (index < words.count - 1 ? "," : "")
      if line.count > indent, line.count + 1 + piece.count > Self.width {
        lines.append(line)
        line = lead
      }
      line += (line.count > indent ? " " : "") + piece
    }
    return lines + [line]
  }
}

/// What two exports have in common that lose silently for the same reasons.
private struct SilentKey: Hashable {
  let scenarios: [String]
  let causes: [String]

  init(_ row: MatrixRow) {
    let cells = row.cells.filter { $0.judgement.verdict == .silentLoss }
    self.scenarios = cells.map(\.scenario)
    self.causes = MatrixReport.causes(of: cells).map(\.0)
  }
}
