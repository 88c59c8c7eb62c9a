import Foundation
import Simulation
import Support
import Testing

@testable import ScenarioFiles

/// The JSON Schema for editors and the reader say the same.
@Suite struct SchemaTests {
  private typealias Object = [String: Any]

  private static func schema() throws -> Object {
    let file = Repository.url.appendingPathComponent(
      "fixtures/scenarios/scenario.schema.json")
    let value = try JSONSerialization.jsonObject(with: try Data(contentsOf: file))
    return try #require(value as? Object)
  }

  private static func definitions(_ schema: Object) throws -> [String: Object] {
    var result = try #require(schema["$defs"] as? [String: Object])
    result["scenario"] = schema
    return result
  }

  private static func keys(_ object: Object?) -> Set<String> {
    Set((object?["properties"] as? Object)?.keys.map { $0 } ?? [])
  }

  private static func words(_ object: Object?, key: String) -> [String]? {
    ((object?["properties"] as? Object)?[key] as? Object)?["enum"] as? [String]
  }

  @Test func mappingsHaveTheSameKeys() throws {
    let definitions = try Self.definitions(try Self.schema())
    for shape in Shape.all {
      let definition = try #require(definitions[shape.name], "\(shape.name)")
      #expect(Self.keys(definition) == Set(shape.keys), "\(shape.name)")
      #expect(definition["additionalProperties"] as? Bool == false, "\(shape.name)")
    }
  }

  @Test func faultsHaveTheSameNamesAndKeys() throws {
    let definitions = try Self.definitions(try Self.schema())
    let names = FaultRow.all.map(\.name)
    #expect(Self.words(definitions["fault"], key: "fault") == names)
    #expect(Set(names).count == names.count)
    let references = (definitions["fault"]?["oneOf"] as? [Object])?.compactMap {
      $0["$ref"] as? String
    }
    #expect(references == names.map { "#/$defs/fault-\($0)" })
    for row in FaultRow.all {
      let definition = try #require(definitions["fault-" + row.name], "\(row.name)")
      #expect(Self.keys(definition) == Set(row.shape.keys), "\(row.name)")
      #expect(definition["additionalProperties"] as? Bool == false, "\(row.name)")
      let constant = (definition["properties"] as? [String: Object])?["fault"]?["const"] as? String
      #expect(constant == row.name)
    }
  }

  @Test func wordsAreTheSame() throws {
    let definitions = try Self.definitions(try Self.schema())
    for choice in Choices.all {
      #expect(Self.words(definitions[choice.shape], key: choice.key) == choice.words)
    }
  }

  /// And nothing else is in the schema: no mapping and no list of words that the reader does not know.
  @Test func theSchemaHasNothingMore() throws {
    let definitions = try Self.definitions(try Self.schema())
    let known = Set(Shape.all.map(\.name) + FaultRow.all.map { "fault-" + $0.name })
    let choices = Set(Choices.all.map { "\($0.shape).\($0.key)" })
    for (name, definition) in definitions where definition["properties"] != nil {
      #expect(known.contains(name) || ["fault", "fault-window"].contains(name), "\(name)")
      for key in Self.keys(definition) where Self.words(definition, key: key) != nil {
        #expect(choices.contains("\(name).\(key)") || "\(name).\(key)" == "fault.fault")
      }
    }
    #expect(
      Self.keys(definitions["fault-window"]).union(["fault", "host"]) == Set(Shape.fault.keys))
  }

  /// What the schema requires, the reader misses when it is left out.
  @Test func requiredKeysAreTheSame() throws {
    let definitions = try Self.definitions(try Self.schema())
    for row in FaultRow.all {
      let required = definitions["fault-" + row.name]?["required"] as? [String] ?? []
      let text = ScenarioText.with("faults: [{ fault: \(row.name) }]")
      let findings = try ScenarioText.findings(text).joined(separator: "\n")
      for key in required where key != "fault" {
        #expect(findings.contains("\(key): missing"), "\(row.name): \(findings)")
      }
      let count = findings.split(separator: "\n").count { $0.hasSuffix(": missing") }
      #expect(count == required.count - 1, "\(row.name): \(findings)")
    }
  }
}
