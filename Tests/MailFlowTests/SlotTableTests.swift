import Testing

@testable import MailFlow

@Suite struct SlotTableTests {
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
