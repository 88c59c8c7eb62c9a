import ApplianceConfiguration

/// The document for a program: the files, each finding in a line, and sums over all of them.
extension CheckReport {
  func json(of file: CheckedFile) -> [UInt8] {
    var json = JSONText()
    json.beginObject()
    json.add("name", file.name)
    file.counts.write(to: &json)
    if let version = file.version { json.add("version", version) }
    if let isWhole = file.isWhole { json.add("form", isWhole ? "whole" : "sections") }
    if let coverage = file.coverage { self.write(coverage, to: &json) }
    json.beginArray("findings")
    for finding in file.findings {
      json.endLine()
      Self.write(finding, to: &json)
    }
    json.endArray()
    json.endObject()
    return json.bytes
  }

  private static func write(_ reported: ReportedFinding, to json: inout JSONText) {
    let finding = reported.diagnostic
    json.beginObject()
    json.add("severity", finding.severity.rawValue)
    json.add("code", finding.code.rawValue)
    if let position = finding.position {
      json.add("line", position.line)
      json.add("column", position.column)
    }
    json.add("path", finding.path)
    json.add("found", finding.found)
    json.add("allowed", finding.allowed)
    json.addIfPresent("hint", finding.hint)
    json.addIfPresent("rule", finding.rule)
    json.addIfPresent("assumed", finding.assumed)
    json.add("accepted", isTrue: reported.isAccepted)
    json.endObject()
  }

  private func write(_ coverage: ConfigurationCoverage, to json: inout JSONText) {
    json.beginObject("coverage")
    json.add("sections", coverage.sections)
    json.add("checkedSections", coverage.checkedSections)
    json.add("bytes", coverage.bytes)
    json.add("checkedBytes", coverage.checkedBytes)
    json.beginArray("notModelled")
    for part in coverage.largest.prefix(self.options.isVerbose ? .max : 100) {
      json.add(nil, part.name)
    }
    json.endArray()
    json.endObject()
  }

  func jsonClosing(_ summary: CheckSummary) -> [UInt8] {
    var json = JSONText()
    json.beginObject("summary")
    json.add("files", summary.files)
    json.add("filesWithErrors", summary.filesWithErrors)
    json.add("filesWithFindings", summary.filesWithFindings)
    summary.counts.write(to: &json)
    json.beginObject("codes")
    for (code, count) in summary.codes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      json.add(named: code.rawValue, count)
    }
    json.endObject()
    self.write(summary.coverage, to: &json)
    json.add("rules", self.rules(summary))
    json.beginArray("leftOut")
    for words in summary.leftOut { json.add(nil, words) }
    json.endArray()
    json.endObject()
    if let gone = summary.gone {
      json.endLine()
      json.beginArray("gone")
      for key in gone {
        json.endLine()
        json.beginObject()
        json.add("file", key.file)
        json.add("code", key.code)
        json.add("path", key.path)
        json.add("found", key.found)
        json.endObject()
      }
      json.endArray()
    }
    return Array("],\n".utf8) + json.bytes + Array("}\n".utf8)
  }
}
