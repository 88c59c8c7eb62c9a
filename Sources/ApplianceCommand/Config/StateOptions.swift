import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import ConfigurationStore
import ConfigurationXML
import Foundation
import Simulation

/// The folder that holds the configurations of one appliance.
struct StateOption: ParsableArguments {
  @Option(help: ArgumentHelp("State folder of the appliance.", valueName: "dir"))
  var state: String

  func validate() throws {
    if self.state.isEmpty { throw ValidationError("--state: found nothing, allowed: a folder") }
  }

  /// The state that is there.
  func open() throws -> StateFolder {
    try StateFailure.reporting { () throws(StateFolderError) in try StateFolder.open(self.state) }
  }
}

/// Who commits, and what is said of it.
struct CommitOptions: ParsableArguments {
  private static let bytesMax = 1000

  @Option(help: "Comment for the history.")
  var comment = ""

  @Option(help: ArgumentHelp("User name for the history.", valueName: "name"))
  var user = "admin"

  func validate() throws {
    for (name, text) in [("--comment", self.comment), ("--user", self.user)]
    where text.utf8.count > Self.bytesMax {
      throw ValidationError(
        "\(name): found \(text.utf8.count) bytes, allowed: at most \(Self.bytesMax)")
    }
  }
}

/// Turns what the folder refuses into the command's failure.
enum StateFailure {
  static func reporting<Result>(
    _ body: () throws(StateFolderError) -> Result
  ) throws -> Result {
    do throws(StateFolderError) {
      return try body()
    } catch {
      throw CommandFailure(error.description)
    }
  }
}

/// The texts that an appliance prints.
///
/// Source: docs/FIDELITY.md, "Texts of loading".
enum LoadingText {
  static let loaded = "Values have been loaded."
  static let parsingFailed = "Parsing failed"
  static let noData = "No data to load"
  static let noChanges = "No changes detected"

  static func missing(_ name: String) -> String { "Error: the file \"\(name)\" does not exist" }
}

/// A file to load, or what comes in on standard input.
enum LoadInput {
  /// The bytes; what is wrong is reported in the words of an appliance.
  static func read(_ name: String, limits: ReadingLimits) throws -> [UInt8] {
    let limit = limits.fileBytesMax
    if name != "-", !FileManager.default.fileExists(atPath: name) {
      Terminal.error.line(LoadingText.missing(name))
      throw ExitCode.failure
    }
    guard name == "-" else { return try NamedFile.read(name, limits: limits) }
    let data = try FileHandle.standardInput.read(upToCount: limit + 1) ?? Data()
    guard data.count <= limit else {
      throw CommandFailure("\(name): found more than \(limit) bytes; --max-size allows more")
    }
    return Array(data)
  }
}

/// Configurations of a state folder, to compare and to name.
extension StateFolder {
  /// What the uncommitted configuration says otherwise than the committed one.
  func changes(limits: ReadingLimits) throws -> [ConfigurationChange] {
    guard self.history.hasChanges else { return [] }
    let reader = ConfigurationReader.knowingZones(mode: .lenient, limits: limits)
    func read(_ bytes: [UInt8], _ name: String) throws -> Configuration {
      let result = reader.read(bytes: bytes, name: name)
      if let configuration = result.configuration { return configuration }
      for line in result.descriptions { Terminal.error.line(line) }
      throw ExitCode(65)
    }
    return ConfigurationDifference.changes(
      from: try read(self.history.active.content, self.committedPath),
      to: try read(self.history.uncommitted, self.uncommittedPath))
  }
}
