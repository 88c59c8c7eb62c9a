internal import ApplianceConfiguration
internal import ApplianceModel
internal import ConfigurationXML
public import Scenarios
public import Simulation

/// Reads scenarios from YAML files (docs/SCENARIOS.md).
public struct ScenarioReader: Sendable {
  /// What a reader needs from outside.
  public struct Sources: Sendable {
    /// The configuration that `configuration: sample` names.
    public var sample: [UInt8]
    /// The bytes of the configuration at a path relative to the scenario's file; throws in words.
    public var configuration: @Sendable (String) throws -> [UInt8]
    /// The zone of that name, from an instant on.
    public var zone: @Sendable (String, SimInstant) -> ZoneTransitions?

    /// Sources of these kinds.
    public init(
      sample: [UInt8], configuration: @escaping @Sendable (String) throws -> [UInt8],
      zone: @escaping @Sendable (String, SimInstant) -> ZoneTransitions?
    ) {
      self.sample = sample
      self.configuration = configuration
      self.zone = zone
    }
  }

  /// The names of the faults that files can plan.
  public static var faultNames: [String] { FaultTable.rows.map(\.name) }

  private let sources: Sources

  /// A reader with these sources.
  public init(sources: Sources) {
    self.sources = sources
  }

  /// Reads one scenario.
  ///
  /// - Parameters:
  ///   - text: the file's text, at most 1 MiB.
  ///   - file: its name, for messages.
  /// - Throws: every finding at once.
  public func read(_ text: String, file: String) throws(ScenarioFileError) -> Scenario {
    let tree: YAMLValue
    do throws(ScenarioFinding) {
      tree = try YAMLTree.read(text)
    } catch {
      throw ScenarioFileError(lines: [error.line(file: file)])
    }
    let findings = Fields.Findings()
    let scenario = self.scenario(Fields(tree, findings))
    guard findings.all.isEmpty, let scenario else {
      let ordered = findings.all.sorted {
        ($0.place?.line ?? 0, $0.place?.column ?? 0) < ($1.place?.line ?? 0, $1.place?.column ?? 0)
      }
      throw ScenarioFileError(lines: ordered.map { $0.line(file: file) })
    }
    return scenario
  }

  private func scenario(_ top: Fields) -> Scenario? {
    let name = top.require("name", top.string("name"))
    let teaches = top.require("teaches", top.string("teaches"))
    let start = top.require(
      "start",
      top.value(
        "start", allowed: "an instant such as 2015-06-25T08:50:02+02:00", ScalarValues.instant))
    let duration = top.require("duration", top.duration("duration"))
    let seed = top.integer("seed", in: 0...Int.max) ?? 1
    let lesson = Self.lesson(top.fields("story"))
    let traffic = Self.traffic(top.fields("traffic"))
    let network = NetworkReading.network(top.fields("network"), top)
    let configuration = self.configuration(top)
    let faults = NetworkReading.faults(top, hosts: network?.hosts ?? [])
    let capture = Self.capture(top.fields("capture"))
    let expectations = ExpectationReading.all(top)
    top.end()
    guard let name, let teaches, let start, let duration, let network, let configuration else {
      return nil
    }
    guard let zone = self.sources.zone(configuration.timeZone.value, start) else {
      top.fail(top.place, "time zone \(configuration.timeZone.value) is not known")
      return nil
    }
    return Scenario(
      name: name, teaches: teaches, lesson: lesson, start: start, duration: duration,
      seed: UInt64(seed), configuration: configuration, zone: zone, traffic: traffic,
      network: network, faults: faults, capture: capture, expectations: expectations)
  }

  private static func lesson(_ fields: Fields?) -> Lesson {
    var lesson = Lesson()
    guard let fields else { return lesson }
    lesson.symptom = fields.string("symptom") ?? ""
    lesson.cause = fields.string("cause") ?? ""
    lesson.see = fields.strings("see")
    lesson.mend = fields.string("mend") ?? ""
    lesson.check = fields.string("check") ?? ""
    fields.end()
    return lesson
  }

  private static func traffic(_ fields: Fields?) -> TrafficPlan {
    var plan = TrafficPlan()
    guard let fields else { return plan }
    if let rate = fields.integer("rate", in: 1...100_000) { plan.rate = .perSecond(rate) }
    if let rate = fields.integer("per_hour", in: 1...100_000_000) {
      plan.rate = .perMillionSeconds(max(rate * 1_000_000 / 3600, 1))
    }
    plan.messagesMax = fields.integer("messages", in: 0...1_000_000_000)
    fields.end()
    return plan
  }

  private static func capture(_ fields: Fields?) -> CapturePlan {
    var plan = CapturePlan()
    guard let fields else { return plan }
    plan.from = fields.duration("from") ?? .zero
    plan.until = fields.duration("until")
    plan.host = fields.string("host")
    plan.bytesMax = fields.integer("max_bytes", in: 24...(1 << 32)) ?? plan.bytesMax
    fields.end()
    return plan
  }

  // MARK: The configuration

  private func configuration(_ top: Fields) -> Configuration? {
    let overrides = top.take("overrides")
    guard let name = top.require("configuration", top.string("configuration")) else { return nil }
    var bytes: [UInt8]
    do {
      bytes = name == "sample" ? self.sources.sample : try self.sources.configuration(name)
    } catch {
      top.fail(top.place, "configuration: \(error)")
      return nil
    }
    if let overrides {
      guard case .scalar(let text, let place) = overrides else {
        top.fail(overrides.place, "overrides: found \(overrides.kind), allowed: XML sections")
        return nil
      }
      switch ConfigurationSplice.apply(overrides: text, to: bytes) {
      case .success(let spliced): bytes = spliced
      case .failure(let failure):
        let what = failure.inOverrides ? "overrides" : "configuration"
        top.fail(place, describe(failure.diagnostic, file: what))
        return nil
      }
    }
    let result = ConfigurationReader().read(bytes: bytes, name: name)
    for finding in result.diagnostics where finding.severity == .error {
      top.fail(top.place, describe(finding, file: "\(name) with overrides"))
    }
    return result.configuration
  }
}
