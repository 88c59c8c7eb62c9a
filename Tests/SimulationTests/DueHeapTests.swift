import Simulation
import Testing

@Suite struct DueHeapTests {
  /// Against a sorted array: the earliest first, equal times in order of insertion.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func entriesComeInOrder(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var heap = DueHeap<UInt8>()
    var naive: [(due: Int64, slot: UInt32)] = []
    for slot in 0..<UInt32(2000) {
      if random.chance(permille: 600) || naive.isEmpty {
        let due = Int64(random.uniform(below: 50))
        heap.insert(1, slot, at: SimInstant(nanoseconds: due))
        let place = naive.firstIndex { $0.due > due } ?? naive.count
        naive.insert((due, slot), at: place)
      } else {
        let expected = naive.removeFirst()
        #expect(heap.firstDue == expected.due)
        let entry = heap.removeFirst()
        #expect(entry.due == expected.due)
        #expect(entry.slot == expected.slot)
      }
    }
    while !naive.isEmpty {
      let expected = naive.removeFirst()
      let entry = heap.removeFirst()
      #expect(entry.slot == expected.slot)
    }
    #expect(heap.isEmpty)
    #expect(heap.firstDue == .max)
  }
}
