import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Support
import Testing

/// Host and recipient access tables, as text and as elements.
@Suite struct AccessTableTests {
  private func listeners(_ name: String, mode: ReadingMode = .strict) throws -> [Listener] {
    let path = "\(Repository.root)/fixtures/configurations/\(name).xml"
    return try #require(ConfigurationReader(mode: mode).read(contentsOf: path).configuration)
      .listeners
  }

  /// The file of a fixture with the tables of its listener given.
  private func read(hat: String, rat: String = "") throws -> ReadResult {
    ConfigurationReader().read(bytes: try self.bytes(hat: hat, rat: rat), name: "x")
  }

  private func bytes(hat: String, rat: String = "") throws -> [UInt8] {
    let path = "\(Repository.root)/fixtures/configurations/rejected/access-tables-twice.xml"
    let text = try String(contentsOfFile: path, encoding: .isoLatin1)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let first = try #require(lines.firstIndex { $0.contains("<hat>") })
    let tables = ["<hat>\(hat)</hat>\(rat.isEmpty ? "" : "<rat>\(rat)</rat>")"]
    let whole = lines[..<first].map(String.init) + tables + lines[(first + 2)...].map(String.init)
    return Array(whole.joined(separator: "\n").utf8)
  }

  @Test func textIsRead() throws {
    let listener = try self.listeners("accepted/access-text")[0]
    let table = try #require(listener.hostAccess)
    #expect(table.unclear == [])
    #expect(table.policies.map(\.name.value) == ["BLOCKED", "TRUSTED", "ACCEPTED"])
    #expect(table.policies.map { $0.rule.behaviour?.value } == [.reject, .accept, .accept])
    #expect(
      table.policies[1].rule.parameters.map { "\($0.name)=\($0.value.value)" } == [
        "tls=off", "max_msgs_per_session=5000", "spam_check=off",
      ])
    #expect(
      table.groups.map(\.name.value) == [
        "RELAYLIST", "WHITELIST", "BLACKLIST", "LATER", "NOBODY", "ALL",
      ])
    #expect(
      table.groups.map { $0.senders.map(\.value) } == [
        ["10.1.0.0/16", "relay.example.com (the file server)"], [],
        ["sbrs[-10.0:-3.0]", "2001:db8::"], [".example.net"], ["192.0.2.1-20"], ["ALL"],
      ])
    #expect(
      table.groups.map { $0.policyName?.value } == [
        nil, "TRUSTED", "BLOCKED", nil, nil, "ACCEPTED",
      ])
    #expect(
      table.groups.map { $0.rule.behaviour?.value } == [
        .relay, nil, nil, .continue, .tcpRefuse, nil,
      ])
    #expect(table.groups[0].rule.parameters.map(\.name) == ["max_rcpts_per_msg"])
    #expect(table.groups[5].comment?.value == "Everyone else")
    #expect(table.groups[0].name.position == SourcePosition(line: 30, column: 1))
    let entries = try #require(listener.recipientAccess).entries
    #expect(
      entries.map(\.recipient.value) == ["example.com", ".example.com", "example.net", "ALL"])
    #expect(entries.map { $0.rule.behaviour?.value } == [.accept, .accept, .accept, .reject])
    #expect(entries.map(\.rule.parameters.count) == [0, 1, 1, 0])
    #expect(entries.map { $0.comment?.value } == [nil, "both", "both", nil])
  }

  @Test func elementsAreRead() throws {
    let listener = try self.listeners("accepted/access-elements")[0]
    let table = try #require(listener.hostAccess)
    #expect(table.policies.map(\.name.value) == ["BLOCKED", "TRUSTED"])
    #expect(
      table.policies[1].rule.parameters.map { "\($0.name)=\($0.value.value)" } == [
        "tls=off", "spam_check=off",
      ])
    #expect(
      table.groups.map { $0.senders.map(\.value) } == [
        ["10.0.0.0/8", "192.0.2.1"], [".example.net", "sbrs[-10.0:-3.0]"], [],
      ])
    #expect(table.groups.map { $0.policyName?.value } == [nil, "BLOCKED", "TRUSTED"])
    #expect(table.groups[1].kept.map(\.name) == ["quarantine"])
    #expect(table.kept.map(\.name) == ["sorted"])
    let entries = try #require(listener.recipientAccess).entries
    #expect(entries.map { $0.rule.behaviour?.value } == [.accept, .reject, .reject])
    #expect(entries.map { $0.rule.behaviour?.state } == [.absent, .present, .present])
  }

  @Test func absentEmptyAndPresentAreToldApart() throws {
    let listeners = try self.listeners("accepted/access-text")
    #expect(listeners[1].hostAccess?.groups == [])
    #expect(listeners[1].recipientAccess == nil)
    let text = ConfigurationText.lines(
      try #require(
        ConfigurationReader().read(
          contentsOf: Repository.root + "/fixtures/configurations/accepted/access-text.xml"
        ).configuration))
    #expect(text.contains("      holds: nothing"))
  }

  @Test func whatIsNotUnderstoodSaysSo() throws {
    let listener = try self.listeners("accepted/access-text-doubtful")[0]
    let table = try #require(listener.hostAccess)
    #expect(table.policies[0].rule.behaviour?.state == .notUnderstood("ACEPT"))
    #expect(table.groups[0].rule.behaviour?.state == .notUnderstood("BOUNCE"))
    #expect(
      listener.recipientAccess?.entries[1].rule.behaviour?.state == .notUnderstood("RELAY"))
    let doubtful = try self.listeners("accepted/access-doubtful")[0]
    let unclear = try #require(doubtful.hostAccess).unclear
    for text in ["???", "what", "is", "this", "(a comment of nothing)", "attribute mode=\"loose\""]
    {
      #expect(unclear.contains(text), "\(unclear)")
    }
  }

  @Test func placesAreThoseOfTheFile() throws {
    let result = try self.read(hat: "$A\n  ACEPT {}\nALL\n $A\n")
    let finding = try #require(result.diagnostics.first { $0.code == .accessBehaviourUnknown })
    #expect(finding.position == SourcePosition(line: 19, column: 3))
    #expect(finding.path == "/config/listeners/listener/hat")
    // References to the five characters of XML do not move lines, and CR LF moves nothing.
    for text in [
      "$A\n  ACCEPT { t = &quot;a&gt;&amp;&lt;&apos;&quot; }\nB:\n C {}\n",
      "$A\r\n  ACCEPT {}\r\nB:\r\n C {}\r\n",
    ] {
      let lines = try self.read(hat: text)
      let unknown = try #require(lines.diagnostics.first { $0.code == .accessBehaviourUnknown })
      #expect(unknown.position == SourcePosition(line: 21, column: 2))
    }
    // A reference to any other character: it is the element's place.
    let moved = try self.read(hat: "\n&#65;LL\n  ACEPT {}\n")
    let place = try #require(moved.diagnostics.first { $0.code == .accessBehaviourUnknown })
    #expect(place.position == SourcePosition(line: 18, column: 1))
  }

  private static let differences: [(String, String, [String])] = [
    ("$A\n ACCEPT {}\nALL\n $A\n", "$A ACCEPT { }  ALL\n   $A", []),
    (
      "$A\n ACCEPT {}\nALL\n $A\n", "$A\n REJECT {}\nALL\n $A\n",
      ["listener In: host access: policies: A: behaviour changed from ACCEPT to REJECT"]
    ),
    (
      "ONE:\n 10.0.0.1\n 10.0.0.2\n ACCEPT\nALL\n REJECT\n",
      "ONE:\n 10.0.0.2\n 10.0.0.3\n ACCEPT\nALL\n REJECT\n",
      [
        "listener In: host access: sender groups: ONE: senders: 10.0.0.1 removed",
        "listener In: host access: sender groups: ONE: senders: 10.0.0.3 added",
      ]
    ),
    (
      "ONE:\n ACCEPT\nTWO:\n REJECT\nALL\n REJECT\n",
      "TWO:\n REJECT\nONE:\n ACCEPT\nALL\n REJECT\n",
      ["listener In: host access: sender groups in another order"]
    ),
    ("ALL\n ACCEPT\n", "ALL\n ACCEPT\n", []),
    (
      "ALL\n ACCEPT\n",
      "<sender_group name=\"ALL\"><sender>ALL</sender><access>accept</access></sender_group>", []
    ),
  ]

  @Test(arguments: differences)
  func differencesAreByMeaning(_ one: String, _ two: String, _ expected: [String]) throws {
    let first = try #require(try self.read(hat: "\n" + one).configuration)
    let second = try #require(
      try self.read(hat: two.hasPrefix("<") ? two : "\n" + two).configuration)
    let changes = ConfigurationDifference.changes(from: first, to: second).map(\.text)
    #expect(changes == expected)
  }

  private static let hostile = [
    "{", "}", "{{{{", "(", ")", "[", "\"", "$", ":", "A:", "ALL", "$A {", "= = =", "$A\n$B\n$C",
    "ALL ALL ALL", "#", "# only\n", "a: b: c:", "\u{E9}\u{4E2D}", "ACCEPT", "{ a = ", "{ = }",
    "{ a b }", "ONE: (", "ONE: )", ", , ;",
  ]

  @Test(arguments: hostile)
  func nothingTraps(_ text: String) throws {
    _ = try self.read(hat: text, rat: text)
    let many = String(repeating: text + "\n", count: 200)
    _ = try self.read(hat: many, rat: many)
  }

  /// Nothing of a text is lost: each word is in the model, or is told.
  @Test func eachWordIsSomewhere() throws {
    let words = [
      "$A", "ONE:", "ALL", "ACCEPT", "BOUNCE", "{", "}", "=", "a", "(c)", "10.0.0.1", "\n", "\n",
      ",", "sbrs[1:2]", "\"q q\"",
    ]
    var state: UInt64 = 20_150_625
    for round in 0..<Thoroughness.cases(few: 300, many: 1000) {
      var text = "\n"
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += words[Int(state >> 33) % words.count] + " "
      }
      let marked = text + "\n w\(round)x \n"
      for result in [try self.read(hat: marked), try self.read(hat: "", rat: marked)] {
        let told = result.diagnostics.map { $0.found + $0.allowed }.joined()
        let shown = result.configuration.map { ConfigurationText.lines($0).joined() } ?? ""
        #expect(
          (told + shown).contains("w\(round)x") || told.contains(" more")
            || result.configuration == nil, "\(marked)")
      }
    }
  }

  /// Twice as many groups are twice the work: counted in tokens and in steps of the search for
  /// their places, which grow by a tenth with the logarithm of the lines.
  @Test func aLongTableCostsLinearTime() throws {
    let steps = try [10_000, 20_000].map { count in
      let groups = (0..<count).map { "G\($0):\n 10.0.0.1\n $A\n" }.joined()
      let bytes = try self.bytes(hat: "\n$A\n ACCEPT {}\n\(groups)ALL\n $A\n")
      let (result, steps) = StepSum.reading(bytes, mode: .strict)
      #expect(result.configuration?.listeners[0].hostAccess?.groups.count == count + 1)
      return steps
    }
    #expect(steps[0] >= 60_000)
    #expect(steps[1] * 10 >= steps[0] * 18, "\(steps)")
    #expect(steps[1] * 10 <= steps[0] * 22, "\(steps)")
  }
}

/// Certificates by reference, and as blocks.
@Suite struct CertificateTests {
  private func findings(_ certificate: String) throws -> [String] {
    let path = "\(Repository.root)/fixtures/configurations/accepted/minimal.xml"
    let text = try String(contentsOfFile: path, encoding: .isoLatin1)
    let section =
      "<https_certificate><certificate>\(certificate)</certificate></https_certificate></config>"
    let bytes = Array(text.replacing("</config>", with: section).utf8)
    return ConfigurationReader().read(bytes: bytes, name: "x").diagnostics
      .filter { $0.code == .certificateInvalid }.map(\.found)
  }

  private static let begin = "-----BEGIN CERTIFICATE-----\n"
  private static let end = "\n-----END CERTIFICATE-----"

  private static let blocks: [(String, [String])] = [
    (begin + "QUJD" + end, []),
    (begin + "QUJDREU=\nQQ==" + end, []),
    ("\n  " + begin + "  QUJD\n  REVG" + end + "\n\n" + begin + "QUI=" + end + "\n", []),
    ("", []), ("*****", []), (begin + end, ["an empty block"]),
    (begin + "QUJD", ["a block without its end"]), ("QUJD" + end, ["text outside of a block"]),
    (String(end.dropFirst()), ["an end without a beginning"]),
    (begin + begin + "QUJD" + end, ["a block that begins inside another"]),
    (begin + "QUJDR\nQ" + end, ["6 characters of base64, no multiple of 4"]),
    ("-----BEGIN KEY-----\nQUJD\n-----END KEY-----", ["\"-----BEGIN KEY-----\""]),
  ]

  @Test(arguments: blocks)
  func blocksAreLookedAtFromOutside(_ text: String, _ found: [String]) throws {
    #expect(try self.findings(text) == found)
  }
}
