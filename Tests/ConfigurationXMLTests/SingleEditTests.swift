import ApplianceConfiguration
import Foundation
import Support
import Testing

@testable import ConfigurationXML

/// Edits of one value or name among the log and alert settings of the shipped file: none is silent.
@Suite struct SingleEditTests {
  /// The elements of the blocks, at any depth.
  private func elements(_ root: XMLElement) -> [XMLElement] {
    func below(_ element: XMLElement) -> [XMLElement] {
      [element] + element.children.flatMap(below)
    }
    return root.children.filter {
      ["log_", "alert_", "autosupport"].contains(where: $0.name.hasPrefix)
    }.flatMap(below)
  }

  private func edited(_ bytes: [UInt8], _ range: Range<Int>, _ text: String) -> [UInt8] {
    bytes[..<range.lowerBound] + Array(text.utf8) + bytes[range.upperBound...]
  }

  private func valueEdits(_ element: XMLElement, _ bytes: [UInt8]) -> [[UInt8]] {
    guard element.children.isEmpty else { return [] }
    let text = element.text
    var texts = [text + "1", "x" + text, text + " "]
    if !text.isEmpty { texts += [String(text.dropLast()), ""] }
    return texts.map { self.edited(bytes, element.contentRange, $0) }
  }

  private func nameEdits(_ element: XMLElement, _ bytes: [UInt8]) -> [[UInt8]] {
    let name = element.name
    let swapped = String(name.dropLast(2)) + String(name.suffix(2).reversed())
    let names = [name + "s", String(name.dropFirst()), swapped, "other"].filter { $0 != name }
    let whole = String(decoding: bytes[element.byteRange], as: UTF8.self)
    return names.map { other in
      let text =
        "<" + other + whole.dropFirst(name.count + 1).dropLast(name.count + 1) + other + ">"
      return self.edited(bytes, element.byteRange, text)
    }
  }

  private func attributeEdits(_ element: XMLElement, _ bytes: [UInt8]) -> [[UInt8]] {
    let whole = String(decoding: bytes[element.byteRange], as: UTF8.self)
    return element.attributes.flatMap { attribute in
      [" nam=\"\(attribute.value)\"", " name=\"\(attribute.value)x\"", " name=\"\"", ""].map {
        let old = " \(attribute.name)=\"\(attribute.value)\""
        return self.edited(
          bytes, element.byteRange, whole.replacing(old, with: $0, maxReplacements: 1))
      }
    }
  }

  private func edits(_ original: [UInt8]) throws -> [(what: String, bytes: [UInt8])] {
    let root = try XMLTreeParser(limits: ReadingLimits()).parse(original).get().root
    return self.elements(root).flatMap { element in
      let place = "\(element.name) at line \(element.position.line)"
      return self.valueEdits(element, original).map { ("value of \(place)", $0) }
        + self.nameEdits(element, original).map { ("name \(place)", $0) }
        + self.attributeEdits(element, original).map { ("attribute of \(place)", $0) }
    }
  }

  /// The outcome of an edit differs from that of the file in both modes: another model, or
  /// findings.
  @Test(arguments: [ReadingMode.strict, .lenient])
  func noneIsSilent(_ mode: ReadingMode) throws {
    let original = try Array(
      Data(contentsOf: URL(fileURLWithPath: Repository.root + "/appliance-config.xml")))
    let base = try ReadOutcome(original, mode)
    #expect(base.findings == [])
    #expect(base.model != nil)
    let edits = try self.edits(original)
    #expect(edits.count > 1000)
    // Each kind and element is among every twenty-ninth.
    let step = Thoroughness.cases(few: 29, many: 1)
    let chosen = edits.enumerated().filter { $0.offset % step == 0 }.map(\.element)
    #expect(chosen.count * step >= 1000)
    for edit in chosen {
      #expect(edit.bytes != original)
      let outcome = try ReadOutcome(edit.bytes, mode)
      if outcome == base { Issue.record("silent: \(edit.what)") }
    }
  }

  /// A model without its places still tells a port from another.
  @Test func theModelIsComparedByItsValues() throws {
    let original = try Array(
      Data(contentsOf: URL(fileURLWithPath: Repository.root + "/appliance-config.xml")))
    let text = String(decoding: original, as: UTF8.self)
    let port = text.replacing("<port>5514</port>", with: "<port>5515</port>", maxReplacements: 1)
    let blank = text.replacing("<hostname>", with: "<hostname >", maxReplacements: 1)
    let models = try [text, port, blank].map {
      try ReadOutcome(Array($0.utf8), .strict).model
    }
    #expect(models[0] != models[1])
    #expect(models[0] == models[2])
    #expect(text != blank)
  }
}
