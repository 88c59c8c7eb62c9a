import Foundation
import Support
import Testing
import Yams

/// The templates of `ci/`, their steps run as plain shell in a repository of a team's.
@Suite struct CITemplateTests {
  /// One step of a template.
  private struct Step {
    let script: String
    /// Whether it runs after a failure too.
    let isAlways: Bool
  }

  private struct Template {
    let steps: [Step]
    let variables: [String: String]
  }

  private struct Outcome {
    let isFailed: Bool
    let text: String
  }

  private static func document(_ name: String) throws -> [String: Any] {
    let file = Repository.url.appendingPathComponent("ci/\(name)")
    let yaml = try Yams.load(yaml: String(contentsOf: file, encoding: .utf8))
    return try #require(yaml as? [String: Any])
  }

  private static func github() throws -> Template {
    let document = try self.document("github.yml")
    let job = try #require((document["jobs"] as? [String: Any])?["check"] as? [String: Any])
    let steps = try #require(job["steps"] as? [[String: Any]]).compactMap { step in
      (step["run"] as? String).map {
        Step(script: $0, isAlways: step["if"] as? String == "always()")
      }
    }
    return Template(
      steps: steps, variables: try #require(document["env"] as? [String: String]))
  }

  private static func gitlab() throws -> Template {
    let job = try #require(try self.document("gitlab.yml")["configurations"] as? [String: Any])
    let lines = try #require(job["script"] as? [String])
    // GitLab runs all lines in one shell, which a line that fails ends.
    return Template(
      steps: [Step(script: lines.joined(separator: "\n"), isAlways: false)],
      variables: try #require(job["variables"] as? [String: String]))
  }

  /// A repository with an archive of the built command, two sound exports and a corpus.
  private func withRepository(_ body: (String) throws -> Void) throws {
    try BuiltCommand.withScratchFolder { folder in
      let files = FileManager.default
      for name in ["tools", "exports/site", "corpus", "appliance-sim-0-linux-x86_64"] {
        try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      }
      let program = "\(folder)/appliance-sim-0-linux-x86_64/appliance"
      try "#!/bin/sh\nexec '\(BuiltCommand.command.path)' \"$@\"\n".write(
        toFile: program, atomically: true, encoding: .utf8)
      try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      let archive = try Self.shell(
        "tar -czf tools/appliance-sim-0-linux-x86_64.tar.gz appliance-sim-0-linux-x86_64 "
          + "&& rm -r appliance-sim-0-linux-x86_64", in: folder, [:])
      #expect(!archive.isFailed, "\(archive.text)")
      let sound = Repository.url.appendingPathComponent(
        "fixtures/configurations/accepted/minimal.xml")
      for name in ["exports/berlin.xml", "exports/site/oslo.XML", "corpus/case.xml"] {
        try files.copyItem(at: sound, to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      try body(folder)
    }
  }

  private static func shell(
    _ script: String, in folder: String, _ variables: [String: String]
  ) throws -> Outcome {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-ec", script]
    process.environment = ["PATH": "/usr/bin:/bin"].merging(variables) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      isFailed: process.terminationStatus != 0, text: String(decoding: text, as: UTF8.self))
  }

  private func run(_ template: Template, in folder: String) throws -> Outcome {
    var variables = template.variables
    variables["GITHUB_STEP_SUMMARY"] = "\(folder)/summary.md"
    var (isFailed, text) = (false, "")
    for step in template.steps where !isFailed || step.isAlways {
      let outcome = try Self.shell(step.script, in: folder, variables)
      isFailed = isFailed || outcome.isFailed
      text += outcome.text
    }
    return Outcome(isFailed: isFailed, text: text)
  }

  private func breakExport(_ folder: String) throws {
    let file = "\(folder)/exports/site/oslo.XML"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let broken = text.replacing("<hostname>", with: "<hostname>-")
    #expect(broken != text)
    try broken.write(toFile: file, atomically: true, encoding: .utf8)
  }

  private func accept(_ folder: String) throws {
    let written = try BuiltCommand.run([
      "config", "check", "\(folder)/exports", "--write-baseline",
      "\(folder)/exports/accepted.json",
    ])
    #expect(written.output.hasSuffix("accepted.json: 1 finding accepted\n"))
  }

  @Test func github() throws {
    let template = try Self.github()
    #expect(template.steps.count == 5)
    try self.withRepository { folder in
      let clean = try self.run(template, in: folder)
      #expect(!clean.isFailed, "\(clean.text)")
      #expect(clean.text.contains("2 files, 0 with errors"))
      #expect(clean.text.contains("1 passed, 0 failed"))
      try self.breakExport(folder)
      let broken = try self.run(template, in: folder)
      #expect(broken.isFailed)
      #expect(broken.text.contains("::error file=exports/site/oslo.XML,line="), "\(broken.text)")
      let summary = try String(contentsOfFile: "\(folder)/summary.md", encoding: .utf8)
      #expect(summary.contains("| `exports/site/oslo.XML:"))
      let report = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/findings.sarif"))
      #expect(String(decoding: report, as: UTF8.self).contains("\"exports/site/oslo.XML\""))
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: report) }
      try self.accept(folder)
      let accepted = try self.run(template, in: folder)
      #expect(!accepted.isFailed, "\(accepted.text)")
    }
  }

  @Test func gitlab() throws {
    let template = try Self.gitlab()
    try self.withRepository { folder in
      let clean = try self.run(template, in: folder)
      #expect(!clean.isFailed, "\(clean.text)")
      #expect(FileManager.default.fileExists(atPath: "\(folder)/corpus.xml"))
      try self.breakExport(folder)
      // A failure of the corpus is reported beside it.
      try "x\n".write(
        toFile: "\(folder)/corpus/case.expected", atomically: true, encoding: .utf8)
      let broken = try self.run(template, in: folder)
      #expect(broken.isFailed)
      #expect(broken.text.contains("exports/site/oslo.XML:"), "\(broken.text)")
      for (file, name) in [("check.xml", "exports/site/oslo.XML"), ("corpus.xml", "corpus")] {
        let report = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        #expect(report.contains("<failure "), "\(file)")
        #expect(report.contains("classname=\"\(name)\""), "\(file)")
      }
      try FileManager.default.removeItem(atPath: "\(folder)/corpus/case.expected")
      try self.accept(folder)
      let accepted = try self.run(template, in: folder)
      #expect(!accepted.isFailed, "\(accepted.text)")
    }
  }
}
