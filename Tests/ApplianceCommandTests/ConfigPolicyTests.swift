import Foundation
import Support
import Testing

/// What a team tells `appliance config check` beyond its options: a DTD, learned names, rules.
@Suite struct ConfigPolicyTests {
  static let header = SampleHeader.text

  static func write(_ text: String, to path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func theDTDOfTheApplianceDecides() throws {
    let dtd = "fixtures/dtd/config.dtd"
    let outcome = try BuiltCommand.run([
      "config", "check", "fixtures/configurations/accepted/minimal.xml", "--dtd", dtd,
    ])
    #expect(outcome.status == 0, "\(outcome.text)")
    try BuiltCommand.withScratchFolder { folder in
      let file = "\(folder)/a.xml"
      try Self.write(
        Self.header + "<config><hostname>a.example.com</hostname><nmae/></config>", to: file)
      let refused = try BuiltCommand.run(["config", "check", file, "--dtd", dtd])
      #expect(refused.status == 1)
      #expect(refused.text.contains("declare: found <nmae>, allowed: "), "\(refused.text)")
      #expect(refused.text.contains("did you mean <name>? [CFG046]"), "\(refused.text)")
      try Self.write("<!ELEMENT config (", to: "\(folder)/bad.dtd")
      let bad = try BuiltCommand.run(["config", "check", file, "--dtd", "\(folder)/bad.dtd"])
      #expect(bad.status == 1)
      #expect(bad.text.hasPrefix("\(folder)/bad.dtd:1:19: error: the document type cannot be"))
      #expect(bad.output.isEmpty)
    }
    let missing = try BuiltCommand.run([
      "config", "check", "appliance-config.xml", "--dtd", "no-such.dtd",
    ])
    #expect(missing.status == 1)
    #expect(missing.text.contains("no-such.dtd: cannot be read: found No such file"))
  }

  private static func export(_ body: String) -> String {
    Self.header + "<config><hostname>a.example.com</hostname><timezone>Etc/GMT</timezone>"
      + "<autosupport_enabled>1</autosupport_enabled>\(body)</config>"
  }

  private static func log(_ module: String, level: String, method: String = "syslog_push") -> String
  {
    "<log_text><name>n</name><module>\(module)</module><log_level>\(level)</log_level>"
      + "<retrieval><\(method)><hostname>192.0.2.1</hostname></\(method)></retrieval></log_text>"
  }

  /// What cannot be learned is said.
  @Test func whatCannotBeLearnedIsSaid() throws {
    try BuiltCommand.withScratchFolder { folder in
      let log =
        "<log_text><name>l</name><module>a&#10;b</module><retrieval><ftp_poll><filename>l"
        + "</filename></ftp_poll></retrieval></log_text>"
      let text = Self.header + "<config><log_subscriptions>\(log)</log_subscriptions></config>"
      try text.write(toFile: folder + "/a.xml", atomically: true, encoding: .utf8)
      let outcome = try BuiltCommand.run([
        "config", "learn", folder + "/a.xml", "--output", folder + "/appliance-check.yaml",
      ])
      #expect(outcome.status == 0, "\(outcome.text)")
      #expect(
        outcome.output.contains("  left out: modules: found \"a\\nb\", allowed: "),
        "\(outcome.text)")
    }
  }

  /// Every family of names that only real exports tell, learned from two files: none of it is a
  /// finding afterwards, in these files and in others below the settings.
  @Test func whatOwnExportsContainBecomesKnown() throws {
    let unknown = """
      <policies/><alert_email_config><alert_class name="threat_feeds">\
      <alert_severity name="Emergency"><email_address>a@example.com</email_address>\
      </alert_severity></alert_class></alert_email_config>
      """
    let logs =
      "<log_subscriptions colour=\"red\">" + Self.log("mail_logs", level: "Informational")
      + Self.log("mail", level: "3", method: "kafka_push").replacing(">n<", with: ">m<")
      + "<log_mta/></log_subscriptions>"
    let repeated = "<default_gateway>192.0.2.1</default_gateway>"
    try BuiltCommand.withScratchFolder { folder in
      let exports = "\(folder)/exports"
      try Self.write(Self.export(unknown + logs), to: "\(exports)/a.xml")
      try Self.write(
        Self.export("<policies/>" + repeated + repeated + logs), to: "\(exports)/b.xml")
      try Self.write("no XML", to: "\(exports)/c.xml")
      func check(_ file: String, _ options: [String] = []) throws -> String {
        let lines = try BuiltCommand.run(
          ["config", "check", "-v", "\(folder)/\(file)"] + options
        ).text.split(separator: "\n")
        return lines.filter {
          $0.contains(": note: ") || $0.contains("ing: ") || $0.contains("ror: ")
        }
        .joined(separator: "\n")
      }
      let before = try check("exports/a.xml") + check("exports/b.xml")
      for code in ["CFG001", "CFG002", "LOG001", "LOG002", "LOG005", "LOG006", "ALR002", "ALR003"] {
        #expect(before.contains("[\(code)]"), "\(code): \(before)")
      }
      let settings = "\(folder)/appliance-check.yaml"
      try Self.write("# ours\n", to: settings)
      let learned = try BuiltCommand.run([
        "config", "learn", exports, "--output", settings,
      ])
      // A file that cannot be read is an error, and the others are learned from.
      #expect(learned.status == 1)
      #expect(learned.output.hasPrefix("\(settings): learned from 2 of 3 files: elements 3, "))
      #expect(learned.text.contains("c.xml:1:1: error: the XML declaration is missing"))
      let text = try String(contentsOfFile: settings, encoding: .utf8)
      #expect(text.hasPrefix("# ours\n\nknown: #"))
      for line in ["  files: 2", "      policies: 2", "    mail_logs: 2", "    threat_feeds: 1"] {
        #expect(text.contains("\n\(line)\n"), "\(text)")
      }
      for file in ["exports/a.xml", "exports/b.xml"] {
        let after = try check(file)
        #expect(after == "", "\(after)")
        #expect(try check(file, ["--isolated"]).contains("CFG001"))
        #expect(try check(file, ["--settings", settings]) == "")
      }
      try Self.write(Self.export("<policy/>" + logs), to: "\(exports)/deep/er/d.xml")
      let other = try check("exports/deep/er/d.xml")
      #expect(other.contains("<policy>") && !other.contains("mail_logs"), "\(other)")
      try Self.write("known: 3", to: settings)
      let broken = try BuiltCommand.run(["config", "check", "\(exports)/a.xml"])
      #expect(broken.status == 1)
      #expect(broken.text.contains("appliance-check.yaml:1:8: error: known: found \"3\""))
    }
  }

  /// Nothing lets a file pass that cannot be read: nobody knows what it holds.
  @Test(arguments: [
    "<config", "", ConfigPolicyTests.header + "<config>",
    ConfigPolicyTests.header + "<config>&x;</config>", ConfigPolicyTests.header + "<other/>",
    "<?xml version=\"1.0\"?><config/>", "<?xml version=\"1.0\" encoding=\"x\"?><config/>",
  ])
  func aFileThatCannotBeReadAlwaysFails(_ content: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let file = "\(folder)/a.xml"
      try Self.write(content, to: file)
      func check(_ options: String...) throws -> BuiltCommand.Outcome {
        try BuiltCommand.run(["config", "check", file, "--whole"] + options)
      }
      let plain = try check()
      #expect(plain.status == 1)
      let codes = Set(plain.output.matches(of: /error: .*\[([A-Z]{3}[0-9]{3})\]/).map { $0.1 })
      #expect(!codes.isEmpty)
      let ignores = codes.flatMap { ["--ignore", String($0)] }
      let ignored = try BuiltCommand.run(["config", "check", file, "--whole"] + ignores)
      #expect(ignored.status == 1)
      #expect(ignored.output.contains("error: "))
      let settings =
        "severities:\n" + codes.map { "  \($0): note\n" }.joined()
        + "ignore:\n" + codes.map { "  - code: \($0)\n" }.joined()
      try Self.write(settings, to: "\(folder)/appliance-check.yaml")
      let settled = try check()
      #expect(settled.status == 1, "\(settled.text)")
      #expect(settled.output.contains("error: "))
      let baseline = "\(folder)/accepted.json"
      let written = try check("--write-baseline", baseline)
      #expect(written.status == 1)
      #expect(try check("--baseline", baseline).status == 1)
    }
  }

  @Test func oneFileIsOne() throws {
    try BuiltCommand.withScratchFolder { folder in
      try Self.write(Self.export("<policies/>"), to: "\(folder)/a.xml")
      let call = ["config", "learn", folder, "--output", "\(folder)/appliance-check.yaml"]
      let one = try BuiltCommand.run(call)
      #expect(one.output.contains("learned from 1 file: elements 1\n"), "\(one.text)")
      try Self.write("no XML", to: "\(folder)/b.xml")
      #expect(try BuiltCommand.run(call).output.contains("learned from 1 of 2 files: "))
    }
  }

  /// What is known to a check is known to a comparison: it says nothing of it.
  @Test func whatIsKnownIsKnownToAComparison() throws {
    try BuiltCommand.withScratchFolder { folder in
      let body =
        "<default_gateway>192.0.2.1</default_gateway><log_subscriptions>"
        + Self.log("mail_logs", level: "Informational") + "</log_subscriptions>"
      try Self.write(Self.export(body), to: "\(folder)/x/one.xml")
      try Self.write(Self.export(body), to: "\(folder)/x/two.xml")
      try Self.write(
        "known: {files: 1, modules: {mail_logs: 1}}\n", to: "\(folder)/x/appliance-check.yaml")
      let files = ["\(folder)/x/one.xml", "\(folder)/x/two.xml"]
      #expect(try BuiltCommand.run(["config", "diff"] + files).text == "")
      try Self.write("known: 3\n", to: "\(folder)/x/appliance-check.yaml")
      let broken = try BuiltCommand.run(["config", "diff"] + files)
      #expect(broken.status == 1)
      #expect(broken.errors.contains("appliance-check.yaml:1:8: error: known"))
      #expect(try BuiltCommand.run(["config", "diff", "--isolated"] + files).status == 0)
    }
  }

  /// A corpus of cases is read with the names that the nearest file of settings knows.
  @Test func whatIsKnownIsKnownToACorpus() throws {
    try BuiltCommand.withScratchFolder { folder in
      let logs =
        "<log_subscriptions>" + Self.log("mail_logs", level: "Information") + "</log_subscriptions>"
      try Self.write(Self.export(logs), to: "\(folder)/corpus/a.xml")
      try Self.write(
        "known: {files: 1, modules: {mail_logs: 1}}\n", to: "\(folder)/appliance-check.yaml")
      let call = ["config", "test", "\(folder)/corpus"]
      let alone = try BuiltCommand.run(call + ["--isolated"])
      #expect(alone.status == 1)
      #expect(alone.output.contains("[LOG002]"), "\(alone.text)")
      #expect(try BuiltCommand.run(call).output == "ok      a\n1 passed, 0 failed\n")
    }
  }
}
