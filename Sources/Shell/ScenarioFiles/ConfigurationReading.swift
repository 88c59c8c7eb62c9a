internal import ApplianceConfiguration
internal import ConfigurationXML
internal import Simulation

/// Reads the configuration that a scenario names, with its overrides, and finds the zone.
struct ConfigurationReading {
  let sources: ScenarioReader.Sources
  let source: YAMLText
  let findings: ScenarioFindings

  /// A configuration, its file's name, and the way back to where its values stand.
  struct Loaded {
    var configuration: Configuration
    /// Reports something about a value of the configuration.
    var report: (SourcePosition?, String) -> Void
  }

  func configuration(_ top: Fields) -> Loaded? {
    let name = top.require("configuration", top.words("configuration"))
    let overrides = self.overrides(top)
    guard let name else { return nil }
    let base: [UInt8]
    do {
      base = name == "sample" ? self.sources.sample : try self.sources.configuration(name)
    } catch {
      top.fail(top.place(of: "configuration"), "configuration: \(error)")
      return nil
    }
    guard let overrides else {
      return self.read(base, name: name) { position, text in
        self.findings.add(at: position, in: name, text)
      }
    }
    return self.splice(overrides, base, name: name)
  }

  private func overrides(_ top: Fields) -> YAMLScalar? {
    guard let value = top.take("overrides") else { return nil }
    if case .scalar(let scalar) = value { return scalar }
    top.fail(value.place, "overrides: found \(value.kind), allowed: XML sections after |")
    return nil
  }

  private func splice(_ overrides: YAMLScalar, _ base: [UInt8], name: String) -> Loaded? {
    let text = overrides.text
    switch ConfigurationSplice.apply(overrides: text, to: base) {
    case .success(let spliced):
      let isOverride = { spliced.origin(of: $0).source == .overrides }
      return self.read(spliced.bytes, name: name, isOverride: isOverride) { position, text in
        guard let origin = position.map(spliced.origin) else {
          self.findings.add(at: overrides.place, text)
          return
        }
        switch origin.source {
        case .base: self.findings.add(at: origin.position, in: name, text)
        case .overrides:
          self.findings.add(at: self.place(of: origin.position, in: overrides), text)
        }
      }
    case .failure(let failure):
      for finding in failure.findings.prefix(ScenarioFindings.findingsMax) {
        switch failure.source {
        case .base: self.findings.add(at: finding.position, in: name, Self.text(finding))
        case .overrides:
          let place = finding.position.map { self.place(of: $0, in: overrides) }
          self.findings.add(at: place ?? overrides.place, Self.text(finding))
        }
      }
      return nil
    }
  }

  /// - Parameter isOverride: whether a place is one of the overrides: what is written for the
  ///   scenario is to be understood, while a file may hold what is not.
  private func read(
    _ bytes: [UInt8], name: String, isOverride: (SourcePosition) -> Bool = { _ in false },
    report: @escaping (SourcePosition?, String) -> Void
  ) -> Loaded? {
    let result = ConfigurationReader().read(bytes: bytes, name: name)
    let doubts = result.diagnostics.filter { $0.severity == .warning && $0.code.isDoubt }
      .prefix(ScenarioFindings.findingsMax)
    let errors =
      result.diagnostics.filter { $0.severity == .error }
      + doubts.filter { $0.position.map(isOverride) ?? false }
    // Each place costs a walk over the file.
    for finding in errors.prefix(ScenarioFindings.findingsMax) {
      report(finding.position, Self.text(finding))
    }
    // What else is wrong with the scenario is said beside that, by what is understood of the file.
    let configuration =
      result.configuration
      ?? ConfigurationReader(mode: .lenient).read(bytes: bytes, name: name).configuration
    return configuration.map { Loaded(configuration: $0.inEffect, report: report) }
  }

  /// Such as `not a host name: found "a b", allowed: ... [CFG007]`.
  private static func text(_ finding: Diagnostic) -> String {
    var finding = finding
    finding.position = nil
    finding.severity = .error
    // A line that libxml2 tells is one of the text that it saw, not of the file.
    finding.found = finding.found.replacing(#/ line \d+ and /#, with: " and ")
    return String(describe(finding, file: "").dropFirst(": error: ".count))
  }

  // MARK: Places

  /// Where a place of the overrides' text stands in the YAML file.
  ///
  /// Exact in a block after `|` and in a text of one line; else the beginning of the text.
  private func place(of position: SourcePosition, in scalar: YAMLScalar) -> SourcePosition {
    if scalar.isLiteral {
      let line = scalar.place.line + position.line
      let indent = self.indent(of: scalar)
      return SourcePosition(line: line, column: indent + position.column)
    }
    guard position.line == 1, !scalar.text.contains("\n") else { return scalar.place }
    let quote = scalar.isQuoted ? 1 : 0
    return SourcePosition(
      line: scalar.place.line, column: scalar.place.column + quote + position.column - 1)
  }

  /// By how much a block is indented: its first line that is not blank tells.
  private func indent(of scalar: YAMLScalar) -> Int {
    let content = scalar.text.utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in content.enumerated() where !line.allSatisfy({ $0 == 0x20 }) {
      let row = scalar.place.line + index
      guard self.source.lines.indices.contains(row) else { return 0 }
      return max(self.source.lines[row].count - line.count, 0)
    }
    return 0
  }
}
