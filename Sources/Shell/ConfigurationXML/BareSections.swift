import ApplianceConfiguration

/// Sections without the lines that an appliance asks for around them: `config` alone, or sections
/// alone, in UTF-8.
///
/// Every command that takes sections takes these too, by this one reading. Source: our choice, for
/// convenience; docs/CONFIG-LOADING.md, "Files and sections".
enum BareSections {
  private static let prologue =
    #"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE config SYSTEM "config.dtd">"#
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether a file begins with an element or holds comments alone; a mark of UTF-8, white space
  /// and comments may be before it.
  static func isBare(_ bytes: [UInt8]) -> Bool {
    let (rest, hasComment) = self.withoutComments(self.content(bytes))
    guard let first = rest.first else { return hasComment }
    guard first == UInt8(ascii: "<"), let next = rest.dropFirst().first else { return false }
    return (0x61...0x7A).contains(next | 0x20) || next == UInt8(ascii: "_") || next >= 0x80
  }

  /// The file with the lines that it lacks, on a line before its first one.
  static func text(of bytes: [UInt8]) -> Result<SourceText, FindingError> {
    let content = Array(self.content(bytes))
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: content.span)
    } catch {
      let place = SourceCursor.position(ofByte: error.byteOffsets.lowerBound, in: content)
      return .failure(
        FindingError(
          .encodingViolated, at: place, found: "bytes that are no character",
          allowed: "sections in UTF-8"))
    }
    return .success(self.wrapped(content))
  }

  /// - Parameter content: UTF-8 without a mark.
  static func wrapped(_ content: [UInt8]) -> SourceText {
    let isEnclosed = self.isEnclosed(content)
    let before = self.prologue + (isEnclosed ? "\n" : "<config>\n")
    var text = SourceText(
      utf8: Array(before.utf8) + content + (isEnclosed ? [] : Array("\n</config>".utf8)),
      encoding: .utf8, markBytes: 0)
    let blanks = content.reversed().prefix(while: XMLBlank.isBlank).count
    text.wrapping = SourceText.Wrapping(
      end: SourceCursor.position(ofByte: content.count - blanks, in: content),
      isEnclosed: isEnclosed)
    return text
  }

  /// What is to be said of a file that is taken so.
  static let note = Diagnostic(
    .prologueMissing, at: SourcePosition(line: 1, column: 1), found: "",
    allowed: #"<?xml version="1.0"?>, <!DOCTYPE config SYSTEM "config.dtd"> and <config>"#)

  private static func content(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: self.mark) ? bytes.dropFirst(self.mark.count) : bytes[...]
  }

  /// What is behind white space and comments, and whether there is a comment.
  private static func withoutComments(
    _ bytes: ArraySlice<UInt8>
  ) -> (rest: ArraySlice<UInt8>, hasComment: Bool) {
    var rest = bytes.drop(while: XMLBlank.isBlank)
    var hasComment = false
    while rest.starts(with: "<!--".utf8) {
      guard
        let end = rest.indices.dropFirst(4).first(where: { rest[$0...].starts(with: "-->".utf8) })
      else { return (rest, false) }
      hasComment = true
      rest = rest[end...].dropFirst(3).drop(while: XMLBlank.isBlank)
    }
    return (rest, hasComment)
  }

  /// Whether the first tag is that of `config`.
  private static func isEnclosed(_ content: [UInt8]) -> Bool {
    let rest = self.withoutComments(content[...]).rest
    guard rest.starts(with: "<config".utf8) else { return false }
    return rest.dropFirst(7).first.map { " \t\r\n/>".utf8.contains($0) } ?? false
  }
}

extension SourceText {
  /// What was put around a text that was given without it; a line before the given ones.
  struct Wrapping: Sendable {
    /// The place behind the last character that is not blank.
    let end: SourcePosition
    /// Whether the text has a `config` of its own.
    let isEnclosed: Bool
  }

  /// A place within the text as it was given.
  func given(_ position: SourcePosition) -> SourcePosition {
    guard let wrapping = self.wrapping else { return position }
    guard position.line > 0 else { return SourcePosition(line: 1, column: 1) }
    return min(position, wrapping.end)
  }
}

extension FindingError {
  /// At a place within the text as it was given.
  func given(in text: SourceText) -> FindingError {
    var diagnostic = self.diagnostic
    diagnostic.position = diagnostic.position.map(text.given)
    return FindingError(diagnostic)
  }
}
