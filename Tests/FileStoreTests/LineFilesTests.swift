import FileStore
import Foundation
import Testing

@Suite struct LineFilesTests {
  private static func withFiles<Result>(
    _ texts: [(name: String, text: String)], _ body: (String) throws -> Result
  ) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("line-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in texts {
      try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }
    return try body(folder.path)
  }

  private static func lines(_ files: LineFiles) throws -> [String] {
    var lines: [String] = []
    try files.forEachLine { lines.append(String(decoding: $0, as: UTF8.self)) }
    return lines
  }

  /// Files with more lines than are marked at once, no last line end, a line beyond a piece, none.
  @Test func everyLineIsReadTwiceAlike() throws {
    let first = (0..<700).map { "first \($0)" }
    let second = (0..<300).map { "second \($0)" + String(repeating: "x", count: $0) }
    let third = [String(repeating: "y", count: 3 << 20), "", "end"]
    try Self.withFiles([
      ("1", first.joined(separator: "\n") + "\n"), ("2", second.joined(separator: "\n")),
      ("3", ""), ("4", third.joined(separator: "\n") + "\n"),
    ]) { folder in
      let files = try LineFiles(paths: ["1", "2", "3", "4"].map { "\(folder)/\($0)" })
      let expected = first + second + third
      #expect(try Self.lines(files) == expected)
      #expect(files.lines == expected.count)
      for number in [0, 255, 256, 699, 700, 955, 956, 999, 1000, 1001, 1002, 5] {
        #expect(
          files.withLine(number) { String(decoding: $0, as: UTF8.self) } == expected[number])
      }
      #expect(files.withLine(expected.count) { $0.count } == 0)
      #expect(files.place(ofLine: 700) == ("\(folder)/1", 700))
      #expect(files.place(ofLine: 701) == ("\(folder)/2", 1))
      #expect(files.place(ofLine: 1001) == ("\(folder)/4", 1))
      #expect(files.failure == nil)
    }
  }

  @Test func samplesAreWholeLines() throws {
    let lines = (0..<20_000).map { "line \($0) of many" }
    try Self.withFiles([("1", lines.joined(separator: "\n") + "\n")]) { folder in
      let files = try LineFiles(paths: ["\(folder)/1"])
      var samples: [String] = []
      try files.sampleLines(bytesMax: 65_536) {
        samples.append(String(decoding: $0, as: UTF8.self))
      }
      #expect((1000..<10_000).contains(samples.count))
      #expect(Set(samples).isSubset(of: lines))
    }
  }

  @Test func logFilesAreInOrderOfTheirStamps() throws {
    let names = [
      "mail.@20150625T090000.c", "mail.@20150624T235959.s", "amail.@20150625T085003.s", "notes",
      ".hidden.@20150625T085003.s",
    ]
    try Self.withFiles(names.map { ($0, "") }) { folder in
      let found = try LogFileNames.logs([folder])
      #expect(found == [names[1], names[2], names[0]].map { "\(folder)/\($0)" })
      let both = [names[0], names[1]].map { "\(folder)/\($0)" }
      #expect(try LogFileNames.logs(both) == both.reversed())
      // One without a stamp: as given.
      let mixed = [names[0], "notes", names[1]].map { "\(folder)/\($0)" }
      #expect(try LogFileNames.logs(mixed) == mixed)
      #expect(try LogFileNames.files([folder]).count == 4)
    }
  }

  private static let unreadable: [(String, String)] = [
    ("/no/such", "/no/such: cannot read: No such file or directory"),
    ("/", "/: cannot read: Is a directory"),
    ("/dev/null", "/dev/null: cannot read more than once: Illegal seek"),
  ]

  @Test(arguments: unreadable)
  func fileThatCannotBeReadTwiceIsSaid(_ path: String, _ text: String) {
    let error = #expect(throws: FileStoreError.self) { try LineFiles(paths: [path]) }
    #expect(error?.description == text)
  }
}
