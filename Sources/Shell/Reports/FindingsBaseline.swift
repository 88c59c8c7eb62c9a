public import ApplianceConfiguration
internal import Foundation

/// Findings that a team has accepted: they are told, and do not fail a check.
///
/// The file is JSON, sorted, so that a change of it reads well in a review.
public struct FindingsBaseline: Sendable {
  private struct File: Codable {
    struct Entry: Codable {
      let file: String
      let code: String
      let path: String
      let found: String
      let count: Int
      /// A file without it accepts the finding however grave it is, as its writer knew no other.
      let severity: Diagnostic.Severity?
    }

    let version: Int
    let findings: [Entry]
  }

  /// Why a file is no baseline.
  public struct Unreadable: Error, CustomStringConvertible {
    public let description: String
  }

  private static let version = 1
  private typealias Counts = [FindingKey: [Diagnostic.Severity: Int]]
  /// By the file's name.
  private var files: [String: Counts] = [:]

  /// A baseline that accepts nothing.
  public init() {}

  /// Reads a baseline's file.
  public init(json bytes: [UInt8]) throws(Unreadable) {
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: Data(bytes))
    } catch {
      throw Unreadable(
        description: "not a baseline: found other JSON, allowed: what --write-baseline writes")
    }
    guard file.version == Self.version else {
      throw Unreadable(
        description: "not a baseline: found version \(file.version), allowed: \(Self.version)")
    }
    for entry in file.findings where entry.count > 0 {
      let key = FindingKey(
        file: entry.file, code: entry.code, path: entry.path, found: entry.found)
      // Bounded, so that a hand-made file cannot overflow the sum.
      self.files[key.file, default: [:]][key, default: [:]][entry.severity ?? .error] =
        min(entry.count, 1_000_000)
    }
  }

  /// How many findings it accepts.
  public var count: Int {
    self.files.values.joined().reduce(0) { $0 + $1.value.values.reduce(0, +) }
  }

  /// The findings that it accepts and that were not asked about, in order.
  public var remaining: [FindingKey] { self.files.values.flatMap(\.keys).sorted() }

  /// What it accepts of one file, so that files can be checked side by side.
  public func part(of file: String) -> FindingsBaseline {
    var part = FindingsBaseline()
    part.files[file] = self.files[file]
    return part
  }

  /// Adds a finding.
  public mutating func add(_ key: FindingKey, severity: Diagnostic.Severity) {
    self.files[key.file, default: [:]][key, default: [:]][severity, default: 0] += 1
  }

  /// Whether a finding is accepted, as grave as it is now; each entry is used up as often as it was
  /// found.
  public mutating func take(_ key: FindingKey, severity: Diagnostic.Severity) -> Bool {
    guard var counts = self.files[key.file]?[key] else { return false }
    // The least grave that covers it; a graver finding than any is new, and the entry is spent on
    // it all the same, since what was accepted is not gone.
    let kinds = counts.keys.sorted { $0.rank > $1.rank }
    guard let spent = kinds.first(where: { $0.rank <= severity.rank }) ?? kinds.last else {
      return false
    }
    let left = counts[spent, default: 0] - 1
    counts[spent] = left > 0 ? left : nil
    self.files[key.file]?[key] = counts.isEmpty ? nil : counts
    return spent.rank <= severity.rank
  }

  /// The file's bytes.
  public func json() throws -> [UInt8] {
    let entries = self.files.values.joined().sorted { $0.key < $1.key }.flatMap { key, counts in
      counts.sorted { $0.key.rank < $1.key.rank }.map { severity, count in
        File.Entry(
          file: key.file, code: key.code, path: key.path, found: key.found, count: count,
          severity: severity)
      }
    }
    return try JSONBytes.encode(File(version: Self.version, findings: entries))
  }
}
