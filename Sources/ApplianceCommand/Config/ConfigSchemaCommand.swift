import ArgumentParser
import ConfigurationSchema

/// `appliance config schema`: schemas for editors and other tools.
struct ConfigSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print a schema of configuration files.",
    discussion: """
      All are made from one table and accept what 'config check' accepts. rng says most; xsd \
      checks values and what must be there once; json is of the XML mapped to JSON. dtd says only \
      which elements may stand in which: no value, no number of times, no order, nothing by the \
      place of an element; and it refuses each element beyond its table. \
      docs/CONFIG-CI.md has the details.

      Example: appliance config schema --format rng > appliance.rng
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case xsd, rng, dtd, json

    var schema: ConfigurationSchema {
      switch self {
      case .xsd: .xsd
      case .rng: .rng
      case .dtd: .dtd
      case .json: .json
      }
    }
  }

  @Option(help: "The language of the schema.")
  var format: Format

  func run() {
    Terminal.output.write(self.format.schema.text)
  }
}
