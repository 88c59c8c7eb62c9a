import ApplianceConfiguration
import ApplianceModel
import Foundation
import LogDelivery
import ScenarioFiles
import Scenarios
import Simulation
import Support
import Testing

@Suite struct GalleryTests {
  private static let folder = Repository.url.appendingPathComponent("fixtures/scenarios")

  static func reader() throws -> ScenarioReader {
    let sample = try Data(
      contentsOf: Repository.url.appendingPathComponent("appliance-config.xml"))
    return ScenarioReader(
      sources: .init(
        sample: Array(sample),
        configuration: { name in
          Array(
            try Data(
              contentsOf: Repository.url.appendingPathComponent(
                "fixtures/scenarios/\(name)")))
        },
        zone: { name, _ in
          name == "Africa/Johannesburg"
            ? ZoneTransitions(name: name, initialOffsetSeconds: 7200) : nil
        }))
  }

  private static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  private static func scenario(_ name: String) throws -> Scenario {
    let text = try String(contentsOf: self.folder.appendingPathComponent(name), encoding: .utf8)
    return try self.reader().read(text, file: name)
  }

  @Test func galleryHasTwentyAndMore() {
    #expect(Self.names.count >= 20)
  }

  @Test(arguments: names)
  func expectationsHoldAndTheLedgerBalances(_ name: String) throws {
    let scenario = try Self.scenario(name)
    let (result, _) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    #expect(!scenario.expectations.isEmpty)
    #expect(scenario.name + ".yaml" == name)
    for verdict in result.verdicts {
      #expect(verdict.isMet, "\(name): \(verdict.expectation): found \(verdict.found)")
    }
    for ledger in result.ledgers { #expect(ledger.totals.isBalanced) }
  }

  /// The same bytes on every machine, in debug and release: one number a scenario, agreed to once.
  @Test func digestsAreTheGoldenOnes() throws {
    var lines: [String] = []
    for name in Self.names {
      let (_, output) = ScenarioRunner(try Self.scenario(name), output: MemoryOutput()).run()
      lines.append("\(name.dropLast(5)) \(String(output.digest, radix: 16))")
    }
    let outcome = try GoldenFile.compare(
      Array((lines.joined(separator: "\n") + "\n").utf8), suite: "Scenarios", name: "digests.txt")
    #expect(outcome == .same)
  }

  @Test func anotherSeedIsAnotherRun() throws {
    var scenario = try Self.scenario("lossy-path.yaml")
    let (_, one) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    scenario.seed = 2
    let (_, two) = ScenarioRunner(scenario, output: MemoryOutput()).run()
    #expect(one.digest != two.digest)
  }
}

@Suite struct ScenarioReaderTests {
  private static let good = """
    name: x
    teaches: y
    start: 2015-06-25T08:50:00+02:00
    duration: 10s
    configuration: sample
    network:
      appliance: { address: 10.0.0.1 }
      hosts:
        - { name: syslog, address: 10.0.0.2, services: [{ syslog-tcp: 514 }] }
    """

  private static func lines(_ text: String) throws -> [String] {
    let reader = try GalleryTests.reader()
    do {
      _ = try reader.read(text, file: "x.yaml")
      return []
    } catch {
      return error.lines
    }
  }

  @Test func goodOneHasNoFindings() throws {
    #expect(try Self.lines(Self.good) == [])
  }

  private static let bad: [(String, String)] = [
    ("start: 2015", "x.yaml:3:8: error: start: found \"2015\", allowed: an instant such as"),
    ("start: 2015-02-30T00:00:00Z", "x.yaml:3:8: error: start: found"),
    ("duration: 10", "x.yaml:4:11: error: duration: found \"10\", allowed: a duration such as"),
    ("duration: 1e9s", "x.yaml:4:11: error: duration: found"),
    ("configuration: ../x.xml", "x.yaml:5:16: error: configuration: "),
    ("name: [a]", "x.yaml:1:7: error: name: found a list, allowed: 1 to 64 lower-case"),
  ]

  @Test(arguments: bad)
  func badValueNamesPlaceFoundAndAllowed(_ line: String, _ message: String) throws {
    let key = line.prefix { $0 != ":" } + ":"
    let text = Self.good.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix(key) ? line : String($0) }.joined(separator: "\n")
    let lines = try Self.lines(text)
    #expect(lines.contains { $0.hasPrefix(message) }, "\(lines)")
  }

  private static let added: [(String, String)] = [
    ("sede: 3", "x.yaml:10:1: error: unknown key sede"),
    ("seed: -1", "seed: found \"-1\", allowed: 0 to"),
    ("seed: &a 1", "anchors, aliases and tags are refused"),
    ("seed: !!int 1", "anchors, aliases and tags are refused"),
    ("faults: [{ fault: melt, host: syslog }]", "fault: found \"melt\", allowed: refuse, "),
    ("faults: [{ fault: refuse, host: nobody }]", "host: found \"nobody\", allowed: syslog"),
    ("faults: [{ fault: reset-after, host: syslog }]", "missing one of lines, bytes, time"),
    ("faults: [{ fault: refuse, host: syslog, lines: 3 }]", "unknown key lines"),
    ("faults: 3", "faults: found \"3\", allowed: a list"),
    ("expect: [{ nothing: 1 }]", "an expectation is one of alert, log_line"),
    ("expect: [{ connections: { subscription: a, count: 4..1 } }]", "allowed: a count such as"),
    ("expect: [{ failures: { subscription: a, cause: bad luck } }]", "allowed: refused, timedOut"),
    ("overrides: <hostname>", "not well-formed XML"),
    ("overrides: <hostname>a b</hostname>", "CFG007"),
    ("name: y", "x.yaml:10:1: error: duplicate key: found \"name\" again"),
    ("--- {}", "not YAML"),
    ("x: [", "not YAML"),
  ]

  @Test(arguments: added)
  func badKeyIsSaid(_ line: String, _ message: String) throws {
    let lines = try Self.lines(Self.good + "\n" + line + "\n")
    #expect(lines.contains { $0.contains(message) }, "\(lines)")
  }

  @Test func hostileFilesAreRefused() throws {
    let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    #expect(try Self.lines("x: " + deep).first?.contains("too deep") == true)
    let large = "x: " + String(repeating: "a", count: (1 << 20) + 1)
    #expect(try Self.lines(large).first?.contains("the file is too large") == true)
    #expect(try Self.lines("").first?.contains("the file is empty") == true)
    #expect(try Self.lines("a: &x [1]\nb: *x").first?.contains("refused") == true)
  }

  @Test func overridesReplaceInsertAndClear() throws {
    let text =
      Self.good + "\noverrides: |\n  <hostname>other.example.com</hostname>\n"
      + "  <listeners></listeners>\n  <log_message_id>0</log_message_id>\n"
    let configuration = try GalleryTests.reader().read(text, file: "x.yaml").configuration
    #expect(configuration.hostname.value == "other.example.com")
    #expect(configuration.listeners.isEmpty)
    #expect(configuration.logGlobals.logsMessageID.value == false)
    #expect(configuration.subscriptions.count > 10)
  }
}

@Suite struct FaultDocumentTests {
  /// docs/FAULTS.md has a row for each fault, and no other.
  @Test func eachFaultIsDocumented() throws {
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/FAULTS.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let documented = rows.flatMap { row in
      (row.split(separator: "|").first ?? "").matches(of: /`([a-z-]+)`/).map { String($0.1) }
    }
    #expect(documented.sorted() == ScenarioReader.faultNames.sorted())
  }
}
