import Reconciliation
import Reports

/// What a person reads of a reconciliation.
enum ReconciliationText {
  static func lines(
    _ findings: ReconciliationFindings, _ document: ReconciliationDocument
  ) -> [String] {
    var lines = self.summary(findings)
    lines += self.places(document, of: ReconciliationSpan.Kind.allCases)
    if let omitted = self.omitted(findings) { lines += ["", omitted] }
    return lines
  }

  /// The places of some kinds, each with its lines.
  static func places(
    _ document: ReconciliationDocument, of kinds: [ReconciliationSpan.Kind]
  ) -> [String] {
    kinds.flatMap { kind -> [String] in
      guard let spans = document.spans[kind.rawValue], !spans.isEmpty else { return [] }
      return ["", "\(kind.rawValue):"] + spans.flatMap { self.lines(of: $0, kind) }
    }
  }

  /// What is said of places that are not listed.
  static func omitted(_ findings: ReconciliationFindings) -> String? {
    guard findings.spansOmitted > 0 else { return nil }
    return
      "\(CountText.counted(findings.spansOmitted, "more place")); --spans N lists N of each kind"
  }

  private static func summary(_ findings: ReconciliationFindings) -> [String] {
    let rows: [(Int, String)] = [
      (findings.logged, "logged"), (findings.received, "received"),
      (findings.matched, "arrived whole"), (findings.missing, "missing"),
      (findings.cut, "cut" + self.cutLengths(findings)), (findings.altered, "altered"),
      (findings.duplicated, "duplicated"), (findings.reordered, "reordered"),
      (findings.foreign, "foreign: received, but not in the log"),
    ]
    let width = rows.map { CountText.grouped($0.0).count }.max() ?? 0
    var lines = rows.map { count, name in
      let text = CountText.grouped(count)
      return String(repeating: " ", count: width - text.count) + "\(text)  \(name)"
    }
    if findings.ambiguous > 0 {
      lines.append(
        "Of the missing, cut and duplicated lines \(CountText.grouped(findings.ambiguous)) are "
          + "ambiguous: other lines are identical, so it is unknown which ones these are.")
    }
    lines.append(
      "Not counted: \(CountText.counted(findings.loggedHeaderLines, "header line")) logged, "
        + "\(CountText.grouped(findings.receivedHeaderLines)) received"
        + (findings.skipped > 0
          ? "; \(CountText.counted(findings.skipped, "record")) without a line" : "")
        + ".")
    if findings.repeated > 0 {
      lines.append(
        "Repeated: \(CountText.counted(findings.repeated, "line")) that the collector wrote as "
          + "'message repeated N times'.")
    }
    if findings.unescaped > 0 {
      lines.append(
        "Escapes: \(CountText.counted(findings.unescaped, "line is", "lines are")) equal with "
          + "escapes such as #011 undone.")
    }
    lines.append(self.tags(findings))
    lines.append(self.stamps(findings))
    return lines
  }

  private static func tags(_ findings: ReconciliationFindings) -> String {
    guard let tag = findings.tag else {
      return
        "Tags: not compared, since this log's tag is unknown: lines of another log with the same "
        + "texts would count as arrived. Use --tag."
    }
    var text = "Tag: \(self.printable(tag))"
    text += "\(self.words(findings.tagBasis))."
    if findings.linesOfOtherTags > 0 {
      let tags = findings.otherTags.prefix(4).map {
        "\(self.printable($0.tag)) \(CountText.grouped($0.lines))"
      }
      text +=
        " Of the foreign lines \(CountText.grouped(findings.linesOfOtherTags)) have others: "
        + tags.joined(separator: ", ") + (findings.otherTags.count > 4 ? ", ..." : "") + "."
    }
    if findings.untagged > 0 {
      text +=
        " \(CountText.counted(findings.untagged, "line has", "lines have")) none, compared by text."
    }
    return text
  }

  private static func words(_ basis: TagBasis) -> String {
    switch basis {
    case .name: ""
    case .smallLetters:
      ", the log's name in lower case; use --tag if another log has that name"
    case .lines:
      ", taken from the lines; the log's own name is unknown, and another log with the same texts "
        + "would be taken for it"
    }
  }

  private static func stamps(_ findings: ReconciliationFindings) -> String {
    switch findings.stampShift {
    case .none: "Stamps: not those of the log; lines are distinguished by level and text."
    case .some(0): "Stamps: as logged; they distinguish identical texts."
    case .some(let shift):
      "Stamps: the log's are \(shift < 32_768 ? shift : shift - 65_536) s ahead; "
        + "they distinguish identical texts."
    }
  }

  private static func cutLengths(_ findings: ReconciliationFindings) -> String {
    let entries = findings.cutLengths.entries.sorted { ($1.lines, $0.bytes) < ($0.lines, $1.bytes) }
    guard !entries.isEmpty else { return "" }
    var texts = entries.prefix(4).map {
      "\(CountText.lines($0.lines)) to \($0.bytes)"
    }
    if entries.count > 4 { texts.append("others to other lengths") }
    return ": " + texts.joined(separator: ", ") + " bytes of level and text"
  }

  private static func lines(
    of span: ReconciliationDocument.Span, _ kind: ReconciliationSpan.Kind
  ) -> [String] {
    var parts = [CountText.lines(span.lines)]
    if let logged = span.logged {
      parts.append("logged at \(self.place(logged))")
      if let from = logged.from, let to = logged.to {
        parts.append(from == to ? from : "\(from) to \(to)")
      }
    }
    if let received = span.received {
      parts.append("\(kind == .missing ? "after" : "received at") \(self.place(received))")
    } else if kind == .missing {
      parts.append("before the first received line")
    }
    if let bytes = span.receivedBytes, let whole = span.loggedBytes {
      parts.append("\(bytes) of \(whole) bytes")
    }
    if span.ambiguous { parts.append("ambiguous") }
    var lines = ["  " + parts.joined(separator: "; ")]
    let shown = kind == .altered ? span.received : span.logged ?? span.received
    // Of a gap all lines: header lines may be between them.
    let texts = shown.map { $0.texts ?? [$0.text] } ?? []
    lines += texts.map { "    \(self.printable($0))" }
    if kind == .missing, span.lines > texts.count {
      lines.append("    and \(CountText.grouped(span.lines - texts.count)) more")
    }
    return lines
  }

  private static func place(_ lines: ReconciliationDocument.Lines) -> String {
    let start = "\(lines.file):\(lines.first)"
    if let file = lines.lastFile { return "\(start) to \(file):\(lines.last)" }
    return lines.first == lines.last ? start : "\(start)-\(lines.last)"
  }

  /// Foreign lines may hold anything.
  static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 32 || (127..<160).contains($0.value) ? "?" : $0 }))
  }
}
