internal import ApplianceConfiguration

/// Findings as SARIF 2.1.0, which code hosts show beside the lines of a change.
///
/// Columns count bytes of the file, so that in UTF-8 they may be off after a character beyond
/// ASCII.
///
/// Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.13 to 3.49.
extension CheckReport {
  private static let baseName = "%SRCROOT%"
  private static let codes = DiagnosticCode.allCases
  private static let indices = Dictionary(
    uniqueKeysWithValues: Self.codes.enumerated().map { ($0.element, $0.offset) })

  var sarifOpening: [UInt8] {
    var json = JSONText()
    json.beginObject()
    json.add("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
    json.add("version", "2.1.0")
    json.beginArray("runs")
    json.beginObject()
    json.beginObject("tool")
    json.beginObject("driver")
    json.add("name", "appliance-sim")
    json.add("version", self.options.productVersion)
    json.beginArray("rules")
    for code in Self.codes {
      json.endLine()
      Self.write(rule: code, to: &json)
    }
    json.endArray()
    json.endObject()
    json.endObject()
    if let uri = self.options.base.uri {
      json.endLine()
      json.beginObject("originalUriBaseIds")
      json.beginObject("%SRCROOT%")
      json.add("uri", uri)
      json.endObject()
      json.endObject()
    }
    json.endLine()
    json.beginArray("results")
    return json.bytes
  }

  private static func write(rule code: DiagnosticCode, to json: inout JSONText) {
    let explanation = DiagnosticExplanation(code)
    json.beginObject()
    json.add("id", code.rawValue)
    json.beginObject("shortDescription")
    json.add("text", self.sentence(code.title))
    json.endObject()
    json.beginObject("help")
    json.add("text", explanation.text)
    json.endObject()
    json.add("helpUri", explanation.uri)
    json.beginObject("defaultConfiguration")
    json.add("level", code.severity.rawValue)
    json.endObject()
    json.endObject()
  }

  func sarif(of file: CheckedFile) -> [UInt8] {
    var (bytes, isFirst): ([UInt8], Bool) = ([], true)
    var seen: [FindingKey: Int] = [:]
    let uri = ReportBase.uri(self.options.base.name(of: file.name))
    for finding in file.findings {
      var json = JSONText()
      seen[finding.key, default: 0] += 1
      self.write(finding, at: uri, occurrence: seen[finding.key, default: 1], to: &json)
      if !isFirst { bytes += ",\n".utf8 }
      isFirst = false
      bytes += json.bytes
    }
    return bytes
  }

  private func write(
    _ finding: ReportedFinding, at uri: String, occurrence: Int, to json: inout JSONText
  ) {
    let diagnostic = finding.diagnostic
    json.beginObject()
    json.add("ruleId", diagnostic.code.rawValue)
    if let index = Self.indices[diagnostic.code] { json.add("ruleIndex", index) }
    json.add("level", diagnostic.severity.rawValue)
    json.beginObject("message")
    json.add("text", Self.sentence(diagnostic.message))
    json.endObject()
    self.write(locationOf: diagnostic, at: uri, to: &json)
    json.beginObject("partialFingerprints")
    json.add("findingKey/v1", "\(finding.key.fingerprint):\(occurrence)")
    json.endObject()
    if !self.options.baseline.isEmpty {
      json.add("baselineState", finding.isAccepted ? "unchanged" : "new")
    }
    if finding.isAccepted {
      json.beginArray("suppressions")
      json.beginObject()
      json.add("kind", "external")
      json.add("justification", "Accepted by \(escapingControls(self.options.baseline)).")
      json.endObject()
      json.endArray()
    }
    if !diagnostic.hint.isEmpty || !diagnostic.assumed.isEmpty {
      json.beginObject("properties")
      json.addIfPresent("hint", diagnostic.hint)
      json.addIfPresent("assumed", diagnostic.assumed)
      json.endObject()
    }
    json.endObject()
  }

  private func write(
    locationOf diagnostic: Diagnostic, at uri: String, to json: inout JSONText
  ) {
    json.beginArray("locations")
    json.beginObject()
    json.beginObject("physicalLocation")
    json.beginObject("artifactLocation")
    json.add("uri", uri)
    if self.options.base.uri != nil { json.add("uriBaseId", Self.baseName) }
    json.endObject()
    // A code host shows no result without a region: one about the file stands at its beginning.
    json.beginObject("region")
    json.add("startLine", diagnostic.position?.line ?? 1)
    json.add("startColumn", diagnostic.position?.column ?? 1)
    json.endObject()
    json.endObject()
    if !diagnostic.path.isEmpty {
      json.beginArray("logicalLocations")
      json.beginObject()
      json.add("fullyQualifiedName", diagnostic.path)
      json.add("kind", "element")
      json.endObject()
      json.endArray()
    }
    json.endObject()
    json.endArray()
  }

  func sarifClosing(_ summary: CheckSummary) -> [UInt8] {
    var json = JSONText()
    json.beginArray("invocations")
    json.beginObject()
    json.add("executionSuccessful", isTrue: true)
    json.beginArray("toolExecutionNotifications")
    // A line about a file begins with its name, which stays as it is.
    let gone = Self.goneLines(summary.gone ?? []).map { $0 + "." }
    for remark in self.remarks(summary).map(Self.sentence) + gone {
      json.endLine()
      json.beginObject()
      json.add("level", "note")
      json.beginObject("message")
      json.add("text", remark)
      json.endObject()
      json.endObject()
    }
    json.endArray()
    json.endObject()
    json.endArray()
    return Array("],\n".utf8) + json.bytes + Array("}]}\n".utf8)
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// What is to be said of a report with so many results; `nil` below the bounds of code hosts.
  ///
  /// Source: GitHub's documentation, "SARIF results exceed one or more limits".
  public static func limitWarning(results: Int) -> String? {
    guard results > 5_000 else { return nil }
    let count = CountText.grouped(results)
    return results > 25_000
      ? "warning: \(count) results: GitHub refuses a report of more than 25,000; "
        + "check fewer files at a time"
      : "warning: \(count) results: GitHub shows the 5,000 most severe of a report"
  }
}
