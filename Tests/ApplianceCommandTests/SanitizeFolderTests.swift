import Foundation
import Support
import Testing

/// `appliance config sanitize` of folders, and its list of what kept text.
@Suite struct SanitizeFolderTests {
  private static let sample = Repository.url.appendingPathComponent(
    "fixtures/configurations/accepted/minimal.xml"
  ).path

  private static func export(_ body: String) -> String {
    ConfigPolicyTests.header + "<config><hostname>mx1.acme.com</hostname>"
      + "<timezone>Etc/GMT</timezone><autosupport_enabled>1</autosupport_enabled>\(body)</config>\n"
  }

  /// A folder `in` with files at three levels, and what is none of them.
  private static func withFolder(_ body: (_ scratch: String) throws -> Void) throws {
    try BuiltCommand.withScratchFolder { scratch in
      try ConfigPolicyTests.write(
        self.export("<policies><rule>route to mx1.acme.com</rule></policies>"),
        to: "\(scratch)/in/berlin.xml")
      try ConfigPolicyTests.write(
        self.export("<policies><rule>hold</rule></policies>"),
        to: "\(scratch)/in/sites/OSLO.XML")
      try ConfigPolicyTests.write(
        self.export("<x>plain words</x>"), to: "\(scratch)/in/sites/deep/a b.xml")
      try ConfigPolicyTests.write("nothing", to: "\(scratch)/in/README.md")
      try ConfigPolicyTests.write(self.export(""), to: "\(scratch)/in/.hidden/x.xml")
      try body(scratch)
    }
  }

  private static func run(_ arguments: [String]) throws -> BuiltCommand.Outcome {
    try BuiltCommand.run(["config", "sanitize"] + arguments)
  }

  private static func files(below folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.lowercased().hasSuffix(".xml") }.sorted()
  }

  @Test func namesOfFilesAreReplacedAndPrinted() throws {
    try Self.withFolder { scratch in
      let outcome = try Self.run(["\(scratch)/in", "--output", "\(scratch)/out", "--key", "k"])
      #expect(outcome.status == 0, "\(outcome.text)")
      let copies = try Self.files(below: "\(scratch)/out")
      #expect(copies.count == 3)
      #expect(copies.map { $0.split(separator: "/").count }.sorted() == [1, 2, 3])
      let text = copies.joined().lowercased()
      for name in ["berlin", "oslo", "sites", "deep"] { #expect(!text.contains(name)) }
      #expect(copies.count { $0.hasSuffix(".XML") } == 1)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 3)
      for copy in copies {
        #expect(lines.contains { $0.hasSuffix(": \(scratch)/out/\(copy)") }, "\(lines)")
      }
      #expect(lines.contains { $0.hasPrefix("\(scratch)/in/sites/OSLO.XML: ") })
      #expect(outcome.errors.contains("\(scratch)/out: 3 copies written\n"))
      #expect(
        outcome.errors.contains(
          "left out: 1 file that does not end in .xml (\(scratch)/in/README.md)"))
      #expect(outcome.errors.contains("left out: 1 name that is hidden"))
      #expect(
        outcome.errors.contains(
          "kept text: 2 names of elements and attributes "
            + "(config/policies/rule, config/x); read them"
        ),
        "\(outcome.errors)")
    }
  }

  /// One key for all: a host is the same in all copies, also when each file is copied alone.
  @Test func theKeyIsOneForAllFiles() throws {
    try Self.withFolder { scratch in
      _ = try Self.run(["\(scratch)/in", "--output", "\(scratch)/out", "--keep-names"])
      let hosts = try Self.files(below: "\(scratch)/out").map { name in
        let text = try String(contentsOfFile: "\(scratch)/out/\(name)", encoding: .utf8)
        return text.firstMatch(of: /<hostname>(.*?)<\/hostname>/).map { String($0.1) }
      }
      #expect(hosts.count == 3)
      #expect(Set(hosts).count == 1)
      #expect(hosts[0]?.contains("acme") == false)
      #expect(
        try Self.files(below: "\(scratch)/out") == [
          "berlin.xml", "sites/OSLO.XML", "sites/deep/a b.xml",
        ])
      let keyed = try Self.run(["\(scratch)/in", "--output", "\(scratch)/k", "--key", "one"])
      let alone = try Self.run(["\(scratch)/in/berlin.xml", "--key", "one"])
      #expect(keyed.status == 0 && alone.status == 0)
      let copies = try Self.files(below: "\(scratch)/k").map {
        try String(contentsOfFile: "\(scratch)/k/\($0)", encoding: .utf8)
      }
      #expect(copies.contains(alone.output))
    }
  }

  @Test func whatKeptTextIsListed() throws {
    try Self.withFolder { scratch in
      let outcome = try Self.run([
        "\(scratch)/in", "--output", "\(scratch)/out", "--keep-names", "--list-kept",
        "\(scratch)/kept.txt", "--key", "k",
      ])
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.contains("kept text: 2 names of elements and attributes\n"))
      let list = try String(contentsOfFile: "\(scratch)/kept.txt", encoding: .utf8)
      let lines = list.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(
        lines[0].wholeMatch(of: /config\/policies\/rule\t2\troute to h\w+\.h\w+\.example/) != nil,
        "\(list)")
      #expect(lines[1] == "config/x\t1\tplain words")
      // A file that is broken so that text is in no element has its place in the list.
      let broken = "\(scratch)/broken.xml"
      try Data("<config/>\ncall Jane\n".utf8).write(to: URL(fileURLWithPath: broken))
      #expect(
        try Self.run([broken, "--list-kept", "-"]).errors.hasPrefix(
          "(outside of any element)\t1\tcall Jane\n"))
      let one = try Self.run(["\(scratch)/in/sites/OSLO.XML", "--list-kept", "-"])
      #expect(
        one.errors
          == "config/policies/rule\t1\thold\nkept text: 1 name of elements and attributes\n")
    }
  }

  /// Nothing is in the place of the output until all of it is.
  @Test func aFileWithoutACopyIsReportedAndLeftOut() throws {
    try Self.withFolder { scratch in
      #expect(mkfifo("\(scratch)/in/pipe.xml", 0o600) == 0)
      try Data([0xFF, 0xFE, 0x3C]).write(to: URL(fileURLWithPath: "\(scratch)/in/wide.xml"))
      let outcome = try Self.run(["\(scratch)/in", "--output", "\(scratch)/out", "--keep-names"])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("/in/pipe.xml: cannot be read: found a pipe"))
      #expect(outcome.errors.contains("/in/wide.xml: the encoding cannot be read"))
      #expect(outcome.errors.contains("out: 3 copies written, 2 files left out"))
      #expect(try Self.files(below: "\(scratch)/out").count == 3)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: scratch).sorted() == ["in", "out"])
    }
  }

  @Test func theOutputIsANewFolderOutside() throws {
    try Self.withFolder { scratch in
      let folder = "\(scratch)/in"
      try ConfigPolicyTests.write("x", to: "\(scratch)/full/x")
      try FileManager.default.createDirectory(
        atPath: "\(scratch)/empty", withIntermediateDirectories: false)
      try FileManager.default.createSymbolicLink(
        atPath: "\(scratch)/link", withDestinationPath: "in/sites")
      for (output, words) in [
        ("\(folder)/out", "which is in \(folder); allowed: a folder outside of it"),
        ("\(scratch)/link/out", "which is in \(folder)"), (folder, "itself"),
        ("\(scratch)/full", "which is not an empty folder"),
        ("\(folder)/berlin.xml", "which is in"), ("\(scratch)/no/such", "its folder is not there"),
      ] {
        let outcome = try Self.run([folder, "--output", output])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
      }
      #expect(try Self.files(below: folder).count == 4)
      #expect(try Self.run([folder, "--output", "\(scratch)/empty"]).status == 0)
      #expect(try Self.files(below: "\(scratch)/empty").count == 3)
      let none = try Self.run([folder])
      #expect(none.status == 64)
      #expect(none.errors.contains("--output: found none, allowed: a new folder"))
    }
  }

  /// Two files of one name have no place in one folder; with replaced names each has its own.
  @Test func filesOfOneNameAreToldApart() throws {
    try Self.withFolder { scratch in
      try FileManager.default.copyItem(atPath: Self.sample, toPath: "\(scratch)/berlin.xml")
      let files = ["\(scratch)/in/berlin.xml", "\(scratch)/berlin.xml"]
      let kept = try Self.run(files + ["--output", "\(scratch)/out", "--keep-names"])
      #expect(kept.status == 1)
      #expect(kept.errors.contains("would both be \(scratch)/out/berlin.xml"))
      let replaced = try Self.run(files + ["--output", "\(scratch)/out"])
      #expect(replaced.status == 0)
      #expect(try Self.files(below: "\(scratch)/out").count == 2)
      let twice = try Self.run([files[0], files[0], "--output", "\(scratch)/twice"])
      #expect(twice.status == 0)
      #expect(try Self.files(below: "\(scratch)/twice").count == 1)
    }
  }
}
