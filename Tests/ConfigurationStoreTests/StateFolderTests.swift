import ApplianceConfiguration
import ConfigurationStore
import Foundation
import Simulation
import Testing

/// The folder of an appliance's configurations, on the disk of this machine.
@Suite struct StateFolderTests {
  private static let start = SimInstant(secondsSinceEpoch: 1_435_215_003)

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("state-test-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func create(_ path: String, _ text: String = "1") throws {
    _ = try StateFolder.create(
      at: path, content: Array(text.utf8), comment: "first", user: "admin", instant: Self.start)
  }

  private func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  private func names(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func whatIsLoadedIsUncommittedUntilItIsCommitted() throws {
    try self.withFolder { folder in
      try self.create(folder)
      try StateFolder.open(folder).load(Array("2".utf8))
      #expect(self.text(folder + "/committed.xml") == "1")
      #expect(self.text(folder + "/uncommitted.xml") == "2")
      let state = try StateFolder.open(folder)
      #expect(state.history.hasChanges)
      let outcome = try state.commit(comment: "second", user: "me", at: Self.start)
      #expect(outcome == .committed(number: 2))
      #expect(self.text(folder + "/committed.xml") == "2")
      #expect(try self.names(folder) == ["commits", "committed.xml", "lock"])
    }
  }

  @Test func aStateIsReadAsItWasWritten() throws {
    try self.withFolder { folder in
      try self.create(folder)
      for number in 2...13 {
        let state = try StateFolder.open(folder)
        try state.load(Array("\(number)".utf8))
        let instant = Self.start.advanced(by: .seconds(Int64(number)))
        _ = try state.commit(comment: "no. \(number)\n\u{1b}", user: "admin", at: instant)
      }
      let history = try StateFolder.open(folder).history
      #expect(history.active.number == 13)
      #expect(history.active.comment == "no. 13\n\u{1b}")
      #expect(history.active.instant == Self.start.advanced(by: .seconds(13)))
      #expect(history.earlier.map(\.number) == Array((3...12).reversed()))
      #expect(history.earlier.map(\.content) == (3...12).reversed().map { Array("\($0)".utf8) })
      #expect(try self.names(folder + "/commits").count == 22)
    }
  }

  @Test func aRollbackIsUncommittedAndCanBeCleared() throws {
    try self.withFolder { folder in
      try self.create(folder)
      let state = try StateFolder.open(folder)
      try state.load(Array("2".utf8))
      _ = try state.commit(comment: "", user: "admin", at: Self.start)
      let missing = try state.rollback(to: 2)
      #expect(missing == .notKept(allowed: [1]))
      let loaded = try state.rollback(to: 1)
      #expect(loaded == .loaded(number: 1))
      #expect(self.text(folder + "/committed.xml") == "2")
      #expect(self.text(folder + "/uncommitted.xml") == "1")
      try state.clearChanges()
      #expect(self.text(folder + "/uncommitted.xml") == nil)
      #expect(!state.history.hasChanges)
    }
  }

  /// A call that was ended before its link.
  @Test func anInterruptedCommitDidNotHappen() throws {
    try self.withFolder { folder in
      try self.create(folder)
      try StateFolder.open(folder).load(Array("2".utf8))
      let leftovers = [
        "commits/000002.xml": "half", "commits/000002.xml.new": "h", "committed.xml.new": "x",
        "uncommitted.xml.new": "y",
      ]
      for (name, text) in leftovers {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      let state = try StateFolder.open(folder)
      #expect(state.history.active.number == 1)
      let outcome = try state.commit(comment: "", user: "admin", at: Self.start)
      #expect(outcome == .committed(number: 2))
      #expect(self.text(folder + "/committed.xml") == "2")
    }
  }

  /// A call that was ended behind its link leaves what is the active one.
  @Test func whatIsUncommittedAndActiveIsNoChange() throws {
    try self.withFolder { folder in
      try self.create(folder)
      try Data("1".utf8).write(to: URL(fileURLWithPath: "\(folder)/uncommitted.xml"))
      #expect(try !StateFolder.open(folder).history.hasChanges)
    }
  }

  @Test func anInterruptedCreationCanBeRepeated() throws {
    try self.withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/commits", withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: folder + "/lock"))
      try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/commits/000001.xml"))
      try self.create(folder, "good")
      #expect(self.text(folder + "/committed.xml") == "good")
    }
  }

  @Test func nothingOutsideIsReadOrWritten() throws {
    try self.withFolder { folder in
      try self.withFolder { outside in
        try FileManager.default.createDirectory(
          atPath: outside, withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: URL(fileURLWithPath: outside + "/secret"))
        try self.create(folder)
        let files = FileManager.default
        try files.createSymbolicLink(
          atPath: folder + "/uncommitted.xml", withDestinationPath: outside + "/secret")
        #expect(throws: StateFolderError.self) { try StateFolder.open(folder) }
        try files.removeItem(atPath: folder + "/uncommitted.xml")
        try files.createSymbolicLink(
          atPath: folder + "/uncommitted.xml.new", withDestinationPath: outside + "/secret")
        try StateFolder.open(folder).load(Array("2".utf8))
        #expect(self.text(outside + "/secret") == "secret")
        try files.removeItem(atPath: folder + "/committed.xml")
        try files.createSymbolicLink(
          atPath: folder + "/committed.xml", withDestinationPath: outside + "/secret")
        #expect(throws: StateFolderError.self) { try StateFolder.open(folder) }
        try files.removeItem(atPath: folder + "/commits")
        try files.createSymbolicLink(
          atPath: folder + "/commits", withDestinationPath: outside)
        #expect(throws: StateFolderError.self) { try StateFolder.open(folder) }
        #expect(try self.names(outside) == ["secret"])
      }
    }
  }

  @Test func refusalsSayWhatIsAllowed() throws {
    try self.withFolder { folder in
      let missing = #expect(throws: StateFolderError.self) { try StateFolder.open(folder) }
      #expect(
        missing?.description.contains("allowed: a folder that 'appliance config init'") == true)
      #expect(!FileManager.default.fileExists(atPath: folder))
      try self.create(folder)
      let again = #expect(throws: StateFolderError.self) { try self.create(folder) }
      #expect(again?.description == "\(folder): found a state, allowed: a new or an empty folder")
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/commits/000001.json"))
      let record = #expect(throws: StateFolderError.self) { try StateFolder.open(folder) }
      #expect(record?.description.hasSuffix("000001.json: found no record of a commit") == true)
    }
  }

  @Test func onlyTheOwnerMayReadIt() throws {
    try self.withFolder { folder in
      try self.create(folder)
      let attributes = try FileManager.default.attributesOfItem(
        atPath: folder + "/commits/000001.xml")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }
}
