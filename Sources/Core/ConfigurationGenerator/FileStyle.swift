import Simulation
import Text

/// How a tree is written down: what real exports do, and what XML allows beside.
struct FileStyle {
  var declaration: String
  var documentType = #"<!DOCTYPE config SYSTEM "config.dtd">"#
  var header = [
    "Product: Cisco C370 Email Security Appliance", "Model Number: C370", "Version: 8.0.1-023",
    "Serial Number: 0123456789AB-ABCDEF1",
  ]
  private let isLatin1: Bool
  private let lineEnd: String
  private let indent: String
  private let oddities: Int

  init(by random: inout SeededGenerator) {
    let encoding = random.pick(["ISO-8859-1", "ISO-8859-1", "UTF-8", "utf-8"])
    self.isLatin1 = encoding == "ISO-8859-1"
    self.declaration = "<?xml version=\"1.0\" encoding=\"\(encoding)\"?>"
    self.lineEnd = random.chance(permille: 250) ? "\r\n" : "\n"
    self.indent = random.pick(["  ", "", "\t", "    "])
    self.oddities = random.pick([0, 0, 30, 200])
  }

  func bytes(_ root: GeneratedElement, by random: inout SeededGenerator) -> [UInt8] {
    var lines = [self.declaration, self.documentType, "", "<!--"].filter { !$0.isEmpty }
    lines += self.header.map { "  " + $0 } + ["  Number of CPUs: 2", "-->"]
    self.write(root, depth: 0, to: &lines, by: &random)
    let text = lines.joined(separator: self.lineEnd) + self.lineEnd
    guard self.isLatin1 else { return Array(text.utf8) }
    return text.unicodeScalars.map { UInt8(exactly: $0.value) ?? UInt8(ascii: "?") }
  }

  private func write(
    _ element: GeneratedElement, depth: Int, to lines: inout [String],
    by random: inout SeededGenerator
  ) {
    let margin = String(repeating: self.indent, count: depth)
    let attributes = element.attributes.map {
      " \($0.name)=\"\(XMLEscape.escaped($0.value, .least))\""
    }.joined()
    let start = "<\(element.name)\(attributes)"
    if depth > 0, random.chance(permille: self.oddities) {
      lines.append(margin + random.pick(["<!-- caf\u{E9} -->", "<?tool keep?>", "<!---->"]))
    }
    guard element.children.isEmpty else {
      lines.append(margin + start + ">" + XMLEscape.escaped(element.text, .least))
      for child in element.children {
        self.write(child, depth: depth + 1, to: &lines, by: &random)
      }
      lines.append("\(margin)</\(element.name)>")
      return
    }
    let isMarked = !element.text.isEmpty && random.chance(permille: self.oddities)
    let text = isMarked ? "<![CDATA[\(element.text)]]>" : XMLEscape.escaped(element.text, .least)
    let isShort = text.isEmpty && random.chance(permille: 500)
    lines.append(margin + start + (isShort ? "/>" : ">\(text)</\(element.name)>"))
  }
}
