import ApplianceConfiguration

extension ConfigurationElement {
  /// Whether it holds text alone; a delivery setting in it is told wherever it stands.
  var isLeaf: Bool { self.children.allSatisfy { DeliveryNames.isSetting($0.name) } }
}

/// How delivery settings are spelt: elements of a namespace of our own inside `syslog_push`.
///
/// The reader names each element of the namespace with the prefix `sim`, whatever the file calls
/// it.
enum DeliveryNames {
  static let prefix = "sim"
  static let declaration = "xmlns:\(Self.prefix)=\"\(DeliveryField.namespace)\""

  /// A setting and its element, such as `sim:mode`.
  struct Element: Sendable {
    let field: DeliveryField
    let name: String

    init(_ field: DeliveryField) {
      self.field = field
      self.name = "\(DeliveryNames.prefix):\(field.name)"
    }
  }

  /// As they are read.
  static let elements = DeliveryField.all.map(Element.init)
  /// As they are written.
  static let written = DeliveryField.written.map(Element.init)
  /// The names of all of them.
  static let all = Set(Self.elements.map(\.name))

  /// Whether a name is one of the namespace, known or not.
  static func isSetting(_ name: String) -> Bool {
    // Most names are settled by the first byte.
    name.utf8.first == UInt8(ascii: "s") && name.hasPrefix(Self.prefix + ":")
  }

  /// Whether an attribute declares the namespace.
  static func isDeclaration(_ attribute: XMLAttribute) -> Bool {
    attribute.value == DeliveryField.namespace
      && (attribute.name == "xmlns" || attribute.name.hasPrefix("xmlns:"))
  }
}
