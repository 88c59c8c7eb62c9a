import Foundation
import Support
import Testing

/// What a folder may not make the checks do.
@Suite struct ConfigFolderTests {
  private static let sample = Repository.url.appendingPathComponent(
    "fixtures/configurations/accepted/minimal.xml")

  /// A folder with a sound file `a.xml`, a link out of it, a pipe, and a name that is no UTF-8.
  private func withFolder(_ body: (String) throws -> Void) throws {
    try BuiltCommand.withScratchFolder { scratch in
      let folder = scratch + "/d"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      try FileManager.default.copyItem(atPath: Self.sample.path, toPath: folder + "/a.xml")
      try "SECRET".write(toFile: scratch + "/outside", atomically: true, encoding: .utf8)
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link.xml", withDestinationPath: "../outside")
      #expect(mkfifo(folder + "/pipe.xml", 0o600) == 0)
      let name = Array((folder + "/caf").utf8) + [0xE9] + Array(".xml".utf8) + [0]
      let file = fopen(name.map { CChar(bitPattern: $0) }, "w")
      #expect(file != nil)
      if let file { fclose(file) }
      try body(folder)
    }
  }

  private static let refused = [
    "link.xml: error: the file cannot be read: found a symbolic link, allowed: a regular file",
    "pipe.xml: error: the file cannot be read: found a pipe, allowed: a regular file",
    #"caf\xE9.xml: error: the file cannot be read: found a name that is not UTF-8, allowed: "#,
  ]

  @Test func nothingButRegularFilesOfAFolderIsChecked() throws {
    try self.withFolder { folder in
      let outcome = try BuiltCommand.run(["config", "check", folder])
      #expect(outcome.status == 1)
      for line in Self.refused { #expect(outcome.output.contains("\(folder)/\(line)")) }
      #expect(!outcome.output.contains("\(folder)/a.xml"))
      #expect(outcome.output.contains("4 files, 3 with errors"))
      #expect(!outcome.output.contains("SECRET"))
      #expect(outcome.errors.isEmpty)
    }
  }

  /// A file that is named twice, whatever the spelling, is one, and no other file has what it has.
  @Test func aFileByTwoSpellingsIsCheckedOnce() throws {
    try BuiltCommand.withScratchFolder { scratch in
      let folder = scratch + "/exports"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      try FileManager.default.copyItem(atPath: Self.sample.path, toPath: folder + "/a.xml")
      try FileManager.default.createSymbolicLink(
        atPath: scratch + "/link", withDestinationPath: "exports")
      try FileManager.default.createSymbolicLink(
        atPath: scratch + "/b.xml", withDestinationPath: "exports/a.xml")
      try """
      rules:
        - name: own-host-name
          message: a host name of its own
          each: /config/hostname
          unique: files
      """.write(toFile: scratch + "/appliance-check.yaml", atomically: true, encoding: .utf8)
      let again = [
        "/exports/a.xml", "/./exports/a.xml", "/exports/../exports//a.xml", "/link/a.xml", "/b.xml",
        "/exports", "/exports/", "/link",
      ]
      for path in again {
        let outcome = try BuiltCommand.run(
          ["config", "check", folder + "/a.xml", scratch + path])
        #expect(outcome.status == 0, "\(path): \(outcome.output)")
        #expect(!outcome.output.contains("CHK003"), "\(path): \(outcome.output)")
        #expect(
          outcome.output.contains("left out: 1 name of a file that is taken already ("),
          "\(path): \(outcome.output)")
      }
      // A copy is another file.
      try FileManager.default.copyItem(atPath: Self.sample.path, toPath: folder + "/c.xml")
      let copies = try BuiltCommand.run(["config", "check", folder])
      #expect(copies.output.contains("CHK003"), "\(copies.output)")
    }
  }

  @Test func norIsItTested() throws {
    try self.withFolder { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/more", withDestinationPath: "..")
      for options in [[], ["--update"]] {
        let outcome = try BuiltCommand.run(["config", "test", folder] + options)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("ok      a\n"), "\(outcome.output)")
        for line in Self.refused + [
          "more: error: the file cannot be read: found a symbolic link to"
        ] {
          #expect(outcome.output.contains("  " + line), "\(outcome.output)")
        }
        #expect(outcome.output.hasSuffix("1 passed, 4 failed\n"))
      }
    }
  }

  /// What a person names is read, whatever it is.
  @Test func whatIsNamedMayBeALinkOrAPipe() throws {
    try self.withFolder { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/own", withDestinationPath: "a.xml")
      #expect(try BuiltCommand.run(["config", "check", folder + "/own"]).status == 0)
      // What a shell makes of `<(command)`.
      let writer = Process()
      writer.executableURL = URL(fileURLWithPath: "/bin/sh")
      writer.arguments = ["-c", "cat \"$0/a.xml\" > \"$0/pipe.xml\"", folder]
      try writer.run()
      let outcome = try BuiltCommand.run(["config", "check", folder + "/pipe.xml"])
      writer.waitUntilExit()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  // MARK: Baselines

  private static let broken = "fixtures/configurations/rejected/hostname-empty.xml"

  private func withBaseline(
    _ options: [String] = [], _ body: (_ folder: String, _ baseline: String) throws -> Void
  ) throws {
    try BuiltCommand.withScratchFolder { folder in
      for name in ["a", "b"] {
        try FileManager.default.copyItem(
          at: Repository.url.appendingPathComponent(Self.broken),
          to: URL(fileURLWithPath: "\(folder)/\(name).xml"))
      }
      let baseline = folder + "/accepted.json"
      let call = ["config", "check", folder, "--write-baseline", baseline] + options
      #expect(try BuiltCommand.run(call).status == 0)
      try body(folder, baseline)
    }
  }

  @Test func whatWasNotLookedAtIsNotGone() throws {
    try self.withBaseline { folder, baseline in
      let check = ["config", "check", folder + "/a.xml", "--baseline", baseline]
      let one = try BuiltCommand.run(check)
      #expect(one.status == 0)
      #expect(!one.output.contains("no longer found"), "\(one.output)")
      let sarif = try BuiltCommand.run(check + ["--format", "sarif"])
      #expect(!sarif.output.contains("absent"))
      let ignored = try BuiltCommand.run(check + ["--ignore", "CFG007"])
      #expect(!ignored.output.contains("no longer found"), "\(ignored.output)")
      try FileManager.default.removeItem(atPath: folder + "/b.xml")
      try FileManager.default.copyItem(
        atPath: Self.sample.path, toPath: folder + "/b.xml")
      let both = try BuiltCommand.run(["config", "check", folder, "--baseline", baseline])
      #expect(both.output.contains("b.xml: accepted and no longer found: CFG007"))
    }
  }

  @Test func aGraverFindingIsNew() throws {
    try self.withBaseline(["--lenient"]) { folder, baseline in
      let check = ["config", "check", folder, "--baseline", baseline]
      let lenient = try BuiltCommand.run(check + ["--lenient", "--fail-on", "warning"])
      #expect(lenient.status == 0)
      let strict = try BuiltCommand.run(check)
      #expect(strict.status == 1)
      #expect(strict.output.contains("a.xml:10:3: error: not a host name"))
      #expect(!strict.output.contains("no longer found"))
    }
    try self.withBaseline { folder, baseline in
      let check = ["config", "check", folder, "--baseline", baseline]
      let lenient = try BuiltCommand.run(check + ["--lenient", "--fail-on", "warning"])
      #expect(lenient.status == 0)
    }
  }
}
