import LogModel
import Simulation

/// The delivery settings of a push, elements of a namespace of our own (docs/DELIVERY.md).
extension ConfigurationPlan {
  static let deliveryNamespace = "urn:appliance-sim:delivery:1"

  /// Settings that go together with what the push has already: none is refused or without effect.
  static func addDelivery(to push: inout GeneratedElement, by random: inout SeededGenerator) {
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

  private static func setting(_ name: String, _ value: String) -> GeneratedElement {
    GeneratedElement("sim:" + name, value)
  }

  private static func form(by random: inout SeededGenerator) -> [GeneratedElement] {
    let words = SyslogSeverity.allCases
    var settings = LogLevel.allCases.filter { _ in random.chance(permille: 200) }.map { level in
      let severity = random.pick(words)
      return self.setting(
        "severity_" + level.name.lowercased(),
        random.pick([random.anyCase(severity.name), "\(severity.rawValue)"]))
    }
    if random.chance(permille: 300) {
      settings.append(self.setting("format", random.pick(["rfc3164", "rfc5424"])))
    }
    if random.chance(permille: 300) {
      settings.append(self.setting("header_host", random.pick(["0", "1"])))
    }
    return settings
  }

  private static func rate(by random: inout SeededGenerator) -> [GeneratedElement] {
    guard random.chance(permille: 400) else { return [] }
    let lines = self.setting("lines_per_second", "\(random.uniform(in: 1...1_000_000))")
    guard random.chance(permille: 500) else { return [lines] }
    return [self.setting("burst_lines", "\(random.uniform(in: 1...1_000_000))"), lines]
  }

  private static func buffer(by random: inout SeededGenerator) -> [GeneratedElement] {
    guard random.chance(permille: 700) else { return [self.setting("mode", "as-appliance")] }
    let mode = random.pick(["buffered", "at-least-once"])
    let further = [
      self.setting("buffer_bytes", random.pick(["65536", "64k", "1M", "2048m", "1099511627776"])),
      self.setting("overflow", random.pick(["drop-newest", "drop-oldest"])),
      self.setting("sync", random.pick(["0", "1"])),
    ]
    let confirms =
      mode == "at-least-once" && random.chance(permille: 300)
      ? [self.setting("close_confirms", random.pick(["0", "1"]))] : []
    return [self.setting("mode", mode)] + further.filter { _ in random.chance(permille: 500) }
      + confirms
  }

  private static func connection(by random: inout SeededGenerator) -> [GeneratedElement] {
    var settings: [GeneratedElement] = []
    if random.chance(permille: 300) {
      settings.append(self.setting("framing", random.pick(["lf", "octet-counting"])))
    }
    if random.chance(permille: 300) {
      settings += [
        self.setting("keepalive_idle", "\(random.uniform(in: 1...7200))"),
        self.setting("keepalive_interval", "\(random.uniform(in: 1...7200))"),
        self.setting("keepalive_count", "\(random.uniform(in: 1...50))"),
      ]
    }
    if random.chance(permille: 300) {
      settings.append(self.setting("send_buffer", random.pick(["16384", "64k", "16M"])))
    }
    if random.chance(permille: 300) {
      settings.append(self.setting("user_timeout", "\(random.uniform(in: 0...86_400))"))
    }
    return settings
  }

  private static func encryption(by random: inout SeededGenerator) -> [GeneratedElement] {
    var settings: [GeneratedElement] = []
    if random.chance(permille: 500) {
      settings.append(self.setting("tls_ca_file", "certificates/ca & root.pem"))
    }
    if random.chance(permille: 400) {
      settings += [
        self.setting("tls_certificate_file", "client.pem"),
        self.setting("tls_key_file", "client.key"),
      ]
    }
    if random.chance(permille: 400) {
      settings.append(self.setting("tls_server_name", self.host(by: &random)))
    }
    if random.chance(permille: 400) {
      settings.append(self.setting("tls_minimum_version", random.pick(["1.2", "1.3"])))
    }
    return settings
  }

  /// The prefix is free, and may be declared at the push or at each setting.
  private static func spell(_ push: inout GeneratedElement, by random: inout SeededGenerator) {
    let namespace = self.deliveryNamespace
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
