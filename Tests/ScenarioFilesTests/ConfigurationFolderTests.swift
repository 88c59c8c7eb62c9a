import Foundation
import ScenarioFiles
import Testing

/// A scenario from anybody names files inside one folder only.
@Suite struct ConfigurationFolderTests {
  /// `top/secret.xml`, `top/root/common.xml`, `top/root/lab/own.xml`, and links that leave `root`.
  private static func withFolders(_ body: (String) throws -> Void) throws {
    let top = FileManager.default.temporaryDirectory
      .appendingPathComponent("configuration-folder-\(UUID().uuidString)")
    let lab = top.appendingPathComponent("root/lab")
    try FileManager.default.createDirectory(at: lab, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: top) }
    for name in ["secret.xml", "root/common.xml", "root/lab/own.xml", "rootless.xml"] {
      try Data(name.utf8).write(to: top.appendingPathComponent(name))
    }
    try FileManager.default.createSymbolicLink(
      at: lab.appendingPathComponent("link.xml"),
      withDestinationURL: top.appendingPathComponent("secret.xml"))
    try FileManager.default.createSymbolicLink(
      at: lab.appendingPathComponent("out"), withDestinationURL: top)
    try body(top.path)
  }

  @Test func filesInsideAreRead() throws {
    try Self.withFolders { top in
      let scenario = top + "/root/lab/a.yaml"
      let own = try ConfigurationFolder(of: scenario).bytes("own.xml")
      let common = try ConfigurationFolder(root: top + "/root", of: scenario).bytes("../common.xml")
      let dotted = try ConfigurationFolder(of: scenario).bytes("./../lab/own.xml")
      #expect(String(decoding: own, as: UTF8.self) == "root/lab/own.xml")
      #expect(String(decoding: common, as: UTF8.self) == "root/common.xml")
      #expect(dotted == own)
    }
  }

  private static let refused = [
    ("../common.xml", "allowed: a file inside"),
    ("link.xml", "allowed: a file inside"),
    ("out/secret.xml", "allowed: a file inside"),
    ("/etc/passwd", "allowed: a path relative to the scenario's file"),
    ("own.xml\u{0}.txt", "allowed: a path relative to the scenario's file"),
    ("missing.xml", "allowed: a file that can be read"),
    ("", "allowed: a file inside"),
    (".", "allowed: a file inside"),
    ("../lab", "allowed: a file inside"),
  ]

  @Test(arguments: refused)
  func filesOutsideAreRefused(_ name: String, _ allowed: String) throws {
    try Self.withFolders { top in
      let folder = ConfigurationFolder(of: top + "/root/lab/a.yaml")
      let error = #expect(throws: ConfigurationFolder.Refusal.self) { try folder.bytes(name) }
      #expect(error?.description.contains(allowed) == true, "\(String(describing: error))")
    }
  }

  /// A folder whose name only begins like the root's is not inside it; pipes and folders are no files.
  @Test func likenessIsNotEnough() throws {
    try Self.withFolders { top in
      let folder = ConfigurationFolder(root: top + "/root", of: top + "/root/a.yaml")
      #expect(throws: ConfigurationFolder.Refusal.self) { try folder.bytes("../rootless.xml") }
      #expect(throws: ConfigurationFolder.Refusal.self) { try folder.bytes("lab") }
      mkfifo(top + "/root/pipe", 0o600)
      #expect(throws: ConfigurationFolder.Refusal.self) { try folder.bytes("pipe") }
    }
  }
}
