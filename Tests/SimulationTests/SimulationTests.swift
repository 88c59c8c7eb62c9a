import Simulation
import Testing

@Suite struct SeededGeneratorTests {
  @Test func firstNumbersOfASeedAreFixed() {
    var random = SeededGenerator(seed: 42)
    #expect(
      (0..<3).map { _ in random.next() } == [
        1546998764402558742, 6990951692964543102, 12544586762248559009,
      ])
  }

  @Test func streamsOfOneSeedDiffer() {
    var one = SeededGenerator(seed: 7, stream: "mail-flow")
    var two = SeededGenerator(seed: 7, stream: "faults")
    #expect(one.next() != two.next())
  }
}
