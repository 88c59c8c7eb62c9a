import Foundation
import Support

/// One Swift file of the repository, as lines.
struct SourceFile {
  /// From the repository's root.
  let path: String
  let lines: [String]

  /// Each Swift file below `folder`, in order of path.
  static func all(below folder: String) throws -> [SourceFile] {
    let root = Repository.url.appendingPathComponent(folder)
    let walk = FileManager.default.enumerator(atPath: root.path)
    var files: [SourceFile] = []
    while let name = walk?.nextObject() as? String {
      guard name.hasSuffix(".swift"), !name.contains(".build") else { continue }
      let text = try String(
        contentsOf: root.appendingPathComponent(name), encoding: .utf8)
      files.append(SourceFile(path: "\(folder)/\(name)", text: text))
    }
    return files.sorted { $0.path < $1.path }
  }

  init(path: String, text: String) {
    self.path = path
    self.lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The modules that it imports.
  var imports: [String] {
    self.lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index < words.count - 1,
        words[..<index].allSatisfy({
          ["public", "internal", "private", "fileprivate", "package", "@testable"].contains($0)
        })
      else { return nil }
      let name = words[index + 1]
      // `import struct Foundation.Date` names the module behind the kind.
      let isKind = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        .contains(name)
      let full = isKind && index + 2 < words.count ? words[index + 2] : name
      return full.split(separator: ".").first.map(String.init)
    }
  }

  /// Lines without comments and without what stands in string literals.
  var code: [(number: Int, text: String)] {
    var isInMultiline = false
    return self.lines.enumerated().compactMap { index, line in
      if line.components(separatedBy: "\"\"\"").count % 2 == 0 {
        isInMultiline.toggle()
        return nil
      }
      guard !isInMultiline else { return nil }
      return (index + 1, Self.stripped(line))
    }
  }

  /// Whether a line of code has a `!` behind a value.
  static func unwrapsByForce(_ line: String) -> Bool {
    zip(line, line.dropFirst() + " ").enumerated().contains { index, pair in
      guard pair.0 == "!", pair.1 != "=", index > 0 else { return false }
      let before = line[line.index(line.startIndex, offsetBy: index - 1)]
      return before.isLetter || before.isNumber || [")", "]", "_"].contains(before)
    }
  }

  /// The words of a line: runs of letters and digits.
  static func words(_ line: String) -> [Substring] {
    line.split { !($0.isLetter || $0.isNumber) }
  }

  static func stripped(_ line: String) -> String {
    var result = ""
    var isInString = false
    var previous: Character = " "
    for character in line {
      if character == "\"", previous != "\\" { isInString.toggle() }
      if !isInString {
        if character == "/", previous == "/" { return String(result.dropLast()) }
        result.append(character)
      }
      previous = character
    }
    return result
  }

  /// A function or an initializer.
  struct Function {
    let line: Int
    let name: String
    /// How many lines it spans.
    let length: Int
    /// Whether its body is one switch without `default:` whose cases are short: a table, as long
    /// as what it lists.
    let isFlatSwitch: Bool
  }

  /// The most lines of a case in a flat switch.
  private static let flatCaseLinesMax = 15

  private static func isFlatSwitch(_ lines: ArraySlice<String>, indent: Int) -> Bool {
    let margin = String(repeating: " ", count: indent + 2)
    // The signature may take several lines.
    guard let head = lines.firstIndex(where: { $0.hasSuffix("{") }) else { return false }
    let body = lines[(head + 1)...].dropLast()
    guard body.first?.hasPrefix(margin + "switch ") == true, body.first?.hasSuffix("{") == true,
      body.last == margin + "}"
    else { return false }
    var caseLines = 0
    for line in body.dropFirst().dropLast() {
      if line.trimmingCharacters(in: .whitespaces).hasPrefix("default:") { return false }
      if line.hasPrefix(margin + "case ") {
        caseLines = 0
      } else if !line.hasPrefix(margin + "  ") {
        return false
      }
      caseLines += 1
      if caseLines > self.flatCaseLinesMax { return false }
    }
    return true
  }

  /// The functions and initializers.
  var functions: [Function] {
    var found: [Function] = []
    for (index, line) in self.lines.enumerated() {
      let indent = line.prefix { $0 == " " }.count
      let words = line.split { " (<".contains($0) }
      let head = words.first { ["func", "init", "init?"].contains($0) }
      guard let head, line.contains("("), !line.trimmingCharacters(in: .whitespaces).hasPrefix("/")
      else { continue }
      // A body on one line has no brace of its own below.
      guard !line.hasSuffix("}") else { continue }
      let closing = String(repeating: " ", count: indent) + "}"
      guard let end = self.lines[index...].firstIndex(of: closing) else { continue }
      let name = head == "func" ? words.drop { $0 != head }.dropFirst().first ?? head : head
      found.append(
        Function(
          line: index + 1, name: String(name), length: end - index + 1,
          isFlatSwitch: Self.isFlatSwitch(self.lines[index...end], indent: indent)))
    }
    return found
  }
}
