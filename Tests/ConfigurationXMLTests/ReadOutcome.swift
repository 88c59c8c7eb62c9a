import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Reports

/// What a person sees of a file that was read: its model and its findings.
struct ReadOutcome: Equatable {
  /// What `config show --format json` prints, without places; `nil` when the file is refused.
  var model: Data?
  var findings: [String]

  init(_ bytes: [UInt8], _ mode: ReadingMode) throws {
    let result = ConfigurationReader(mode: mode).read(bytes: bytes, name: "")
    self.model = try result.configuration.map { configuration in
      let json = try ConfigurationDocument.json(configuration)
      let tree = try JSONSerialization.jsonObject(with: Data(json))
      return try JSONSerialization.data(
        withJSONObject: Self.withoutPlaces(tree), options: .sortedKeys)
    }
    self.findings = result.diagnostics.map { "\($0.code) \($0.found) \($0.assumed)" }
  }

  /// An edit moves what stands behind it on its line, which is no change of the model.
  private static func withoutPlaces(_ tree: Any) -> Any {
    if let members = tree as? [String: Any] {
      return members.filter { !["line", "column"].contains($0.key) }.mapValues(self.withoutPlaces)
    }
    if let list = tree as? [Any] { return list.map(self.withoutPlaces) }
    return tree
  }
}
