import ApplianceConfiguration
import LogModel

/// What a push says of its delivery, in elements of our own (docs/DELIVERY.md).
struct DeliveryDecoder {
  let reader: ElementReader

  func delivery(of push: XMLElement) -> DeliverySettings {
    self.reader.readPushes.insert(push.position)
    self.reportUnknownDelivery(in: push)
    var delivery = DeliverySettings()
    for element in DeliveryNames.elements {
      if let setting = self.setting(element, in: push) { element.field.set(setting, in: &delivery) }
    }
    return delivery
  }

  /// One that stands elsewhere, or in a push that is not read, has no effect, which whoever wrote
  /// it does not expect.
  func reportMisplacedDelivery(_ element: XMLElement, in parent: XMLElement) {
    let name = "<\(element.name)>"
    let isInPush = parent.name == RetrievalNames.syslogPush
    if isInPush, DeliveryNames.all.contains(element.name) {
      self.reader.report(
        .deliverySettingIdle, at: element, found: "\(name) of a push that is not read",
        allowed: "a push of a log that is known")
      return
    }
    if isInPush { return self.reportUnknownDelivery(element) }
    self.reader.report(
      .deliveryElementUnknown, at: element, found: "\(name) in <\(parent.name)>",
      allowed: "\(name) in <\(RetrievalNames.syslogPush)>", assumed: ElementReader.notThere)
  }

  /// A setting is an element, wherever its name is that of an attribute.
  func reportDeliveryAttribute(_ name: String, of element: XMLElement) {
    self.reader.report(
      .deliveryElementUnknown, at: element, found: "attribute \(name) of <\(element.name)>",
      allowed: "<\(name)> in <\(RetrievalNames.syslogPush)>", assumed: ElementReader.notThere)
  }

  /// Behaviour depends on each, so one that is not known is an error.
  private func reportUnknownDelivery(in push: XMLElement) {
    for child in push.children
    where DeliveryNames.isSetting(child.name) && !DeliveryNames.all.contains(child.name) {
      self.reportUnknownDelivery(child)
    }
  }

  private func reportUnknownDelivery(_ element: XMLElement) {
    let names = DeliveryNames.all.sorted()
    let hint = Suggestion.nearest(to: element.name, among: names)
    self.reader.report(
      .deliveryElementUnknown, at: element, found: "<\(element.name)>",
      allowed: names.joined(separator: ", "), hint: hint.map { "<\($0)>" } ?? "",
      assumed: ElementReader.notThere)
  }

  /// What a push says of one setting; `nil` when the element is absent.
  private func setting(
    _ element: DeliveryNames.Element, in push: XMLElement
  ) -> Setting<OutlineNode.Value>? {
    if case .flag = element.field.kind {
      let flag = self.reader.flag(
        element.name, in: push, absent: element.field.fallback == .flag(true), area: .logs)
      return flag.state == .absent ? nil : flag.map { .flag($0) }
    }
    return self.reader.text(element.name, in: push, area: .logs).map {
      self.fieldValue(of: element.field, $0)
    }
  }

  private func fieldValue(
    of field: DeliveryField, _ text: Setting<String>
  ) -> Setting<OutlineNode.Value> {
    switch field.kind {
    case .flag, .file, .host: return text.map { .text($0) }
    case .word(let words):
      return self.converted(
        text, to: field, allowed: words.joined(separator: ", "), words: words
      ) { words.contains($0) ? .text($0) : nil }
    case .number:
      return self.converted(text, to: field, allowed: "a whole number") {
        wholeNumber($0).map { .number($0) }
      }
    case .bytes:
      return self.converted(
        text, to: field, allowed: "bytes, or a number with the suffix k or m"
      ) { byteCount($0).map { .number($0) } }
    case .severity:
      let words = SyslogSeverity.allCases.map(\.name)
      return self.converted(
        text, to: field, allowed: "0 to 7, or " + words.joined(separator: ", "), words: words
      ) { syslogSeverity($0).map { .text($0.name) } }
    }
  }

  private func converted(
    _ text: Setting<String>, to field: DeliveryField, allowed: String, words: [String]? = nil,
    by conversion: (String) -> OutlineNode.Value?
  ) -> Setting<OutlineNode.Value> {
    self.reader.convert(
      text, or: field.fallback, .deliveryValueInvalid, allowed: allowed,
      words: words.map { NearNames($0) }, assumed: field.fallback.text, by: conversion)
  }
}

/// 0 to 7, or a severity's name in any case.
private func syslogSeverity(_ text: String) -> SyslogSeverity? {
  if let number = wholeNumber(text) { return UInt8(exactly: number).flatMap(SyslogSeverity.init) }
  let name = text.lowercased()
  return SyslogSeverity.allCases.first { $0.name == name }
}
