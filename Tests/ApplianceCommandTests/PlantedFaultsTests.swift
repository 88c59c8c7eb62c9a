import Foundation
import Support
import Testing

/// An archive of exports with large sections that nobody models, and some faults: each is found,
/// and little else is printed.
@Suite struct PlantedFaultsTests {
  /// A line of an export and what it becomes.
  private enum Fault: Int, CaseIterable {
    case port, level, nameTwice, interface, mask, route, recipient, endTag

    /// The line that has the fault, and what is wrong in it.
    var edit: (line: String, fault: String) {
      switch self {
      case .port: ("<port>5514</port>", "<port>70000</port>")
      case .level: ("<log_level>Debug</log_level>", "<log_level>Debgu</log_level>")
      case .nameTwice: ("<name>bounces</name>", "<name>mail_logs</name>")
      case .interface:
        ("<interface_name>Data 1</interface_name>", "<interface_name>Data 9</interface_name>")
      case .mask: ("<netmask>255.255.255.0</netmask>", "<netmask>255.0.255.0</netmask>")
      case .route:
        (
          "<route_destination_address>192.0.2.25</route_destination_address>",
          "<route_destination_address>192.0.2.256</route_destination_address>"
        )
      case .recipient:
        ("<email_address>ops@example.com</email_address>", "<email_address>ops@</email_address>")
      case .endTag: ("<hostname>192.0.2.1</hostname>", "<hostname>192.0.2.1</hostnam>")
      }
    }
  }

  private struct Planted {
    let file: String
    let line: Int
    let fault: Fault
  }

  private static let fileCount = Thoroughness.cases(few: 30, many: 300)
  private static let faultyCount = Thoroughness.cases(few: 16, many: 40)

  /// The faults of a file: what is not well-formed ends the reading, so that it is alone.
  private static func faults(of index: Int) -> [Fault] {
    guard index < self.faultyCount else { return [] }
    let kinds = Fault.allCases
    let first = kinds[index % kinds.count]
    if first == .endTag { return [first] }
    return [first, kinds[(index + index / kinds.count + 1) % (kinds.count - 1)]]
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static let modelled = """
    <hostname>mailNUMBER.example.com</hostname>
    <timezone>Etc/GMT</timezone>
    <interfaces>
    <interface>
    <interface_name>Data 1</interface_name>
    <ip>198.51.100.10</ip>
    <netmask>255.255.255.0</netmask>
    </interface>
    </interfaces>
    <listeners>
    <listener>
    <listener_name>IncomingMail</listener_name>
    <interface_name>Data 1</interface_name>
    <type>public</type>
    </listener>
    </listeners>
    <smtp_routes>
    <smtp_route>
    <route_source_address>ALL</route_source_address>
    <route_destination_address>192.0.2.25</route_destination_address>
    </smtp_route>
    </smtp_routes>
    <log_subscriptions>
    <log_text>
    <name>mail_logs</name>
    <module>mail</module>
    <log_level>Information</log_level>
    <retrieval>
    <syslog_push>
    <hostname>192.0.2.1</hostname>
    <port>5514</port>
    <protocol>TCP</protocol>
    <facility>mail</facility>
    </syslog_push>
    </retrieval>
    </log_text>
    <log_text>
    <name>bounces</name>
    <module>mail</module>
    <log_level>Debug</log_level>
    <retrieval>
    <ftp_poll>
    <filename>bounces</filename>
    <rolloversize>10485760</rolloversize>
    <rollover_max_files>10</rollover_max_files>
    </ftp_poll>
    </retrieval>
    </log_text>
    </log_subscriptions>
    <alert_email_config>
    <alert_class name="all">
    <alert_severity name="all">
    <email_address>ops@example.com</email_address>
    </alert_severity>
    </alert_class>
    </alert_email_config>
    <autosupport_enabled>1</autosupport_enabled>
    """

  /// Sections that nobody models, some hundred kilobytes of them and other ones in each file.
  private static func unmodelled(_ number: Int) -> String {
    (0..<40).map { section in
      let name = "policy_area_\(section)_\(number % 7)"
      let entries = (0..<30).map { entry in
        "<rule_of_\(section)><label>rule \(number) of \(entry)</label>"
          + "<weight>\(section * entry)</weight><act>deliver</act></rule_of_\(section)>"
      }
      return "<\(name)>\n\(entries.joined(separator: "\n"))\n</\(name)>"
    }.joined(separator: "\n")
  }

  private static func write(_ number: Int, to path: String) throws -> [Planted] {
    let whole =
      SampleHeader.text + "<config>\n"
      + self.modelled.replacing("NUMBER", with: "\(number)") + "\n" + self.unmodelled(number)
      + "\n</config>\n"
    var lines = whole.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var planted: [Planted] = []
    for fault in self.faults(of: number) {
      let edit = fault.edit
      // Of the interface's name the last one, which is the listener's.
      let index = try #require(lines.lastIndex(of: edit.line))
      lines[index] = edit.fault
      planted.append(Planted(file: path, line: index + 1, fault: fault))
    }
    let text = lines.joined(separator: "\n")
    #expect(text.utf8.count >= 100_000)
    try text.write(toFile: path, atomically: false, encoding: .isoLatin1)
    return planted
  }

  @Test func eachIsFoundAndLittleElseIsPrinted() throws {
    try BuiltCommand.withScratchFolder { folder in
      var planted: [Planted] = []
      for number in 0..<Self.fileCount {
        planted += try Self.write(number, to: "\(folder)/export-\(number).xml")
      }
      #expect(Set(planted.map(\.fault)).count == 8)
      #expect(planted.count >= Self.faultyCount * 3 / 2)
      let outcome = try BuiltCommand.run(["config", "check", folder])
      let lines = outcome.text.split(separator: "\n")
      for fault in planted {
        let place = "\(fault.file):\(fault.line):"
        let found = lines.filter { $0.hasPrefix(place) }
        #expect(found.count == 1, "\(fault.fault) at \(place): \(found)")
      }
      #expect(outcome.status == 1)
      #expect(lines.count <= planted.count + 20, "\(outcome.text)")
      // One line for all: some of them mail the vendor.
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }
}
