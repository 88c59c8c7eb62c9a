import ConfigurationXML
internal import Text

/// The table in XML Schema 1.0.
///
/// That language cannot say "these in any order, and others": each container takes everything, what
/// is declared by its name is checked wherever it stands, and keys say what must be there once.
enum XSDWriter {
  /// Names that an element which is not known may use for something else: any text will do.
  private static let ambiguousNames: Set = [
    "name", "module", "type", "hostname", "port", "protocol", "facility", "tls", "ip", "filename",
    "netmask",
  ]
  /// Names of texts that a cluster's export has for containers too: anything will do.
  private static let containerNames = ConfigurationVocabulary.clusterContainers

  static func text(_ root: SchemaElement, note: String) -> String {
    var lines = SchemaLines()
    lines.add(#"<?xml version="1.0" encoding="UTF-8"?>"#)
    lines.add("<!-- \(note) -->")
    lines.element("xs:schema", #"xmlns:xs="http://www.w3.org/2001/XMLSchema""#) { lines in
      var seen: Set<String> = []
      for element in root.all where !element.isFree && seen.insert(element.name).inserted {
        self.write(element, among: root.all, to: &lines)
      }
    }
    return lines.lines.joined(separator: "\n") + "\n"
  }

  private static func write(
    _ element: SchemaElement, among all: [SchemaElement], to lines: inout SchemaLines
  ) {
    let uses = all.filter { $0.name == element.name && !$0.isFree }
    let isText = element.leafType != nil
    let isBoth = isText && self.containerNames.contains(element.name)
    guard !isBoth, uses.allSatisfy({ ($0.leafType != nil) == isText }) else {
      // A text in one place and a container in another: anything will do.
      lines.add("<xs:element name=\"\(element.name)\"/>")
      return
    }
    lines.element("xs:element", "name=\"\(element.name)\"") { lines in
      if isText {
        // Where it means different things in different places, any text will do.
        let types = Set(all.filter { $0.name == element.name }.compactMap(\.leafType))
        let isClear = types.count == 1 && !self.ambiguousNames.contains(element.name)
        self.writeLeaf(isClear ? types.first : nil, to: &lines)
        return
      }
      lines.element("xs:complexType") { lines in
        lines.element("xs:sequence") {
          $0.add(
            "<xs:any namespace=\"##any\" processContents=\"lax\" minOccurs=\"0\" "
              + "maxOccurs=\"unbounded\"/>")
        }
        if let attribute = element.attribute {
          lines.element("xs:attribute", "name=\"\(attribute.name)\" use=\"required\"") {
            self.write(attribute.type, to: &$0)
          }
        }
        lines.add(#"<xs:anyAttribute processContents="skip"/>"#)
      }
      for child in element.children {
        // A key must be a text, wherever its name stands.
        let isText = all.allSatisfy { $0.name != child.name || $0.isFree || $0.leafType != nil }
        guard child.leafType != nil, isText, !child.occurs.isRepeated,
          !self.containerNames.contains(child.name)
        else { continue }
        let kind = child.occurs.isRequired ? "xs:key" : "xs:unique"
        lines.element(kind, "name=\"\(element.name)-\(child.name)\"") {
          $0.add(#"<xs:selector xpath="."/>"#)
          $0.add("<xs:field xpath=\"\(child.name)\"/>")
        }
      }
    }
  }

  private static func writeLeaf(_ type: SchemaType?, to lines: inout SchemaLines) {
    lines.element("xs:complexType") { lines in
      lines.element("xs:simpleContent") { lines in
        guard let type, !type.pattern.isEmpty else {
          lines.element("xs:extension", #"base="xs:string""#) {
            $0.add(#"<xs:anyAttribute processContents="skip"/>"#)
          }
          return
        }
        lines.element("xs:restriction", #"base="xs:anyType""#) { lines in
          self.write(type, to: &lines)
          lines.add(#"<xs:anyAttribute processContents="skip"/>"#)
        }
      }
    }
  }

  private static func write(_ type: SchemaType, to lines: inout SchemaLines) {
    lines.element("xs:simpleType") { lines in
      lines.element("xs:restriction", #"base="xs:string""#) { lines in
        guard !type.pattern.isEmpty else { return }
        lines.add("<xs:pattern value=\"\(XMLEscape.escaped(type.pattern, .least))\"/>")
      }
    }
  }
}

extension SchemaElement {
  var leafType: SchemaType? {
    if case .leaf(let type) = self.content { type } else { nil }
  }
}
