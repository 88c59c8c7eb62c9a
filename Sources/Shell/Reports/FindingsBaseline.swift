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
    }

    let version: Int
    let findings: [Entry]
  }

  /// Why a file is no baseline.
  public struct Unreadable: Error, CustomStringConvertible {
    public let description: String
  }

  private static let version = 1
  private var counts: [FindingKey: Int] = [:]

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
      self.counts[key] = min(entry.count, 1_000_000)
    }
  }

  /// How many findings it accepts.
  public var count: Int { self.counts.values.reduce(0, +) }

  /// The findings that it accepts and that were not asked about, in order.
  public var remaining: [FindingKey] { self.counts.keys.sorted() }

  /// Adds a finding.
  public mutating func add(_ key: FindingKey) {
    self.counts[key, default: 0] += 1
  }

  /// Whether a finding is accepted; each entry is used up as often as it was found.
  public mutating func take(_ key: FindingKey) -> Bool {
    guard let count = self.counts[key] else { return false }
    self.counts[key] = count > 1 ? count - 1 : nil
    return true
  }

  /// The file's bytes.
  public func json() throws -> [UInt8] {
    let entries = self.counts.sorted { $0.key < $1.key }.map { key, count in
      File.Entry(
        file: key.file, code: key.code, path: key.path, found: key.found, count: count)
    }
    return try JSONBytes.encode(File(version: Self.version, findings: entries))
  }
}
