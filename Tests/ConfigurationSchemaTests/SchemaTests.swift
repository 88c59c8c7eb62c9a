import ConfigurationGenerator
import ConfigurationSchema
import Foundation
import Support
import Testing

/// The schemas accept what the reader accepts, by the word of libxml2, and refuse what they can.
@Suite struct ConfigurationSchemaTests {
  private static let root = Repository.url.path + "/fixtures/configurations"

  static let accepted: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/accepted")) ?? []
    return names.filter { $0.hasSuffix(".xml") }.sorted()
  }()

  private static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(Self.root)/\(name)")))
  }

  /// Whether the reader says of a file that it holds a name that is not known.
  private static func hasUnknownNames(_ name: String) -> Bool {
    let path = "\(self.root)/accepted/\(name.dropLast(4)).expected"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return ["CFG001", "LOG001", "ALR001"].contains { text.contains("[\($0)]") }
      || text.contains(/found attribute .*\[CFG029\]/)
  }

  /// Whether the reader takes something of a file that it does not understand, or doubts.
  ///
  /// A schema says what is understood: what the reader keeps and warns about, it may refuse.
  private static func isDoubted(_ name: String) -> Bool {
    let path = "\(self.root)/accepted/\(name.dropLast(4)).expected"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").contains { line in
      line.contains(": warning: ")
        && (line.contains("our reading of this element may be wrong")
          && !line.contains(/\[(LOG|ALR)001\]/)
          || line.contains(/\[(CFG006|CFG016|CFG042|LOG034|LOG035)\]/))
    }
  }

  /// Elements that no row of the document type declares: what tables and profiles that are kept as
  /// they are hold.
  private static func undeclared(in bytes: [UInt8]) -> Set<String> {
    func names(_ text: String, _ pattern: Regex<(Substring, Substring)>) -> Set<String> {
      Set(text.matches(of: pattern).map { String($0.output.1) })
    }
    return names(String(decoding: bytes, as: UTF8.self), /<([A-Za-z_][\w.\-]*)/)
      .subtracting(Self.declared)
  }

  private static let declared = Set(
    ConfigurationSchema.dtd.text.matches(of: /<!ELEMENT (\S+)/).map { String($0.output.1) })

  // Read only; its values are of Foundation's, which says nothing about sharing them.
  nonisolated(unsafe) private static let json = Result {
    try JSONSchema(Data(ConfigurationSchema.json.text.utf8))
  }

  @Test(arguments: accepted.filter { !isDoubted($0) })
  func acceptedFilesFollowTheSchemas(_ name: String) throws {
    let bytes = try Self.bytes("accepted/\(name)")
    #expect(LibXML2Validator.accepts(bytes, by: .rng) == true)
    #expect(LibXML2Validator.accepts(bytes, by: .xsd) == true)
    // A document type cannot say "and others".
    #expect(
      LibXML2Validator.accepts(bytes, by: .dtd)
        == (!Self.hasUnknownNames(name) && Self.undeclared(in: bytes).isEmpty))
    let schema = try Self.json.get()
    #expect(try schema.violations(in: MappedXML.json(bytes)) == [])
  }

  @Test func theSampleFollowsThem() throws {
    let bytes = try Self.bytes("../../appliance-config.xml")
    for schema in [ConfigurationSchema.rng, .xsd, .dtd] {
      #expect(LibXML2Validator.accepts(bytes, by: schema) == true, "\(schema)")
    }
    #expect(Self.accepted.filter { !Self.isDoubted($0) }.count >= 40)
  }

  /// A document type knows what stands in access tables, and attributes of it.
  @Test func accessTablesFollowTheDocumentType() throws {
    let unknown = ["<quarantine>0</quarantine>", "<sorted>1</sorted>"]
    let text = String(decoding: try Self.bytes("accepted/access-elements.xml"), as: UTF8.self)
    let known = unknown.reduce(text) { $0.replacing($1, with: "") }
    #expect(LibXML2Validator.accepts(Array(text.utf8), by: .dtd) == false)
    #expect(LibXML2Validator.accepts(Array(known.utf8), by: .dtd) == true)
    let other = known.replacing("<sender_group name=", with: "<sender_group nmae=")
    #expect(LibXML2Validator.accepts(Array(other.utf8), by: .dtd) == false)
    // Generated tables, without what else is made up.
    var tables = 0
    for number: UInt64 in 0..<40 {
      let bytes = ConfigurationGenerator(seed: 5).valid(number).bytes
      let made = String(decoding: bytes, as: UTF8.self)
      guard let hat = made.firstMatch(of: /(?s)<hat>.*?<\/hat>/)?.output else { continue }
      tables += hat.contains("<sender_group ") ? 1 : 0
      let text = known.replacing(/(?s)<hat>.*?<\/hat>/, with: hat, maxReplacements: 1)
      #expect(LibXML2Validator.accepts(Array(text.utf8), by: .dtd) == true, "\(hat)")
    }
    #expect(tables > 5)
  }

  private static func expectFollows(
    _ bytes: [UInt8], _ json: JSONSchema, _ name: String
  ) throws {
    for schema in [ConfigurationSchema.rng, .xsd] {
      #expect(LibXML2Validator.accepts(bytes, by: schema) == true, "\(schema) \(name)")
    }
    #expect(
      LibXML2Validator.accepts(bytes, by: .dtd) == Self.undeclared(in: bytes).isEmpty,
      "dtd \(name)")
    #expect(try json.violations(in: MappedXML.json(bytes)) == [], "\(name)")
  }

  @Test func madeUpFilesFollowThem() throws {
    let generator = ConfigurationGenerator(seed: 4)
    let json = try Self.json.get()
    for number in 0..<25 {
      let bytes = generator.valid(UInt64(number)).bytes
      try Self.expectFollows(bytes, json, "\(number)")
    }
  }

  /// The levels of a cluster have names that stand for something else in other files.
  @Test func clustersFollowThem() throws {
    let generator = ConfigurationGenerator(seed: 6)
    let json = try Self.json.get()
    for number in 0..<10 {
      let bytes = generator.cluster(UInt64(number)).bytes
      try Self.expectFollows(bytes, json, "\(number)")
    }
    // Nothing else is made up in this one.
    let plain = String(decoding: try Self.bytes("accepted/minimal.xml"), as: UTF8.self)
    let levels = """
      <cluster><cluster_name>lab</cluster_name><group><name>main</name><machine><name>a</name>\
      <hostname>a.example.com</hostname></machine></group></cluster></config>
      """
    let cluster = Array(plain.replacing("</config>", with: levels).utf8)
    for schema in [ConfigurationSchema.rng, .xsd, .dtd] {
      #expect(LibXML2Validator.accepts(cluster, by: schema) == true, "\(schema)")
    }
  }

  private static let refused: [(String, [ConfigurationSchema])] = [
    ("hostname-missing", [.rng, .xsd, .json]), ("hostname-twice", [.rng, .xsd, .json]),
    ("hostname-with-element", [.rng, .xsd, .dtd, .json]), ("hostname-empty", [.rng, .json]),
    ("text-between-elements", [.rng, .xsd, .dtd, .json]), ("other-root", [.rng, .xsd, .dtd]),
    ("log-globals", [.rng, .xsd, .json]), ("log-levels", [.rng, .xsd, .json]),
    ("log-level-twice", [.rng, .xsd, .json]), ("log-module-unknown", [.rng, .json]),
    ("log-names", [.rng, .json]), ("retrievals", [.rng, .json]),
    ("push-invalid", [.rng, .xsd, .json]), ("rollover", [.rng, .xsd, .json]),
    ("file-names", [.rng, .json]), ("alert-names-unknown", [.rng, .xsd, .json]),
    ("alert-addresses", [.rng, .xsd, .json]), ("alert-interval-invalid", [.rng, .xsd, .json]),
    ("listeners-invalid", [.rng, .json]), ("time-zone-invalid", [.rng, .xsd, .json]),
    ("interfaces-invalid", [.rng, .json]), ("autosupport-invalid", [.rng, .xsd, .json]),
  ]

  @Test(arguments: refused)
  func rejectedFilesAreRefused(_ name: String, _ schemas: [ConfigurationSchema]) throws {
    // What the reader keeps with a warning is among the accepted.
    let isAccepted = Self.accepted.contains(name + ".xml")
    #expect(!isAccepted || Self.isDoubted(name + ".xml"))
    let bytes = try Self.bytes("\(isAccepted ? "accepted" : "rejected")/\(name).xml")
    for schema in schemas where schema != .json {
      #expect(LibXML2Validator.accepts(bytes, by: schema) == false, "\(schema)")
    }
    guard schemas.contains(.json) else { return }
    let schema = try Self.json.get()
    #expect(try !schema.violations(in: MappedXML.json(bytes)).isEmpty)
  }
}
