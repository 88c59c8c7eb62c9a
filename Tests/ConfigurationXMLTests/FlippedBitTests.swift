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

  private static let count = Thoroughness.cases(few: 120, many: 3_000)

  /// Values that are taken in any case.
  private static let words = ["<log_level>", "<facility>", "<alert_class ", "<alert_severity "]

  /// Whether a flip makes a letter of such a value a capital or a small one.
  private static func isCaseOfWord(_ bit: UInt8, at place: Int) -> Bool {
    let byte = self.original[place] | 0x20
    guard bit == 0x20, (0x61...0x7A).contains(byte) else { return false }
    let start = self.original[..<place].lastIndex(of: 0x0A) ?? 0
    let line = String(decoding: self.original[start..<place], as: UTF8.self)
    return self.words.contains { line.contains($0) }
  }

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
      if Self.isCaseOfWord(bit, at: place) { continue }
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
