import ApplianceConfiguration
internal import Text

/// The formats that are lines.
extension CheckReport {
  /// A line for each finding that is not accepted.
  func lines(of file: CheckedFile) -> [UInt8] {
    guard file.counts.total > 0 else { return [] }
    var bytes: [UInt8] = []
    let name = self.options.base.name(of: file.name)
    for finding in file.findings where !finding.isAccepted {
      bytes += self.line(finding.diagnostic, file: file.name, baseName: name).utf8
      bytes.append(0x0A)
    }
    return bytes
  }

  private func line(_ finding: Diagnostic, file: String, baseName: String) -> String {
    switch self.format {
    case .concise: Self.conciseLine(finding, file: file)
    case .github: Self.command(finding, file: baseName)
    case .markdown: Self.row(finding, file: baseName)
    default: describe(finding, file: file)
    }
  }

  /// Such as `a.xml:31:53: LOG012 not a port: "0"`.
  private static func conciseLine(_ finding: Diagnostic, file: String) -> String {
    let place = finding.position.map { ":\($0.line):\($0.column)" } ?? ""
    let found = finding.found.isEmpty ? "" : ": \(escapingControls(finding.found))"
    let words = finding.code.isSentence ? String(found.dropFirst(2)) : finding.code.title + found
    return "\(escapingControls(file))\(place): \(finding.code.rawValue) \(words)"
  }

  // MARK: GitHub

  /// Source: GitHub's documentation, "Workflow commands for GitHub Actions".
  private static func command(_ finding: Diagnostic, file: String) -> String {
    let kind =
      switch finding.severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    let place = finding.position.map { ",line=\($0.line),col=\($0.column)" } ?? ",line=1"
    let code = finding.code.rawValue
    return
      "::\(kind) file=\(self.property(file))\(place),title=\(code)::"
      + self.data("\(finding.message) [\(code)]")
  }

  private static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    self.data(escapingControls(text)).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }

  // MARK: Markdown

  private static func row(_ finding: Diagnostic, file: String) -> String {
    let place = finding.position.map { ":\($0.line):\($0.column)" } ?? ""
    return
      "| \(MarkdownText.code(escapingControls(file) + place)) | \(finding.severity.rawValue) "
      + "| \(finding.code.rawValue) | \(MarkdownText.code(finding.message)) |"
  }

  func markdownClosing(_ summary: CheckSummary) -> [UInt8] {
    var lines: [String] = []
    if self.options.isStatistics {
      lines += ["| code | count | severity | title |", "|---|---|---|---|"]
      lines += summary.statistics.map { code, severity, count in
        "| \(code.rawValue) | \(count) | \(severity.rawValue) | \(code.title) |"
      }
    }
    if !self.options.isQuiet {
      if self.options.isStatistics || summary.counts.total > 0 { lines.append("") }
      let files = Plural.counted(summary.files, "file")
      lines.append("**\(files)**: \(summary.counts.text)")
      lines += self.remarks(summary).map { "- \(MarkdownText.code($0))" }
      lines += Self.goneLines(summary.gone ?? []).map { "- \(MarkdownText.code($0))" }
    }
    return Self.lines(lines)
  }

  // MARK: The summary

  func summaryLines(_ summary: CheckSummary) -> [String] {
    var lines: [String] = []
    if self.options.isStatistics {
      lines += summary.statistics.map { code, severity, count in
        "\(code.rawValue) \(count) \(severity.rawValue) \(code.title)"
      }
    }
    guard !self.options.isQuiet else { return lines }
    let total =
      "\(Plural.counted(summary.files, "file")), "
      + "\(summary.filesWithErrors) with errors: \(summary.counts.text)"
    switch self.format {
    case .concise: return lines + [total, self.scope(summary).joined(separator: "; ")]
    case .github:
      return lines + [total] + self.scope(summary).map { "::notice::" + Self.data($0) }
    default: break
    }
    if summary.files == 1, let name = summary.first {
      lines.append("\(escapingControls(name)): \(summary.counts.text)")
    } else {
      if !self.options.isStatistics {
        lines += summary.named.map { "\(escapingControls($0.name)): \($0.counts.text)" }
        let further = summary.filesWithFindings - summary.named.count
        if further > 0 { lines.append("... and \(further) more files with findings") }
      }
      lines.append(total)
    }
    return lines + self.remarks(summary) + Self.goneLines(summary.gone ?? [])
  }
}
