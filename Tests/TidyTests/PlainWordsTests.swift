import Foundation
import Support
import Testing

/// Words that stopped readers stay out of what users read: documents, help, messages, findings.
@Suite struct PlainWordsTests {
  /// Each as it stands in a text, with what is written instead.
  private static let words: [(word: String, instead: String)] = [
    ("brings forth", "produces"), ("brought forth", "produced"), ("grave", "severe"),
    ("graver", "more severe"), ("nobody hears", "no recipient"), ("hearer", "recipient"),
    ("thrown away", "discarded"), ("throw away", "discard"), ("made-up", "generated"),
    ("handed on", "forwarded"), ("hands on", "forwards"), ("copy to share", "sanitized copy"),
    ("copies to share", "sanitized copies"), ("so much longer", "by TIME"),
    ("the call was wrong", "usage error"), ("stand on the path", "forward"),
    ("misbehave", "with faults"), ("makes up", "generates"), ("what is said of it", "comment"),
    ("fruitless", "empty"),
  ]

  private static func found(in text: String) -> [String] {
    let lower = text.lowercased()
    return Self.words.filter { entry in
      lower.ranges(of: entry.word).contains { range in
        let before = lower[..<range.lowerBound].last
        let after = lower[range.upperBound...].first
        return before.map(\.isLetter) != true && after.map(\.isLetter) != true
      }
    }.map { "\($0.word) (\($0.instead))" }
  }

  @Test func documentsArePlain() throws {
    let files = FileManager.default
    let docs = try files.contentsOfDirectory(
      atPath: Repository.url.appendingPathComponent("docs").path)
    let names =
      ["README.md", "CONTRIBUTING.md", "Makefile"]
      + docs.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
    #expect(names.count > 15)
    for name in names {
      let text = try String(
        contentsOf: Repository.url.appendingPathComponent(name), encoding: .utf8)
      // What stands between quotation marks or as code may be a file's own text.
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
        .enumerated()
      {
        let plain = String(line).replacing(/`[^`]*`|"[^"]*"/, with: "")
        for word in Self.found(in: plain) { Issue.record("\(name):\(number + 1): \(word)") }
      }
    }
  }

  @Test func textsOfTheProgramArePlain() throws {
    for file in try SourceFile.all(below: "Sources") {
      for (number, line) in file.lines.enumerated() where !line.contains("//") {
        // The odd parts between quotation marks are the texts.
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() where index % 2 == 1 {
          for word in Self.found(in: String(part)) {
            Issue.record("\(file.path):\(number + 1): \(word)")
          }
        }
      }
    }
  }
}
