import FileStore
import Foundation
import Testing

@Suite struct FileGrowthTests {
  private static func text(_ growth: FileGrowth, _ folder: String) throws -> String {
    try String(contentsOfFile: try growth.copy(to: "\(folder)/copy"), encoding: .utf8)
  }

  @Test func whatIsAppendedIsCopied() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("growth-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/file"
    var growth = try FileGrowth(of: path)
    #expect(try !growth.hasGrown())
    try Data("one\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try growth.hasGrown())
    #expect(try Self.text(growth, folder) == "one\n")

    growth = try FileGrowth(of: path)
    #expect(growth.bytes == 0)
    let file = try AppendFile(creating: "\(folder)/other", exclusively: true)
    try file.append(Array("new\n".utf8))
    try Data("one\ntwo\n".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try growth.hasGrown())
    #expect(try !growth.hasGrown())
    #expect(try Self.text(growth, folder) == "two\n")

    // A file in its place, as a rotation leaves it.
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.moveItem(atPath: "\(folder)/other", toPath: path)
    #expect(try growth.hasGrown())
    #expect(try Self.text(growth, folder) == "new\n")
  }

  @Test func folderIsNoFile() {
    #expect(throws: FileStoreError.self) { try FileGrowth(of: "/tmp") }
  }
}
