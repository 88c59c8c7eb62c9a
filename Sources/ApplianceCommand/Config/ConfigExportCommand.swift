import ApplianceConfiguration
import ArgumentParser
import ConfigurationXML
import Foundation

/// `appliance config export`: a file again, with values changed in place.
struct ConfigExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a configuration file again, with values changed in place.",
    discussion: """
      What is not set keeps every byte, comments and layout too. With --canonical the file is \
      written anew in a fixed order. The result goes to standard output.

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
    let limit = self.size.limits.fileBytesMax
    guard let data = FileManager.default.contents(atPath: self.file), data.count <= limit else {
      throw CommandFailure("\(self.file): cannot be read, or has more than \(limit) bytes")
    }
    var bytes = Array(data)
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
