internal import ApplianceConfiguration
internal import Scenarios
internal import Text

/// A suite of a JUnit report.
public struct JUnitSuite: Sendable {
  /// One case of it.
  public struct Case: Sendable {
    /// What became of it.
    public enum Outcome: Sendable {
      case passed
      case skipped(String)
      /// In one line, and in full.
      case failed(String, detail: String)
    }

    let name: String
    let outcome: Outcome

    /// A case.
    public init(name: String, outcome: Outcome) {
      self.name = name
      self.outcome = outcome
    }

    var isFailed: Bool {
      if case .failed = self.outcome { true } else { false }
    }

    var isSkipped: Bool {
      if case .skipped = self.outcome { true } else { false }
    }
  }

  let name: String
  /// The class of each case: the path of a file, since two files may hold suites of one name.
  let className: String
  let cases: [Case]
  /// What is said beside the cases.
  let output: [String]

  /// A suite.
  public init(name: String, className: String? = nil, cases: [Case], output: [String] = []) {
    self.name = name
    self.className = className ?? name
    self.cases = Self.named(cases)
    self.output = output
  }
}

extension JUnitSuite {
  /// The cases with a number behind each name that one before has: CI systems keep one of each.
  private static func named(_ cases: [Case]) -> [Case] {
    var taken: [String: Int] = [:]
    return cases.map { entry in
      var name = entry.name
      while let count = taken[name] {
        taken[name] = count + 1
        name = "\(entry.name) (\(count + 1))"
      }
      taken[name] = 1
      return Case(name: name, outcome: entry.outcome)
    }
  }
}

/// Results as JUnit XML, which CI systems read.
public enum JUnitDocument {
  static let opening = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".utf8)
  static let closing = Array("</testsuites>\n".utf8)

  /// Scenarios: a suite a scenario, a case an expectation, the class by the scenario's file.
  public static func xml(_ documents: [(path: String, document: ScenarioDocument)]) -> [UInt8] {
    self.xml(
      suites: documents.map { path, document in
        JUnitSuite(
          name: document.name, className: path,
          cases: document.verdicts.map { verdict in
            let failure = JUnitSuite.Case.Outcome.failed("found \(verdict.found)", detail: "")
            return JUnitSuite.Case(
              name: "\(verdict.expectation)", outcome: verdict.isMet ? .passed : failure)
          })
      })
  }

  /// The document's bytes.
  public static func xml(suites: [JUnitSuite]) -> [UInt8] {
    suites.reduce(into: self.opening) { $0 += self.fragment($1) } + self.closing
  }

  /// A suite's part of a document.
  static func fragment(_ suite: JUnitSuite) -> [UInt8] {
    var bytes: [UInt8] = []
    let skipped = suite.cases.count(where: \.isSkipped)
    bytes += " <testsuite name=\"\(self.attribute(suite.name))\"".utf8
    bytes += " tests=\"\(suite.cases.count)\"".utf8
    bytes += " failures=\"\(suite.cases.count(where: \.isFailed))\"".utf8
    if skipped > 0 { bytes += " skipped=\"\(skipped)\"".utf8 }
    bytes += ">\n".utf8
    let className = self.attribute(suite.className)
    for entry in suite.cases {
      bytes += "  <testcase classname=\"\(className)\" name=\"\(self.attribute(entry.name))\"".utf8
      switch entry.outcome {
      case .passed: bytes += "/>\n".utf8
      case .skipped(let reason):
        bytes += ">\n   <skipped message=\"\(self.attribute(reason))\"/>\n  </testcase>\n".utf8
      case .failed(let message, let detail):
        bytes += ">\n   <failure message=\"\(self.attribute(message))\"".utf8
        bytes += detail.isEmpty ? "/>".utf8 : ">\(self.content(detail))</failure>".utf8
        bytes += "\n  </testcase>\n".utf8
      }
    }
    if !suite.output.isEmpty {
      let text = self.content(suite.output.joined(separator: "\n"))
      bytes += "  <system-out>\(text)</system-out>\n".utf8
    }
    bytes += " </testsuite>\n".utf8
    return bytes
  }

  /// `text` in one line as the value of an attribute.
  private static func attribute(_ text: String) -> String {
    self.references(escapingControls(text))
  }

  /// `text` of one line or more as content.
  private static func content(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { self.references(escapingControls(String($0))) }.joined(separator: "\n")
  }

  private static func references(_ text: String) -> String {
    XMLEscape.escaped(text, .markup) { $0.escaped(asASCII: true) }
  }
}

extension CheckReport {
  /// A file as a suite: a case a finding, skipped when the baseline accepts it or when it is not
  /// severe enough to fail the check; one case that passes for a file without findings.
  func suite(of file: CheckedFile) -> JUnitSuite {
    let cases = file.findings.map { finding in
      let line = describe(finding.diagnostic, file: file.name)
      let outcome: JUnitSuite.Case.Outcome =
        if finding.counts(on: self.options.failingOn) {
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

  func junitClosing(_ summary: CheckSummary) -> [UInt8] {
    let remarks = self.remarks(summary) + Self.goneLines(summary.gone ?? [])
    return JUnitDocument.fragment(JUnitSuite(name: "summary", cases: [], output: remarks))
      + JUnitDocument.closing
  }
}
