import Foundation

/// Does something with each of many values on all cores.
public enum ParallelMap {
  /// The results in the order of `inputs`.
  ///
  /// - Parameter progress: is told how many are done, after each.
  public static func map<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], progress: (Int) -> Void = { _ in },
    _ body: @escaping @Sendable (Input) -> Output
  ) async -> [Output] {
    await withTaskGroup(of: (Int, Output).self) { group in
      var next = 0
      // As many at a time as there are cores, so that memory is bounded by them.
      func start() {
        guard next < inputs.count else { return }
        let (index, input) = (next, inputs[next])
        group.addTask { (index, body(input)) }
        next += 1
      }
      for _ in 0..<max(1, ProcessInfo.processInfo.activeProcessorCount) { start() }
      var found: [(Int, Output)] = []
      found.reserveCapacity(inputs.count)
      for await result in group {
        found.append(result)
        progress(found.count)
        start()
      }
      return found.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}
