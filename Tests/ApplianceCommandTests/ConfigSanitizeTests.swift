import Foundation
import Support
import Testing

/// `appliance config sanitize` as a person calls it.
@Suite struct ConfigSanitizeTests {
  private static let badCalls: [([String], Int32, String)] = [
    ([], 64, "Missing expected argument"),
    (["VERSION", "--seed", "1", "--key", "a"], 64, "found --key and --seed, allowed: one of them"),
    (["VERSION", "--key", ""], 64, "--key: found an empty text"),
    (["no-such.xml"], 1, "no-such.xml: cannot be read"),
    (["VERSION", "--output", "no-such/x"], 1, "no-such/x: cannot be written"),
  ]

  @Test(arguments: badCalls)
  func badCallSaysWhatIsWrong(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try BuiltCommand.run(["config", "sanitize"] + arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test func theKeyDecides() throws {
    func copy(_ arguments: [String]) throws -> String {
      try BuiltCommand.run(["config", "sanitize", "appliance-config.xml"] + arguments).output
    }
    let first = try copy(["--key", "one"])
    #expect(try copy(["--key", "one"]) == first)
    #expect(try copy(["--key", "two"]) != first)
    #expect(try copy([]) != copy([]))
    #expect(!first.contains("A4BADB4712A9"))
    #expect(!first.contains("ironport.com"))
  }

  /// The original would be lost.
  @Test func theOutputIsAnotherFile() throws {
    try BuiltCommand.withScratchFolder { folder in
      let file = folder + "/rich.xml"
      let sample = Repository.url.appendingPathComponent("appliance-config.xml").path
      try FileManager.default.copyItem(atPath: sample, toPath: file)
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link.xml", withDestinationPath: "rich.xml")
      for output in [file, "\(folder)/./rich.xml", folder + "/link.xml"] {
        let outcome = try BuiltCommand.run(["config", "sanitize", file, "--output", output])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("--output: found \(file) itself, allowed: another file"))
        #expect(FileManager.default.contentsEqual(atPath: file, andPath: sample))
      }
      let other = try BuiltCommand.run([
        "config", "sanitize", file, "--output", folder + "/shared.xml",
      ])
      #expect(other.status == 0)
    }
  }

  @Test func helpHasAnExample() throws {
    let outcome = try BuiltCommand.run(["config", "sanitize", "--help"])
    #expect(outcome.output.contains("Example: appliance config sanitize"))
  }
}
