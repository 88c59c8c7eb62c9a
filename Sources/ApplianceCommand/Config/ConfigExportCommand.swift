import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationXML

/// `appliance config export`: a file again, with values changed in place.
struct ConfigExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a configuration file again, with values changed in place.",
    discussion: """
      What is not set keeps every byte, comments and layout too. With --canonical the file is \
      written anew in a fixed order. The result goes to standard output; when what is set makes an \
      error that the file did not have, nothing is written, and the exit code is 1.

      Example: appliance config export appliance-config.xml --set /config/hostname=mx.example.com
      """)

  @Argument(help: "A configuration file.")
  var file: String

  @Option(help: ArgumentHelp("Give an element another text.", valueName: "PATH=TEXT"))
  var set: [String] = []

  @Flag(help: "Write the file in canonical form.")
  var canonical = false

  @OptionGroup var cluster: MachineOption

  @OptionGroup var size: SizeOption

  func validate() throws {
    if self.cluster.machine != nil, !self.canonical {
      throw ValidationError(
        "--machine: allowed with --canonical only, as all machines share the file's bytes")
    }
    for setting in self.set where !setting.hasPrefix("/") || !setting.contains("=") {
      throw ValidationError(
        "--set: found \"\(setting)\", allowed: PATH=TEXT such as /config/hostname=mx.example.com")
    }
  }

  func run() throws {
    let original = try NamedFile.read(self.file, limits: self.size.limits)
    var bytes = original
    do throws(ConfigurationEditor.Failure) {
      var editor = try ConfigurationEditor(bytes: bytes, limits: self.size.limits)
      for setting in self.set {
        let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        try editor.set(String(parts[0]), to: parts.dropFirst().joined())
      }
      bytes = editor.bytes
    } catch {
      throw CommandFailure(Self.text(error, file: self.file))
    }
    if !self.set.isEmpty { try self.refuseNewErrors(bytes, original) }
    if self.canonical {
      var reader = ConfigurationReader.knowingZones(limits: self.size.limits)
      reader.machine = self.cluster.machine
      let result = reader.read(bytes: bytes, name: self.file)
      for line in result.diagnostics
      where line.severity == .error || line.isAboutMachines {
        Terminal.error.line(describe(line, file: self.file))
      }
      guard let configuration = result.configuration else { throw ExitCode.failure }
      bytes = ConfigurationExport.canonical(configuration)
    }
    Terminal.output.write(bytes: bytes)
  }

  /// What is set must not bring an error, and must be understood; what the file had before is its
  /// own.
  private func refuseNewErrors(_ bytes: [UInt8], _ original: [UInt8]) throws {
    let checker = self.size.checker(machine: self.cluster.machine)
    func errors(_ bytes: [UInt8]) -> [Diagnostic] {
      checker.reader.read(bytes: bytes, name: self.file).diagnostics
        .filter { $0.severity == .error || $0.severity == .warning && $0.code.isDoubt }
    }
    var known: [[String]: Int] = [:]
    func key(_ error: Diagnostic) -> [String] { [error.code.rawValue, error.path, error.found] }
    for error in errors(original) { known[key(error), default: 0] += 1 }
    var isRefused = false
    for error in errors(bytes) {
      let count = known[key(error), default: 0]
      known[key(error)] = count - 1
      guard count <= 0 else { continue }
      Terminal.error.line(describe(error, file: self.file))
      isRefused = true
    }
    if isRefused { throw ExitCode.failure }
  }

  private static func text(_ failure: ConfigurationEditor.Failure, file: String) -> String {
    switch failure {
    case .unreadable(let finding): describe(finding, file: file)
    case .notFound(let path):
      "\(file): found no single element \(path), allowed: a path as 'config check --format json' "
        + "prints, such as /config/log_subscriptions/log_text[2]/name"
    case .notALeaf(let path): "\(file): \(path) has elements in it, allowed: an element with text"
    case .notText(let path): "\(file): \(path): found a character that XML does not allow"
    }
  }
}
