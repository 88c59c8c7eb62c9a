import ApplianceConfiguration

/// Sections as UTF-8, with the way back to the places of the text as it was given.
struct SplicedSections: Sendable {
  /// The text that was parsed.
  let utf8: [UInt8]
  /// The element that holds the sections; its ranges are of `utf8`.
  let root: XMLElement
  /// Whether they are all that an appliance has, so that each stands directly in `config`.
  let isWholeFile: Bool
  /// The text as it was given, whose UTF-8 is `utf8`.
  private let given: SourceText
  /// Lines of `utf8` before what was given.
  private let linesBefore: Int
  private let isWrapped: Bool
  /// The place behind the last character that is not blank.
  private let end: SourcePosition?

  private static let prologue =
    #"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE config SYSTEM "config.dtd">"#

  /// Sections without anything around them, or with `config` alone.
  init(bare text: String, _ parser: XMLTreeParser) throws(SpliceFailure) {
    let end = Self.end(of: text)
    let isEnclosed = Self.isEnclosed(text)
    // An appliance's rules: the sections stand in a `config` of their own, a line further down.
    let wrapped =
      Self.prologue + (isEnclosed ? "\n" : "<config>\n") + text + (isEnclosed ? "" : "\n</config>")
    let source = SourceText(utf8: Array(wrapped.utf8), encoding: .utf8, markBytes: 0)
    switch parser.parse(source) {
    case .failure(let error):
      throw SpliceFailure([error.diagnostic.movedUp(notBehind: end)], in: .overrides)
    case .success(let document):
      self.root = document.root
    }
    self.utf8 = source.utf8
    self.given = source
    self.linesBefore = 1
    self.isWrapped = !isEnclosed
    self.end = end
    self.isWholeFile = false
  }

  /// A document in any encoding that is read.
  init(document: [UInt8], _ parser: XMLTreeParser) throws(SpliceFailure) {
    let given: SourceText
    switch SourceText.decode(document) {
    case .failure(let error): throw SpliceFailure([error.diagnostic], in: .overrides)
    case .success(let text): given = text
    }
    let source = SourceText(utf8: given.utf8, encoding: .utf8, markBytes: 0)
    switch parser.parse(source) {
    case .failure(let error): throw SpliceFailure([error.diagnostic], in: .overrides)
    case .success(let document):
      self.root = document.root
      self.isWholeFile = document.form == .whole
    }
    self.utf8 = source.utf8
    self.given = given
    self.linesBefore = 0
    self.isWrapped = false
    self.end = nil
  }

  /// The line break that stands behind a `config` that was put around the sections.
  var textOffset: Int { self.isWrapped ? 1 : 0 }

  /// Where a byte of `utf8` stands in the text as it was given.
  ///
  /// - Complexity: O(size of the text).
  func position(ofByte offset: Int) -> SourcePosition {
    var cursor = SourceCursor(self.given)
    cursor.move(to: min(offset, self.utf8.count), in: self.utf8.span)
    return self.given(cursor.position)
  }

  private func given(_ position: SourcePosition) -> SourcePosition {
    guard self.linesBefore > 0 else { return position }
    guard position.line > self.linesBefore else { return SourcePosition(line: 1, column: 1) }
    let place = SourcePosition(line: position.line - self.linesBefore, column: position.column)
    return self.end.map { min(place, $0) } ?? place
  }

  private static func end(of text: String) -> SourcePosition {
    let bytes = Array(text.utf8)
    let blanks = bytes.reversed().prefix { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    return SourceCursor.position(ofByte: bytes.count - blanks.count, in: bytes)
  }

  /// Whether the first tag is that of `config`; comments before it are looked over.
  private static func isEnclosed(_ text: String) -> Bool {
    var rest = text.utf8[...]
    while true {
      rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
      guard rest.starts(with: "<!--".utf8) else { break }
      guard let end = rest.indices.first(where: { rest[$0...].starts(with: "-->".utf8) }) else {
        return false
      }
      rest = rest[end...].dropFirst(3)
    }
    guard rest.starts(with: "<config".utf8) else { return false }
    return rest.dropFirst(7).first.map { " \t\r\n/>".utf8.contains($0) } ?? false
  }
}

extension Diagnostic {
  /// At the place in the overrides as they were given: the line of the prologue is not theirs.
  fileprivate func movedUp(notBehind end: SourcePosition) -> Diagnostic {
    var result = self
    result.position = self.position.map { place in
      guard place.line > 1 else { return SourcePosition(line: 1, column: 1) }
      return min(SourcePosition(line: place.line - 1, column: place.column), end)
    }
    return result
  }
}
