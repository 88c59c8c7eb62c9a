import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import ConfigurationXML
import Reports

/// `appliance config`: what an appliance makes of configuration files.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Check configuration files of appliances.",
    discussion: "Example: appliance config check appliance-config.xml",
    subcommands: [
      ConfigCheckCommand.self,
      ConfigShowCommand.self,
      ConfigExportCommand.self,
      ConfigDiffCommand.self,
    ])
}

/// `appliance config check`: tells every finding of every file.
struct ConfigCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tell every finding of configuration files.",
    discussion: """
      Findings go to standard error as file:line:column: severity: text, a summary to standard \
      output. Exit code 1 when a file has an error.

      Example: appliance config check exports/*.xml
      """)

  @Argument(help: "Configuration files.")
  var files: [String]

  @Option(help: "How the result is printed.")
  var format = OutputFormat.text

  @Option(help: ArgumentHelp("The largest file that is read, in MiB.", valueName: "MIB"))
  var maxSize = 64

  @Flag(help: "Import what is understood: what an appliance would refuse is a warning.")
  var lenient = false

  func validate() throws {
    guard (1...4096).contains(self.maxSize) else {
      throw ValidationError("--max-size: found \(self.maxSize), allowed: 1 to 4096")
    }
  }

  func run() throws {
    let reader = ConfigurationReader(
      mode: self.lenient ? .lenient : .strict,
      limits: ReadingLimits(fileBytesMax: self.maxSize << 20))
    var document = FindingsDocument()
    for file in self.files {
      let result = Self.checked(reader.read(contentsOf: file))
      document.add(file: file, findings: result)
      for finding in result { Terminal.error.line(describe(finding, file: file)) }
    }
    switch self.format {
    case .text:
      for file in document.files { Terminal.output.line(Self.summary(file)) }
    case .json:
      try Terminal.output.write(bytes: document.json())
    }
    if document.hasErrors { throw ExitCode.failure }
  }

  /// The findings, and those that only the shell can make: whether the time zone exists.
  private static func checked(_ result: ReadResult) -> [Diagnostic] {
    result.diagnostics
      + (result.configuration.flatMap(LoadedConfiguration.zoneFinding).map { [$0] } ?? [])
  }

  private static func summary(_ file: FindingsDocument.File) -> String {
    "\(file.name): \(file.errors) errors, \(file.warnings) warnings, \(file.notes) notes"
  }
}
