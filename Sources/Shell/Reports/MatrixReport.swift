internal import Alerting
internal import ApplianceConfiguration
public import Scenarios
internal import Text

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
  /// How many different losses of an export are listed.
  private static let figuresMax = 5
  private static let width = 100

  /// The folder that all files lie in, with its slash; empty where there is none, or one file.
  private let folder: String

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
    self.folder = Self.commonFolder(of: rows.map(\.path))
  }

  private static func commonFolder(of paths: [String]) -> String {
    let folders = Set(paths).map {
      $0.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    }
    guard folders.count > 1, let first = folders.first else { return "" }
    let shared = folders.dropFirst().reduce(Array(first)) { shared, folder in
      zip(shared, folder).prefix { $0 == $1 }.map(\.0)
    }
    return shared.isEmpty ? "" : shared.joined(separator: "/") + "/"
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
    let loses = Plural.counted(silent, "export loses", "exports lose")
    return
      "\(Plural.counted(count, "export")), \(Plural.counted(self.scenarios.count, "scenario")): "
      + "\(loses) lines silently, \(Plural.counted(unread, "was", "were")) not read"
  }

  // MARK: Text

  /// The matrix for a person: rows of one pattern are one line.
  public var text: [String] {
    var lines: [String] = []
    let read = self.rows.filter(\.isRead)
    if !read.isEmpty { lines += self.legend + [""] + self.table(of: read) }
    lines += self.silentLosses + self.vendorOnly + self.limits + self.masked
    lines += self.unread
    if self.isVerbose { lines += self.mapping }
    if !self.leftOut.isEmpty { lines += [""] + self.leftOut.map { "left out: \($0)" } }
    if !lines.isEmpty { lines.append("") }
    return lines + [self.summary]
  }

  private var legend: [String] {
    let verdicts = self.verdicts.map { verdict in
      "  \(verdict.letter) \(verdict.rawValue): \(verdict.meaning)"
    }
    let names = self.scenarios.enumerated().map { "\($0.offset + 1) \($0.element)" }
    let place = self.folder.isEmpty ? [] : ["exports are below \(escapingControls(self.folder))"]
    return ["verdicts:"] + verdicts + ["scenarios:"] + Self.wrapped(names, indent: 2) + place
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
    let listed = rows.prefix(shown)
      .map { escapingControls(String($0.name.dropFirst(self.folder.count))) }
      .joined(separator: ", ")
    return rows.count > shown ? "\(listed) and \(rows.count - shown) more" : listed
  }

  /// What is lost silently and why: exports that lose for the same reasons in the same scenarios
  /// together.
  private var silentLosses: [String] {
    let groups = Self.grouped(self.rows(with: .silentLoss)) { SilentKey($0) }
      .sorted {
        ($0[0].count(of: .silentLoss), $0.count) > ($1[0].count(of: .silentLoss), $1.count)
      }
    guard !groups.isEmpty else { return [] }
    let shown = self.isVerbose ? groups.count : min(groups.count, Self.listedMax)
    var lines = ["", "silent loss:"]
    for group in groups.prefix(shown) {
      let cells = group[0].cells.filter { $0.judgement.verdict == .silentLoss }
      lines.append(
        "  \(self.names(of: group)): in \(cells.count) of \(Self.scenarios(self.scenarios.count))")
      for cause in SilentCause.all(in: cells) {
        let logs = escapingControls(self.listed(cause.subscriptions))
        lines.append("    why: \(logs): \(escapingControls(cause.text))")
        lines.append("      in \(self.listed(cause.scenarios))")
      }
      lines += self.figures(of: cells, by: group)
    }
    if groups.count > shown {
      let left = groups[shown...].reduce(0) { $0 + $1.count }
      lines.append("  and \(Self.more(left, "export")); --verbose lists them")
    }
    return lines
  }

  /// What was lost in each scenario, those with the same figures together.
  private func figures(
    of cells: [ConfigurationTrial.Outcome], by group: [MatrixRow]
  ) -> [String] {
    var order: [String] = []
    var scenarios: [String: [String]] = [:]
    for cell in cells {
      let text = escapingControls(Self.losses(of: cell))
      if scenarios[text] == nil { order.append(text) }
      scenarios[text, default: []].append(cell.scenario)
    }
    let shown = self.isVerbose ? order.count : min(order.count, Self.figuresMax)
    let lead = group.count > 1 ? "lost by \(self.names(of: [group[0]]))" : "lost"
    var lines = order.prefix(shown).map { text in
      "    \(lead) in \(self.listed(scenarios[text] ?? [])): \(text)"
    }
    if order.count > shown {
      let left = order[shown...].reduce(0) { $0 + (scenarios[$1]?.count ?? 0) }
      lines.append("    and in \(Self.more(left, "scenario")); --verbose lists them")
    }
    return lines
  }

  private static func more(_ count: Int, _ noun: String) -> String {
    Plural.counted(count, "more \(noun)")
  }

  private static func scenarios(_ count: Int) -> String {
    Plural.counted(count, "scenario")
  }

  /// What all logs lost, those first that lost silently; of the others it is said that an alert
  /// about them was received.
  static func losses(of cell: ConfigurationTrial.Outcome) -> String {
    let silent = cell.judgement.logs(with: .silentLoss)
    let others = cell.judgement.logs.filter { $0.verdict != .silentLoss }
    return (silent + others).compactMap { log in
      let losses = log.figures.filter { $0.code.isLoss }.map(\.description)
      guard !losses.isEmpty else { return nil }
      let alert = log.verdict == .alerted ? " (an alert about it was received)" : ""
      return (log.subscription.map { $0 + ": " } ?? "") + losses.joined(separator: ", ") + alert
    }.joined(separator: "; ")
  }

  private func listed(_ names: [String]) -> String {
    let shown = self.isVerbose ? names.count : min(names.count, 3)
    let text = names.prefix(shown).joined(separator: ", ")
    return names.count > shown ? "\(text) and \(names.count - shown) more" : text
  }

  /// What is not simulated as it is written: by kind, and each with `--verbose`.
  private var limits: [String] {
    if self.isVerbose { return self.notes("not simulated as written:") { $0.isLimit } }
    let lines = MappingNote.Kind.allCases.compactMap { kind -> String? in
      let rows = self.rows.filter { row in
        row.cells.contains { $0.notes.contains { $0.kind == kind && $0.isLimit } }
      }
      return rows.isEmpty ? nil : "  \(kind.meaning): \(self.names(of: rows))"
    }
    return lines.isEmpty ? [] : ["", "not simulated as written:"] + lines
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
    return ["", title]
      + order.map { "  \(escapingControls($0)) (\(self.names(of: rowsOfText[$0] ?? [])))" }
  }

  /// Exports whose alerts reach nobody but the vendor.
  private var vendorOnly: [String] {
    let rows = self.rows.filter { row in
      let receivers = Set(row.cells.flatMap(\.receivers))
      return receivers == [AlertRouter.autosupportAddress]
    }
    guard !rows.isEmpty else { return [] }
    return [
      "",
      "alerts are received by the vendor's AutoSupport alone (\(AlertRouter.autosupportAddress)):",
      "  \(self.names(of: rows))",
    ]
  }

  private var masked: [String] {
    let rows = self.rows.filter(\.hasMaskedPassphrases)
    guard !rows.isEmpty else { return [] }
    return [
      "", "passphrases are masked, so that an appliance cannot load the file:",
      "  \(self.names(of: rows))",
    ]
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

/// Why some logs lose lines silently.
struct SilentCause {
  let text: String
  private(set) var subscriptions: [String] = []
  private(set) var scenarios: [String] = []

  /// Each cause in some cells of one export, in order.
  static func all(in cells: [ConfigurationTrial.Outcome]) -> [SilentCause] {
    var found: [SilentCause] = []
    for cell in cells {
      for log in cell.judgement.logs(with: .silentLoss) {
        for reason in log.causes {
          let place = found.firstIndex { $0.text == reason.text } ?? found.count
          if place == found.count { found.append(SilentCause(text: reason.text)) }
          found[place].add(log.subscription ?? "", cell.scenario)
        }
      }
    }
    return found
  }

  private mutating func add(_ subscription: String, _ scenario: String) {
    if !self.subscriptions.contains(subscription) { self.subscriptions.append(subscription) }
    if self.scenarios.last != scenario { self.scenarios.append(scenario) }
  }
}

/// What two exports have in common that lose silently for the same reasons.
private struct SilentKey: Hashable {
  let scenarios: [String]
  let causes: [String]

  init(_ row: MatrixRow) {
    let cells = row.cells.filter { $0.judgement.verdict == .silentLoss }
    self.scenarios = cells.map(\.scenario)
    self.causes = SilentCause.all(in: cells).map(\.text)
  }
}

extension TrialReason.Code {
  /// Whether lines or datagrams are counted that were lost.
  fileprivate var isLoss: Bool {
    switch self {
    case .datagramsUnread, .queueDiscarded, .unacknowledged, .queueFull, .bufferDropped,
      .bufferUnwritable, .notInLogFile:
      true
    default: false
    }
  }
}
