/// One finding about a configuration file.
public struct Diagnostic: Hashable, Sendable {
  /// How grave a finding is.
  public enum Severity: String, Hashable, Sendable, CaseIterable, Codable {
    case error, warning, note
  }

  /// The most bytes of a file's content that `quote` keeps.
  public static let quotedBytesMax = 120

  /// How grave it is.
  public var severity: Severity
  /// What it is about.
  public var code: DiagnosticCode
  /// Where it is; `nil` when it concerns the file as a whole.
  public var position: SourcePosition?
  /// The element's path, such as `/config/log_subscriptions/log_text[2]/log_level`; empty when it
  /// stands in no element.
  public var path: String
  /// What was found: a value of the file in quotation marks, or words; bounded in length.
  public var found: String
  /// What is allowed there; empty when the code says it all.
  public var allowed: String
  /// What was probably meant, a word of those allowed; empty when nothing is near.
  public var hint: String
  /// The value in force in the place of what is not understood and does not refuse the file; else
  /// empty.
  public var assumed: String
  /// The name of the rule of the house that is broken; else empty.
  public var rule = ""

  /// A finding.
  public init(
    _ severity: Severity, code: DiagnosticCode, at position: SourcePosition?, path: String,
    found: String, allowed: String, hint: String = "", assumed: String = ""
  ) {
    self.severity = severity
    self.code = code
    self.position = position
    self.path = path
    self.found = Self.excerpt(Self.hidingSecrets(found), bytesMax: 2 * Self.quotedBytesMax)
    self.allowed = allowed
    self.hint = hint
    self.assumed = assumed
  }

  /// A finding as grave as its code says, whose path is filled in later or stays empty.
  public init(
    _ code: DiagnosticCode, at position: SourcePosition?, found: String, allowed: String = "",
    hint: String = "", assumed: String = ""
  ) {
    self.init(
      code.severity, code: code, at: position, path: "", found: found, allowed: allowed,
      hint: hint, assumed: assumed)
  }

  /// What stands in the place of a secret.
  public static let hidden = "(hidden)"

  /// Without what is quoted, where that may hold a secret: by its name before it or in it.
  private static func hidingSecrets(_ found: String) -> String {
    guard let first = found.utf8.firstIndex(of: UInt8(ascii: "\"")),
      let last = found.utf8.lastIndex(of: UInt8(ascii: "\"")), first < last,
      SecretText.mayHold(found)
    else { return found }
    return String(found[..<first]) + self.hidden + found[found.utf8.index(after: last)...]
  }

  /// A value of a file in quotation marks, cut after `quotedBytesMax` bytes.
  public static func quote(_ value: String) -> String {
    "\"" + Self.excerpt(value, bytesMax: Self.quotedBytesMax) + "\""
  }

  /// A value of a file, cut after `quotedBytesMax` bytes.
  static func excerpt(of value: String) -> String {
    Self.excerpt(value, bytesMax: Self.quotedBytesMax)
  }

  /// The first `bytesMax` bytes, at most, of whole characters, and `...` when something was cut.
  private static func excerpt(_ text: String, bytesMax: Int) -> String {
    guard text.utf8.count > bytesMax else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: bytesMax)
    while end > text.startIndex, String.Index(end, within: text.unicodeScalars) == nil {
      end = text.utf8.index(before: end)
    }
    return String(text[..<end]) + "..."
  }
}

/// One line for a person: `FILE:LINE:COLUMN: SEVERITY: TITLE: found "X", allowed: Y [CODE]`, with
/// `; did you mean Z?` and `; assumed: V` behind what is allowed.
///
/// - Parameter file: the name to print, as the user gave it.
/// - Returns: a line without its end; control characters of the file are escaped, so that a
///   hostile file cannot write a second line or drive a terminal.
public func describe(_ diagnostic: Diagnostic, file: String) -> String {
  var line = ""
  line.reserveCapacity(320)
  line += escapingControls(file)
  if let position = diagnostic.position {
    line += ":"
    line += String(position.line)
    line += ":"
    line += String(position.column)
  }
  line += ": "
  line += diagnostic.severity.rawValue
  line += ": "
  diagnostic.write(to: &line)
  line += " ["
  line += diagnostic.code.rawValue
  line += "]"
  return line
}

extension Diagnostic {
  /// `TITLE: found "X", allowed: Y`, on one line, with control characters escaped.
  public var message: String {
    var message = ""
    self.write(to: &message)
    return message
  }

  /// Appends the message: an archive has millions of them.
  fileprivate func write(to message: inout String) {
    if self.code.isSentence, !self.found.isEmpty {
      message += escapingControls(self.found)
      if !self.allowed.isEmpty {
        // What to do follows a semicolon, a list a colon.
        message += self.code == .clusterExport ? "; " : ": "
        message += escapingControls(self.allowed)
      }
      self.writeEnd(to: &message)
      return
    }
    message += self.code.title
    if !self.found.isEmpty {
      // What a parser says of malformed XML is a message, not a thing found.
      let isMessage = self.code == .notWellFormed || self.code == .documentTypeUnusable
      message += isMessage ? ": " : ": found "
      message += escapingControls(self.found)
    }
    if !self.allowed.isEmpty {
      message += self.found.isEmpty ? ": allowed: " : ", allowed: "
      message += escapingControls(self.allowed)
    }
    self.writeEnd(to: &message)
  }

  /// What follows the thing found and what is allowed.
  private func writeEnd(to message: inout String) {
    if !self.hint.isEmpty {
      message += "; did you mean "
      message += self.hint
      message += "?"
    }
    if !self.assumed.isEmpty {
      message += "; assumed: "
      message += escapingControls(self.assumed)
    }
    if !self.rule.isEmpty {
      message += "; rule "
      message += escapingControls(self.rule)
    }
    if self.code.isDoubt { message += "; our reading of this element may be wrong" }
  }
}

/// `text` with control and format characters, and blanks but for the usual one, as `\n`, `\u{1b}`
/// and so on: a hostile file must not drive a terminal.
public func escapingControls(_ text: String) -> String {
  // Nearly all texts are plain ASCII.
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator:
      result += scalar.escaped(asASCII: true)
    // One that looks like a blank and is none.
    case .spaceSeparator where scalar != " ": result += scalar.escaped(asASCII: true)
    default:
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}
