import Foundation
import Support
import Testing

/// `appliance test --config` as a person calls it.
@Suite struct MatrixCommandTests {
  private static let scenarios = [
    "fixtures/scenarios/udp-dropped-by-firewall.yaml", "fixtures/scenarios/forged-reset.yaml",
    "fixtures/scenarios/all-well.yaml",
  ]
  private static let accepted = "fixtures/configurations/accepted"

  private static func run(_ arguments: [String]) throws -> BuiltCommand.Outcome {
    try BuiltCommand.run(["test"] + self.scenarios + ["--config"] + arguments)
  }

  private static func exports(_ outcome: BuiltCommand.Outcome) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return try #require((object as? [String: Any])?["exports"] as? [[String: Any]])
  }

  private static func verdicts(_ export: [String: Any]) -> [String] {
    (export["cells"] as? [[String: Any]] ?? []).compactMap { $0["verdict"] as? String }
  }

  @Test func whatLosesSilentlyIsFoundAndSaid() throws {
    let outcome = try Self.run([
      "fixtures/scenarios/lab-tcp.xml", "fixtures/scenarios/lab-udp.xml",
      "\(Self.accepted)/push-defaults.xml", "\(Self.accepted)/minimal.xml",
    ])
    #expect(outcome.status == 1)
    #expect(outcome.errors.isEmpty)
    for line in [
      "exports are below fixtures/", "exports  123", "      1  .A.  scenarios/lab-tcp.xml",
      "      2  S..  scenarios/lab-udp.xml, configurations/accepted/push-defaults.xml",
      "    why: Mail_Log: pushed by UDP, which detects no failure: no error line and no alert\n"
        + "      in udp-dropped-by-firewall\n",
    ] {
      #expect(outcome.output.contains(line), "\(line)\n\(outcome.output)")
    }
    #expect(outcome.output.hasSuffix("2 exports lose lines silently, 0 were not read\n"))
  }

  @Test func aConfigurationThatIsNoticedPasses() throws {
    let outcome = try Self.run(["fixtures/scenarios/lab-tcp.xml"])
    #expect(outcome.status == 0, "\(outcome.text)")
    let strict = try Self.run(["fixtures/scenarios/lab-tcp.xml", "--fail-on", "alerted"])
    #expect(strict.status == 1)
    let never = try Self.run(["fixtures/scenarios/lab-udp.xml", "--fail-on", "none"])
    #expect(never.status == 0)
  }

  @Test func aFileThatIsNotReadIsARowOfItsOwn() throws {
    let outcome = try Self.run([
      "no-such.xml", "fixtures/configurations/rejected/utf16-odd.xml",
      "fixtures/loading/sections.xml", "fixtures/scenarios/lab-tcp.xml", "--format", "json",
    ])
    #expect(outcome.status == 1)
    let exports = try Self.exports(outcome)
    #expect(
      exports.map { ($0["errors"] as? [String])?.isEmpty ?? true } == [false, false, false, true])
    #expect(Self.verdicts(exports[3]) == ["delivered", "alerted", "delivered"])
    #expect((exports[0]["errors"] as? [String])?.first?.contains("cannot be read") ?? false)
  }

  /// An appliance refuses such a file; a simulation needs no passphrase.
  @Test func masksAreSaidAndOtherErrorsAreRefused() throws {
    try BuiltCommand.withScratchFolder { folder in
      let lab = try String(
        contentsOf: Repository.url.appendingPathComponent(
          "fixtures/scenarios/lab-tcp.xml"), encoding: .utf8)
      let user =
        "<users><user><username>admin</username><enc_password>*****"
        + "</enc_password></user></users>"
      let masked = lab.replacing("<timezone>", with: "\(user)\n  <timezone>")
      try masked.write(toFile: "\(folder)/a.xml", atomically: true, encoding: .utf8)
      try masked.replacing("<ip>10.", with: "<ip>10..")
        .write(toFile: "\(folder)/b.xml", atomically: true, encoding: .utf8)
      let exports = try Self.exports(Self.run([folder, "--format", "json"]))
      #expect(exports.map { $0["maskedPassphrases"] as? Bool } == [true, nil])
      #expect(exports.map { Self.verdicts($0).count } == [3, 0])
      let errors = try #require(exports[1]["errors"] as? [String])
      #expect(errors.contains { $0.contains("10..229.24.230") }, "\(errors)")
      let text = try Self.run(["\(folder)/a.xml"]).output
      #expect(text.contains("passphrases are masked, so that an appliance cannot load the file:"))
    }
  }

  // MARK: Clusters

  private static func cluster(_ folder: String) throws -> String {
    let path = "\(folder)/cluster.xml"
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("fixtures/scenarios/lab-tcp.xml"),
      encoding: .utf8)
    let start = try #require(text.range(of: "  <log_subscriptions>"))
    let end = try #require(text.range(of: "</log_subscriptions>\n"))
    let logs = String(text[start.lowerBound..<end.upperBound])
    let machines = [("esa1", "TCP"), ("esa2", "UDP")].map { name, transport in
      "<machine name=\"\(name)\">\n\(logs.replacing("TCP", with: transport))</machine>"
    }
    let cluster = "<cluster name=\"c\">\n\(machines.joined(separator: "\n"))\n</cluster>\n"
    try text.replacing(logs, with: cluster).write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func eachMachineOfAClusterIsARow() throws {
    try BuiltCommand.withScratchFolder { folder in
      let path = try Self.cluster(folder)
      let exports = try Self.exports(Self.run([path, "--format", "json"]))
      #expect(exports.map { $0["machine"] as? String } == ["esa1", "esa2"])
      #expect(
        exports.map(Self.verdicts) == [
          ["delivered", "alerted", "delivered"], ["silent-loss", "delivered", "delivered"],
        ], "\(exports)")
      let one = try Self.exports(Self.run([path, "--machine", "esa2", "--format", "json"]))
      #expect(one.map { $0["machine"] as? String } == ["esa2"])
      let wrong = try Self.run([path, "--machine", "esa3"])
      #expect(wrong.status == 1)
      #expect(wrong.output.contains("found \"esa3\", allowed: esa1, esa2"), "\(wrong.output)")
    }
  }

  // MARK: Odd inputs

  @Test func foldersAndOddNamesAndPipesAreTaken() throws {
    try BuiltCommand.withScratchFolder { folder in
      let files = FileManager.default
      let lab = Repository.url.appendingPathComponent("fixtures/scenarios/lab-udp.xml")
        .path
      try files.createDirectory(atPath: "\(folder)/sub", withIntermediateDirectories: false)
      try files.copyItem(atPath: lab, toPath: "\(folder)/sub/a\nb.XML")
      try Data().write(to: URL(fileURLWithPath: "\(folder)/empty.xml"))
      try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/notes.txt"))
      #expect(mkfifo("\(folder)/pipe.xml", 0o600) == 0)
      let outcome = try Self.run([folder, "\(folder)/empty.xml"])
      #expect(outcome.status == 1)
      for text in [
        "S..  sub/a\\nb.XML\n", "empty.xml: error: the file is empty",
        "pipe.xml: error: the file cannot be read", "left out: 1 file that does not end in .xml",
        "3 exports, 3 scenarios: 1 export loses lines silently, 2 were not read",
      ] {
        #expect(outcome.output.contains(text), "\(text)\n\(outcome.output)")
      }
    }
  }

  private static let badCalls: [([String], Int32, String)] = [
    (["--fail-on", "silence"], 64, "found silence, allowed: no-push"),
    (["--verbose"], 64, "--verbose needs --config EXPORT"),
    (["--machine", "x"], 64, "--machine needs --config EXPORT"),
    (["--config"], 64, "Missing value"),
    (["--config", "x.xml", "--digests"], 64, "give either --digests or --config"),
    (["--config", "ci"], 1, "ci: found no .xml file, allowed: one or more"),
  ]

  @Test(arguments: badCalls)
  func aBadCallGetsAUsefulAnswer(_ arguments: [String], _ status: Int32, _ text: String) throws {
    let outcome = try BuiltCommand.run(["test", Self.scenarios[2]] + arguments)
    #expect(outcome.status == status, "\(outcome.text)")
    #expect(outcome.text.contains(text), "\(outcome.text)")
  }

  @Test func junitHasTheExportsAsClasses() throws {
    let outcome = try Self.run(["fixtures/scenarios/lab-udp.xml", "--format", "junit"])
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        "classname=\"fixtures/scenarios/lab-udp.xml\" name=\"udp-dropped-by-firewall\">"
      ))
    #expect(outcome.output.contains("<failure message=\"silent-loss: "))
  }

  /// Few exports are tried in parts, many as a whole: the matrix is the same.
  @Test func manyExportsComeToTheSameAsOne() throws {
    try BuiltCommand.withScratchFolder { folder in
      let lab = Repository.url.appendingPathComponent("fixtures/scenarios/lab-udp.xml")
        .path
      for number in 0..<40 {
        try FileManager.default.copyItem(atPath: lab, toPath: "\(folder)/\(number).xml")
      }
      let many = try Self.exports(Self.run([folder, "--format", "json"]))
      let one = try Self.exports(Self.run(["\(folder)/7.xml", "--format", "json"]))
      #expect(many.count == 40)
      #expect(Set(many.map(Self.verdicts)) == [Self.verdicts(one[0])])
    }
  }
}
