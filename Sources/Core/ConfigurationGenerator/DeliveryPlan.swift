import ApplianceConfiguration
import LogModel
import Simulation

/// The delivery settings of a push, elements of a namespace of our own (docs/DELIVERY.md).
enum DeliveryPlan {
  /// Settings that go together with what the push has already: none is refused or without effect.
  static func add(to push: inout GeneratedElement, by random: inout SeededGenerator) {
    let isStream = push["protocol"]?.text.uppercased() == "TCP"
    if isStream, random.chance(permille: 300) { push.replace("tls", by: "1") }
    var settings = self.form(by: &random) + self.rate(by: &random)
    if isStream {
      settings += self.buffer(by: &random) + self.connection(by: &random)
      if push["tls"]?.text == "1" { settings += self.encryption(by: &random) }
    }
    push.children += settings.filter { _ in random.chance(permille: 900) || isStream }
    self.spell(&push, by: &random)
  }

  private static func setting(_ field: DeliveryField, _ value: String) -> GeneratedElement {
    GeneratedElement("sim:" + field.name, value)
  }

  private static func drawn(
    _ field: DeliveryField, by random: inout SeededGenerator
  ) -> GeneratedElement {
    let samples = field.samples
    let value =
      switch field.kind {
      case .word(let words): random.pick(words)
      case .flag: random.pick(["0", "1"])
      case .number(let range): "\(random.uniform(in: samples.range ?? range))"
      case .bytes: random.pick(samples.values)
      case .file: samples.values.joined()
      case .host: ConfigurationPlan.host(by: &random)
      case .severity: self.severity(by: &random)
      }
    return self.setting(field, value)
  }

  private static func severity(by random: inout SeededGenerator) -> String {
    let severity = random.pick(SyslogSeverity.allCases)
    return random.pick([random.anyCase(severity.name), "\(severity.rawValue)"])
  }

  /// Each by a chance of its own.
  private static func each(
    _ fields: [DeliveryField], by random: inout SeededGenerator
  ) -> [GeneratedElement] {
    fields.compactMap { field in
      random.chance(permille: field.samples.permille) ? self.drawn(field, by: &random) : nil
    }
  }

  /// All or none.
  private static func together(
    _ topic: DeliveryField.Topic, by random: inout SeededGenerator
  ) -> [GeneratedElement] {
    let fields = DeliveryField.of(topic)
    guard random.chance(permille: fields[0].samples.permille) else { return [] }
    return fields.map { self.drawn($0, by: &random) }
  }

  private static func form(by random: inout SeededGenerator) -> [GeneratedElement] {
    let severities = DeliveryField.of(.severity)
      .filter { random.chance(permille: $0.samples.permille) }
    return severities.map { self.drawn($0, by: &random) }
      + self.each(DeliveryField.of(.form).filter { !$0.needsStream }, by: &random)
  }

  /// Each counts only with the one before.
  private static func rate(by random: inout SeededGenerator) -> [GeneratedElement] {
    var settings: [GeneratedElement] = []
    for field in DeliveryField.of(.rate) {
      guard random.chance(permille: field.samples.permille) else { break }
      settings.insert(self.drawn(field, by: &random), at: 0)
    }
    return settings
  }

  private static func buffer(by random: inout SeededGenerator) -> [GeneratedElement] {
    guard random.chance(permille: 700) else {
      return [self.setting(.mode, DeliveryMode.asAppliance.rawValue)]
    }
    let mode = random.pick([DeliveryMode.buffered, .atLeastOnce])
    let further = DeliveryField.of(.buffer)
      .map { (field: $0, setting: self.drawn($0, by: &random)) }
    let confirms =
      mode == .atLeastOnce ? self.each(DeliveryField.of(.confirmation), by: &random) : []
    return [self.setting(.mode, mode.rawValue)]
      + further.filter { random.chance(permille: $0.field.samples.permille) }.map(\.setting)
      + confirms
  }

  private static func connection(by random: inout SeededGenerator) -> [GeneratedElement] {
    self.each(DeliveryField.of(.form).filter(\.needsStream), by: &random)
      + self.together(.keepAlive, by: &random)
      + self.each(DeliveryField.of(.socket) + DeliveryField.of(.timeout), by: &random)
  }

  private static func encryption(by random: inout SeededGenerator) -> [GeneratedElement] {
    self.each(DeliveryField.of(.authority), by: &random)
      + self.together(.clientCertificate, by: &random)
      + self.each(DeliveryField.of(.server), by: &random)
  }

  /// The prefix is free, and may be declared at the push or at each setting.
  private static func spell(_ push: inout GeneratedElement, by random: inout SeededGenerator) {
    let namespace = DeliveryField.namespace
    let prefix = random.pick(["sim", "sim", "lab", "d"])
    let isDefault = random.chance(permille: 200)
    for index in push.children.indices where push.children[index].name.hasPrefix("sim:") {
      let local = String(push.children[index].name.dropFirst(4))
      push.children[index].name = isDefault ? local : prefix + ":" + local
      if isDefault { push.children[index].attributes = [("xmlns", namespace)] }
    }
    if !isDefault { push.attributes = [("xmlns:" + prefix, namespace)] }
  }
}
