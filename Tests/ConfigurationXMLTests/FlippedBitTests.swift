import ApplianceConfiguration
import Foundation
import Simulation
import Support
import Testing

@testable import ConfigurationXML

/// Flipped bits and cut files: none traps, and none is silent among the log and alert settings.
@Suite struct FlippedBitTests {
  private static let original: [UInt8] = {
    let path = Repository.root + "/appliance-config.xml"
    return (try? Data(contentsOf: URL(fileURLWithPath: path))).map(Array.init) ?? []
  }()

  /// The bytes of the log and alert settings, without comments, in which anything may be.
  private static func bytesOfBlocks() throws -> [Int] {
    let root = try XMLTreeParser(limits: ReadingLimits()).parse(self.original).get().root
    let blocks = root.children.filter {
      ["log_", "alert_", "autosupport"].contains(where: $0.name.hasPrefix)
    }.map(\.byteRange)
    var comments: [Range<Int>] = []
    var index = 0
    while let start = self.position(of: "<!--", from: index),
      let end = self.position(of: "-->", from: start)
    {
      comments.append(start..<(end + 3))
      index = end + 3
    }
    return blocks.flatMap { block in
      block.filter { place in !comments.contains { $0.contains(place) } }
    }
  }

  private static func position(of text: String, from start: Int) -> Int? {
    self.original.indices[start...].first { self.original[$0...].starts(with: text.utf8) }
  }

  private static let count = Thoroughness.cases(few: 600, many: 20_000)

  @Test(arguments: [ReadingMode.strict, .lenient])
  func noFlippedBitIsSilent(_ mode: ReadingMode) throws {
    let places = try Self.bytesOfBlocks()
    #expect(places.count > 5000)
    let base = try ReadOutcome(Self.original, mode)
    #expect(base.model != nil)
    var generator = SeededGenerator(seed: 900)
    for _ in 0..<Self.count {
      let place = places[Int(generator.uniform(below: UInt64(places.count)))]
      let bit = UInt8(1) << UInt8(generator.uniform(below: 8))
      var flipped = Self.original
      flipped[place] ^= bit
      if try ReadOutcome(flipped, mode) == base {
        let line = Self.original[..<place].count { $0 == 0x0A } + 1
        Issue.record("silent: bit \(bit) of the byte \(Self.original[place]) in line \(line)")
      }
    }
  }

  @Test(arguments: [ReadingMode.strict, .lenient])
  func noCutIsSilent(_ mode: ReadingMode) throws {
    let base = try ReadOutcome(Self.original, mode)
    let places = try Self.bytesOfBlocks()
    var generator = SeededGenerator(seed: 901)
    for _ in 0..<(Self.count / 2) {
      let place = places[Int(generator.uniform(below: UInt64(places.count)))]
      let end =
        generator.chance(permille: 500)
        ? place
        : Int(
          generator.uniform(below: UInt64(Self.original.count)))
      // The end of the last tag is enough.
      let cut = Array(Self.original[..<end])
      guard cut.count + 2 < Self.original.count else { continue }
      #expect(try ReadOutcome(cut, mode) != base, "silent: cut at \(end)")
    }
  }
}
