internal import Foundation

/// Texts under `fixtures/golden/SUITE/NAME` that a person has read and agreed to.
///
/// A missing file is written and the comparison fails, so that it is read before it counts;
/// `UPDATE_GOLDEN=1` rewrites what differs.
public enum GoldenFile {
  /// What comparing came to.
  public enum Outcome: Hashable, Sendable {
    case same
    case written(String)
    case different(String)
  }

  /// Compares `bytes` with the file, byte for byte.
  public static func compare(_ bytes: [UInt8], suite: String, name: String) throws -> Outcome {
    let file = Repository.url.appendingPathComponent("fixtures/golden/\(suite)/\(name)")
    let path = "fixtures/golden/\(suite)/\(name)"
    let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"
    guard FileManager.default.fileExists(atPath: file.path), !isUpdating else {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
      return isUpdating ? .same : .written("\(path) was missing and is written: read it")
    }
    let expected = Array(try Data(contentsOf: file))
    guard expected != bytes else { return .same }
    return .different(
      "\(path) differs; found:\n\(String(decoding: bytes, as: UTF8.self))")
  }
}
