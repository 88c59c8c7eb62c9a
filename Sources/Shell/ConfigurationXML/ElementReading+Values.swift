import ApplianceConfiguration
import ConfigurationPolicy
import LogModel

/// The values of leaves.
extension ElementReader {
  /// The text of a leaf; children, attributes and white space around it are reported.
  ///
  /// - Parameter isSecret: whether white space may be a part of the value, as of a passphrase.
  func value(
    of element: XMLElement, in parent: XMLElement? = nil, area: Area = .general,
    isSecret: Bool = false
  ) -> Setting<String> {
    self.checkAttributes(element, knowing: [], area: area)
    let others = element.children.lazy.filter { !DeliveryNames.isSetting($0.name) }
    if let child = others.first, !self.knows(.element, child.name, in: element.name) {
      let isPublic = parent.map { PublicNames.contains(element.name, in: $0.name) } ?? true
      self.report(
        isPublic ? .contentUnexpected : .contentDoubtful, at: child, found: "<\(child.name)>",
        allowed: "text only",
        assumed: Self.notThere)
    }
    var text = element.text
    if !isSecret {
      text =
        element.children.isEmpty
        ? self.withoutBlanks(text, of: element) : XMLBlank.trimmed(text)
    }
    return Setting(text, at: element.position, state: text.isEmpty ? .empty : .present)
  }

  /// A value without the white space around it, which is reported: no public fact says that an
  /// appliance refuses it, or takes it for a part of the value.
  func withoutBlanks(_ text: String, of element: XMLElement) -> String {
    let plain = XMLBlank.trimmed(text)
    if plain.utf8.count < text.utf8.count {
      self.reportBlanks(around: Setting(text, at: element.position))
    }
    return plain
  }

  func reportBlanks(around text: Setting<String>) {
    let plain = XMLBlank.trimmed(text.value)
    self.findings.add(
      Diagnostic(
        .valueDoubtful, at: text.position, found: Diagnostic.quote(text.value),
        allowed: "no white space around it", assumed: plain.isEmpty ? Self.notThere : plain))
  }

  /// The text of an only child, or `nil` when it is absent.
  func text(
    _ name: String, in parent: XMLElement, area: Area = .general, isSecret: Bool = false
  ) -> Setting<String>? {
    self.only(name, in: parent).map {
      self.value(of: $0, in: parent, area: area, isSecret: isSecret)
    }
  }

  /// The text of a child that must be there.
  func requiredText(
    _ name: String, in parent: XMLElement, area: Area = .general
  ) -> Setting<String> {
    if let text = self.text(name, in: parent, area: area) { return text }
    self.missingCount += 1
    let stand = "missing-\(self.missingCount)"
    let isPublic = PublicNames.contains(name, in: parent.name)
    self.findings.add(
      replacing: Diagnostic(
        isPublic ? .elementMissing : .absenceDoubtful, at: parent.position, found: "no <\(name)>",
        allowed: "<\(name)>", assumed: isPublic ? stand : ""))
    return Setting(stand, at: parent.position, state: .missing)
  }

  /// `0` or `1`; `fallback` when the element is absent.
  ///
  /// - Parameter assumed: what a finding says is assumed, where it is not the fallback.
  func flag(
    _ name: String, in parent: XMLElement, absent fallback: Bool, area: Area = .general,
    assumed: String? = nil
  ) -> Setting<Bool> {
    guard let text = self.text(name, in: parent, area: area) else {
      return Setting(default: fallback)
    }
    let isKnown = PublicNames.contains(name, in: parent.name) || DeliveryNames.isSetting(name)
    return self.convert(
      text, or: fallback, isKnown ? .booleanInvalid : .valueDoubtful, allowed: "0 or 1",
      assumed: assumed
    ) { $0 == "0" ? false : $0 == "1" ? true : nil }
  }

  /// A whole number in decimal digits; `fallback` when the element is absent.
  func number(
    _ name: String, in parent: XMLElement, absent fallback: Int, code: DiagnosticCode,
    allowed: String, area: Area
  ) -> Setting<Int> {
    guard let text = self.text(name, in: parent, area: area) else {
      return Setting(default: fallback)
    }
    return self.convert(text, or: fallback, code, allowed: allowed, by: wholeNumber)
  }

  /// A value of another type, or a finding and `placeholder`.
  ///
  /// - Parameters:
  ///   - words: the values that are words, for "did you mean".
  ///   - assumed: what a finding says is assumed, where it is not the placeholder.
  ///   - kind: what the value is when it can be learned: then it is no finding.
  func convert<Value: Hashable & Sendable>(
    _ text: Setting<String>, or placeholder: Value, _ code: DiagnosticCode, allowed: String,
    words: @autoclosure () -> NearNames? = nil, assumed: String? = nil,
    learning kind: LearnedWord.Kind? = nil,
    by conversion: (String) -> Value?
  ) -> Setting<Value> {
    if let value = conversion(text.value) {
      return Setting(value, at: text.position, state: text.value.isEmpty ? .empty : .present)
    }
    let hint = words()?.nearest(to: text.value) ?? ""
    if let kind, self.knows(kind, text.value, near: hint) {
      // Nothing is known of it but that it exists.
      if let position = text.position { self.findings.addPlaceholder(position) }
    } else {
      self.findings.add(
        replacing: Diagnostic(
          code, at: text.position, found: Diagnostic.quote(text.value), allowed: allowed,
          hint: hint, assumed: assumed ?? settingText(placeholder)))
    }
    return Setting(placeholder, at: text.position, state: .notUnderstood(text.value))
  }
}

/// Decimal digits only: no sign, no blank, no other script's digits; `nil` beyond `Int`.
func wholeNumber(_ text: String) -> Int? {
  guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
  return Int(text)
}
