import ApplianceConfiguration
import ArgumentParser
import CertificateReading
import ConfigurationXML
import Reports
import Simulation

/// `appliance config show`: what an import makes of a file.
struct ConfigShowCommand: ParsableCommand {
  /// Output format.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, xml
  }

  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show what an import makes of a configuration file.",
    discussion: """
      The text marks defaults; the JSON has each value with its state (absent, empty, present, not \
      understood), line and column; the XML is the canonical export. The time zone is shown with \
      its offset on a date, by the system's zone data. With --references it shows the names that \
      the file defines, the elements whose whole text is such a name, and the file's certificates. \
      Exit code 1 when the file is refused.

      Example: appliance config show appliance-config.xml --format json --at 2026-07-01
      """)

  @Argument(help: "A configuration file.")
  var file: String

  @Option(help: "Output format.")
  var format = Format.text

  @Option(
    help: ArgumentHelp(
      "Show the zone's offset on this date (default: when the file was saved, or today).",
      valueName: "date"), transform: LocalTimeArgument.time)
  var at: LocalTime?

  @Flag(
    help: "Show the names that the file defines and the elements that hold them, in text or JSON.")
  var references = false

  @OptionGroup var reading: ReadingOptions

  func validate() throws {
    if self.references, self.format == .xml {
      throw ValidationError("--references: found --format xml, allowed: text, json")
    }
  }

  func run() throws {
    if self.references { return try self.showReferences() }
    guard let configuration = self.reading.read(self.file) else { throw ExitCode.failure }
    let offset = ZoneOffsetLookup.offset(of: configuration, asked: self.at)
    switch self.format {
    case .text:
      for line in ConfigurationText.lines(
        configuration, zoneOffset: offset?.text ?? "unknown, as the zone is")
      {
        Terminal.output.line(line)
      }
    case .json:
      try Terminal.output.write(
        bytes: ConfigurationDocument.json(configuration, zoneOffset: offset))
    case .xml: Terminal.output.write(bytes: ConfigurationExport.canonical(configuration))
    }
  }
}

extension ConfigShowCommand {
  private func showReferences() throws {
    let result = self.reading.result(self.file, takesReferences: true)
    guard result.configuration != nil, let references = result.references else {
      throw ExitCode.failure
    }
    switch self.format {
    case .json:
      Terminal.output.write(
        bytes: ReferencesDocument.json(references, result.certificates))
    default:
      for line in ReferencesDocument.lines(references, result.certificates) {
        Terminal.output.line(line)
      }
    }
  }
}

/// How a file is read to be shown, compared or exported.
struct ReadingOptions: ParsableArguments {
  @Flag(help: "Import what is understood of a file that an appliance would refuse.")
  var lenient = false

  @OptionGroup var cluster: MachineOption

  @OptionGroup var size: SizeOption

  /// The configuration; its errors and warnings, and what of a cluster is left out, go to standard
  /// error.
  func read(_ file: String) -> Configuration? { self.result(file).configuration }

  func result(_ file: String, takesReferences: Bool = false) -> ReadResult {
    var reader = ConfigurationReader.knowingZones(
      mode: self.lenient ? .lenient : .strict, limits: self.size.limits)
    reader.machine = self.cluster.machine
    reader.takesReferences = takesReferences
    if takesReferences { reader.readCertificates = { CertificateReader.read(pem: $0) } }
    let result = reader.read(contentsOf: file)
    for finding in result.diagnostics
    where finding.severity != .note || finding.isAboutMachines {
      Terminal.error.line(describe(finding, file: file))
    }
    return result
  }
}
