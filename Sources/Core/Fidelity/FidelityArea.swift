public import Simulation

/// One behaviour of the simulated appliance, and how sure it is that the real one has it.
public struct FidelityRow: Hashable, Sendable {
  /// What it is called, in documents and in the code that rests on it.
  public let behaviour: String
  /// Its words or bytes.
  public let form: String
  /// What is known of it, part by part; the source says of which part, where that is not the whole.
  public let evidence: [Evidence]
  /// Why it is so, and the setting if there is one.
  public let note: String

  init(_ behaviour: String, _ form: String, _ evidence: [Evidence], _ note: String) {
    self.behaviour = behaviour
    self.form = form
    self.evidence = evidence
    self.note = note
  }

  /// The evidence in words, such as `documented: the formula; ours: the stamp's form`.
  public var evidenceText: String {
    self.evidence
      .map { $0.source.isEmpty ? $0.standing.rawValue : "\($0.standing.rawValue): \($0.source)" }
      .joined(separator: "; ")
  }

  /// A row of a Markdown table.
  var markdown: String {
    "|"
      + [self.behaviour, self.form, self.evidenceText, self.note]
      .map { $0.isEmpty ? " |" : " " + $0.replacing("|", with: "\\|") + " |" }.joined()
  }
}

/// The behaviours of one part of the appliance; docs/FIDELITY.md is made from all of them.
public struct FidelityArea: Hashable, Sendable {
  /// The heading of the document's section.
  public let title: String
  /// What stands before the table; empty for nothing.
  public let introduction: String
  /// The behaviours, names unique in it.
  public let rows: [FidelityRow]

  init(_ title: String, introduction: String, rows: [FidelityRow]) {
    self.title = title
    self.introduction = introduction
    self.rows = rows
  }

  /// All areas, in the document's order.
  public static let all: [FidelityArea] = [
    .logs, .syslog, .failures, .alerts, .mailLog, .configuration, .network,
  ]

  /// The section of the document.
  public var markdown: String {
    var lines = ["## \(self.title)", ""]
    if !self.introduction.isEmpty { lines += [self.introduction, ""] }
    lines += ["| behaviour | words or bytes | evidence | why, and the setting if there is one |"]
    lines += ["|---|---|---|---|"]
    lines += self.rows.map(\.markdown)
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Evidence {
  /// The vendor says so, or a standard that the appliance follows.
  static func documented(_ source: String = "") -> Evidence { Evidence(.documented, source) }

  /// Seen in real logs, captures or exports.
  static func observed(_ source: String = "") -> Evidence { Evidence(.observed, source) }

  /// Follows from what is documented or observed.
  static func inferred(_ source: String = "") -> Evidence { Evidence(.inferred, source) }

  /// Nothing public is known: a choice.
  static func ours(_ source: String = "") -> Evidence { Evidence(.ours, source) }
}
