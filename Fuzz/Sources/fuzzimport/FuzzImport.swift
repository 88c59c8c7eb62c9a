import ApplianceConfiguration
import ConfigurationSanitizing
import ConfigurationXML

/// libFuzzer's own entry: a `main` of ours that calls it takes the place of the one it brings.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Reads any bytes as a configuration, and makes a copy to share of them: neither may trap, hang,
/// or break a promise.
@main struct FuzzImport {
  static func main() {
    var count = CommandLine.argc
    var arguments = CommandLine.unsafeArgv
    _ = runDriver(&count, &arguments) { bytes, count in
      FuzzImport.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
      return 0
    }
  }

  private static let sanitizer = ConfigurationSanitizer(key: SanitizingKey(1, 2))

  private static func run(_ bytes: [UInt8]) {
    let result = ConfigurationReader().read(bytes: bytes, name: "input.xml")
    let hasError = result.diagnostics.contains { $0.severity == .error }
    precondition(hasError == (result.configuration == nil), "all or nothing")
    for finding in result.diagnostics {
      let line = describe(finding, file: "input.xml")
      precondition(!line.utf8.contains { $0 < 0x20 }, "one line without control characters")
      guard let position = finding.position else { continue }
      precondition(position.line >= 1 && position.column >= 1, "places count from 1")
      precondition(position.line <= bytes.count + 1, "places are in the file")
    }
    if let configuration = result.configuration { self.checkExport(configuration) }
    let lenient = ConfigurationReader(mode: .lenient).read(bytes: bytes, name: "input.xml")
    precondition(!hasError || lenient.diagnostics.count > 0, "what is refused is not silent")
    if let configuration = lenient.configuration {
      _ = ConfigurationExport.canonical(configuration)
    }
    _ = try? self.sanitizer.sanitized(bytes)
  }

  /// What an appliance takes comes back from its export as it was.
  private static func checkExport(_ configuration: Configuration) {
    let export = ConfigurationExport.canonical(configuration)
    let again = ConfigurationReader().read(bytes: export, name: "export.xml")
    guard let second = again.configuration else {
      preconditionFailure("the export is refused: \(again.descriptions)")
    }
    let changes = ConfigurationDifference.changes(from: configuration, to: second)
    precondition(changes.isEmpty, "the export differs: \(changes.map(\.text))")
    precondition(ConfigurationExport.canonical(second) == export, "the export is not canonical")
  }
}
