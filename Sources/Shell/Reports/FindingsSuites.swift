public import ApplianceConfiguration

extension FindingsDocument {
  /// The files as suites of JUnit: a case a finding, skipped when the baseline accepts it or when
  /// it is too light to fail the check; one case that passes for a file without findings.
  public func suites(failingOn severity: Diagnostic.Severity) -> [JUnitSuite] {
    self.files.map { file in
      let cases = file.findings.map { finding in
        let line = describe(finding.diagnostic, file: file.name)
        let outcome: JUnitSuite.Case.Outcome =
          if Self.counts(finding, on: severity) {
            .failed(line, detail: finding.diagnostic.path)
          } else if finding.isAccepted {
            .skipped("accepted: \(line)")
          } else {
            .skipped(line)
          }
        let place = finding.diagnostic.position.map { " at \($0.line):\($0.column)" } ?? ""
        return JUnitSuite.Case(name: finding.diagnostic.code.rawValue + place, outcome: outcome)
      }
      let none = JUnitSuite.Case(name: "no findings", outcome: .passed)
      return JUnitSuite(name: file.name, cases: cases.isEmpty ? [none] : cases)
    }
  }
}
