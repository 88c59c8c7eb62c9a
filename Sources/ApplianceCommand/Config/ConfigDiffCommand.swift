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
      does a default that one of them writes out. A file of sections to load stands for the other \
      file with these sections loaded. Of a cluster's export one machine is compared, \
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
    let (first, second) = try self.configurations()
    let changes = ConfigurationDifference.changes(from: first, to: second)
    switch self.format {
    case .text: for change in changes { Terminal.output.line(change.text) }
    case .json: try Terminal.output.write(bytes: ConfigurationDocument.json(changes))
    }
    if !changes.isEmpty { throw ExitCode.failure }
  }

  /// Both; sections stand for the other file with them.
  private func configurations() throws -> (Configuration, Configuration) {
    let files = try [self.before, self.after].map { file in
      let bytes = try self.bytes(of: file)
      return (name: file, bytes: bytes, result: try self.read(bytes, file))
    }
    var found = files.map(\.result.found)
    for (index, file) in files.enumerated() where file.result.form != .whole {
      let other = files[1 - index]
      guard other.result.form == .whole else { continue }
      let words = escapingControls(file.result.form.words)
      Terminal.error.line("\(file.name): taken as \(words), the rest is that of \(other.name)")
      switch ConfigurationSplice.apply(
        document: file.bytes, to: other.bytes, limits: self.size.limits)
      {
      case .success(let spliced):
        found[index] = try self.read(spliced.bytes, file.name).found
      case .failure(let failure):
        let name = failure.source == .base ? other.name : file.name
        for finding in failure.findings { Terminal.error.line(describe(finding, file: name)) }
        throw ExitCode(65)
      }
    }
    return (found[0], found[1])
  }

  /// Once only, since a pipe can be named.
  private func bytes(of file: String) throws -> [UInt8] {
    do throws(FindingError) {
      return try FileBytes.read(file, bytesMax: self.size.limits.fileBytesMax)
    } catch {
      Terminal.error.line(describe(error.diagnostic, file: file))
      throw ExitCode(65)
    }
  }

  /// Files that an appliance would refuse can be compared all the same.
  private func read(
    _ bytes: [UInt8], _ file: String
  ) throws -> (found: Configuration, form: DocumentForm) {
    var reader = ConfigurationReader.knowingZones(mode: .lenient, limits: self.size.limits)
    reader.machine = self.cluster.machine
    reader.takesSections = true
    let result = reader.read(bytes: bytes, name: file)
    for finding in result.diagnostics
    where finding.severity == .error || finding.isAboutMachines {
      Terminal.error.line(describe(finding, file: file))
    }
    guard let configuration = result.configuration else { throw ExitCode(65) }
    return (configuration, result.form)
  }
}
