import Support
import Testing

/// What was once written in several places is written in one: anybody else calls it.
@Suite struct OneHomeTests {
  /// A kind of code, known by its lines.
  private struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    /// The files that may have it, from the repository's root.
    let homes: Set<String>
    /// A part of each line of code that has it.
    let parts: [String]
    /// Lines as they were once written elsewhere, and lines that are something else.
    let written: [String]
    let others: [String]

    var testDescription: String { self.name }

    func isIn(_ line: String) -> Bool { self.parts.contains { line.contains($0) } }
  }

  private static let kinds = [
    Kind(
      name: "references of XML", homes: ["Sources/Core/Text/XMLEscape.swift"],
      parts: ["\"&amp;\"", "\"&lt;\"", "\"&gt;\"", "\"&quot;\"", "\"&apos;\"", "\"&#\\("],
      written: [#"case "<": result += "&lt;""#, #"bytes += "&#\(scalar.value);".utf8"#],
      others: [#"allowed: "&lt; &gt; &amp; &quot; &apos;")"#, #"found: "&\(found);""#]),
    Kind(
      name: "searches of bytes", homes: ["Sources/Core/Text/ByteSearch.swift"],
      parts: ["pattern[length]", ".count)].elementsEqual(", "memmem(", ".contains(\"-----"],
      written: [
        "if bytes[start..<(start + part.count)].elementsEqual(part) { return start }",
        #"element.text.contains("-----BEGIN CERTIFICATE-----")"#,
      ], others: ["rest[..<lead.count].elementsEqual(lead)", "names.contains(name)"]),
    Kind(
      name: "little-endian numbers", homes: ["Sources/Core/Text/LittleEndian.swift"],
      parts: [".littleEndian ", ".littleEndian)", ".littleEndian\n", "[0, 8, 16, 24]"],
      written: [
        "for shift: UInt32 in [0, 8, 16, 24] {",
        "let low = sum ^ bytes.loadUnaligned(as: UInt32.self).littleEndian\n",
      ], others: ["bytes.append(littleEndian: word)", "case .utf16LittleEndian: return 2"]),
    Kind(
      name: "calls that a signal interrupts",
      homes: ["Sources/Shell/FileDescriptors/Descriptor.swift"], parts: ["EINTR"],
      written: ["if count < 0, errno == EINTR { continue }"], others: ["errno == EAGAIN"]),
    Kind(
      name: "the words of alerts' severities",
      homes: ["Sources/Core/Alerting/Alert.swift", "Sources/Core/LogModel/LogLevel.swift"],
      parts: ["case .critical: \"Critical\""],
      written: [#"case .critical: "Critical""#], others: [#"case critical = "Critical""#]),
    Kind(
      name: "words that agree with a count", homes: ["Sources/Core/Text/Plural.swift"],
      parts: ["== 1 ? one", "== 1 ? \"\"", "== 1 ? \"1 "]
        + "abcdefghijklmnopqrstuvwxyz".map { "== 1 ? \"\($0)" },
      written: [
        #""\(count) \(count == 1 ? "file" : "files")""#, #"count == 1 ? "1 line" : """#,
        #""byte\(bytes == 1 ? "" : "s")""#,
      ], others: [#"digits.count == 1 ? "0" + digits : digits"#, "points == 1 ? 0 : 1"]),
  ]

  @Test(arguments: kinds)
  private func isWrittenInItsHomeAlone(_ kind: Kind) throws {
    var found: Set<String> = []
    for file in try SourceFile.all(below: "Sources") {
      for (index, line) in file.lines.enumerated()
      where kind.isIn(line + "\n") && !line.drop(while: { $0 == " " }).hasPrefix("//") {
        found.insert(file.path)
        if !kind.homes.contains(file.path) {
          Issue.record("\(file.path):\(index + 1): \(kind.name) belong to \(kind.homes.sorted())")
        }
      }
    }
    // What is looked for is what the homes have.
    #expect(found == kind.homes)
  }

  @Test(arguments: kinds)
  private func isToldFromOtherCode(_ kind: Kind) {
    for line in kind.written { #expect(kind.isIn(line), "\(line)") }
    for line in kind.others { #expect(!kind.isIn(line), "\(line)") }
  }
}
