import ApplianceConfiguration
import Simulation
import Testing

@Suite struct NearNamesTests {
  /// The definition as a table: letters put in, taken out, changed, or exchanged with a neighbour.
  private func table(_ one: [UInt8], _ two: [UInt8]) -> Int {
    var rows = [[Int]](repeating: Array(0...two.count), count: one.count + 1)
    for row in 1..<max(1, one.count + 1) {
      rows[row][0] = row
      for column in 1..<max(1, two.count + 1) {
        let isSame = one[row - 1] == two[column - 1]
        var cell = min(rows[row - 1][column], rows[row][column - 1]) + 1
        cell = min(cell, rows[row - 1][column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, one[row - 1] == two[column - 2], one[row - 2] == two[column - 1] {
          cell = min(cell, rows[row - 2][column - 2] + 1)
        }
        rows[row][column] = cell
      }
    }
    return rows[one.count][two.count]
  }

  /// Letters, and bytes that names seldom have.
  private static let bytes = Array("abc.{~".utf8)

  /// Words of few letters, so that many are near; the longest that are compared among them.
  @Test func distancesAreThoseOfTheTable() {
    var random = SeededGenerator(seed: 5)
    var near = 0
    func number(_ bound: Int) -> Int { Int(random.uniform(below: UInt64(bound))) }
    for round in 0..<4_000 {
      let count = round % 4 == 0 ? 37 + number(4) : number(10)
      let one = (0..<count).map { _ in Self.bytes[number(3) + round % 2 * 3] }
      var two = one
      for _ in 0..<number(5) {
        let at = number(two.count + 1)
        switch number(4) {
        case 0 where two.count < 40: two.insert(0x64, at: at)
        case 1 where at < two.count: two.remove(at: at)
        case 2 where at < two.count: two[at] = 0x65
        case 3 where at + 1 < two.count: two.swapAt(at, at + 1)
        default: break
        }
      }
      let expected = self.table(one, two)
      let found = NearNames.distance(
        String(decoding: one, as: UTF8.self), String(decoding: two, as: UTF8.self))
      #expect(found == (expected <= 2 ? expected : nil), "\(one) \(two)")
      if expected <= 2 { near += 1 }
    }
    #expect(near > 1_000)
  }

  @Test func theNearestIsTheFirstOfThoseAsNear() {
    let names = NearNames(["hostname", "hostnames", "timezone", "ab"])
    #expect(names.nearest(to: "hostnam") == "hostname")
    #expect(names.nearest(to: "HOSTNAMES") == "hostnames")
    #expect(names.nearest(to: "hotsname") == "hostname")
    #expect(names.nearest(to: "timezonexyz") == nil)
    // Half of the letters would be others.
    #expect(names.nearest(to: "ac") == nil)
    #expect(names.nearest(to: "") == nil)
    #expect(names.nearest(to: String(repeating: "a", count: 41)) == nil)
  }
}
