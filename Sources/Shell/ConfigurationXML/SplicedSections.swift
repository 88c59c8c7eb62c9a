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

  /// A file that a load takes.
  init(file: [UInt8], _ parser: XMLTreeParser) throws(SpliceFailure) {
    guard BareSections.isBare(file) else {
      try self.init(document: file, parser)
      return
    }
    switch BareSections.text(of: file) {
    case .failure(let error): throw SpliceFailure([error.diagnostic], in: .overrides)
    case .success(let text): try self.init(wrapped: text, parser)
    }
  }

  /// Sections without anything around them, or with `config` alone.
  init(bare text: String, _ parser: XMLTreeParser) throws(SpliceFailure) {
    try self.init(wrapped: BareSections.wrapped(Array(text.utf8)), parser)
  }

  private init(wrapped text: SourceText, _ parser: XMLTreeParser) throws(SpliceFailure) {
    switch parser.parse(text) {
    case .failure(let error):
      throw SpliceFailure([error.given(in: text).diagnostic], in: .overrides)
    case .success(let document): self.root = document.root
    }
    self.utf8 = text.utf8
    self.given = text
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
  }

  /// The line break that stands behind a `config` that was put around the sections.
  var textOffset: Int { self.given.wrapping?.isEnclosed == false ? 1 : 0 }

  /// Where a byte of `utf8` stands in the text as it was given.
  ///
  /// - Complexity: O(size of the text).
  func position(ofByte offset: Int) -> SourcePosition {
    var cursor = SourceCursor(self.given)
    cursor.move(to: min(offset, self.utf8.count), in: self.utf8.span)
    return self.given.given(cursor.position)
  }
}
