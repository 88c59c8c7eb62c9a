import Foundation

/// Does something with each of many values on all cores.
public enum ParallelMap {
  /// How many results a core may be ahead of the one that is waited for.
  private static let aheadMax = 8

  /// Takes the results in the order of `inputs`, each as soon as those before it are there.
  ///
  /// Memory is bounded: few results wait for one that takes long.
  ///
  /// - Parameters:
  ///   - progress: is told how many are done, after each.
  ///   - body: what is done with each, on any core.
  ///   - take: takes a result; one at a time, in order.
  public static func forEach<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], progress: (Int) -> Void = { _ in },
    _ body: @escaping @Sendable (Input) -> Output, take: (Output) throws -> Void
  ) async rethrows {
    let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
      var (started, running, taken, done) = (0, 0, 0, 0)
      var waiting: [Int: Output] = [:]
      while taken < inputs.count {
        while running < cores, started < min(inputs.count, taken + cores * Self.aheadMax) {
          let (index, input) = (started, inputs[started])
          group.addTask { (index, body(input)) }
          started += 1
          running += 1
        }
        guard let (index, output) = try await group.next() else { return }
        running -= 1
        done += 1
        progress(done)
        waiting[index] = output
        while let next = waiting.removeValue(forKey: taken) {
          taken += 1
          try take(next)
        }
      }
    }
  }

  /// The results in the order of `inputs`.
  ///
  /// - Parameter progress: is told how many are done, after each.
  public static func map<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], progress: (Int) -> Void = { _ in },
    _ body: @escaping @Sendable (Input) -> Output
  ) async -> [Output] {
    var found: [Output] = []
    found.reserveCapacity(inputs.count)
    await self.forEach(inputs, progress: progress, body) { found.append($0) }
    return found
  }
}
