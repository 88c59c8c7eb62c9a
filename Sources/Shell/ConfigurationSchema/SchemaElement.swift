import ConfigurationXML

/// One row of the table.
struct SchemaElement: Sendable {
  enum Occurs: Sendable {
    case one, optional, many, oneOrMore

    var isRequired: Bool { self == .one || self == .oneOrMore }
    var isRepeated: Bool { self == .many || self == .oneOrMore }
  }

  enum Content: Sendable {
    case leaf(SchemaType)
    /// These children, exactly one of the alternatives if there are any, and whatever else.
    case container([SchemaElement], alternatives: [SchemaElement])
    /// Anything; the names that are known to stand in it.
    case free([SchemaElement])
  }

  let name: String
  let content: Content
  let occurs: Occurs
  /// An attribute that must be there.
  var attribute: (name: String, type: SchemaType)?
  /// Those that may be there, with any text.
  var optionalAttributes: [String] = []

  init(
    _ name: String, _ children: [SchemaElement], alternatives: [SchemaElement] = [],
    attribute: (name: String, type: SchemaType)? = nil, _ occurs: Occurs = .one
  ) {
    self.name = name
    self.content = .container(children, alternatives: alternatives)
    self.attribute = attribute
    self.occurs = occurs
  }

  init(
    leaf name: String, _ type: SchemaType, _ occurs: Occurs, mayHave attributes: [String] = []
  ) {
    self.name = name
    self.content = .leaf(type)
    self.occurs = occurs
    self.optionalAttributes = attributes
  }

  init(free name: String, _ children: [SchemaElement], mayHave attributes: [String] = []) {
    self.name = name
    self.content = .free(children)
    self.optionalAttributes = attributes
    self.occurs = .many
  }

  /// The children that are listed, the alternatives too.
  var children: [SchemaElement] {
    switch self.content {
    case .leaf: []
    case .container(let children, let alternatives): children + alternatives
    case .free(let children): children
    }
  }

  /// This and all below.
  var all: [SchemaElement] { [self] + self.children.flatMap(\.all) }
}

/// What a text may be, as a regular expression that XML Schema, RELAX NG and JSON Schema all read.
///
/// No stricter than the reader, which knows more: ranges, lengths, what is taken.
struct SchemaType: Sendable, Hashable {
  let pattern: String

  private static let label = "[A-Za-z0-9]([A-Za-z0-9\\-]*[A-Za-z0-9])?"
  private static let hostNamePattern = "\(label)(\\.\(label))*"

  static let text = SchemaType(pattern: "")
  static let notEmpty = SchemaType(pattern: ".+")
  static let flag = SchemaType(pattern: "[01]")
  static let number = SchemaType(pattern: "[0-9]+")
  static let numberOrEmpty = SchemaType(pattern: "[0-9]*")
  static let size = SchemaType(pattern: "[0-9]+[kKmM]?")
  static let port = SchemaType(pattern: "0*[1-9][0-9]{0,4}")
  static let portOrEmpty = SchemaType(pattern: "(0*[1-9][0-9]{0,4})?")
  static let hostName = SchemaType(pattern: Self.hostNamePattern)
  static let hostNameOrEmpty = SchemaType(pattern: "(\(Self.hostNamePattern))?")
  static let host = SchemaType(pattern: "\(Self.hostNamePattern)|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*")
  static let timeZone = SchemaType(pattern: "[A-Za-z0-9+_\\-]+(/[A-Za-z0-9+_\\-]+)*")
  static let address = SchemaType(pattern: "([0-9]{1,3}(\\.[0-9]{1,3}){3})?")
  static let mask = SchemaType(pattern: "([0-9.]+|0[xX][0-9A-Fa-f]{8})?")
  static let fileName = SchemaType(pattern: "[A-Za-z0-9_][A-Za-z0-9._\\-]{0,63}")
  static let logFileName = SchemaType(
    pattern: "([A-Za-z0-9_]|[$]hostname|[$]serialnumber)"
      + "([A-Za-z0-9._\\-]|[$]hostname|[$]serialnumber){0,63}")
  static let mailAddress = SchemaType(pattern: "\\S+@\\S+")
  static let mailAddressOrEmpty = SchemaType(pattern: "(\\S+@\\S+)?")
  static let modules = SchemaType(
    pattern: ConfigurationVocabulary.logModules.joined(separator: "|"))
  static let level = SchemaType(
    pattern: "0*[1-5]|"
      + Self.words(["critical", "warning", "information", "info", "debug", "trace"]).pattern)

  /// One of these in any case.
  static func words(_ words: [String]) -> SchemaType {
    var seen: Set<String> = []
    let patterns = words.filter { seen.insert($0.lowercased()).inserted }.map { word in
      word.reduce(into: "") { pattern, character in
        let pair = [character.uppercased(), character.lowercased()]
        switch character {
        case _ where pair[0] != pair[1]: pattern += "[\(pair[0])\(pair[1])]"
        case "-": pattern += "\\-"
        default: pattern.append(character)
        }
      }
    }
    return SchemaType(pattern: patterns.joined(separator: "|"))
  }
}
