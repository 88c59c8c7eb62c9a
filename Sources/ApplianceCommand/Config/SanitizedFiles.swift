import ApplianceConfiguration
import ConfigurationChecks
import ConfigurationSanitizing
import ConfigurationXML
import Foundation
import Glibc
import Text

/// Copies of files, each with the findings of its original.
struct SanitizedFiles: Sendable {
  let sanitizer: ConfigurationSanitizer
  let checker: ConfigurationChecker
  let bytesMax: Int

  /// The copy of a file that a person named, or that was met in a folder.
  func copy(of file: ConfigurationFiles.File) throws(CommandFailure)
    -> ConfigurationSanitizer.Copy
  {
    if let problem = file.problem {
      throw CommandFailure(describe(problem, file: file.path))
    }
    return try self.copy(of: file.path, isNamed: file.isNamed)
  }

  func copy(of path: String, isNamed: Bool) throws(CommandFailure) -> ConfigurationSanitizer.Copy {
    let bytes = try NamedFile.read(path, bytesMax: self.bytesMax, isNamed: isNamed)
    let name = escapingControls(path)
    let copy: ConfigurationSanitizer.Copy
    do throws(ConfigurationSanitizer.Refusal) {
      copy = try self.sanitizer.copy(of: bytes)
    } catch {
      throw CommandFailure("\(name): \(error)")
    }
    let (before, after) = (self.findings(bytes, path), self.findings(copy.bytes, path))
    guard before == after else {
      let differing = zip(before, after).first { $0 != $1 }?.0 ?? before.last
      let place = differing.map { "\($0.code.rawValue) at line \($0.line ?? 0)" } ?? "new findings"
      throw CommandFailure(
        "\(name): the copy would not have the same findings (\(place)); nothing is written, "
          + "another key may help")
    }
    return copy
  }

  private func findings(_ bytes: [UInt8], _ path: String) -> [SanitizedFinding] {
    self.checker.reader.read(bytes: bytes, name: path).diagnostics
      // What is no line of a header says anything, so that a copy does not have it.
      .filter { $0.code != .headerLineUnknown }
      .map(SanitizedFinding.init)
  }
}

/// What of a finding must be the same in the copy.
struct SanitizedFinding: Hashable {
  let code: DiagnosticCode
  let severity: Diagnostic.Severity
  let line: Int?

  init(_ finding: Diagnostic) {
    self.code = finding.code
    self.severity = finding.severity
    self.line = finding.position?.line
  }
}

/// Which elements that nobody knows kept their text, of all copies.
struct KeptList {
  private var texts: [String: KeptText] = [:]

  mutating func add(_ kept: [KeptText]) {
    for text in kept
    where text.path == KeptText.outside || !ConfigurationVocabulary.isRead(text.path) {
      if self.texts[text.path]?.count != nil {
        self.texts[text.path]?.count += text.count
      } else {
        self.texts[text.path] = text
      }
    }
  }

  /// Place, number and the first text of each, parted by tabs.
  var lines: [String] {
    self.texts.values.sorted { $0.path < $1.path }.map { text in
      [text.path, "\(text.count)", text.example].map(escapingControls).joined(separator: "\t")
    }
  }

  private static let namesMax = 5

  /// - Parameter isListed: whether they are listed.
  func summary(isListed: Bool) -> String? {
    guard !self.texts.isEmpty else { return nil }
    let names = self.texts.keys.sorted()
    let words = "\(Plural.counted(names.count, "name")) of elements and attributes"
    let listed = names.prefix(Self.namesMax).map(escapingControls).joined(separator: ", ")
    let further = names.count > Self.namesMax ? ", ..." : ""
    return isListed
      ? "kept text: \(words)"
      : "kept text: \(words) (\(listed)\(further)); read them: --list-kept FILE lists all"
  }
}

/// Which file's copy goes where.
struct SanitizedFolderPlan {
  struct Planned: Sendable {
    let file: ConfigurationFiles.File
    /// The copy's name, from the output folder on.
    let name: String
  }

  private(set) var copies: [Planned] = []
  private(set) var leftOut: [String] = []

  /// - Parameter naming: the name of a file or a folder in place of one.
  init(_ paths: [String], output: String, naming: (String) -> String) throws {
    let place = try NewFolder.place(of: output)
    var taken: [String: String] = [:]
    var seen: Set<String> = []
    for path in paths {
      if ConfigurationFiles.isFolder(path), let folder = NewFolder.resolved(path),
        place == folder || place.hasPrefix(folder == "/" ? "/" : folder + "/")
      {
        throw CommandFailure(
          "--output: found \(output), which is in \(path); allowed: a folder outside of it")
      }
      let found = try ConfigurationFiles.expand([path])
      self.leftOut += found.leftOut
      for file in found.files where seen.insert(file.path).inserted {
        let parts = Self.parts(of: file.path, below: path)
        var name = parts.map(naming).joined(separator: "/")
        // Names that are replaced alike are rare; what a person named alike is reported.
        if let other = taken[name.lowercased()] {
          guard parts.map(naming) != parts else {
            throw CommandFailure(
              "\(file.path) and \(other) would both be \(output)/\(name); call one at a time")
          }
          var number = 2
          while taken["\(number)-\(name)".lowercased()] != nil { number += 1 }
          name = Self.numbered(name, number)
        }
        taken[name.lowercased()] = file.path
        self.copies.append(Planned(file: file, name: name))
      }
    }
  }

  private static func numbered(_ name: String, _ number: Int) -> String {
    var parts = name.split(separator: "/").map(String.init)
    if let last = parts.popLast() { parts.append("\(number)-\(last)") }
    return parts.joined(separator: "/")
  }

  /// The names from a folder on; of a file that a person named its own.
  private static func parts(of path: String, below root: String) -> [String] {
    let isInside = path != root && path.hasPrefix(root)
    let rest = isInside ? path.utf8.dropFirst(root.utf8.count) : path.utf8[...]
    let parts = rest.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    return isInside ? parts : parts.suffix(1)
  }
}

/// A folder that is there with all that is in it, or not at all.
final class NewFolder {
  private let path: String
  private let temporary: String
  private var isFinished = false

  /// - Throws: when something is at the path already, or it cannot be made.
  init(_ path: String) throws {
    self.path = try Self.place(of: path)
    let isThere = Self.resolved(self.path) != nil
    if isThere, FolderListing.entries(of: self.path)?.isEmpty != true {
      throw CommandFailure(
        "--output: found \(path), which is not an empty folder; allowed: a new or an empty folder")
    }
    let url = URL(fileURLWithPath: self.path)
    let number = String(UInt64.random(in: 0 ... .max), radix: 16)
    self.temporary =
      url.deletingLastPathComponent().path + "/.\(url.lastPathComponent).\(number)"
    guard mkdir(self.temporary, 0o777) == 0 else {
      throw CommandFailure("\(path): cannot be made: \(String(cString: strerror(errno)))")
    }
  }

  /// The path with all links resolved but of the last name, if that is not there.
  static func place(of path: String) throws -> String {
    if let place = self.resolved(path) { return place }
    let url = URL(fileURLWithPath: path)
    guard let parent = self.resolved(url.deletingLastPathComponent().path) else {
      throw CommandFailure("\(path): cannot be made: its folder is not there")
    }
    return (parent == "/" ? "" : parent) + "/" + url.lastPathComponent
  }

  static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    let url = URL(fileURLWithPath: "\(self.temporary)/\(name)")
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
    } catch {
      throw CommandFailure("\(self.path)/\(name): cannot be written")
    }
  }

  /// Puts the folder in its place.
  func finish() throws {
    guard rename(self.temporary, self.path) == 0 else {
      throw CommandFailure("\(self.path): cannot be made: \(String(cString: strerror(errno)))")
    }
    self.isFinished = true
  }

  /// Removes what was written when a signal ends the command.
  func discardOnSignals() {
    let temporary = self.temporary
    ProcessSignals.shared.handle(ProcessSignals.ends) {
      // A file may be written meanwhile.
      for _ in 0..<3 where FileManager.default.fileExists(atPath: temporary) {
        try? FileManager.default.removeItem(atPath: temporary)
      }
      _exit(1)
    }
  }

  /// Removes what was written, unless the folder is in its place.
  func discard() {
    guard !self.isFinished else { return }
    do {
      try FileManager.default.removeItem(atPath: self.temporary)
    } catch {
      Terminal.error.line("warning: \(self.temporary): cannot be removed")
    }
  }
}
