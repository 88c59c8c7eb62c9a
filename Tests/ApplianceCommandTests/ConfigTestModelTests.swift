import Foundation
import Support
import Testing

/// `appliance config test` compares models too, and `config diff` does not look at order.
@Suite struct ConfigTestModelTests {
  private static let fixtures = "fixtures/configurations"

  private static func text(_ name: String) throws -> String {
    try String(
      contentsOf: Repository.url.appendingPathComponent(name), encoding: .utf8)
  }

  @Test func theFixturesWithModelsPass() throws {
    let outcome = try BuiltCommand.run(["config", "test", Self.fixtures])
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  @Test(arguments: ["minimal.model.json", "push-full.model.json", "transfers.model.json"])
  func aModelIsWhatShowPrintsButForTheOffset(_ name: String) throws {
    let path = "\(Self.fixtures)/accepted/\(name)"
    let file = path.replacing(".model.json", with: ".xml")
    let shown = try BuiltCommand.run(["config", "show", file, "--format", "json"])
    let start = try #require(shown.output.range(of: "  \"time_zone_offset\""))
    let end = try #require(
      shown.output.range(of: "\n  }", range: start.lowerBound..<shown.output.endIndex))
    // The comma before it goes with it.
    let model = shown.output[..<start.lowerBound].dropLast(2) + shown.output[end.upperBound...]
    #expect(try Self.text(path) == model)
  }

  @Test func aChangedModelFailsUntilItIsTaken() throws {
    try BuiltCommand.withScratchFolder { folder in
      let name = "\(Self.fixtures)/accepted/minimal"
      let model = try Self.text(name + ".model.json")
      try Self.text(name + ".xml").write(
        toFile: "\(folder)/a.xml", atomically: true, encoding: .utf8)
      try model.replacing("\"mail_logs\"", with: "\"other\"").write(
        toFile: "\(folder)/a.model.json", atomically: true, encoding: .utf8)
      let failed = try BuiltCommand.run(["config", "test", folder])
      #expect(failed.status == 1)
      #expect(failed.output.contains("--- a.model.json"))
      #expect(failed.output.contains("-        \"value\" : \"other\""), "\(failed.output)")
      #expect(failed.output.contains("0 passed, 1 failed"))
      #expect(try BuiltCommand.run(["config", "test", folder, "--update"]).status == 0)
      #expect(try BuiltCommand.run(["config", "test", folder]).status == 0)
      #expect(try String(contentsOfFile: "\(folder)/a.model.json", encoding: .utf8) == model)
    }
  }

  @Test func aFileThatIsRefusedHasNoModel() throws {
    try BuiltCommand.withScratchFolder { folder in
      try "no XML".write(toFile: "\(folder)/a.xml", atomically: true, encoding: .utf8)
      try "{}\n".write(toFile: "\(folder)/a.model.json", atomically: true, encoding: .utf8)
      let failed = try BuiltCommand.run(["config", "test", folder])
      #expect(failed.status == 1)
      #expect(failed.output.contains("-{}"))
    }
  }

  /// Subscriptions, interfaces and recipients in another order say the same; destinations of a
  /// route do not.
  @Test func orderCountsOnlyWhereItMeansSomething() throws {
    let original = try Self.text("appliance-config.xml")
    let first = try #require(original.range(of: "    <log_text>"))
    let rest = first.lowerBound..<original.endIndex
    let end = try #require(original.range(of: "    </log_text>\n", range: rest))
    let block = String(original[first.lowerBound..<end.upperBound])
    var moved = original
    moved.removeSubrange(first.lowerBound..<end.upperBound)
    moved = moved.replacing("  </log_subscriptions>", with: block + "  </log_subscriptions>")
    let route = "<route_destination_address>127.0.0.1:2525</route_destination_address>"
    let other = "<route_destination_address>b.example.com</route_destination_address>"
    let cases = [
      (original, moved, Int32(0)),
      (
        original.replacing(route, with: route + other),
        original.replacing(route, with: other + route), 1
      ),
    ]
    for (before, after, status) in cases {
      try BuiltCommand.withScratchFolder { folder in
        #expect(before != after)
        try before.write(toFile: "\(folder)/a.xml", atomically: true, encoding: .utf8)
        try after.write(toFile: "\(folder)/b.xml", atomically: true, encoding: .utf8)
        let outcome = try BuiltCommand.run(["config", "diff", "\(folder)/a.xml", "\(folder)/b.xml"])
        #expect(outcome.status == status, "\(outcome.output)")
        #expect(outcome.output.contains("in another order") == (status == 1))
      }
    }
  }
}
