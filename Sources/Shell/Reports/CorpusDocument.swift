/// What a corpus of configurations came to, for a program to read.
public struct CorpusDocument: Encodable, Sendable {
  /// One case.
  public struct Case: Encodable, Sendable {
    let name: String
    let outcome: String
    let difference: [String]

    /// - Parameters:
    ///   - outcome: `passed`, `updated` or `failed`.
    ///   - difference: the lines of a unified difference, or of an explanation; none unless failed.
    public init(name: String, outcome: String, difference: [String]) {
      self.name = name
      self.outcome = outcome
      self.difference = difference
    }
  }

  let cases: [Case]

  /// A document of these cases.
  public init(_ cases: [Case]) {
    self.cases = cases
  }

  /// The document's bytes: JSON with sorted keys and a line end.
  public func json() throws -> [UInt8] {
    try JSONBytes.encode(self)
  }

  /// The cases as a suite of JUnit.
  public func suite(_ name: String) -> JUnitSuite {
    JUnitSuite(
      name: name,
      cases: self.cases.map { entry in
        let failure = JUnitSuite.Case.Outcome.failed(
          "differs from what is expected", detail: entry.difference.joined(separator: "\n"))
        return JUnitSuite.Case(
          name: entry.name, outcome: entry.outcome == "failed" ? failure : .passed)
      })
  }
}
