import ApplianceConfiguration
import Foundation
import Testing

@testable import ConfigurationXML

/// A file to export: the fixtures and the shipped configuration.
private func bytes(of path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}

private let sample = Repository.root + "/appliance-config.xml"

@Suite struct ConfigurationExportTests {
  static let acceptedPaths = [sample] + FixtureTests.accepted.map { $0.path + ".xml" }

  private func identity(_ path: String, mode: ReadingMode) throws {
    let reader = ConfigurationReader(mode: mode)
    guard let first = reader.read(bytes: try bytes(of: path), name: "").configuration else {
      return
    }
    let export = ConfigurationExport.canonical(first)
    let result = reader.read(bytes: export, name: "export.xml")
    let second = try #require(result.configuration, "\(result.descriptions)")
    #expect(ConfigurationExport.canonical(second) == export)
    #expect(ConfigurationDifference.changes(from: first, to: second) == [])
    #expect(first.identity.otherLines.map(\.value) == second.identity.otherLines.map(\.value))
    #expect(first.emptied.map(\.value) == second.emptied.map(\.value))
  }

  @Test(arguments: acceptedPaths)
  func importOfAnExportIsTheIdentity(_ path: String) throws {
    try self.identity(path, mode: .strict)
  }

  @Test(arguments: FixtureTests.rejected)
  func soItIsOfWhatIsUnderstood(_ fixture: FixtureTests.Fixture) throws {
    try self.identity(fixture.path + ".xml", mode: .lenient)
  }

  @Test func orderAndLayoutDoNotCount() throws {
    let one = try bytes(of: sample)
    let text = String(decoding: one, as: UTF8.self)
    let other = text.replacing("\n  <hostname>mail.example.com</hostname>", with: "")
      .replacing("<timezone>", with: "<hostname>mail.example.com</hostname><!-- x --><timezone>")
    #expect(other != text)
    let exports = try [text, other].map {
      ConfigurationExport.canonical(
        try #require(ConfigurationReader().read(bytes: Array($0.utf8), name: "").configuration))
    }
    #expect(exports[0] == exports[1])
  }
}

@Suite struct ConfigurationEditorTests {
  @Test(arguments: ConfigurationExportTests.acceptedPaths)
  func unchangedDiffersInNoByte(_ path: String) throws {
    let original = try bytes(of: path)
    var editor = try ConfigurationEditor(bytes: original)
    #expect(editor.bytes == original)
    let hostname = try #require(editor.value(at: "/config/hostname"))
    try editor.set("/config/hostname", to: "other")
    #expect(editor.bytes != original)
    try editor.set("/config/hostname", to: hostname)
    #expect(editor.bytes == original)
  }

  /// In each encoding only the bytes of the text change, and reading gives what was set.
  @Test(arguments: ConfigurationExportTests.acceptedPaths)
  func onlyTheTextChanges(_ path: String) throws {
    let original = try bytes(of: path)
    let element = try #require(
      try XMLTreeParser(limits: ReadingLimits()).parse(original).get().root.children
        .first { $0.name == "hostname" })
    let range = element.contentRange
    let text = "a<&>é😀\r"
    var editor = try ConfigurationEditor(bytes: original)
    try editor.set("/config/hostname", to: text)
    let changed = editor.bytes
    #expect(changed.starts(with: original[..<range.lowerBound]))
    #expect(changed.reversed().starts(with: original[range.upperBound...].reversed()))
    #expect(try ConfigurationEditor(bytes: changed).value(at: "/config/hostname") == text)
  }

  private static func file(_ content: String) -> [UInt8] {
    Array(
      ("<?xml version=\"1.0\"?>\n<!DOCTYPE config SYSTEM \"config.dtd\">\n"
        + "<config>\(content)</config>")
        .utf8)
  }

  private static let edits: [(String, String, String, String)] = [
    ("<a/>", "/config/a", "x", "<a>x</a>"),
    ("<a b='c' />", "/config/a", "x", "<a b='c' >x</a>"),
    ("<a></a>", "/config/a", "", "<a></a>"),
    ("<a><![CDATA[x]]></a>", "/config/a", "x", "<a><![CDATA[x]]></a>"),
    ("<a><!-- y -->x</a>", "/config/a", "z", "<a>z</a>"),
    ("<a>1</a><b/><a>2</a>", "/config/a[2]", "3", "<a>1</a><b/><a>3</a>"),
    ("<a><b>1</b></a>", "/config/a/b", "3", "<a><b>3</b></a>"),
  ]

  @Test(arguments: edits)
  func valuesAreSet(_ before: String, _ path: String, _ text: String, _ after: String) throws {
    var editor = try ConfigurationEditor(bytes: Self.file(before))
    try editor.set(path, to: text)
    #expect(editor.bytes == Self.file(after))
  }

  private static let refused: [(String, ConfigurationEditor.Failure)] = [
    ("/config/x", .notFound(path: "/config/x")), ("config/a", .notFound(path: "config/a")),
    ("/config/a", .notFound(path: "/config/a")), ("/config/a[3]", .notFound(path: "/config/a[3]")),
    ("/config/a[0]", .notFound(path: "/config/a[0]")),
    ("/config/a[x", .notFound(path: "/config/a[x")), ("/config", .notALeaf(path: "/config")),
    ("", .notFound(path: "")),
  ]

  @Test(arguments: refused)
  func whatIsNoLeafIsRefused(_ path: String, _ failure: ConfigurationEditor.Failure) throws {
    var editor = try ConfigurationEditor(bytes: Self.file("<a>1</a><a>2</a>"))
    #expect(throws: failure) { try editor.set(path, to: "x") }
    #expect(editor.bytes == Self.file("<a>1</a><a>2</a>"))
  }

  @Test func controlCharactersAreNoText() throws {
    var editor = try ConfigurationEditor(bytes: Self.file("<a/>"))
    #expect(throws: ConfigurationEditor.Failure.notText(path: "/config/a")) {
      try editor.set("/config/a", to: "\u{0}")
    }
  }
}

/// Edits of one value or name among the log and alert settings of the shipped file: none is silent.
@Suite struct SingleEditTests {
  private struct Outcome: Equatable {
    var model: [UInt8]?
    var findings: [String]
  }

  /// What is understood, without places, and what is said.
  private func outcome(_ bytes: [UInt8]) -> Outcome {
    let lenient = ConfigurationReader(mode: .lenient).read(bytes: bytes, name: "")
    let strict = ConfigurationReader().read(bytes: bytes, name: "")
    return Outcome(
      model: lenient.configuration.map(ConfigurationExport.canonical),
      findings: strict.diagnostics.map { "\($0.code) \($0.found)" })
  }

  /// The elements of the blocks, at any depth.
  private func elements(_ root: XMLElement) -> [XMLElement] {
    func below(_ element: XMLElement) -> [XMLElement] {
      [element] + element.children.flatMap(below)
    }
    return root.children.filter {
      ["log_", "alert_", "autosupport"].contains(where: $0.name.hasPrefix)
    }.flatMap(below)
  }

  private func edited(_ bytes: [UInt8], _ range: Range<Int>, _ text: String) -> [UInt8] {
    bytes[..<range.lowerBound] + Array(text.utf8) + bytes[range.upperBound...]
  }

  private func valueEdits(_ element: XMLElement, _ bytes: [UInt8]) -> [[UInt8]] {
    guard element.children.isEmpty else { return [] }
    let text = element.text
    var texts = [text + "1", "x" + text, text + " "]
    if !text.isEmpty { texts += [String(text.dropLast()), ""] }
    return texts.map { self.edited(bytes, element.contentRange, $0) }
  }

  private func nameEdits(_ element: XMLElement, _ bytes: [UInt8]) -> [[UInt8]] {
    let name = element.name
    let swapped = String(name.dropLast(2)) + String(name.suffix(2).reversed())
    let names = [name + "s", String(name.dropFirst()), swapped, "other"].filter { $0 != name }
    let whole = String(decoding: bytes[element.byteRange], as: UTF8.self)
    return names.map { other in
      let text =
        "<" + other + whole.dropFirst(name.count + 1).dropLast(name.count + 1) + other + ">"
      return self.edited(bytes, element.byteRange, text)
    }
  }

  private func attributeEdits(_ element: XMLElement, _ bytes: [UInt8]) -> [[UInt8]] {
    let whole = String(decoding: bytes[element.byteRange], as: UTF8.self)
    return element.attributes.flatMap { attribute in
      [" nam=\"\(attribute.value)\"", " name=\"\(attribute.value)x\"", " name=\"\"", ""].map {
        let old = " \(attribute.name)=\"\(attribute.value)\""
        return self.edited(
          bytes, element.byteRange, whole.replacing(old, with: $0, maxReplacements: 1))
      }
    }
  }

  @Test func noneIsSilent() throws {
    let original = try bytes(of: sample)
    let root = try XMLTreeParser(limits: ReadingLimits()).parse(original).get().root
    let base = self.outcome(original)
    #expect(base.findings == [])
    let elements = self.elements(root)
    var edits: [(String, [UInt8])] = []
    for element in elements {
      let place = "\(element.name) at line \(element.position.line)"
      edits += self.valueEdits(element, original).map { ("value of \(place)", $0) }
      edits += self.nameEdits(element, original).map { ("name \(place)", $0) }
      edits += self.attributeEdits(element, original).map { ("attribute of \(place)", $0) }
    }
    #expect(edits.count > 1000)
    // A third of them, so that the whole takes seconds; each kind and element is among them.
    let chosen = edits.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    #expect(chosen.count >= 300)
    for (what, bytes) in chosen {
      #expect(bytes != original)
      if self.outcome(bytes) == base { Issue.record("silent: \(what)") }
    }
  }
}
