import ApplianceConfiguration

/// Reading values out of elements: a value that is not understood is a finding, and what stands in
/// its place only lets the reading go on, since a file with an error gives no configuration.
extension ConfigurationDecoder {
  /// Which part of the file an element belongs to: what is not understood weighs differently there.
  enum Area {
    case general, logs, alerts

    fileprivate var unknownCode: DiagnosticCode {
      switch self {
      case .general: .elementUnknown
      case .logs: .logElementUnknown
      case .alerts: .alertElementUnknown
      }
    }
  }

  // MARK: Structure

  /// Reports what has no meaning in a container: children not in `known`, text, attributes.
  mutating func checkContainer(
    _ element: XMLElement, knowing known: Set<String>, attributes: Set<String> = [],
    area: Area = .general
  ) {
    self.checkAttributes(element, knowing: attributes, area: area)
    let text = element.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if !text.isEmpty {
      self.report(
        .contentUnexpected, at: element, found: "text \(Diagnostic.quote(text))",
        allowed: "elements only")
    }
    for child in element.children where !known.contains(child.name) {
      self.reportUnknown(child, in: element, knowing: known, area: area)
    }
  }

  /// Reports an element that is not known; in the general part each name of a parent once.
  mutating func reportUnknown(
    _ child: XMLElement, in parent: XMLElement, knowing known: Set<String>, area: Area
  ) {
    if area == .general {
      guard self.unknownNames.insert(parent.name + "/" + child.name).inserted else { return }
    }
    let allowed = area == .general ? "" : known.sorted().joined(separator: ", ")
    self.report(area.unknownCode, at: child, found: "<\(child.name)>", allowed: allowed)
  }

  private mutating func checkAttributes(
    _ element: XMLElement, knowing known: Set<String>, area: Area
  ) {
    for attribute in element.attributes where !known.contains(attribute.name) {
      let value = Diagnostic.quote(attribute.value)
      self.report(
        area.unknownCode, at: element, found: "attribute \(attribute.name)=\(value)",
        allowed: known.isEmpty ? "no attributes" : known.sorted().joined(separator: ", "))
    }
  }

  /// The only child of that name; each further one is reported.
  mutating func only(_ name: String, in parent: XMLElement) -> XMLElement? {
    var first: XMLElement?
    for child in parent.children where child.name == name {
      if let first {
        let place = "\(first.position.line):\(first.position.column)"
        self.report(
          .elementRepeated, at: child, found: "<\(name)>", allowed: "the one at \(place) only")
      } else {
        first = child
      }
    }
    return first
  }

  // MARK: Values

  /// The text of a leaf as it stands; children and attributes are reported.
  mutating func value(of element: XMLElement, area: Area = .general) -> Setting<String> {
    self.checkAttributes(element, knowing: [], area: area)
    if let child = element.children.first {
      self.report(
        .contentUnexpected, at: child, found: "<\(child.name)>", allowed: "text only")
    }
    return Setting(element.text, at: element.position)
  }

  /// The text of an only child, or `nil` when it is absent.
  mutating func text(
    _ name: String, in parent: XMLElement, area: Area = .general
  ) -> Setting<String>? {
    self.only(name, in: parent).map { self.value(of: $0, area: area) }
  }

  /// The text of a child that must be there.
  mutating func requiredText(
    _ name: String, in parent: XMLElement, area: Area = .general
  ) -> Setting<String> {
    if let text = self.text(name, in: parent, area: area) { return text }
    self.report(.elementMissing, at: parent, found: "no <\(name)>", allowed: "<\(name)>")
    return Setting("missing-\(parent.position.line)-\(parent.position.column)", at: parent.position)
  }

  /// `0` or `1`; `fallback` when the element is absent.
  mutating func flag(
    _ name: String, in parent: XMLElement, absent fallback: Bool, area: Area = .general
  ) -> Setting<Bool> {
    guard let text = self.text(name, in: parent, area: area) else { return Setting(fallback) }
    return self.convert(text, or: fallback, .booleanInvalid, allowed: "0 or 1") {
      switch $0 {
      case "0": false
      case "1": true
      default: nil
      }
    }
  }

  /// A whole number in decimal digits; `fallback` when the element is absent.
  mutating func number(
    _ name: String, in parent: XMLElement, absent fallback: Int, code: DiagnosticCode,
    allowed: String, area: Area
  ) -> Setting<Int> {
    guard let text = self.text(name, in: parent, area: area) else { return Setting(fallback) }
    return self.convert(text, or: fallback, code, allowed: allowed, by: wholeNumber)
  }

  /// A value of another type, or a finding and `placeholder`.
  mutating func convert<Value: Hashable & Sendable>(
    _ text: Setting<String>, or placeholder: Value, _ code: DiagnosticCode, allowed: String,
    by conversion: (String) -> Value?
  ) -> Setting<Value> {
    if let value = conversion(text.value) { return Setting(value, at: text.position) }
    self.findings.add(
      Diagnostic(
        code, at: text.position, found: Diagnostic.quote(text.value), allowed: allowed))
    return Setting(placeholder, at: text.position)
  }

  mutating func report(
    _ code: DiagnosticCode, at element: XMLElement, found: String, allowed: String = ""
  ) {
    self.findings.add(Diagnostic(code, at: element.position, found: found, allowed: allowed))
  }
}

/// Decimal digits only: no sign, no blank, no other script's digits; `nil` beyond `Int`.
func wholeNumber(_ text: String) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
  return Int(text)
}
