import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationXML
import Foundation
import Glibc
import ScenarioFiles

/// How the commands that find something print it.
enum FindingsFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json, junit, sarif
}

/// How severe a finding is, as a person types it.
enum SeverityArgument: String, ExpressibleByArgument, CaseIterable {
  case error, warning, note

  var severity: Diagnostic.Severity {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .note
    }
  }
}

/// Which machine of a cluster is meant.
struct MachineOption: ParsableArguments {
  @Option(help: ArgumentHelp("Take this machine of a cluster's export.", valueName: "name"))
  var machine: String?
}

/// The largest file that is read.
struct SizeOption: ParsableArguments {
  static let sizeDefault = 64

  @Option(help: ArgumentHelp("The largest file that is read, in MiB.", valueName: "MIB"))
  var maxSize = Self.sizeDefault

  func validate() throws {
    guard (1...2047).contains(self.maxSize) else {
      throw ValidationError("--max-size: found \(self.maxSize), allowed: 1 to 2047")
    }
  }

  /// What is taken of a file of at most that size.
  var limits: ReadingLimits { ReadingLimits(fileBytesMax: self.maxSize << 20) }

  /// A checker within that size that knows the system's time zones.
  func checker(
    isLenient: Bool = false, targetVersion: String? = nil, targetModel: String? = nil,
    machine: String? = nil
  ) -> ConfigurationChecker {
    var reader = ConfigurationReader.knowingZones(
      mode: isLenient ? .lenient : .strict, limits: self.limits)
    reader.targetVersion = targetVersion
    reader.targetModel = targetModel
    reader.machine = machine
    return ConfigurationChecker(reader: reader)
  }
}

/// A finding's code, as a person types it.
enum CodeArgument {
  static func code(_ text: String) throws -> DiagnosticCode {
    if let code = DiagnosticCode(rawValue: text.uppercased()) { return code }
    let codes = DiagnosticCode.allCases.map(\.rawValue)
    throw ValidationError(
      "found \(text), allowed: a code of docs/DIAGNOSTICS.md, such as LOG012"
        + Suggestion.text(for: text, among: codes))
  }
}

/// Reads and writes the files that a person names beside configurations.
enum NamedFile {
  static func read(_ path: String, limits: ReadingLimits) throws(CommandFailure) -> [UInt8] {
    try self.read(path, bytesMax: limits.fileBytesMax, isNamed: true)
  }

  /// - Parameter isNamed: whether a person named this very path, not a folder it is in.
  static func read(
    _ path: String, bytesMax: Int, isNamed: Bool
  ) throws(CommandFailure) -> [UInt8] {
    do throws(FindingError) {
      return try FileBytes.read(path, bytesMax: bytesMax, isNamed: isNamed)
    } catch {
      let (found, allowed) = (error.diagnostic.found, error.diagnostic.allowed)
      let further = error.diagnostic.code == .fileTooLarge ? "; --max-size allows more" : ""
      throw CommandFailure(
        "\(escapingControls(path)): cannot be read: found \(found), allowed: \(allowed)\(further)")
    }
  }

  /// Whether a file is there, by whatever links; a pipe or a device is none.
  static func isFile(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  /// Whether two names, whatever links they go by, are of one file.
  static func isSame(_ one: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(one, &first) == 0 && stat(other, &second) == 0
      && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Writes a file, which is whole at every instant; a link stays one, and its target is replaced.
  /// Into what is no file, such as a device or a pipe, the bytes are written as they are.
  static func write(_ bytes: [UInt8], to path: String) throws {
    var info = stat()
    guard stat(path, &info) != 0 || info.st_mode & S_IFMT == S_IFREG else {
      let file = try ResultFile(path)
      file.write(bytes)
      return try file.finish()
    }
    do {
      try Data(bytes).write(to: Self.target(of: path), options: .atomic)
    } catch {
      throw CommandFailure("\(path): cannot be written")
    }
  }

  /// Where the links of a path lead, whether anything is there or not.
  private static func target(of path: String) -> URL {
    var url = URL(fileURLWithPath: path)
    // Linux follows as many.
    for _ in 0..<40 {
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) else {
        break
      }
      url = URL(fileURLWithPath: next, relativeTo: url.deletingLastPathComponent()).absoluteURL
    }
    return url
  }
}

/// How far a long run is; shown to a person who watches once it lasts longer than two seconds.
struct ProgressLine {
  private let start = ContinuousClock.now
  private let total: Int
  private let verb: String

  init(_ verb: String, total: Int) {
    self.verb = verb
    self.total = total
  }

  func show(_ count: Int) {
    guard ContinuousClock.now - self.start > .seconds(2) else { return }
    // The line goes away with the last one.
    Terminal.error.transient(
      count < self.total ? "\(self.verb) \(count) of \(self.total)" : "")
  }
}
