import Foundation
import Testing

/// `appliance config generate` as a person calls it.
@Suite struct ConfigGenerateTests {
  private static let badCalls: [([String], Int32, String)] = [
    ([], 64, "Missing expected argument '--seed <seed>'"),
    (["--seed", "x"], 64, "'x' is invalid"),
    (["--seed", "1", "--count", "0"], 64, "--count: found 0, allowed: 1 to 1000000"),
    (["--seed", "1", "--count", "2"], 64, "--count: found 2, allowed: 1 without --output"),
    (
      ["--seed", "1", "--output", "docs"], 1, "docs: found files in it, allowed: a new or an empty"
    ),
    (["--seed", "1", "--output", "VERSION/x"], 1, "VERSION/x: cannot create folder"),
    (["--seed", "1", "--verify", "--output", "x"], 64, "--verify: allowed: without --output"),
    (["--seed", "1", "--cluster", "--mutant"], 64, "found --mutant and --cluster, allowed: one"),
  ]

  @Test(arguments: badCalls)
  func badCallSaysWhatIsWrong(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try BuiltCommand.run(["config", "generate"] + arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test func aFolderOfMutantsIsFullOfWhatIsWritten() throws {
    try BuiltCommand.withScratchFolder { folder in
      let made = try BuiltCommand.run([
        "config", "generate", "--seed", "7", "--count", "40", "--mutant", "--output",
        "\(folder)/mutants",
      ])
      #expect(made.output == "\(folder)/mutants: 40 files made\n")
      let check = try BuiltCommand.run([
        "config", "check", "--whole", "-v", "\(folder)/mutants",
      ])
      for number in 0..<40 {
        let name = "\(folder)/mutants/mutant-0000" + (number < 10 ? "0" : "") + "\(number)"
        let code = try String(contentsOfFile: "\(name).defect", encoding: .utf8).prefix(6)
        let isFound = check.output.split(separator: "\n").contains {
          $0.hasPrefix("\(name).xml:") && $0.hasSuffix("[\(code)]")
        }
        #expect(isFound, "\(name): \(code)")
      }
    }
  }

  private static let proofs: [([String], String)] = [
    ([], "70 valid files: 70 are the same after export and import\n"),
    (
      ["--cluster"],
      "70 cluster exports: 70 are refused as a whole, and a machine of each is the same after "
        + "export and import\n"
    ),
  ]

  @Test(arguments: proofs)
  func theProofSaysHowManyComeBack(_ options: [String], _ text: String) throws {
    let outcome = try BuiltCommand.run(
      ["config", "generate", "--seed", "7", "--count", "70", "--verify"] + options)
    #expect(outcome.errors == "")
    #expect(outcome.output == text)
    #expect(outcome.status == 0)
  }

  @Test func theProofSaysHowManyDefectsAreNamed() throws {
    let outcome = try BuiltCommand.run([
      "config", "generate", "--seed", "7", "--count", "200", "--verify", "--mutant",
    ])
    #expect(
      outcome.output.contains(/200 mutants of \d+ kinds: the defect of 200 is found and named/))
    #expect(outcome.status == 0)
  }

  @Test func oneFileGoesToStandardOutput() throws {
    let call = ["config", "generate", "--seed", "7"]
    let outcome = try BuiltCommand.run(call)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\n<config"))
    #expect(outcome.output.contains("</config>"))
    #expect(try BuiltCommand.run(call).output == outcome.output)
    #expect(
      try BuiltCommand.run(call + ["--help"]).output.contains("Example: appliance config gen"))
  }
}
