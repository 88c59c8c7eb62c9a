import Foundation
import Support
import Testing

/// The ten documented rules of the house, each with a file that breaks it.
@Suite struct HouseRuleTests {
  /// The files of settings that the document shows.
  private static func documentedSettings() throws -> [String] {
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/CHECK-SETTINGS.md"),
      encoding: .utf8)
    return text.matches(of: /(?s)```yaml\n(.*?)```/).map { String($0.1) }
  }

  /// An export that follows all of them.
  private static func export(_ name: String, address: String) -> String {
    ConfigPolicyTests.header.replacing("A4BADB4712A9", with: "A4BADB47\(address.suffix(2))A9")
      + """
      <config>
        <hostname>\(name).example.com</hostname>
        <interfaces>
          <interface>
            <interface_name>Management</interface_name>
            <ip>\(address)</ip>
            <netmask>255.255.255.0</netmask>
          </interface>
        </interfaces>
        <ntp><ntp_server>192.0.2.123</ntp_server></ntp>
        <timezone>Etc/GMT</timezone>
        <users>
          <user><username>a</username><group>admin</group></user>
          <user><username>b</username><group>Administrators</group></user>
        </users>
        <smtp_routes>
          <smtp_route>
            <route_source_address>ALL</route_source_address>
            <route_destination_address>relay1.example.com</route_destination_address>
          </smtp_route>
        </smtp_routes>
        <listeners>
          <listener>
            <listener_name>In</listener_name>
            <interface_name>Management</interface_name>
            <type>public</type>
          </listener>
        </listeners>
        <log_subscriptions>
          <log_text>
            <name>pushed</name>
            <module>mail</module>
            <log_level>Information</log_level>
            <retrieval>
              <syslog_push>
                <hostname>syslog1.example.com</hostname>
                <protocol>TCP</protocol>
                <tls>1</tls>
              </syslog_push>
            </retrieval>
          </log_text>
          <log_text>
            <name>mail_logs</name>
            <module>mail</module>
            <log_level>3</log_level>
            <retrieval>
              <ftp_poll>
                <filename>mail</filename>
                <rollover_max_files>10</rollover_max_files>
              </ftp_poll>
            </retrieval>
          </log_text>
        </log_subscriptions>
        <alert_email_config>
          <alert_class name="system">
            <alert_severity name="critical">
              <email_address>night@ops.example.com</email_address>
            </alert_severity>
          </alert_class>
        </alert_email_config>
        <autosupport_enabled>0</autosupport_enabled>
      </config>

      """
  }

  struct Fault: Sendable {
    let rule: String
    let part: String
    let other: String
    let found: String
  }

  private static let faults = [
    Fault(
      rule: "mail-log-by-tls", part: "<tls>1</tls>", other: "<tls>0</tls>",
      found: "b.xml:43:9: error: a house rule is broken: found no /config/log_sub"),
    Fault(
      rule: "mail-log-by-tls", part: "syslog1.example.com", other: "syslog9.example.com",
      found: "b.xml:43:9: error: a house rule is broken: found no /config/log_sub"),
    Fault(
      rule: "own-identity", part: "<hostname>b.", other: "<hostname>A.",
      found: "b.xml:10:3: error: a house rule is broken: found \"A.example.com\", which "),
    Fault(
      rule: "own-identity", part: "192.0.2.12", other: "192.0.2.11",
      found: "found \"192.0.2.11\", which "),
    Fault(
      rule: "own-identity", part: "A4BADB4712A9", other: "A4BADB4711A9",
      found: "b.xml:7:3: error: a house rule is broken: found \"A4BADB4711A9-511AA1E\""),
    Fault(
      rule: "critical-alerts-to-operations", part: "night@ops", other: "night@sales",
      found: "found no /config/alert_email_config"),
    Fault(
      rule: "no-plain-text-logins", part: "<netmask>",
      other: "<telnetd_port>23</telnetd_port><netmask>",
      found: "b.xml:15:7: error: a house rule is broken: found telnetd_port \"23\""),
    Fault(
      rule: "no-debug-logs", part: "<log_level>3", other: "<log_level>trace",
      found:
        "warning: a house rule is broken: found \"trace\", allowed: none of Debug, Trace"),
    Fault(
      rule: "mail-by-our-relays", part: "relay1.example.com", other: "relay9.example.com",
      found: "found \"relay9.example.com\", allowed: relay1.example.com, relay2.example.com"),
    Fault(
      rule: "enough-log-files", part: "<rollover_max_files>10", other: "<rollover_max_files>9",
      found: "found \"9\", allowed: at least 10"),
    Fault(
      rule: "two-administrators", part: "</users>",
      other: "<user><username>c</username><group>admin</group></user></users>",
      found: "b.xml:23:3: error: a house rule is broken: found 3 of /config/users/user["),
    Fault(
      rule: "listener-on-an-interface",
      part: "<interface_name>Management</interface_name>\n      <t",
      other: "<interface_name>Data 1</interface_name>\n      <t",
      found: "found \"Data 1\", allowed: a value of /config/interfaces/interface/interface_name"),
    Fault(
      rule: "one-time-source", part: "Etc/GMT", other: "Etc/UTC",
      found: "found \"192.0.2.123, Etc/UTC\", allowed: \"192.0.2.123, Etc/GMT\" as in 2 of 3 files"),
  ]

  private static func check(_ folder: String, _ options: [String] = []) throws
    -> BuiltCommand.Outcome
  {
    try BuiltCommand.run(["config", "check", "\(folder)/exports"] + options)
  }

  private static func prepare(_ folder: String, settings: String) throws -> String {
    try ConfigPolicyTests.write(settings, to: "\(folder)/appliance-check.yaml")
    for (name, address) in [("a", "192.0.2.11"), ("b", "192.0.2.12"), ("c", "192.0.2.13")] {
      let text = Self.export(name, address: address)
      try ConfigPolicyTests.write(text, to: "\(folder)/exports/\(name).xml")
    }
    return "\(folder)/exports/b.xml"
  }

  private static func lines(_ text: String, of rule: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.hasSuffix("; rule \(rule) [CHK003]") }
  }

  @Test func filesThatFollowThemBreakNone() throws {
    let settings = try Self.documentedSettings()
    #expect(settings.count == 2)
    let rules = Set(try #require(settings.last).matches(of: /- name: (\S+)/).map { String($0.1) })
    #expect(rules.count == 10)
    #expect(rules == Set(Self.faults.map(\.rule)))
    try BuiltCommand.withScratchFolder { folder in
      _ = try Self.prepare(folder, settings: settings.joined())
      let outcome = try Self.check(folder, ["--fail-on", "error"])
      #expect(outcome.status == 0, "\(outcome.text)")
      #expect(!outcome.text.contains("CHK"), "\(outcome.text)")
    }
  }

  /// A rule of any path shows no secret: the log of a check is read by many.
  @Test func noRuleShowsASecret() throws {
    try BuiltCommand.withScratchFolder { folder in
      let settings = ["is: abc", "unique: file", "unique: files", "same: files"].enumerated()
        .map {
          "  - name: r\($0.offset)\n    each: [/config/zz/*, /config/zz/p/**, /config/zz/**/@v]\n"
            + "    \($0.element)\n"
        }
      let lacks = "  - name: none\n    lacks: [/config/zz/**, /config/zz/**/@v]\n"
      _ = try Self.prepare(folder, settings: "rules:\n" + settings.joined() + lacks)
      for name in ["a", "b", "c"] {
        let file = "\(folder)/exports/\(name).xml"
        let secret = name == "c" ? "gh7two" : "gh7one"
        let zz = """
          <zz><password>S</password><t>password=S</t><u>https://a:S@h/</u>
          <p><name>api_key</name><value>S</value></p><q name="psk" v="S"/><plain>\(name)0</plain>
          <password_list><entry v="S">S</entry></password_list></zz></config>
          """
        let text = try String(contentsOfFile: file, encoding: .utf8)
          .replacing(
            "</config>",
            with: zz.replacing("S<", with: secret + "<")
              .replacing("S\"", with: secret + "\"").replacing("S@", with: secret + "@"))
        try ConfigPolicyTests.write(text, to: file)
      }
      for format in ["text", "json", "sarif", "markdown"] {
        let outcome = try Self.check(folder, ["--format", format])
        #expect(outcome.text.contains("r0") && outcome.text.contains("a0"), "\(outcome.text)")
        #expect(!outcome.text.contains("gh7"), "\(outcome.text)")
      }
    }
  }

  /// A path that leads nowhere in any file may be misspelt.
  @Test func aRuleAboutNothingIsNoted() throws {
    try BuiltCommand.withScratchFolder { folder in
      let settings = """
        rules:
          - name: few-ports
            each: /config/interfaces/interfce
            lacks: telnetd_port
          - name: two-users
            each: /config/users/usr
            at_most: 2
          - name: some-files
            each: [/config/log_subscriptions/*/retrieval/ftp_poll/rollover_max_files, /config/x/y]
            between: 1..
        """
      let file = try Self.prepare(folder, settings: settings)
      let outcome = try Self.check(folder)
      let noted = outcome.output.split(separator: "\n").filter { $0.contains("[CHK006]") }
      #expect(noted.count == 2, "\(outcome.text)")
      #expect(
        noted.first?.hasSuffix(
          "appliance-check.yaml: note: a house rule that matches nothing in these files: "
            + "found no /config/interfaces/interfce in 3 files; rule few-ports [CHK006]") == true)
      #expect(noted.last?.contains("no /config/x/y in 3 files; rule some-files") == true)
      #expect(outcome.output.contains("3 files, 0 with errors"), "\(outcome.output)")
      #expect(outcome.status == 0)
      #expect(try Self.check(folder, ["--fail-on", "note", "--ignore", "LOG016"]).status == 1)
      #expect(try !Self.check(folder, ["--ignore", "CHK006"]).output.contains("CHK006"))
      for format in ["json", "sarif", "junit", "github", "concise", "markdown"] {
        #expect(
          try Self.check(folder, ["--format", format]).output.contains("CHK006"), "\(format)")
      }
      // One file that has it is enough, and a file of sections alone says nothing.
      let text = try String(contentsOfFile: file, encoding: .utf8)
      try ConfigPolicyTests.write(
        text.replacing("<timezone>", with: "<x><y>1</y></x><timezone>"), to: file)
      #expect(try !Self.check(folder).output.contains("/config/x/y"))
      try ConfigPolicyTests.write("<timezone>Etc/GMT</timezone>", to: "\(folder)/part.xml")
      let part = try BuiltCommand.run(["config", "check", "\(folder)/part.xml"])
      #expect(!part.output.contains("CHK006"))
    }
  }

  @Test(arguments: faults.indices)
  func aFileThatBreaksOneIsFound(_ index: Int) throws {
    let fault = Self.faults[index]
    try BuiltCommand.withScratchFolder { folder in
      let settings = try #require(try Self.documentedSettings().last)
      let file = try Self.prepare(folder, settings: settings)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.contains(fault.part))
      try ConfigPolicyTests.write(
        text.replacing(fault.part, with: fault.other, maxReplacements: 1), to: file)
      let outcome = try Self.check(folder, ["--fail-on", "warning", "--ignore", "CFG020"])
      let broken = Self.lines(outcome.text, of: fault.rule)
      #expect(broken.count == 1, "\(outcome.text)")
      #expect(broken.first?.contains(fault.found) == true, "\(outcome.text)")
      #expect(outcome.text.split(separator: "\n").count { $0.contains("[CHK003]") } == 1)
      #expect(outcome.status == 1)
      // Accepted for one folder and one rule, by its name in a comment, and of another severity.
      let ignore = "\nignore: [{rule: \(fault.rule), folder: exports/b.xml}]\n"
      try ConfigPolicyTests.write(settings + ignore, to: "\(folder)/appliance-check.yaml")
      #expect(try !Self.check(folder).text.contains("CHK003"))
      let elsewhere = ignore.replacing("exports/b", with: "exports/c")
      try ConfigPolicyTests.write(settings + elsewhere, to: "\(folder)/appliance-check.yaml")
      #expect(try Self.lines(Self.check(folder).text, of: fault.rule).count == 1)
      try ConfigPolicyTests.write(
        settings + "\nseverities: {CHK003: note}\n", to: "\(folder)/appliance-check.yaml")
      let noted = try Self.check(folder)
      #expect(noted.text.contains(": note: a house rule is broken"))
      #expect(noted.status == 0, "\(noted.text)")
    }
  }

  @Test func commentsSuppressWhatFollows() throws {
    try BuiltCommand.withScratchFolder { folder in
      let rule = """
        rules:
          - {name: no-info, each: "/config/log_subscriptions/*/log_level", is_not: [Information, 3]}
          - {name: same-zone, each: /config/timezone, same: files}
        """
      let file = try Self.prepare(folder, settings: rule)
      let text = try String(contentsOfFile: file, encoding: .utf8)
        .replacing("Etc/GMT", with: "Etc/UTC")
      func errors(_ part: String, _ comment: String) throws -> [Substring] {
        #expect(text.contains(part))
        try ConfigPolicyTests.write(
          text.replacing(
            part, with: "<!-- appliance-check: \(comment) -->\(part)", maxReplacements: 1),
          to: file)
        return try BuiltCommand.run(["config", "check", "\(folder)/exports"])
          .text.split(separator: "\n").filter { $0.contains("/b.xml") && $0.contains("[CHK") }
      }
      #expect(try errors("<config>", "nothing").count == 4)
      // The first log alone, all logs, the file, and a rule among files.
      #expect(try errors("<log_text>", "ignore no-info because of tests").count == 2)
      #expect(try errors("<log_subscriptions>", "ignore CHK003").count == 1)
      #expect(try errors("<config>", "ignore chk003").count == 0)
      #expect(try errors("<config>", "ignore no-info, same-zone").count == 0)
      #expect(try errors("<timezone>", "ignore same-zone").count == 2)
      // Without effect, and that is said.
      let idle = try errors("<users>", "ignore no-info")
      #expect(idle.count == 4)
      #expect(
        idle.contains {
          $0.contains("note: a suppression of what is not found: found no-info [CHK005]")
        })
      let last = try errors("</log_subscriptions>", "ignore no-info")
      #expect(last.contains { $0.contains("found no element after it") && $0.contains("[CHK004]") })
      let unknown = try errors("<config>", "ignore LGO012")
      #expect(unknown.contains { $0.contains("\"LGO012\"") && $0.contains("did you mean LOG012?") })
    }
  }

  @Test func targetsAndSeveritiesHoldForFolders() throws {
    let settings = """
      severities: {CFG001: error}
      targets:
        - version: 8.0.1-023
        - {folder: exports/new, version: 9.1.0-011, model: C600}
      ignore:
        - {code: CFG028, folder: "exports/n*"}
        - {code: CFG001, path: "/config/ntp"}
      """
    try BuiltCommand.withScratchFolder { folder in
      _ = try Self.prepare(folder, settings: settings)
      let file = "\(folder)/exports/new/x.xml"
      let text = Self.export("x", address: "192.0.2.14")
      try ConfigPolicyTests.write(text, to: file)
      #expect(try BuiltCommand.run(["config", "check", "\(folder)/exports/a.xml"]).status == 0)
      let outcome = try BuiltCommand.run(["config", "check", file])
      #expect(outcome.text.contains("allowed: \"9.1.0-011\" [CFG027]"))
      #expect(!outcome.text.contains("CFG028"))
      let other = try BuiltCommand.run([
        "config", "check", file, "--target-version", "8.0.1-023",
      ])
      #expect(other.status == 0, "\(other.text)")
      try ConfigPolicyTests.write(
        text.replacing("<timezone>", with: "<policies/><timezone>"), to: file)
      let unknown = try BuiltCommand.run(["config", "check", file, "--target-version", "8.0.1-023"])
      #expect(unknown.text.contains("error: element not known, left as it is: found <policies>"))
      #expect(unknown.status == 1)
    }
  }
}
