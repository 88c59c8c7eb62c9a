/// Comments: the header of the file and the banners of its sections are the appliance's; whatever
/// else stands in a comment was written by somebody.
struct CommentSanitizer {
  private static let serialNumber = "Serial Number"
  private static let headerKeys: Set = [
    "Product", "Model Number", "Version", Self.serialNumber, "Number of CPUs", "Memory (GB)",
    "Current Time",
  ]

  let text: TextSanitizer

  func sanitized(_ content: [UInt8], isHeader: Bool) -> [UInt8] {
    let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
    if Self.isBanner(lines) { return content }
    let result = lines.map { line in isHeader ? self.headerLine(line) : self.blanked(line) }
    return Array(result.joined(separator: [0x0A]))
  }

  private static func isBanner(_ lines: [ArraySlice<UInt8>]) -> Bool {
    let star = UInt8(ascii: "*")
    let texts = lines.map { $0.filter { !Replacements.isBlank($0) } }.filter { !$0.isEmpty }
    return texts.count >= 2 && texts.count <= 3
      && texts[0].count == 78 && texts[0].allSatisfy { $0 == star }
      && texts.allSatisfy { $0.first == star && $0.last == star }
  }

  private func headerLine(_ line: ArraySlice<UInt8>) -> [UInt8] {
    let content = line.drop(while: Replacements.isBlank)
    guard let colon = content.firstIndex(of: UInt8(ascii: ":")) else { return self.blanked(line) }
    let key = String(decoding: content[..<colon], as: UTF8.self)
    let value = Array(line[(colon + 1)...])
    switch key {
    case Self.serialNumber:
      // Without the blanks around it, so that it is the same elsewhere.
      let blanks = value.prefix(while: Replacements.isBlank)
      let rest = value.dropFirst(blanks.count)
      let end = rest.reversed().prefix(while: Replacements.isBlank).count
      return line[...colon] + blanks
        + self.text.replacements.scrambled(Array(rest.dropLast(end))) + rest.suffix(end)
    case "Version": return Array(line)
    case _ where Self.headerKeys.contains(key) || key.hasPrefix("Feature \""):
      return line[...colon] + self.text.sanitized(value, .plain)
    default: return self.blanked(line)
    }
  }

  private func blanked(_ line: ArraySlice<UInt8>) -> [UInt8] {
    self.text.replacements.blanked(Array(line))
  }
}
