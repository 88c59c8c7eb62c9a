import Foundation

/// How many cases a property runs over: a few in `make test`, many in `make thorough`, which the
/// gate runs (`THOROUGH=1`).
public enum Thoroughness {
  /// Whether this process runs the many cases.
  public static let isThorough = ProcessInfo.processInfo.environment["THOROUGH"] == "1"

  /// - Parameters:
  ///   - few: of `make test`.
  ///   - many: of `make thorough`.
  public static func cases<Count: BinaryInteger>(few: Count, many: Count) -> Count {
    self.isThorough ? many : few
  }
}
