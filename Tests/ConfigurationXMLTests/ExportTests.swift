import ApplianceConfiguration
import Foundation
import Support
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
    guard var first = reader.read(bytes: try bytes(of: path), name: "").configuration else {
      return
    }
    // Attributes that are not known are left out of it.
    first.keptAttributes = []
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
