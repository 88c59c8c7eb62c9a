import ApplianceConfiguration

/// Defects of the delivery settings, each put into the first push.
extension Defects {
  static let delivery = [
    setting(.prefixTaken, "the prefix of delivery settings taken for another namespace") {
      $0.attributes = [("xmlns:sim", "urn:example:other")]
      return ["TCP", "sim:mode", "buffered"]
    },
    setting(.notWellFormed, "the prefix of delivery settings without declaration") {
      $0.attributes = []
      return ["TCP", "lab:mode", "buffered"]
    },
    setting(.deliveryElementUnknown, "a delivery setting misspelt") { _ in
      ["TCP", "sim:mdoe", "buffered"]
    },
    setting(.deliveryElementUnknown, "a delivery setting that nobody knows") { _ in
      ["TCP", "sim:compression", "1"]
    },
    invalid("mode", "bufered"), invalid("mode", ""), invalid("overflow", "oldest"),
    invalid("buffer_bytes", "65535"), invalid("buffer_bytes", "1g"),
    invalid("format", "rfc5425"), invalid("framing", "crlf"),
    invalid("severity_critical", "alrt"), invalid("severity_trace", "8"),
    invalid("lines_per_second", "1000001"), invalid("burst_lines", "0"),
    invalid("send_buffer", "16383"), invalid("send_buffer", "17m"),
    invalid("keepalive_idle", "7201"), invalid("keepalive_interval", "0"),
    invalid("keepalive_count", "51"), invalid("user_timeout", "-1"),
    setting(.deliveryValueInvalid, "an encrypted push without a name for its authorities") {
      $0.replace("tls", by: "1")
      return ["TCP", "sim:tls_ca_file", ""]
    },
    contradiction("mode", "buffered", by: "UDP"),
    contradiction("mode", "at-least-once", by: "UDP"),
    contradiction("framing", "octet-counting", by: "UDP"),
    contradiction("send_buffer", "64k", by: "UDP"),
    contradiction("keepalive_idle", "5", by: "UDP"),
    contradiction("user_timeout", "5", by: "UDP"),
    contradiction("tls_ca_file", "ca.pem", by: "TCP"),
    contradiction("tls_minimum_version", "1.3", by: "TCP"),
    setting(.deliveryContradiction, "a certificate without its key") {
      $0.replace("tls", by: "1")
      return ["TCP", "sim:tls_certificate_file", "client.pem"]
    },
    idle("buffer_bytes", "1m"), idle("overflow", "drop-oldest"), idle("sync", "1"),
    idle("close_confirms", "1"),
    idle("burst_lines", "100"), idle("keepalive_interval", "5"), idle("keepalive_count", "3"),
  ]

  private static func invalid(_ name: String, _ value: String) -> Row {
    self.setting(.deliveryValueInvalid, "<sim:\(name)> holds \"\(value)\"") { _ in
      ["TCP", "sim:" + name, value]
    }
  }

  private static func contradiction(_ name: String, _ value: String, by transport: String) -> Row {
    self.setting(
      .deliveryContradiction, "<sim:\(name)> \(value) by \(transport), without encryption"
    ) { _ in [transport, "sim:" + name, value] }
  }

  private static func idle(_ name: String, _ value: String) -> Row {
    self.setting(.deliverySettingIdle, "<sim:\(name)> without what it depends on") { _ in
      ["TCP", "sim:" + name, value]
    }
  }

  /// - Parameter change: makes the push ready and names its protocol, the setting and its value.
  private static func setting(
    _ code: DiagnosticCode, _ words: String,
    _ change: @escaping @Sendable (inout GeneratedElement) -> [String]
  ) -> Row {
    self.tree(code, words) { root in
      root.edit("syslog_push") { push in
        push.remove("tls")
        push.attributes = [("xmlns:sim", ConfigurationPlan.deliveryNamespace)]
        let parts = change(&push)
        push.replace("protocol", by: parts[0])
        push.children.append(GeneratedElement(parts[1], parts[2]))
      }
    }
  }
}
