import ApplianceConfiguration
import ConfigurationChecks
import ConfigurationGenerator
import ConfigurationXML
import Support
import Testing

/// An import of an export is the identity, over generated files.
/// `make properties` does it for 10,000 in seconds, by the release build.
@Suite struct RoundTripTests {
  private static let generator = ConfigurationGenerator(seed: 20_150_625)
  private static let count = Thoroughness.cases(few: UInt64(50), many: 2000)

  @Test func validFilesComeBack() {
    for number in 0..<Self.count {
      let problem = RoundTrip.problem(Self.generator.valid(number).bytes)
      #expect(problem == nil, "number \(number)")
    }
  }

  @Test func machinesOfClustersComeBack() {
    for number in 0..<max(1, Self.count / 10) {
      let bytes = Self.generator.cluster(number).bytes
      let problem = RoundTrip.problem(bytes, machine: number.isMultiple(of: 2) ? "esa1" : "esa2")
      #expect(problem == nil, "number \(number)")
      let whole = ConfigurationReader().read(bytes: bytes, name: "x.xml")
      #expect(whole.diagnostics.contains { $0.code == .clusterExport }, "number \(number)")
    }
  }

  /// The files hold all that the reader reads, so that the properties above are about all of it.
  @Test func everyElementIsGenerated() {
    var seen: Set<String> = []
    for number in 0..<UInt64(200) {
      let text = String(decoding: Self.generator.valid(number).bytes, as: UTF8.self)
      for match in text.matches(of: /<([A-Za-z_]\w*)/) { seen.insert(String(match.output.1)) }
    }
    let read = ConfigurationVocabulary.read.filter { $0.key != "log_subscriptions" }
    let missing = read.values.reduce(into: Set<String>()) { $0.formUnion($1) }.subtracting(seen)
    #expect(missing.sorted() == [])
    #expect(seen.isSuperset(of: ["hat", "rat", "log_text", "log_bounces", "log_status"]))
  }
}
