import ApplianceConfiguration

/// Defects of the delivery settings, each put into the first push.
extension Defects {
  static let delivery =
    Self.names + Self.invalid + Self.nameless + Self.contradicting + Self.halves + Self.idle

  private static let names = [
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
  ]

  /// By topic, of each the words first.
  private static let invalid = DeliveryField.Topic.allCases.flatMap { topic -> [Row] in
    let fields = DeliveryField.of(topic)
    return (fields.filter(\.isWord) + fields.filter { !$0.isWord }).flatMap { field in
      field.samples.invalid.map { value in
        setting(.deliveryValueInvalid, "<sim:\(field.name)> holds \"\(value)\"") { _ in
          ["TCP", "sim:" + field.name, value]
        }
      }
    }
  }

  private static let nameless = DeliveryField.of(.authority).map { field in
    setting(.deliveryValueInvalid, "an encrypted push without a name for its authorities") {
      $0.replace("tls", by: "1")
      return ["TCP", "sim:" + field.name, ""]
    }
  }

  private static let contradicting = DeliveryField.all.flatMap { field -> [Row] in
    let transport = field.needsStream ? "UDP" : "TCP"
    return field.samples.contradicting.map { value in
      setting(
        .deliveryContradiction,
        "<sim:\(field.name)> \(value) by \(transport), without encryption"
      ) { _ in [transport, "sim:" + field.name, value] }
    }
  }

  private static let halves = DeliveryField.of(.clientCertificate).prefix(1).map { field in
    setting(.deliveryContradiction, "a certificate without its key") {
      $0.replace("tls", by: "1")
      return ["TCP", "sim:" + field.name, field.samples.values.joined()]
    }
  }

  private static let idle = DeliveryField.all.compactMap { field in
    field.samples.idle.map { value in
      setting(.deliverySettingIdle, "<sim:\(field.name)> without what it depends on") { _ in
        ["TCP", "sim:" + field.name, value]
      }
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
        push.attributes = [("xmlns:sim", DeliveryField.namespace)]
        let parts = change(&push)
        push.replace("protocol", by: parts[0])
        push.children.append(GeneratedElement(parts[1], parts[2]))
      }
    }
  }
}

extension DeliveryField {
  fileprivate var isWord: Bool {
    if case .word = self.kind { true } else { false }
  }
}
