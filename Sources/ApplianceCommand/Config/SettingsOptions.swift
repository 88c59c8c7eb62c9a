import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationPolicy
import Foundation
import ScenarioFiles

/// Which `appliance-check.yaml` holds.
struct SettingsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Use this file instead of the appliance-check.yaml nearest above each checked file.",
      valueName: "file"))
  var settings: String?

  @Flag(help: "Do not look for appliance-check.yaml.")
  var isolated = false

  func validate() throws {
    guard self.settings == nil || !self.isolated else {
      throw ValidationError("Give either --settings or --isolated")
    }
  }

  /// The names and values that a team's settings make known in a folder.
  func known(in folder: String) throws -> LearnedWords {
    let file = ConfigurationFiles.File(named: folder + "/x.xml")
    return try self.settings(for: [file]).first?.settings.known ?? LearnedWords()
  }

  /// What holds for each file; a file of settings that is wrong ends the command.
  func settings(for files: [ConfigurationFiles.File]) throws -> [PlacedSettings] {
    do throws(CheckSettingsError) {
      var finder = try CheckSettingsFinder(
        currentFolder: FileManager.default.currentDirectoryPath, given: self.settings,
        isSearching: !self.isolated)
      var result: [PlacedSettings] = []
      for file in files { result.append(try finder.settings(for: file.path)) }
      return result
    } catch {
      for line in error.lines { Terminal.error.line(line) }
      throw ExitCode.failure
    }
  }
}

extension ConfigurationChecker {
  /// What breaks rules among the files; they are read for it before they are checked, so that each
  /// can be reported when it has been.
  func sharedFindings(
    _ files: [ConfigurationFiles.File], by placed: [PlacedSettings]
  ) async -> [[Diagnostic]] {
    guard placed.contains(where: { $0.settings.rules.contains(where: \.isAmongFiles) }) else {
      return files.map { _ in [] }
    }
    let progress = ProgressLine("compared", total: files.count)
    let values = await ParallelMap.map(
      Array(zip(files, placed)), progress: progress.show
    ) { file, placed in
      (name: file.path, placed: placed, values: self.sharedValues(in: file, by: placed))
    }
    return Self.sharedFindings(values)
  }
}
