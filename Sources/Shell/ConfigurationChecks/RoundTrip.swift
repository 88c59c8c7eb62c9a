import ApplianceConfiguration
import ConfigurationXML

/// Whether a file that is read, exported and read again is the same.
public enum RoundTrip {
  /// What is wrong with the way out and in again of a file, in words; `nil` when nothing is.
  ///
  /// - Parameter machine: of a cluster's export, the machine to take.
  public static func problem(_ bytes: [UInt8], machine: String? = nil) -> String? {
    var reader = ConfigurationReader()
    reader.machine = machine
    let first = reader.read(bytes: bytes, name: "x.xml")
    guard let configuration = first.configuration else {
      return "refused: \(self.words(first.diagnostics))"
    }
    let export = ConfigurationExport.canonical(configuration)
    let second = ConfigurationReader().read(bytes: export, name: "export.xml")
    guard let again = second.configuration else {
      return "export refused: \(self.words(second.diagnostics))"
    }
    // A canonical export leaves attributes out that are not known.
    var exported = configuration
    exported.keptAttributes = []
    let changes = ConfigurationDifference.changes(from: exported, to: again)
    guard changes.isEmpty else { return "differs: \(changes.map(\.text))" }
    let states = [configuration, again].map { $0.emptied.map(\.value) }
    guard states[0] == states[1] else { return "cleared sections differ: \(states)" }
    guard ConfigurationExport.canonical(again) == export else { return "another export" }
    do throws(ConfigurationEditor.Failure) {
      return try ConfigurationEditor(bytes: bytes).bytes == bytes ? nil : "other bytes unchanged"
    } catch {
      return "cannot be edited: \(error)"
    }
  }

  private static func words(_ findings: [Diagnostic]) -> String {
    findings.filter { $0.severity == .error }.map { "\($0.message) [\($0.code.rawValue)]" }
      .joined(separator: "; ")
  }
}
