import Testing

@testable import ConfigurationPolicy

/// The section `known` is replaced, and every other byte stays.
@Suite struct KnownSectionTests {
  private static let cases: [(String, [Int], Int?, String)] = [
    ("", [], nil, "known:\n  files: 1\n"),
    ("# top\n", [], nil, "# top\n\nknown:\n  files: 1\n"),
    ("a: 1", [1], nil, "a: 1\n\nknown:\n  files: 1\n"),
    ("known:\n  files: 9\n  x: 1\n", [1], 1, "known:\n  files: 1\n"),
    ("known: {}", [1], 1, "known:\n  files: 1\n"),
    (
      "a: 1\n\nknown:\n  files: 9\n\n# of b\nb: 2\n", [1, 3, 7], 3,
      "a: 1\n\nknown:\n  files: 1\n\n# of b\nb: 2\n"
    ),
    ("a: 1\r\nknown: 2\r\n\r\n# end", [1, 2], 2, "a: 1\r\nknown:\r\n  files: 1\r\n\r\n# end"),
    ("---\nknown:\n  x: 1\n...\n", [2], 2, "---\nknown:\n  files: 1\n...\n"),
  ]

  @Test(arguments: cases.indices)
  func otherBytesStay(_ index: Int) {
    let (before, keys, line, after) = Self.cases[index]
    let result = KnownSection.replacing(
      in: Array(before.utf8), keyLines: keys, at: line, with: ["known:", "  files: 1"])
    #expect(String(decoding: result, as: UTF8.self) == after)
  }

  @Test func wordsAreCountedByFile() {
    var known = LearnedWords()
    let word = LearnedWord(.element, "policies", in: "config")
    _ = known.add(file: [word, LearnedWord(.level, "Level 3: \"x\"")])
    let refused = known.add(
      file: [word, LearnedWord(.module, "a\nb"), LearnedWord(.module, "")])
    #expect(refused == [LearnedWord(.module, "a\nb"), LearnedWord(.module, "")])
    #expect(known.files == 2)
    #expect(known.counts.count == 2)
    #expect(
      known.yamlLines.dropFirst() == [
        "  files: 2", "  elements:", "    config:", "      policies: 2", "  levels:",
        "    \"Level 3: \\\"x\\\"\": 1",
      ])
  }
}
