internal import ApplianceConfiguration
internal import Foundation

/// Findings as SARIF 2.1.0, which code hosts show beside the lines of a change.
///
/// Columns count bytes of the file, so that in UTF-8 they may be off behind a character beyond
/// ASCII.
///
/// Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.13 to 3.49.
public enum SARIFDocument {
  /// The bytes of the log.
  ///
  /// - Parameter productVersion: of this program.
  public static func json(_ document: FindingsDocument, productVersion: String) throws -> [UInt8] {
    let codes = DiagnosticCode.allCases
    var results: [SARIFLog.Result] = []
    for file in document.files {
      var seen: [FindingKey: Int] = [:]
      for finding in file.findings {
        seen[finding.key, default: 0] += 1
        results.append(
          self.result(
            finding, in: file.name, index: codes.firstIndex(of: finding.diagnostic.code),
            occurrence: seen[finding.key, default: 1],
            state: document.hasBaseline ? (finding.isAccepted ? "unchanged" : "new") : nil))
      }
    }
    results += document.gone.map(self.absent)
    let driver = SARIFLog.Driver(
      name: "appliance-sim", version: productVersion, rules: codes.map(self.rule))
    return try JSONBytes.encode(
      SARIFLog(runs: [SARIFLog.Run(tool: .init(driver: driver), results: results)]))
  }

  private static func rule(_ code: DiagnosticCode) -> SARIFLog.Rule {
    let weight =
      switch code.severity {
      case .error where code.rawValue.hasPrefix("CHK"): "Not as the call of the check asked for."
      case .error: "The file is refused as a whole, as an appliance does it."
      case .warning: "A log or alert setting is left out or has no effect, or is hardly meant so."
      case .note: "Nothing that the logging subsystem needs."
      }
    return SARIFLog.Rule(
      id: code.rawValue, shortDescription: .init(text: self.sentence(code.title)),
      help: .init(
        text: "\(weight) An example and what is allowed: docs/DIAGNOSTICS.md, \(code.rawValue)."),
      defaultConfiguration: .init(level: code.severity.rawValue))
  }

  private static func result(
    _ finding: ReportedFinding, in file: String, index: Int?, occurrence: Int, state: String?
  ) -> SARIFLog.Result {
    let diagnostic = finding.diagnostic
    let region = diagnostic.position.map {
      SARIFLog.Region(startLine: $0.line, startColumn: $0.column)
    }
    let place = SARIFLog.PhysicalLocation(
      artifactLocation: .init(uri: self.uri(file)), region: region)
    let element =
      diagnostic.path.isEmpty
      ? nil : [SARIFLog.LogicalLocation(fullyQualifiedName: diagnostic.path, kind: "element")]
    return SARIFLog.Result(
      ruleId: diagnostic.code.rawValue, ruleIndex: index, level: diagnostic.severity.rawValue,
      message: .init(text: self.sentence(diagnostic.message)),
      locations: [.init(physicalLocation: place, logicalLocations: element)],
      partialFingerprints: ["findingKey/v1": "\(finding.key.fingerprint):\(occurrence)"],
      baselineState: state, properties: self.properties(diagnostic))
  }

  private static func properties(_ diagnostic: Diagnostic) -> [String: String]? {
    let properties = ["hint": diagnostic.hint, "assumed": diagnostic.assumed]
      .filter { !$0.value.isEmpty }
    return properties.isEmpty ? nil : properties
  }

  /// A finding of the baseline that is there no more.
  private static func absent(_ key: FindingKey) -> SARIFLog.Result {
    let code = DiagnosticCode(rawValue: key.code)
    let place = SARIFLog.PhysicalLocation(
      artifactLocation: .init(uri: self.uri(key.file)), region: nil)
    let title = code?.title ?? "this finding"
    return SARIFLog.Result(
      ruleId: key.code, ruleIndex: code.flatMap { DiagnosticCode.allCases.firstIndex(of: $0) },
      level: (code?.severity ?? .note).rawValue,
      message: .init(text: self.sentence("no longer found: \(title)")),
      locations: [.init(physicalLocation: place, logicalLocations: nil)],
      partialFingerprints: ["findingKey/v1": "\(key.fingerprint):1"], baselineState: "absent",
      properties: nil)
  }

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// A reference to a file (RFC 3986); a name that is not absolute stays relative.
  static func uri(_ path: String) -> String {
    var allowed = CharacterSet.urlPathAllowed
    // A colon in the first part of a relative reference would end a scheme.
    allowed.remove(":")
    let text = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
    return path.hasPrefix("/") ? "file://" + text : text
  }
}

/// The parts of a SARIF log that are used; names are the standard's.
struct SARIFLog: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  struct Message: Encodable { let text: String }
  struct Configuration: Encodable { let level: String }

  struct Rule: Encodable {
    let id: String
    let shortDescription: Message
    let help: Message
    let defaultConfiguration: Configuration
  }

  struct Driver: Encodable {
    let name: String
    let version: String
    let rules: [Rule]
  }

  struct Tool: Encodable { let driver: Driver }
  struct ArtifactLocation: Encodable { let uri: String }

  struct Region: Encodable {
    let startLine: Int
    let startColumn: Int
  }

  struct PhysicalLocation: Encodable {
    let artifactLocation: ArtifactLocation
    let region: Region?
  }

  struct LogicalLocation: Encodable {
    let fullyQualifiedName: String
    let kind: String
  }

  struct Location: Encodable {
    let physicalLocation: PhysicalLocation
    let logicalLocations: [LogicalLocation]?
  }

  struct Result: Encodable {
    let ruleId: String
    let ruleIndex: Int?
    let level: String
    let message: Message
    let locations: [Location]
    let partialFingerprints: [String: String]
    let baselineState: String?
    let properties: [String: String]?
  }

  struct Run: Encodable {
    let tool: Tool
    let results: [Result]
  }

  let schema = "https://json.schemastore.org/sarif-2.1.0.json"
  let version = "2.1.0"
  let runs: [Run]
}
