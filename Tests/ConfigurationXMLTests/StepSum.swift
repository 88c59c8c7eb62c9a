import Synchronization

@testable import ConfigurationXML

/// Adds up what a reader looks at, so that a test can compare a file with one twice as large.
final class StepSum: Sendable {
  private let sum = Mutex(0)

  func add(_ count: Int) { self.sum.withLock { $0 += count } }

  var total: Int { self.sum.withLock { $0 } }

  /// How much reading looks at: elements of lists, tokens of tables, steps of searches.
  static func reading(_ bytes: [UInt8], mode: ReadingMode = .lenient) -> (ReadResult, steps: Int) {
    let sum = StepSum()
    var reader = ConfigurationReader(mode: mode)
    reader.countSteps = { sum.add($0) }
    return (reader.read(bytes: bytes, name: "x.xml"), sum.total)
  }
}
