internal import Text

/// Texts of a file within Markdown as GitHub and GitLab show it.
enum MarkdownText {
  /// A text of a file as code, which no renderer takes for markup, a link or somebody's name.
  ///
  /// - Parameter text: one line; in a table its bars part no cells.
  static func code(_ text: String) -> String {
    if text.isEmpty { return "" }
    // A backslash before a bar would take the bar's own away.
    if text.contains("\\|") { return self.element(text) }
    var (run, longest) = (0, 0)
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let pad = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
    return fence + pad + text.replacing("|", with: "\\|") + pad + fence
  }

  /// The same as an element of HTML, whose text is references wherever it is no letter or digit.
  private static func element(_ text: String) -> String {
    var result = "<code>"
    for scalar in text.unicodeScalars {
      let isPlain = scalar == " " || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
      result += isPlain ? String(scalar) : XMLEscape.reference(to: scalar)
    }
    return result + "</code>"
  }
}
