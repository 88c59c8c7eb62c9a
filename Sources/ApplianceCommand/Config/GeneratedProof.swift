import Text
import ApplianceConfiguration
import ConfigurationChecks
import ConfigurationGenerator
import ConfigurationXML
import Foundation

/// Reads made-up files, and says whether each is what it is said to be.
struct GeneratedProof {
  /// Which files are made.
  enum Kind {
    case valid, cluster, mutant
  }

  let kind: Kind
  let generator: ConfigurationGenerator
  let count: Int

  /// Of mutants so many of a thousand must be named; of other files each one must come back.
  private static let namedPermilleMin = 990
  private static let problemsShownMax = 20

  /// What was found out, in lines, and whether it is enough.
  struct Outcome {
    var summary: String
    /// Such as `number 17: export refused: ...`.
    var problems: [String]
    var isProved: Bool
  }

  func outcome() async -> Outcome {
    let (kind, generator) = (self.kind, self.generator)
    // Pieces, since a file is too short a work for a task of its own.
    let starts = Array(stride(from: 0, to: self.count, by: 64))
    let count = self.count
    let problems = await ParallelMap.map(starts) { start in
      (start..<min(start + 64, count)).compactMap { number in
        Self.problem(kind, generator, UInt64(number)).map { "number \(number): \($0)" }
      }
    }.flatMap(\.self)
    return Outcome(
      summary: self.summary(proved: count - problems.count),
      problems: Array(problems.prefix(Self.problemsShownMax)),
      isProved: kind == .mutant
        ? (count - problems.count) * 1000 >= count * Self.namedPermilleMin : problems.isEmpty)
  }

  private func summary(proved: Int) -> String {
    switch self.kind {
    case .valid:
      "\(Plural.counted(self.count, "valid file")): \(Plural.counted(proved, "is", "are")) "
        + "the same after export and import"
    case .cluster:
      "\(Plural.counted(self.count, "cluster export")): \(Plural.counted(proved, "is", "are")) "
        + "refused as a whole, and a machine of each is the same after export and import"
    case .mutant:
      "\(Plural.counted(self.count, "mutant")) of \(ConfigurationGenerator.defectCount) kinds: "
        + "the defect of \(proved) is found and named"
    }
  }

  private static func problem(
    _ kind: Kind, _ generator: ConfigurationGenerator, _ number: UInt64
  ) -> String? {
    switch kind {
    case .valid: return RoundTrip.problem(generator.valid(number).bytes)
    case .cluster:
      let bytes = generator.cluster(number).bytes
      guard self.codes(bytes).contains(.clusterExport) else { return "a cluster is imported" }
      return RoundTrip.problem(bytes, machine: number.isMultiple(of: 2) ? "esa1" : "esa2")
    case .mutant:
      let file = generator.mutant(number)
      guard let defect = file.defect, !self.codes(file.bytes).contains(defect.code) else {
        return nil
      }
      return "\(defect.code.rawValue) is not found: \(defect.words)"
    }
  }

  private static func codes(_ bytes: [UInt8]) -> Set<DiagnosticCode> {
    Set(ConfigurationReader().read(bytes: bytes, name: "x.xml").diagnostics.map(\.code))
  }
}
