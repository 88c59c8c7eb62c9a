import ArgumentParser
import ConfigurationSchema

/// `appliance config schema`: schemas for editors and other tools.
struct ConfigSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print a schema of configuration files.",
    discussion: """
      All schemas come from one table and accept what 'config check' accepts. rng checks the most; \
      xsd checks values and required elements; json checks the XML mapped to JSON. dtd checks only \
      which elements may be in which, not values, counts, order or place, and refuses elements \
      that it does not list. docs/CONFIG-CI.md has the details.

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
