import ConfigurationChecks
import Foundation
import Synchronization
import Testing

@Suite struct ParallelMapTests {
  @Test func resultsComeInOrderAndNoneIsFarAhead() async {
    let started = Mutex(0)
    var taken: [Int] = []
    var ahead = 0
    await ParallelMap.forEach(Array(0..<500)) { input in
      started.withLock { $0 += 1 }
      // The first ones of each ten take longer than those after them.
      return (0..<(input % 10 == 0 ? 20_000 : 10)).reduce(input) { $0 ^ $1 ^ $1 }
    } take: { output in
      ahead = max(ahead, started.withLock { $0 } - taken.count)
      taken.append(output)
    }
    #expect(taken == Array(0..<500))
    #expect(ahead <= ProcessInfo.processInfo.activeProcessorCount * 8)
  }
}
