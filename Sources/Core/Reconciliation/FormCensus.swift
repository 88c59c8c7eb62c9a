/// How many records of one file have a form that is known.
struct FormCensus {
  /// Of lines of text at least one in so many has a known form: parts of lines that were cut into
  /// pieces have none.
  private static let unknownPerKnownMax = 10
  private static let textMax = 60

  /// Of a file of lines, not of records that hold one each.
  let isOfLines: Bool
  /// The end that lines of an unknown form share.
  var commonEnd = CommonEnd()
  private var known = 0
  private var unknown = 0
  private var withoutText = 0
  private var first: (line: Int, found: String)?
  private var firstWithoutText: (line: Int, found: String)?

  init(isOfLines: Bool) {
    self.isOfLines = isOfLines
  }

  mutating func addKnown() { self.known += 1 }

  /// - Parameter line: its number, from 1.
  mutating func addUnknown(_ text: UnsafeRawBufferPointer, line: Int) {
    self.unknown += 1
    if self.first == nil { self.first = (line, Self.printable(text)) }
  }

  mutating func addWithoutText(_ found: String, line: Int) {
    self.withoutText += 1
    if self.firstWithoutText == nil { self.firstWithoutText = (line, found) }
  }

  /// Why the file cannot be compared.
  func refusal(_ format: ReceivedFormat) -> (line: Int, found: RefusedForm)? {
    if self.known + self.unknown == 0, let first = self.firstWithoutText {
      return (first.line, .noTextMember(found: first.found))
    }
    guard let first = self.first else { return nil }
    switch format {
    case .plain: return nil
    // Whoever names a form of records says that what is in them are lines.
    case .form where !self.isOfLines: return nil
    case .auto, .form: break
    }
    let isUnknown =
      self.known == 0 || self.isOfLines && self.known < self.unknown / Self.unknownPerKnownMax
    return isUnknown ? (first.line, .unknownForm(found: first.found)) : nil
  }

  /// The beginning of a text from outside.
  static func printable(_ text: UnsafeRawBufferPointer) -> String {
    let words = String(decoding: text.upTo(self.textMax), as: UTF8.self)
    let scalars = words.unicodeScalars.map { scalar -> Unicode.Scalar in
      scalar.value < 32 || (127..<160).contains(scalar.value) ? "?" : scalar
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
