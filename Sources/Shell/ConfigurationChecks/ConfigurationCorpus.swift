public import ApplianceConfiguration
import ConfigurationXML
import Foundation

/// A folder of cases: `NAME.xml`, beside it `NAME.expected` with the findings expected of it (no
/// such file: none) and, if wanted, `NAME.model.json` with the model expected of it.
public struct ConfigurationCorpus: Sendable {
  /// What became of a case.
  public enum Outcome: Sendable, Hashable {
    case passed
    /// What was expected is now what was found.
    case updated
    /// The lines of a difference or of an explanation.
    case failed([String])
  }

  /// A case with its outcome.
  public struct Result: Sendable {
    /// From the corpus's folder on, without extension, such as `rejected/hostname-empty`.
    public let name: String
    /// What became of it.
    public let outcome: Outcome
    /// The findings about its input.
    public let findings: [Diagnostic]
  }

  /// Why a corpus cannot be run.
  public struct Unusable: Error, CustomStringConvertible {
    public let description: String
  }

  private static let expectedSuffix = ".expected"
  private static let modelSuffix = ".model.json"

  /// Where the cases are.
  public let folder: String
  private let checker: ConfigurationChecker
  private let modelJSON: @Sendable (Configuration) throws -> [UInt8]

  /// A corpus in `folder`.
  ///
  /// - Parameter modelJSON: a configuration as `config show --format json` tells it.
  public init(
    folder: String, checker: ConfigurationChecker,
    modelJSON: @escaping @Sendable (Configuration) throws -> [UInt8]
  ) {
    self.folder = folder
    self.checker = checker
    self.modelJSON = modelJSON
  }

  /// Runs the cases whose name contains `filter`, in parallel, and tells them in order of name.
  ///
  /// - Parameter isUpdating: whether what is found becomes what is expected.
  public func run(
    filter: String? = nil, isUpdating: Bool = false, progress: (Int, Int) -> Void = { _, _ in }
  ) async throws -> [Result] {
    guard ConfigurationFiles.isFolder(self.folder) else {
      throw Unusable(description: "\(self.folder): no such folder")
    }
    guard let entries = FolderListing.allEntries(of: self.folder) else {
      throw Unusable(description: "\(self.folder): cannot be listed")
    }
    let files = Set(entries.filter(\.isNameReadable).map(\.name))
    let unread = entries.compactMap(Self.unread)
    let inputs = Set(files.filter { $0.hasSuffix(".xml") }.map { String($0.dropLast(4)) })
    let stale = files.compactMap { file in
      Self.subject(of: file).flatMap { inputs.contains($0) ? nil : (file, $0) }
    }
    guard !inputs.isEmpty || !stale.isEmpty || !unread.isEmpty else {
      throw Unusable(description: "\(self.folder): found no case, allowed: NAME.xml, one or more")
    }
    func isWanted(_ name: String) -> Bool { filter.map { name.contains($0) } ?? true }
    let wanted = inputs.filter(isWanted).sorted()
    let wantedStale = stale.filter { isWanted($0.1) }.sorted { $0.0 < $1.0 }
    let wantedUnread = unread.filter { isWanted($0.name) }
    guard !wanted.isEmpty || !wantedStale.isEmpty || !wantedUnread.isEmpty else {
      throw Unusable(
        description: "\(self.folder): no name of a case contains \(filter ?? ""); "
          + "there are \(inputs.count) cases")
    }
    let results = await ParallelMap.map(wanted, progress: { progress($0, wanted.count) }) { name in
      self.run(name, files: files, isUpdating: isUpdating)
    }
    return results + wantedStale.map { self.tellStale($0.0, isUpdating: isUpdating) }
      + wantedUnread
  }

  private static func isPart(_ file: String) -> Bool {
    [".xml", self.expectedSuffix, self.modelSuffix].contains { file.hasSuffix($0) }
  }

  /// What would be a case, or hold some, if it could be read.
  private static func unread(_ entry: FolderListing.Entry) -> Result? {
    let isPart = entry.isFolder || entry.isLinkToFolder || self.isPart(entry.name)
    if !entry.isNameReadable, isPart {
      return self.refused(entry.name, [FolderListing.unreadableName])
    }
    // One that is called as a case is told of as that.
    guard entry.isLinkToFolder, !self.isPart(entry.name) else { return nil }
    return self.refused(entry.name, [FolderListing.linkToFolder])
  }

  /// No expectation makes up for what is not read.
  private static func refused(_ name: String, file: String? = nil, _ findings: [Diagnostic])
    -> Result
  {
    Result(
      name: name, outcome: .failed(findings.map { describe($0, file: file ?? name) }),
      findings: findings)
  }

  /// The case that a file of expectations belongs to.
  private static func subject(of file: String) -> String? {
    for suffix in [self.expectedSuffix, self.modelSuffix] where file.hasSuffix(suffix) {
      return String(file.dropLast(suffix.count))
    }
    return nil
  }

  private func run(_ name: String, files: Set<String>, isUpdating: Bool) -> Result {
    let baseName = name.split(separator: "/").last.map(String.init) ?? name
    let read = self.checker.reader.read(
      contentsOf: "\(self.folder)/\(name).xml", isNamed: false)
    let findings = read.diagnostics
    if findings.contains(where: { $0.code == .fileUnreadable }) {
      return Self.refused(name, file: baseName + ".xml", findings)
    }
    var problems: [String] = []
    var isChanged = false
    let text = findings.map { describe($0, file: baseName + ".xml") + "\n" }.joined()
    self.compare(
      text, with: name + Self.expectedSuffix, isThere: files.contains(name + Self.expectedSuffix),
      isUpdating: isUpdating, &problems, &isChanged)
    if files.contains(name + Self.modelSuffix) {
      do {
        self.compare(
          try self.model(of: read.configuration), with: name + Self.modelSuffix, isThere: true,
          isUpdating: isUpdating, &problems, &isChanged)
      } catch {
        problems.append("\(name + Self.modelSuffix): the model cannot be written: \(error)")
      }
    }
    let outcome: Outcome =
      problems.isEmpty ? (isChanged ? .updated : .passed) : .failed(problems)
    return Result(name: name, outcome: outcome, findings: findings)
  }

  /// The model's text, empty for a file that is refused.
  private func model(of configuration: Configuration?) throws -> String {
    guard let configuration else { return "" }
    return String(decoding: try self.modelJSON(configuration), as: UTF8.self)
  }

  /// A model without the offset of its zone: that is of a day and of the system's zone data.
  private static func withoutOffset(_ text: String) -> String {
    var isOffset = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if line.hasPrefix("  \"time_zone_offset\"") {
        isOffset = line.hasSuffix("{")
        return false
      }
      guard isOffset else { return true }
      isOffset = !line.hasPrefix("  }")
      return false
    }.joined(separator: "\n")
  }

  private func compare(
    _ found: String, with file: String, isThere: Bool, isUpdating: Bool, _ problems: inout [String],
    _ isChanged: inout Bool
  ) {
    do {
      let expected = isThere ? Self.withoutOffset(try self.read(file)) : ""
      guard expected != found else { return }
      if isUpdating {
        try self.write(found, to: file, isThere: isThere)
        isChanged = true
      } else {
        let difference = UnifiedDifference.lines(
          from: Self.lines(expected), to: Self.lines(found), oldName: file, newName: "found")
        problems += difference.isEmpty ? ["\(file): differs in its line ends"] : difference
      }
    } catch {
      problems.append("\(file): \(error)")
    }
  }

  private static func lines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private func tellStale(_ file: String, isUpdating: Bool) -> Result {
    let name = Self.subject(of: file) ?? file
    do {
      if isUpdating {
        try FileManager.default.removeItem(atPath: "\(self.folder)/\(file)")
        return Result(name: name, outcome: .updated, findings: [])
      }
      return Result(
        name: name, outcome: .failed(["\(file): nothing to compare with, \(name).xml is missing"]),
        findings: [])
    } catch {
      return Result(name: name, outcome: .failed(["\(file): cannot be removed"]), findings: [])
    }
  }
}

/// Files of expectations: a symbolic link would lead out of the folder, so none is followed.
extension ConfigurationCorpus {
  private static let bytesMax = 16 << 20

  private func read(_ file: String) throws -> String {
    do throws(FindingError) {
      let bytes = try FileBytes.read(
        "\(self.folder)/\(file)", bytesMax: Self.bytesMax, isNamed: false)
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      throw Unusable(description: error.diagnostic.message)
    }
  }

  private func write(_ text: String, to file: String, isThere: Bool) throws {
    let path = "\(self.folder)/\(file)"
    do {
      if text.isEmpty {
        if isThere { try FileManager.default.removeItem(atPath: path) }
      } else {
        // In the place of what was there: a rename follows no link.
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
      }
    } catch {
      throw Unusable(description: "cannot be written")
    }
  }
}
