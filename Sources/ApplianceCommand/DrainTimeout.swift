import ArgumentParser
import ScenarioFiles
import Simulation

/// `--drain-timeout`: how long what is under way at the end may take, of every command that has
/// one.
struct DrainTimeout: Hashable, Sendable {
  private static let secondsMax = 86_400

  let duration: SimDuration

  init(seconds: Int64) {
    self.duration = .seconds(seconds)
  }

  /// Seconds, or a time as all other options have it.
  init(_ text: String) throws {
    let duration =
      Int64(text).map { SimDuration.seconds(min(max($0, -1), 100_000)) }
      ?? SimDuration(words: text)
    guard let duration, duration >= .zero, duration <= .seconds(Int64(Self.secondsMax)) else {
      throw ValidationError(
        "found \(text), allowed: 0 to \(Self.secondsMax) seconds, or a time such as 500ms")
    }
    self.duration = duration
  }

  /// - Parameter more: what is said of one command alone.
  static func help(default seconds: Int64, _ more: String = "") -> ArgumentHelp {
    ArgumentHelp(
      "Seconds, or a time such as 500ms, until what is under way at the end is given up\(more) "
        + "(default: \(seconds)).", valueName: "S")
  }
}
