import ConfigurationXML

/// Schemas of configuration files for editors and other tools, all made from one table.
///
/// They accept what the reader understands, and refuse what each language can say is not; the
/// reader itself keeps what it does not understand, with a warning.
/// docs/CONFIG-CI.md says which can say what.
public enum ConfigurationSchema: String, Sendable, CaseIterable {
  /// W3C XML Schema 1.0.
  case xsd
  /// RELAX NG, XML syntax.
  case rng
  /// A document type definition; it knows no element beyond the table.
  case dtd
  /// JSON Schema 2020-12 of the XML mapped to JSON.
  case json

  private static let note = "Made by appliance-sim; not the appliance's own."

  /// The schema's text.
  public var text: String {
    switch self {
    case .xsd: XSDWriter.text(SchemaTable.root, note: Self.note)
    case .rng: RNGWriter.text(SchemaTable.root, note: Self.note)
    case .dtd: DTDWriter.text(SchemaTable.root, note: Self.note)
    case .json: JSONSchemaWriter.text(SchemaTable.root, note: Self.note)
    }
  }
}

/// The table as a document type definition: which elements there are and what may stand in which.
enum DTDWriter {
  static func text(_ root: SchemaElement, note: String) -> String {
    var lines = ["<!-- \(note) -->"]
    var seen: Set<String> = []
    let uses = Dictionary(grouping: root.all, by: \.name)
    for element in root.all where seen.insert(element.name).inserted {
      lines.append("<!ELEMENT \(element.name) \(self.content(uses[element.name, default: []]))>")
      if let attribute = element.attribute {
        lines.append("<!ATTLIST \(element.name) \(attribute.name) CDATA #REQUIRED>")
      }
      for attribute in element.optionalAttributes {
        lines.append("<!ATTLIST \(element.name) \(attribute) CDATA #IMPLIED>")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A document type knows one content for each name: one that is read somewhere is declared as it
  /// is read there, and as all of that where it is read in several ways.
  private static func content(_ uses: [SchemaElement]) -> String {
    let read = uses.filter { !$0.isFree }
    let isLevel = uses.contains { ConfigurationVocabulary.clusterContainers.contains($0.name) }
    guard !read.isEmpty, !isLevel else { return "ANY" }
    var names: [String] = []
    for name in read.flatMap(\.children).map(\.name) where !names.contains(name) {
      names.append(name)
    }
    let isText = read.contains { $0.leafType != nil }
    if names.isEmpty { return "(#PCDATA)" }
    return "(" + ((isText ? ["#PCDATA"] : []) + names).joined(separator: "|") + ")*"
  }
}

extension SchemaElement {
  var isFree: Bool {
    if case .free = self.content { true } else { false }
  }
}

/// Lines of XML with their margin.
struct SchemaLines {
  private(set) var lines: [String] = []
  private var depth = 0

  mutating func add(_ line: String) {
    self.lines.append(String(repeating: "  ", count: self.depth) + line)
  }

  /// An element with what `body` writes in it.
  mutating func element(
    _ name: String, _ attributes: String = "", _ body: (inout SchemaLines) -> Void
  ) {
    self.add("<\(name)\(attributes.isEmpty ? "" : " ")\(attributes)>")
    self.depth += 1
    body(&self)
    self.depth -= 1
    self.add("</\(name)>")
  }
}
