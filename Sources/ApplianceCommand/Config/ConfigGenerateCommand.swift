import Text
import ApplianceConfiguration
import ArgumentParser
import ConfigurationGenerator
import Foundation

/// `appliance config generate`: made-up configurations, for others' tests and ours.
struct ConfigGenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Generate valid test configurations, or ones with one known defect.",
    discussion: """
      The same seed gives the same files. With --mutant each file has one defect, every kind in \
      turn; NAME.defect beside it says which code must be found, its severity, and what was done. \
      With --verify nothing is written: each file is read, exported and read again, or its defect \
      looked for, on all cores; exit code 1 when a file is not the same, or fewer than 99% of the \
      defects are found and named.

      Example: appliance config generate --seed 7 --count 100 --mutant --output mutants
      """)

  @Option(help: "Seed for all random choices; the same seed gives the same files.")
  var seed: UInt64

  @Option(help: "Number of files; more than one needs --output or --verify.")
  var count = 1

  @Option(help: ArgumentHelp("Write to this new or empty folder.", valueName: "dir"))
  var output: String?

  @Flag(help: "Generate files with one known defect.")
  var mutant = false

  @Flag(help: "Generate exports of a cluster with the machines esa1 and esa2.")
  var cluster = false

  @Flag(name: .customLong("verify"), help: "Verify round trips; write nothing.")
  var verifyFlag = false

  /// The old name.
  @Flag(help: .hidden)
  var prove = false

  private var verify: Bool { self.verifyFlag || self.prove }

  func validate() throws {
    guard (1...1_000_000).contains(self.count) else {
      throw ValidationError("--count: found \(self.count), allowed: 1 to 1000000")
    }
    if self.verify, self.output != nil {
      throw ValidationError("--verify: allowed: without --output, since it writes no file")
    }
    if self.cluster, self.mutant {
      throw ValidationError("found --mutant and --cluster, allowed: one of them")
    }
    if self.count > 1 && self.output == nil && !self.verify {
      throw ValidationError("--count: found \(self.count), allowed: 1 without --output")
    }
  }

  private var kind: GeneratedProof.Kind {
    self.mutant ? .mutant : self.cluster ? .cluster : .valid
  }

  func run() async throws {
    if self.prove { Terminal.error.line("hint: --prove is called --verify now") }
    let generator = ConfigurationGenerator(seed: self.seed)
    if self.verify {
      let proof = GeneratedProof(kind: self.kind, generator: generator, count: self.count)
      return try await Self.show(proof)
    }
    func file(_ number: Int) -> GeneratedConfiguration {
      switch self.kind {
      case .valid: generator.valid(UInt64(number))
      case .cluster: generator.cluster(UInt64(number))
      case .mutant: generator.mutant(UInt64(number))
      }
    }
    guard let output = self.output else {
      let made = file(0)
      Terminal.output.write(bytes: made.bytes)
      if let defect = made.defect { Terminal.error.line(Self.line(defect)) }
      return
    }
    try Self.prepare(output)
    for number in 0..<self.count {
      let digits = String(number)
      let padded = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
      let name = "\(output)/\(self.kind)-\(padded)"
      let made = file(number)
      try NamedFile.write(made.bytes, to: "\(name).xml")
      if let defect = made.defect {
        try NamedFile.write(Array((Self.line(defect) + "\n").utf8), to: "\(name).defect")
      }
    }
    Terminal.output.line("\(output): \(Plural.counted(self.count, "file")) made")
  }

  private static func show(_ proof: GeneratedProof) async throws {
    let outcome = await proof.outcome()
    for problem in outcome.problems { Terminal.error.line(problem) }
    Terminal.output.line(outcome.summary)
    if !outcome.isProved { throw ExitCode.failure }
  }

  private static func line(_ defect: GeneratedConfiguration.Defect) -> String {
    "\(defect.code.rawValue) \(defect.code.severity.rawValue) \(defect.words)"
  }

  /// Nothing that is there is written over.
  private static func prepare(_ folder: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("\(folder): cannot create folder")
    }
    guard try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty else {
      throw CommandFailure("\(folder): found files in it, allowed: a new or an empty folder")
    }
  }
}
