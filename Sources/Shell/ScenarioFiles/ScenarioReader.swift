internal import ApplianceConfiguration
internal import ApplianceModel
internal import NetworkModel
public import Scenarios
public import Simulation

/// Reads scenarios from YAML files (docs/SCENARIOS.md).
///
/// A file is data from anywhere: bounded in size and depth, without anchors, aliases and tags, and each
/// key and value is checked. A reader is a value; any number of files may be read at the same time.
public struct ScenarioReader: Sendable {
  /// What a reader needs from outside.
  public struct Sources: Sendable {
    /// The configuration that `configuration: sample` names.
    public var sample: [UInt8]
    /// The bytes of the configuration at a path relative to the scenario's file; throws in words.
    /// `ConfigurationFolder` is one that never leaves a folder.
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
  public static var faultNames: [String] { FaultRow.all.map(\.name) }

  private let sources: Sources
  private let refusesIdleFaults: Bool

  /// A reader with these sources.
  ///
  /// - Parameter refusesIdleFaults: whether a fault that has no effect at its host is an error, which
  ///   it is for a person; random plans may hold some.
  public init(sources: Sources, refusesIdleFaults: Bool = true) {
    self.sources = sources
    self.refusesIdleFaults = refusesIdleFaults
  }

  /// Reads one scenario.
  ///
  /// - Parameters:
  ///   - text: the file's text, at most 1 MiB.
  ///   - file: its name, for messages.
  /// - Throws: every finding at once.
  public func read(_ text: String, file: String) throws(ScenarioFileError) -> Scenario {
    try self.read(bytes: Array(text.utf8), file: file)
  }

  /// Reads one scenario from the bytes of its file, which may be anything.
  ///
  /// - Parameters:
  ///   - settings: values in place of the file's, one after the other.
  ///   - onHint: gets a line for each thing that is written in an old way or hardly meant as it
  ///     stands.
  public func read(
    bytes: [UInt8], file: String, settings: [ScenarioSetting] = [],
    onHint: (String) -> Void = { _ in }
  ) throws(ScenarioFileError) -> Scenario {
    let findings = ScenarioFindings()
    var scenario: Scenario?
    do throws(ScenarioFinding) {
      let source = try YAMLText(bytes: bytes)
      var tree = try YAMLTree.read(source, findings)
      for setting in settings {
        do throws(ScenarioFinding) {
          tree = try setting.applied(to: tree)
        } catch {
          findings.add(at: error.place, error.text)
        }
      }
      let top = Fields(tree, .scenario, findings)
      scenario = self.scenario(top, source)
      if let scenario { Self.compare(scenario.name, withNameOf: file, top) }
    } catch {
      findings.add(at: error.place, error.text)
    }
    guard findings.all.isEmpty, let scenario else {
      throw ScenarioFileError(lines: findings.sorted().map { $0.line(file: file) })
    }
    for warning in findings.warnings { onHint(warning.line(file: file, kind: "warning")) }
    for hint in findings.hints { onHint(hint.line(file: file, kind: "hint")) }
    return scenario
  }

  /// Results, the matrix and JUnit go by the name, and a person looks for the file.
  private static func compare(_ name: String, withNameOf file: String, _ top: Fields) {
    let last = file.split(separator: "/").last ?? ""
    guard let end = [".yaml", ".yml"].first(where: last.hasSuffix) else { return }
    let fileName = last.dropLast(end.utf8.count)
    guard fileName != name else { return }
    top.findings.warn(
      at: top.place(of: "name"),
      "name: found \(ScenarioFinding.quote(name)) in a file that is called otherwise, allowed: "
        + ScenarioFinding.quote(String(fileName)))
  }

  private func scenario(_ top: Fields, _ source: YAMLText) -> Scenario? {
    let name = top.require("name", Self.name(top))
    let teaches = top.require("teaches", top.words("teaches"))
    let start = top.require(
      "start",
      top.value(
        "start", allowed: "an instant such as 2015-06-25T08:50:02.5+02:00", ScalarValues.instant))
    let duration = top.require("duration", top.duration("duration", orZero: false))
    let seed = top.integer("seed", in: 0...Int.max) ?? 1
    let lesson = Self.lesson(top.fields("story", .story))
    let traffic = Self.traffic(top.fields("traffic", .traffic))
    let network = NetworkReading.network(top)
    let hosts = network.hosts.map(\.name)
    let loading = ConfigurationReading(
      sources: self.sources, source: source, findings: top.findings)
    let loaded = loading.configuration(top)
    let faults = FaultReading(
      hosts: network.hosts, names: network.names, configuration: loaded?.configuration,
      duration: duration, refusesIdle: self.refusesIdleFaults
    ).all(top)
    let capture = Self.capture(top.fields("capture", .capture), hosts: hosts)
    let expectations = ExpectationReading(configuration: loaded?.configuration, hosts: hosts)
      .all(top)
    top.end()
    // Of a start that cannot be read another one does: whether there is such a zone is the question.
    let zone = loaded.flatMap { self.zone(of: $0, from: start ?? SimInstant(nanoseconds: 0)) }
    guard let name, let teaches, let start, let duration, let plan = network.plan, let loaded,
      let zone
    else { return nil }
    return Scenario(
      name: name, teaches: teaches, lesson: lesson, start: start, duration: duration,
      seed: UInt64(seed), configuration: loaded.configuration, zone: zone, traffic: traffic,
      network: plan, faults: faults, capture: capture, expectations: expectations)
  }

  private func zone(
    of loaded: ConfigurationReading.Loaded, from start: SimInstant
  ) -> ZoneTransitions? {
    let name = loaded.configuration.timeZone
    if let zone = self.sources.zone(name.value, start) { return zone }
    loaded.report(
      name.position,
      "timezone: found \(ScenarioFinding.quote(name.value)), allowed: a zone that this system knows"
    )
    return nil
  }

  /// It names files, so it is made of what every file system takes.
  private static func name(_ top: Fields) -> String? {
    top.value("name", allowed: "1 to 64 lower-case letters, digits and hyphens") { text in
      let areFine = text.utf8.allSatisfy {
        ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "-")
      }
      return areFine && HostSyntax.isSafeFileName(text) ? text : nil
    }
  }

  private static func lesson(_ fields: Fields?) -> Lesson {
    var lesson = Lesson()
    guard let fields else { return lesson }
    lesson.symptom = fields.words("symptom") ?? ""
    lesson.cause = fields.words("cause") ?? ""
    lesson.see = fields.values("see", allowed: "a text") { $0 }
    lesson.fix = fields.words("fix") ?? ""
    lesson.check = fields.words("check") ?? ""
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
    if fields.has("rate"), fields.has("per_hour") {
      fields.fail("per_hour", found: "both", allowed: "one of rate and per_hour")
    }
    plan.messagesMax = fields.integer("messages", in: 0...1_000_000_000)
    fields.end()
    return plan
  }

  /// `appliance`, `HOST`, `HOST.inside` or `HOST.outside`.
  private static func place(_ text: String, hosts: [String]) -> CapturePlan.Place? {
    if text == "appliance" { return .appliance }
    if hosts.contains(text) { return .host(text) }
    for side in PathSide.allCases where text.hasSuffix(".\(side.rawValue)") {
      let host = String(text.dropLast(side.rawValue.count + 1))
      if hosts.contains(host) { return .path(to: host, side) }
    }
    return nil
  }

  private static func capture(_ fields: Fields?, hosts: [String]) -> CapturePlan {
    var plan = CapturePlan()
    guard let fields else { return plan }
    if fields.has("at") {
      plan.places = fields.values(
        "at", allowed: "appliance, a host, or a host with .inside or .outside for its path"
      ) { Self.place($0, hosts: hosts) }
      let names = plan.places.map(\.name)
      if Set(names).count < names.count {
        fields.fail("at", found: "a place twice", allowed: "each place once")
      }
    }
    plan.format =
      fields.choice("format", Choices.captureFormat) { CaptureFormat(rawValue: $0) } ?? plan.format
    plan.from = fields.duration("from") ?? .zero
    plan.until = fields.duration("until")
    plan.host = fields.choice("host", hosts) { word in hosts.contains(word) ? word : nil }
    plan.bytesMax = fields.integer("max_bytes", in: 24...(1 << 32)) ?? plan.bytesMax
    if let until = plan.until, until <= plan.from {
      fields.fail("until", found: "no time after from", allowed: "a time after from")
    }
    fields.end()
    return plan
  }
}
