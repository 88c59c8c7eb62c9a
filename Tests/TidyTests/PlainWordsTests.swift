import Foundation
import Support
import Testing

/// Words that stopped readers stay out of what users read: documents, help, messages, findings.
@Suite struct PlainWordsTests {
  /// A word or phrase in all its forms, with what is written instead.
  struct Banned: Sendable, CustomTestStringConvertible {
    /// The forms of each word; one with a `*` at its end begins the word.
    let words: [[String]]
    let instead: String
    /// A text that has it, to show that it is found.
    let sample: String
    /// Phrases in which it has its technical use.
    let allowed: [String]

    init(_ words: String, _ instead: String, _ sample: String, allowed: [String] = []) {
      self.words = words.split(separator: " ").map { $0.split(separator: "|").map(String.init) }
      self.instead = instead
      self.sample = sample
      self.allowed = allowed
    }

    var testDescription: String { self.sample }

    fileprivate func begins(_ words: ArraySlice<Word>, in text: [Character]) -> Bool {
      guard words.count >= self.words.count else { return false }
      let found = words.prefix(self.words.count)
      for (forms, word) in zip(self.words, found) {
        let isForm = forms.contains { form in
          form.hasSuffix("*") ? word.text.hasPrefix(form.dropLast()) : word.text == form
        }
        guard isForm else { return false }
      }
      // Only white space, an end of a line or a hyphen parts the words of a phrase.
      let areTogether = zip(found, found.dropFirst()).allSatisfy { before, after in
        text[before.range.upperBound..<after.range.lowerBound].allSatisfy {
          $0.isWhitespace || $0 == "-"
        }
      }
      guard areTogether, let first = found.first?.range.lowerBound,
        let last = found.last?.range.upperBound
      else { return false }
      let around = text[max(0, first - 24)..<min(text.count, last + 24)]
      let context = String(around).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return !self.allowed.contains { context.contains($0) }
    }
  }

  fileprivate struct Word {
    let text: String
    let range: Range<Int>
  }

  private static let banned = [
    Banned("mend|mends|mended|mending", "fix", "How to mend it"),
    Banned("told", "reported, shown", "All findings are told"),
    Banned("tell|tells|telling", "report, show, distinguish", "It tells which lines are missing"),
    Banned(
      "stand|stands|standing|stood", "is, may be, pauses", "The value stands there",
      allowed: ["stands for", "stand for"]),
    Banned(
      "behind", "after", "A NUL byte behind the file",
      allowed: ["minutes behind", "hours behind utc", "behind a proxy", "behind a firewall"]),
    Banned("hear|hears|heard|hearing|hearer|hearers", "receive, recipient", "Nobody hears it"),
    Banned(
      // A word of the glossary, and a kind of evidence.
      "house", "program, team", "How the house is built", allowed: ["house rule", "house:"]),
    Banned("throw|throws|threw|thrown|throwing away", "discard", "It is thrown\naway"),
    Banned("throw|throws|threw|throwing it|them away", "discard", "A reset throws it\n  away"),
    Banned(
      "so many|much", "N, by TIME, this number of", "After so\nmany lines",
      allowed: ["after so many octets", "so much that", "so many that"]),
    Banned("grave|graver|gravest", "severe", "The least grave finding"),
    Banned("bring|brings|brought|bringing forth", "produce", "what it brings\nforth"),
    Banned("make|makes|made|making up", "generate", "Made-up files"),
    Banned("hand|hands|handed|handing on", "forward", "It is handed on"),
    Banned("copy|copies to share", "sanitized copy", "A copy to share"),
    Banned("misbehav*", "with faults", "A server that misbehaves"),
    Banned("fruitless*", "empty", "Fruitless readings"),
    Banned("the call was wrong", "usage error", "64 the call was\nwrong"),
    Banned("what is said of", "comment, result", "What is said of a scenario"),
    Banned("hardly meant", "probably a mistake", "It is hardly meant so"),
    Banned("receipt|receipts", "delivery confirmation", "TCP has no receipts"),
  ]

  private static func words(of text: [Character]) -> [Word] {
    var words: [Word] = []
    var place = 0
    while place < text.count {
      guard text[place].isLetter else {
        place += 1
        continue
      }
      let start = place
      while place < text.count, text[place].isLetter { place += 1 }
      words.append(Word(text: String(text[start..<place]), range: start..<place))
    }
    // What a mark joins to another is a name, such as `read-behind` and `so_many`.
    return words.filter { word in
      let before = word.range.lowerBound > 0 ? text[word.range.lowerBound - 1] : " "
      let after = word.range.upperBound < text.count ? text[word.range.upperBound] : " "
      return !"_.$".contains(before) && !"_".contains(after)
    }
  }

  private static func problems(in text: String, at path: String) -> [String] {
    let characters = Array(text.lowercased())
    let words = Self.words(of: characters)
    return words.indices.flatMap { index in
      Self.banned.filter { $0.begins(words[index...], in: characters) }.map { banned in
        let line = 1 + characters[..<words[index].range.lowerBound].count { $0.isNewline }
        return "\(path):\(line): \(words[index].text): write \(banned.instead)"
      }
    }
  }

  /// A document without what is code, which may be a file's own text.
  private static func prose(_ text: String) -> String {
    var isCode = false
    return String(
      text.map { character in
        if character == "`" { isCode.toggle() }
        return isCode && !character.isNewline ? " " : character
      })
  }

  @Test(arguments: Self.banned)
  func eachIsFound(_ banned: Banned) {
    #expect(Self.problems(in: "An example.\n" + banned.sample, at: "x").count == 1)
    let source = """
      let a = \"\"\"
        First line.
        \(banned.sample)
        \"\"\"
      let b = 1  // \(banned.sample.replacing("\n", with: " "))
      """
    let found = Self.problems(in: SwiftTexts.only(in: source), at: "x")
    #expect(found.count == 1 && found[0].hasPrefix("x:3: "), "\(found)")
    let line = "let a = \"\(banned.sample.replacing("\n", with: " ")) \\(f(\"x\"))\""
    #expect(Self.problems(in: SwiftTexts.only(in: line), at: "x").count == 1)
    for phrase in banned.allowed { #expect(Self.problems(in: phrase, at: "x").isEmpty) }
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
      for problem in Self.problems(in: Self.prose(text), at: name) { Issue.record("\(problem)") }
    }
  }

  @Test func textsOfTheProgramArePlain() throws {
    for file in try SourceFile.all(below: "Sources") {
      let texts = SwiftTexts.only(in: file.lines.joined(separator: "\n"))
      for problem in Self.problems(in: Self.prose(texts), at: file.path) {
        // A key of old scenarios, which is still read.
        if file.path.hasSuffix("ScenarioShapes.swift"), problem.contains(": mend: ") { continue }
        Issue.record("\(problem)")
      }
    }
  }

  // MARK: Plurals

  private static let counted =
    "lines|bytes|files|findings|mutants|exports|places|headers|errors|warnings|packets|records"
    + "|connections|datagrams|mails|entries|copies|machines|messages|sections|configurations"

  /// Counts without `Plural`, by what they count.
  private static func bareCounts(in source: String) -> [String] {
    let pattern = #/\\\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\) ([a-z]+)/#
    let words = Set(Self.counted.split(separator: "|"))
    return source.matches(of: pattern).filter { words.contains($0.output.2) }
      .map { String($0.output.1) }
      // Bounds are many, and a word that agrees is no plural.
      .filter { !$0.hasSuffix("Max") && !$0.hasSuffix("Max)") && !$0.contains("Bound") }
  }

  /// Counts that are never 1, by their file: what is beyond a bound, or beside one.
  private static let many: [String: Set<String>] = [
    "SharedRuleCheck.swift": ["total"], "AutoSupportText.swift": ["count"],
    "HouseRule.swift": ["self.files"], "StateOptions.swift": ["text.utf8.count", "limit"],
    "ReconcileRun.swift": ["files.lines"], "ReconciliationText.swift": ["whole"],
    "SMTPTransaction.swift": ["message.count", "lineBytes"],
    "FileBytes.swift": ["bytesMax", "information.st_size"],
    "HeaderField.swift": ["text.utf8.count"], "InternetMessage.swift": ["body.utf8.count"],
    "Mailbox.swift": ["displayName.utf8.count"], "SMTPReply.swift": ["lines.count"],
    "FaultTableOptions.swift": ["text.utf8.count"], "LogRules.swift": ["name.utf8.count"],
    "YAMLText.swift": ["given.count"], "Fields.swift": ["values.count"],
    "XMLTreeParser.swift": ["text.utf8.count"], "ConfigurationSplice.swift": ["children.count"],
    "DocumentTypeParser.swift": ["bytes.count"], "ConfigurationReader.swift": ["bytes.count"],
    "AssumedDefaults.swift": ["files.rolloverSizeBytes.value", "bytes"],
    "ClusterLayout.swift": ["others.count"], "CheckReport+Lines.swift": ["kind"],
    "MatrixReport.swift": ["loses"],
  ]

  @Test func countsAgreeWithTheirWords() throws {
    #expect(Self.bareCounts(in: #"let a = "found \(lines.count) lines""#) == ["lines.count"])
    #expect(Self.bareCounts(in: #"let a = "\(Plural.counted(1, "line")) lost""#).isEmpty)
    for file in try SourceFile.all(below: "Sources") {
      let known = Self.many[String(file.path.split(separator: "/").last ?? "")] ?? []
      let code = file.lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }
        .joined(separator: "\n")
      for count in Self.bareCounts(in: code) where !known.contains(count) {
        Issue.record("\(file.path): \(count): write Plural.counted or CountText.counted")
      }
    }
  }
}
