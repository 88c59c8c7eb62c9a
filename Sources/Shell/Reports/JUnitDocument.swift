internal import CLibXML2
internal import Scenarios

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
  let cases: [Case]

  /// A suite.
  public init(name: String, cases: [Case]) {
    self.name = name
    self.cases = cases
  }
}

/// Results as JUnit XML, which CI systems read.
public enum JUnitDocument {
  /// Why a document could not be written: libxml2 had no memory.
  public struct WritingFailed: Error, CustomStringConvertible {
    public var description: String { "the JUnit report could not be written" }
  }

  /// Scenarios: a suite a scenario, a case an expectation.
  public static func xml(_ documents: [ScenarioDocument]) throws(WritingFailed) -> [UInt8] {
    try self.xml(
      suites: documents.map { document in
        JUnitSuite(
          name: document.name,
          cases: document.verdicts.map { verdict in
            let failure = JUnitSuite.Case.Outcome.failed("found \(verdict.found)", detail: "")
            return JUnitSuite.Case(
              name: "\(verdict.expectation)", outcome: verdict.isMet ? .passed : failure)
          })
      })
  }

  /// The document's bytes.
  public static func xml(suites: [JUnitSuite]) throws(WritingFailed) -> [UInt8] {
    guard let buffer = xmlBufferCreate() else { throw WritingFailed() }
    defer { xmlBufferFree(buffer) }
    guard let writer = xmlNewTextWriterMemory(buffer, 0) else { throw WritingFailed() }
    xmlTextWriterSetIndent(writer, 1)
    xmlTextWriterStartDocument(writer, nil, "UTF-8", nil)
    xmlTextWriterStartElement(writer, "testsuites")
    for suite in suites { self.write(suite, to: writer) }
    xmlTextWriterEndElement(writer)
    let result = xmlTextWriterEndDocument(writer)
    xmlFreeTextWriter(writer)
    guard result >= 0, let content = xmlBufferContent(buffer) else { throw WritingFailed() }
    return Array(UnsafeBufferPointer(start: content, count: Int(xmlBufferLength(buffer))))
  }

  private static func write(_ suite: JUnitSuite, to writer: xmlTextWriterPtr) {
    let skipped = suite.cases.count(where: \.isSkipped)
    xmlTextWriterStartElement(writer, "testsuite")
    xmlTextWriterWriteAttribute(writer, "name", self.text(suite.name))
    xmlTextWriterWriteAttribute(writer, "tests", "\(suite.cases.count)")
    xmlTextWriterWriteAttribute(writer, "failures", "\(suite.cases.count(where: \.isFailed))")
    if skipped > 0 { xmlTextWriterWriteAttribute(writer, "skipped", "\(skipped)") }
    for entry in suite.cases {
      xmlTextWriterStartElement(writer, "testcase")
      xmlTextWriterWriteAttribute(writer, "classname", self.text(suite.name))
      xmlTextWriterWriteAttribute(writer, "name", self.text(entry.name))
      switch entry.outcome {
      case .passed: break
      case .skipped(let reason): self.write("skipped", reason, "", to: writer)
      case .failed(let message, let detail): self.write("failure", message, detail, to: writer)
      }
      xmlTextWriterEndElement(writer)
    }
    xmlTextWriterEndElement(writer)
  }

  private static func write(
    _ element: String, _ message: String, _ detail: String, to writer: xmlTextWriterPtr
  ) {
    xmlTextWriterStartElement(writer, element)
    xmlTextWriterWriteAttribute(writer, "message", self.text(message))
    if !detail.isEmpty { xmlTextWriterWriteString(writer, self.text(detail)) }
    xmlTextWriterEndElement(writer)
  }

  /// `text` with what XML 1.0 cannot hold replaced.
  private static func text(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 && !["\n", "\t"].contains(scalar)
      let isNoCharacter = scalar.value == 0xFFFE || scalar.value == 0xFFFF
      result.append(isControl || isNoCharacter ? "\u{FFFD}" : scalar)
    }
    return String(result)
  }
}
