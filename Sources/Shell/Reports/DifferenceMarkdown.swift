public import ApplianceConfiguration
internal import Text

/// The differences of files as Markdown for a comment on a pull request.
public enum DifferenceMarkdown {
  /// The longest comment that GitHub takes, in characters; here it bounds bytes, which are more.
  ///
  /// Source: GitHub's answer to a longer one, "body is too long (maximum is 65536 characters)".
  public static let bytesMax = 65_536
  /// What is kept for the last line, which says what was left out.
  private static let closingBytes = 200
  /// The longest text in a cell, in characters; a name may have a megabyte.
  private static let cellMax = 200

  /// A heading with the counts, then a table for each file that changed; what does not fit is
  /// counted in a last line.
  public static func bytes(_ files: [FileDifference]) -> [UInt8] {
    var page = Page()
    page.add("### Configuration differences\n\n\(files.summary)\n")
    for file in files where file.status != .same { page.add(file) }
    return page.bytes
  }

  /// What fits.
  private struct Page {
    private(set) var text = ""
    private var leftOutFiles = 0
    private var leftOutChanges = 0

    var bytes: [UInt8] {
      guard self.leftOutFiles + self.leftOutChanges > 0 else { return Array(self.text.utf8) }
      var parts: [String] = []
      if self.leftOutChanges > 0 {
        parts.append(Plural.counted(self.leftOutChanges, "change"))
      }
      if self.leftOutFiles > 0 {
        parts.append(Plural.counted(self.leftOutFiles, "file"))
      }
      let closing =
        "\n**Left out**, since a comment may have \(DifferenceMarkdown.bytesMax) characters: "
        + parts.joined(separator: " and ") + ".\n"
      return Array((self.text + closing).utf8)
    }

    /// Whether it fitted; once something did not, nothing further is taken.
    @discardableResult
    mutating func add(_ text: String) -> Bool {
      let isFull = self.leftOutFiles + self.leftOutChanges > 0
      let count = self.text.utf8.count + text.utf8.count
      guard !isFull, count <= DifferenceMarkdown.bytesMax - DifferenceMarkdown.closingBytes else {
        return false
      }
      self.text += text
      return true
    }

    mutating func add(_ file: FileDifference) {
      let name = DifferenceMarkdown.cell(file.name)
      guard file.status == .changed else {
        let words = file.status == .unreadable ? "cannot be read" : file.status.rawValue
        if !self.add("\n\(name) \(words)\n") { self.leftOutFiles += 1 }
        return
      }
      let count = file.changes.count
      var rows = file.changes.map(DifferenceMarkdown.row)[...]
      let head =
        "\n\(name): \(Plural.counted(count, "change"))\n\n"
        + "| | what | before | after | line |\n|---|---|---|---|---|\n"
      // A table has one row at least.
      guard let first = rows.popFirst(), self.add(head + first) else {
        self.leftOutFiles += 1
        self.leftOutChanges += count
        return
      }
      while let row = rows.first, self.add(row) { rows.removeFirst() }
      self.leftOutChanges += rows.count
    }
  }

  private static func row(_ change: ConfigurationChange) -> String {
    let line = (change.toPosition ?? change.fromPosition).map { String($0.line) } ?? ""
    let same = change.sameAs.map { "the same as in " + $0 }
    let cells = [
      change.kind.rawValue, self.cell(change.subject),
      self.cell(change.from ?? (change.kind == .removed ? nil : same) ?? ""),
      self.cell(change.to ?? (change.kind == .removed ? same : nil) ?? ""), line,
    ]
    return "| " + cells.joined(separator: " | ") + " |\n"
  }

  private static func cell(_ text: String) -> String {
    let shown = escapingControls(text)
    let isLong = shown.unicodeScalars.count > self.cellMax
    return MarkdownText.code(
      isLong ? String(shown.unicodeScalars.prefix(self.cellMax)) + "..." : shown)
  }
}
