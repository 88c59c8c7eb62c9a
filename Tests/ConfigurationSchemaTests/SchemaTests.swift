import ConfigurationGenerator
import ConfigurationSchema
import Foundation
import Support
import Testing

/// The schemas accept what the reader accepts, by the word of libxml2, and refuse what they can.
@Suite struct ConfigurationSchemaTests {
  private static let root = GoldenFile.repository.path + "/fixtures/configurations"

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
  }

  /// Elements that no row of the document type declares: what tables and profiles that are kept as
  /// they are hold.
  private static func undeclared(in bytes: [UInt8]) -> Set<String> {
    func names(_ text: String, _ pattern: Regex<(Substring, Substring)>) -> Set<String> {
      Set(text.matches(of: pattern).map { String($0.output.1) })
    }
    let known = names(ConfigurationSchema.dtd.text, /<!ELEMENT (\S+)/)
    return names(String(decoding: bytes, as: UTF8.self), /<([A-Za-z_][\w.\-]*)/)
      .subtracting(known)
  }

  @Test(arguments: accepted)
  func acceptedFilesFollowTheSchemas(_ name: String) throws {
    let bytes = try Self.bytes("accepted/\(name)")
    #expect(LibXML2Validator.accepts(bytes, by: .rng) == true)
    #expect(LibXML2Validator.accepts(bytes, by: .xsd) == true)
    // A document type cannot say "and others".
    #expect(
      LibXML2Validator.accepts(bytes, by: .dtd)
        == (!Self.hasUnknownNames(name) && Self.undeclared(in: bytes).isEmpty))
    let schema = try JSONSchema(Data(ConfigurationSchema.json.text.utf8))
    #expect(try schema.violations(in: MappedXML.json(bytes)) == [])
  }

  @Test func theSampleFollowsThem() throws {
    let bytes = try Self.bytes("../../appliance-config.xml")
    for schema in [ConfigurationSchema.rng, .xsd, .dtd] {
      #expect(LibXML2Validator.accepts(bytes, by: schema) == true, "\(schema)")
    }
    #expect(Self.accepted.count >= 25)
  }

  @Test func madeUpFilesFollowThem() throws {
    let generator = ConfigurationGenerator(seed: 4)
    let json = try JSONSchema(Data(ConfigurationSchema.json.text.utf8))
    for number in 0..<25 {
      let bytes = generator.valid(UInt64(number)).bytes
      for schema in [ConfigurationSchema.rng, .xsd] {
        #expect(LibXML2Validator.accepts(bytes, by: schema) == true, "\(schema) \(number)")
      }
      #expect(
        LibXML2Validator.accepts(bytes, by: .dtd) == Self.undeclared(in: bytes).isEmpty,
        "dtd \(number)")
      #expect(try json.violations(in: MappedXML.json(bytes)) == [], "\(number)")
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
    let bytes = try Self.bytes("rejected/\(name).xml")
    for schema in schemas where schema != .json {
      #expect(LibXML2Validator.accepts(bytes, by: schema) == false, "\(schema)")
    }
    guard schemas.contains(.json) else { return }
    let schema = try JSONSchema(Data(ConfigurationSchema.json.text.utf8))
    #expect(try !schema.violations(in: MappedXML.json(bytes)).isEmpty)
  }
}
