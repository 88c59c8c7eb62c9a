import ApplianceConfiguration
import ArgumentParser
import ConfigurationXML
import Reports

/// `appliance config diff`: what two files say differently.
struct ConfigDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Tell what two configuration files say differently.",
    discussion: """
      Compared is what the files mean: order, layout, comments and spellings do not count, nor \
      does a default that one of them writes out. Of a cluster's export one machine is compared, \
      the first unless --machine names another; standard error tells of it. Exit code \
      0 when they are the same, 1 when they differ, 65 when one cannot be read.

      Example: appliance config diff appliance-config.xml fixtures/configurations/accepted/utf8.xml
      """)

  @Argument(help: "The file before.")
  var before: String

  @Argument(help: "The file after.")
  var after: String

  @Option(help: "How the result is printed.")
  var format = OutputFormat.text

  @OptionGroup var cluster: MachineOption

  @OptionGroup var size: SizeOption

  func run() throws {
    guard let first = self.read(self.before), let second = self.read(self.after) else {
      throw ExitCode(65)
    }
    let changes = ConfigurationDifference.changes(from: first, to: second)
    switch self.format {
    case .text: for change in changes { Terminal.output.line(change.text) }
    case .json: try Terminal.output.write(bytes: ConfigurationDocument.json(changes))
    }
    if !changes.isEmpty { throw ExitCode.failure }
  }

  /// Files that an appliance would refuse can be compared all the same.
  private func read(_ file: String) -> Configuration? {
    var reader = ConfigurationReader.knowingZones(mode: .lenient, limits: self.size.limits)
    reader.machine = self.cluster.machine
    let result = reader.read(contentsOf: file)
    for finding in result.diagnostics
    where finding.severity == .error || finding.isAboutMachines {
      Terminal.error.line(describe(finding, file: file))
    }
    return result.configuration
  }
}
