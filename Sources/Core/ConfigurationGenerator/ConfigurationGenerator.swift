public import ApplianceConfiguration
import Simulation

/// A configuration file that was made up.
public struct GeneratedConfiguration: Hashable, Sendable {
  /// What is wrong with a file on purpose.
  public struct Defect: Hashable, Sendable {
    /// The code of the finding that it must give.
    public let code: DiagnosticCode
    /// What was done, in a few words.
    public let words: String
  }

  /// The file.
  public let bytes: [UInt8]
  /// What is wrong with it; `nil` when nothing is.
  public let defect: Defect?

  /// A file.
  public init(bytes: [UInt8], defect: Defect? = nil) {
    self.bytes = bytes
    self.defect = defect
  }
}

/// Makes random configurations, valid or with one known defect: the same seed gives the same bytes.
///
/// Names, addresses and domains are those reserved for examples.
public struct ConfigurationGenerator: Sendable {
  private let seed: UInt64

  /// The generator that `seed` names.
  public init(seed: UInt64) {
    self.seed = seed
  }

  /// A valid file; another for each number.
  public func valid(_ number: UInt64) -> GeneratedConfiguration {
    var random = self.random(number)
    let style = FileStyle(by: &random)
    let root = ConfigurationPlan.root(by: &random)
    return GeneratedConfiguration(bytes: style.bytes(root, by: &random), defect: nil)
  }

  /// The export of a cluster, whose machines are `esa1` and `esa2`; another for each number.
  ///
  /// An appliance takes one machine of it only, so that reading it as a whole is an error.
  public func cluster(_ number: UInt64) -> GeneratedConfiguration {
    var random = self.random(number)
    let style = FileStyle(by: &random)
    var root = ConfigurationPlan.root(by: &random)
    root.children.append(ConfigurationPlan.cluster(["esa1", "esa2"], by: &random))
    return GeneratedConfiguration(bytes: style.bytes(root, by: &random), defect: nil)
  }

  /// A file with one defect; another for each number, and every defect in turn.
  public func mutant(_ number: UInt64) -> GeneratedConfiguration {
    var random = self.random(number)
    var style = FileStyle(by: &random)
    var root = ConfigurationPlan.root(by: &random)
    let row = Defects.rows[Int(number % UInt64(Defects.rows.count))]
    switch row.change {
    case .tree(let change): change(&root, &random)
    case .style(let change): change(&style)
    case .bytes: break
    }
    var bytes = style.bytes(root, by: &random)
    if case .bytes(let change) = row.change { bytes = change(bytes) }
    return GeneratedConfiguration(bytes: bytes, defect: .init(code: row.code, words: row.words))
  }

  /// The codes that mutants are made for.
  public static let defectCodes = Set(Defects.rows.map(\.code))
  /// After how many numbers each defect has had its turn.
  public static let defectCount = Defects.rows.count

  private func random(_ number: UInt64) -> SeededGenerator {
    var mixer = SeededGenerator(seed: self.seed, stream: "configuration-generator")
    return SeededGenerator(seed: mixer.next() ^ number &* 0x9E37_79B9_7F4A_7C15)
  }
}

extension SeededGenerator {
  mutating func pick<Value>(_ values: [Value]) -> Value {
    values[self.uniform(in: 0...(values.count - 1))]
  }

  /// A word of letters and digits.
  mutating func word(_ length: ClosedRange<Int>) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    return String((0..<self.uniform(in: length)).map { _ in self.pick(letters) })
  }

  /// The words in any case.
  mutating func anyCase(_ text: String) -> String {
    switch self.uniform(in: 0...2) {
    case 0: text.lowercased()
    case 1: text.uppercased()
    default: text
    }
  }
}
