import Foundation
import Testing

/// `appliance config schema` as a person calls it.
@Suite struct ConfigSchemaTests {
  private static let beginnings = [
    ("xsd", "<?xml version="), ("rng", "<?xml version="), ("dtd", "<!-- Made by"), ("json", "{\n"),
  ]

  @Test(arguments: beginnings)
  func eachFormatIsPrinted(_ format: String, _ beginning: String) throws {
    let outcome = try BuiltCommand.run(["config", "schema", "--format", format])
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix(beginning))
    #expect(outcome.output.contains("log_subscriptions"))
  }

  @Test func badCallsSayWhatIsWrong() throws {
    for (arguments, text) in [
      ([], "Missing expected argument"), (["--format", "x"], "'x' is invalid"),
    ] {
      let outcome = try BuiltCommand.run(["config", "schema"] + arguments)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(text))
    }
    let help = try BuiltCommand.run(["config", "schema", "--help"])
    #expect(help.output.contains("Example: appliance config schema"))
  }
}
