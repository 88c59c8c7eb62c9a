import ApplianceConfiguration
import ApplianceRuntime
import ArgumentParser
import ConfigurationXML
import Foundation
import ScenarioFiles
import Scenarios

/// A scenario from a file that a person named.
enum LoadedScenario {
  private static let bytesMax = 1 << 20
  /// Files of this repository that had another name in earlier releases.
  private static let oldNames = [
    "error-and-nothing-missing": "reset-without-loss",
    "ips-on-a-pattern": "ips-reset-on-signature",
    "log-of-its-own-failure": "push-carries-own-error",
    "udp-through-a-tcp-firewall": "udp-dropped-by-firewall",
  ]

  /// Why a scenario cannot be used, a line each.
  private struct Refusal: Error {
    let lines: [String]
  }

  /// Reads a file, reports what is wrong with it on standard error, and fails when something is.
  static func read(_ path: String, settings: [ScenarioSetting] = []) throws -> Scenario {
    try self.read([path], settings: settings)[0]
  }

  /// Reads files, and reports what is wrong with any of them before it fails.
  static func read(_ paths: [String], settings: [ScenarioSetting]) throws -> [Scenario] {
    var scenarios: [Scenario] = []
    var isRefused = false
    for path in paths {
      do throws(Refusal) {
        scenarios.append(try self.scenario(path, settings: settings))
      } catch {
        isRefused = true
        for line in error.lines { Terminal.error.line(line) }
      }
    }
    if isRefused { throw ExitCode.failure }
    return scenarios
  }

  private static func scenario(
    _ path: String, settings: [ScenarioSetting]
  ) throws(Refusal) -> Scenario {
    let place = self.present(path)
    let bytes = try self.bytes(place)
    let reader = ScenarioReader(
      sources: .init(
        sample: PackageResources.appliance_config_xml,
        // A scenario may come from anybody: it names files beside or below its own only.
        configuration: ConfigurationFolder(of: place).bytes,
        zone: { ZoneDatabase.zone(named: $0, from: $1) }))
    do throws(ScenarioFileError) {
      return try reader.read(bytes: bytes, file: place, settings: settings) {
        Terminal.error.line($0)
      }
    } catch {
      throw Refusal(lines: error.lines)
    }
  }

  private static func bytes(_ path: String) throws(Refusal) -> [UInt8] {
    if self.isFolder(path) {
      throw Refusal(lines: [
        "\(path) is a folder: name one of its files, such as \(self.example(in: path)), or run all "
          + "of them with appliance test \(path)"
      ])
    }
    do throws(FindingError) {
      return try FileBytes.read(path, bytesMax: self.bytesMax)
    } catch {
      let reason = error.diagnostic.found
      throw Refusal(lines: ["\(path): cannot read the scenario: \(reason)"])
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  private static func example(in folder: String) -> String {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let name = files.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.min()
    return "\(folder.hasSuffix("/") ? String(folder.dropLast()) : folder)/\(name ?? "NAME.yaml")"
  }

  /// The path, or that of the file by its present name where only that one is there.
  static func present(_ path: String) -> String {
    let url = URL(fileURLWithPath: path)
    guard let name = self.oldNames[url.deletingPathExtension().lastPathComponent],
      !FileManager.default.fileExists(atPath: path)
    else { return path }
    let file = "\(name).\(url.pathExtension)"
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let present = path[..<slash] + file
    guard FileManager.default.fileExists(atPath: String(present)) else { return path }
    Terminal.error.line("\(path): hint: this scenario is called \(file) now")
    return String(present)
  }
}
