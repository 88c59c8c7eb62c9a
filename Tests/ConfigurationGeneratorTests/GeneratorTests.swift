import ApplianceConfiguration
import ConfigurationGenerator
import ConfigurationSanitizing
import ConfigurationXML
import Support
import Testing

/// Properties over many generated files.
@Suite struct GeneratorTests {
  private static let generator = ConfigurationGenerator(seed: 20_150_625)
  private static let count = Thoroughness.cases(few: UInt64(75), many: 2000)
  /// Sanitizing costs ten times as much as reading.
  private static let sanitizedCount = Thoroughness.cases(few: UInt64(15), many: 1000)

  private static func findings(_ file: GeneratedConfiguration) -> [Diagnostic] {
    ConfigurationReader().read(bytes: file.bytes, name: "x.xml").diagnostics
  }

  @Test func validFilesHaveNoError() {
    for number in 0..<Self.count {
      let errors = Self.findings(Self.generator.valid(number)).filter { $0.severity == .error }
      #expect(errors == [], "number \(number)")
    }
  }

  @Test func defectsAreFoundAndNamed() {
    var unnamed: [String] = []
    for number in 0..<Self.count {
      let file = Self.generator.mutant(number)
      guard let defect = file.defect else { continue }
      if !Self.findings(file).contains(where: { $0.code == defect.code }) {
        unnamed.append("number \(number): \(defect.code.rawValue): \(defect.words)")
      }
    }
    #expect(unnamed.count * 100 <= Self.count, "\(unnamed.joined(separator: "\n"))")
  }

  /// A defect is the only thing wrong: no error of another code, but for what follows from it.
  @Test func defectsComeAlone() {
    for number in 0..<UInt64(ConfigurationGenerator.defectCount) {
      let file = Self.generator.mutant(number)
      let others = Self.findings(file).filter {
        $0.severity == .error && $0.code != file.defect?.code
      }
      #expect(others.map(\.code) == [], "\(number): \(file.defect?.words ?? "")")
    }
  }

  @Test func sameSeedSameBytes() {
    let again = ConfigurationGenerator(seed: 20_150_625)
    #expect((0..<20).map(again.mutant) == (0..<20).map(Self.generator.mutant))
    #expect(again.valid(7) == Self.generator.valid(7))
    #expect(ConfigurationGenerator(seed: 1).valid(7) != again.valid(7))
    #expect(Set((0..<Self.count).map { Self.generator.valid($0).bytes }).count == Int(Self.count))
  }

  /// Codes that no mutant is made for, with the reason.
  private static let notMade: [DiagnosticCode: String] = [
    .headerLineUnknown: "a sanitized copy has no such line", .fileUnreadable: "no content",
    .fileTooLarge: "a limit", .limitExceeded: "a limit",
    .findingsNotListed: "a limit", .sectionsTaken: "a whole file is made",
    .prologueMissing: "a whole file is made",
    .logSettingUnsupported: "goes away with the next version",
    .versionMismatch: "asked for", .modelMismatch: "asked for",
    .expectationUnmet: "asked for",
    .elementUndeclared: "asked for", .elementMisplaced: "asked for",
    .attributeUndeclared: "asked for", .documentTypeUnusable: "asked for",
    .certificateOutdated: "asked for", .certificateKeyShort: "asked for",
    .certificateNotUnderstood: "asked for",
    .houseRuleBroken: "asked for", .suppressionInvalid: "no export has such comments",
    .suppressionIdle: "no export has such comments", .houseRuleIdle: "asked for",
    .clusterGroupUnknown: "comes with a cluster",
    .clusterMachineUnknown: "asked for", .machineIdle: "asked for",
    .clusterLevelsLeftOut: "comes with a machine asked for",
  ]

  @Test func everyOtherCodeHasAMutant() {
    let missing = Set(DiagnosticCode.allCases).subtracting(ConfigurationGenerator.defectCodes)
    #expect(missing.map(\.rawValue).sorted() == Self.notMade.keys.map(\.rawValue).sorted())
  }

  @Test func sanitizedCopiesHaveTheSameFindings() throws {
    let sanitizer = ConfigurationSanitizer(key: SanitizingKey(1, 2))
    for number in 0..<Self.sanitizedCount {
      for file in [Self.generator.valid(number), Self.generator.mutant(number)] {
        let copy = GeneratedConfiguration(bytes: try sanitizer.sanitized(file.bytes))
        let found = [file, copy].map { file in
          Self.findings(file).map { "\($0.code) \($0.severity) \($0.position?.line ?? 0)" }
        }
        #expect(found[0] == found[1], "number \(number)")
      }
    }
  }

  /// Generated files with names of a site in their access tables: none of them is in the copy. The
  /// names are long: four letters are met by chance in so much scrambled text.
  @Test func sanitizedAccessTablesKeepNothing() throws {
    let sanitizer = ConfigurationSanitizer(key: SanitizingKey(3, 4))
    let names = [
      ("RELAYLIST", "BERLINLIST"), ("SUSPECTLIST", "Paris Hosts"), ("THROTTLED", "ACMESLOW"),
      ("example.com", "acmelogistics.co.uk"), ("example.net", "acmelogistics.net"),
      ("Made up", "Wilhelmina Doe"),
      ("198.51.100.", "81.2.69."), ("203.0.113.", "89.160.20."), ("2001:db8:", "2a02:6ea0:"),
    ].map { ($0.0, $0.1.replacing(" ", with: "_")) }
    var tables = 0
    for number in 0..<Self.sanitizedCount {
      let file = Self.generator.valid(number)
      guard !file.bytes.contains(0) else { continue }
      // Byte for byte, whatever the encoding is.
      let text = names.reduce(String(decoding: file.bytes.map { UInt16($0) }, as: UTF16.self)) {
        $0.replacing($1.0, with: $1.1)
      }
      guard text.contains("<hat>") || text.contains("<rat>") else { continue }
      tables += 1
      let bytes = text.utf16.map { UInt8($0 & 0xFF) }
      let copy = try sanitizer.sanitized(bytes)
      let found = [bytes, copy].map { bytes in
        ConfigurationReader().read(bytes: bytes, name: "x.xml").diagnostics
          .map { "\($0.code) \($0.path) \($0.position?.line ?? 0)" }
      }
      #expect(found[0] == found[1], "number \(number)")
      let result = String(decoding: copy.map { UInt16($0) }, as: UTF16.self).lowercased()
      let left = (names.map(\.1) + ["Wilhelmina", "acmelogistics"]).filter {
        result.contains($0.lowercased())
      }
      #expect(left == [], "number \(number)")
    }
    #expect(tables * 2 > Self.sanitizedCount)
  }
}
