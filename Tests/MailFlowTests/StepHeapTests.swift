import Simulation
import Testing

@testable import MailFlow

@Suite struct StepHeapTests {
  /// Against a sorted array: the earliest first, equal times in order of insertion.
  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func stepsComeInOrder(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var heap = StepHeap()
    var naive: [(due: Int64, slot: UInt32)] = []
    for slot in 0..<UInt32(2000) {
      if random.chance(permille: 600) || naive.isEmpty {
        let due = Int64(random.uniform(below: 50))
        heap.insert(.workDone, slot, at: SimInstant(nanoseconds: due))
        let place = naive.firstIndex { $0.due > due } ?? naive.count
        naive.insert((due, slot), at: place)
      } else {
        let expected = naive.removeFirst()
        #expect(heap.firstDue == expected.due)
        let step = heap.removeFirst()
        #expect(step.due == expected.due)
        #expect(step.slot == expected.slot)
      }
    }
    while !naive.isEmpty {
      let expected = naive.removeFirst()
      let step = heap.removeFirst()
      #expect(step.slot == expected.slot)
    }
    #expect(heap.isEmpty)
    #expect(heap.firstDue == .max)
  }

  @Test func freedSlotsAreTakenAgain() {
    var table = SlotTable<Int>()
    let first = table.insert(10)
    let second = table.insert(20)
    table.remove(first)
    let third = table.insert(30)
    #expect(third == first)
    #expect(table[second] == 20)
    #expect(table[third] == 30)
    #expect(table.count == 2)
  }
}
