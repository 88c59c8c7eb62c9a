internal import Text

/// The table in RELAX NG, which can say all that it holds.
enum RNGWriter {
  static func text(_ root: SchemaElement, note: String) -> String {
    var lines = SchemaLines()
    lines.add(#"<?xml version="1.0" encoding="UTF-8"?>"#)
    lines.add("<!-- \(note) -->")
    let names =
      #"xmlns="http://relaxng.org/ns/structure/1.0" "#
      + #"datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes""#
    lines.element("grammar", names) { lines in
      lines.element("start") { $0.add(#"<ref name="config"/>"#) }
      lines.element("define", #"name="anything""#) { lines in
        lines.element("zeroOrMore") { lines in
          lines.element("choice") { lines in
            lines.add("<attribute><anyName/></attribute>")
            lines.add("<text/>")
            lines.add(#"<element><anyName/><ref name="anything"/></element>"#)
          }
        }
      }
      // What is written once is made once: the kinds of log have the same parts.
      var made: Set<String> = []
      for element in root.all where !element.isFree {
        let name = self.definition(element)
        guard made.insert(name).inserted else { continue }
        lines.element("define", "name=\"\(name)\"") { self.write(element, to: &$0) }
      }
    }
    return lines.lines.joined(separator: "\n") + "\n"
  }

  /// A name of its own for each element that differs from others of its name.
  private static func definition(_ element: SchemaElement) -> String {
    guard case .leaf(let type) = element.content else { return element.name }
    let hash = type.pattern.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return element.name + "-" + String(hash, radix: 36)
  }

  private static func write(_ element: SchemaElement, to lines: inout SchemaLines) {
    lines.element("element", "name=\"\(element.name)\"") { lines in
      self.writeAttributes(element, to: &lines)
      switch element.content {
      case .leaf(let type): self.write(type, to: &lines)
      case .free: lines.add(#"<ref name="anything"/>"#)
      case .container(let children, let alternatives):
        lines.element("interleave") { lines in
          for child in children where !child.isFree { self.refer(to: child, &lines) }
          if !alternatives.isEmpty {
            lines.element("choice") { lines in
              for child in alternatives {
                lines.add(
                  child.isFree
                    ? "<element name=\"\(child.name)\"><ref name=\"anything\"/></element>"
                    : "<ref name=\"\(self.definition(child))\"/>")
              }
            }
          }
          self.writeOthers(than: element, to: &lines)
        }
      }
    }
  }

  private static func writeAttributes(_ element: SchemaElement, to lines: inout SchemaLines) {
    var except = ""
    if let attribute = element.attribute {
      lines.element("attribute", "name=\"\(attribute.name)\"") {
        self.write(attribute.type, to: &$0)
      }
      except = "<except><name>\(attribute.name)</name></except>"
    }
    let name = except.isEmpty ? "<anyName/>" : "<anyName>\(except)</anyName>"
    lines.add("<zeroOrMore><attribute>\(name)</attribute></zeroOrMore>")
  }

  /// Elements that are not listed may stand in every container.
  private static func writeOthers(than element: SchemaElement, to lines: inout SchemaLines) {
    let names = element.children.filter { !$0.isFree || $0.isAlternative(of: element) }
      .map { "<name>\($0.name)</name>" }.joined()
    lines.element("zeroOrMore") { lines in
      lines.element("element") { lines in
        lines.add("<anyName><except>\(names)</except></anyName>")
        lines.add(#"<ref name="anything"/>"#)
      }
    }
  }

  private static func refer(to child: SchemaElement, _ lines: inout SchemaLines) {
    let reference = "<ref name=\"\(self.definition(child))\"/>"
    switch child.occurs {
    case .one: lines.add(reference)
    case .optional: lines.add("<optional>\(reference)</optional>")
    case .many: lines.add("<zeroOrMore>\(reference)</zeroOrMore>")
    case .oneOrMore: lines.add("<oneOrMore>\(reference)</oneOrMore>")
    }
  }

  private static func write(_ type: SchemaType, to lines: inout SchemaLines) {
    guard !type.pattern.isEmpty else {
      lines.add("<text/>")
      return
    }
    lines.element("data", #"type="string""#) {
      $0.add("<param name=\"pattern\">\(XMLEscape.escaped(type.pattern, .least))</param>")
    }
  }
}

extension SchemaElement {
  func isAlternative(of element: SchemaElement) -> Bool {
    guard case .container(_, let alternatives) = element.content else { return false }
    return alternatives.contains { $0.name == self.name }
  }
}
