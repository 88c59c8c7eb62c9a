import ConfigurationSchema
import ConfigurationXML
import Testing

/// The schemas know what the reader knows: both use one list.
@Suite struct VocabularyTests {
  @Test func everyNameOfTheReaderIsInEachSchema() {
    let names = ConfigurationVocabulary.read.merging(ConfigurationVocabulary.kept) { $0.union($1) }
      .values.reduce(into: Set<String>()) { $0.formUnion($1) }
    #expect(names.count > 100)
    let texts = Dictionary(uniqueKeysWithValues: ConfigurationSchema.allCases.map { ($0, $0.text) })
    func isKnown(_ pattern: String, _ schema: ConfigurationSchema) -> Bool {
      texts[schema, default: ""].contains(pattern)
    }
    for name in names.sorted() {
      #expect(isKnown("<!ELEMENT \(name) ", .dtd), "\(name)")
    }
    let read = ConfigurationVocabulary.read.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    for name in read.sorted() {
      #expect(isKnown("<element name=\"\(name)\">", .rng), "\(name)")
      #expect(isKnown("<xs:element name=\"\(name)\"", .xsd), "\(name)")
      #expect(isKnown("\"\(name)\": ", .json), "\(name)")
    }
  }
}
