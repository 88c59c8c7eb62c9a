internal import ApplianceConfiguration
public import ConfigurationPolicy

/// Everything that is wrong with a file of check settings, a line each.
public struct CheckSettingsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Lines such as `appliance-check.yaml:3:7: error: text`.
  public let lines: [String]

  public var description: String { self.lines.joined(separator: "\n") }
}

/// Reads `appliance-check.yaml` (docs/CHECK-SETTINGS.md), bounded as a scenario's file is.
public enum CheckSettingsReader {
  /// The largest file, in bytes.
  public static let bytesMax = YAMLText.bytesMax

  /// The settings of a file.
  ///
  /// - Throws: every finding at once.
  public static func read(
    bytes: [UInt8], file: String
  ) throws(CheckSettingsError) -> CheckSettings {
    let findings = ScenarioFindings()
    let tree = try Self.tree(bytes, file: file)
    var settings = CheckSettings()
    if let tree {
      let top = Fields(tree, .checkSettings, findings)
      let parts = CheckSettingsParts(top)
      settings.known = Self.known(top)
      settings.severities = parts.severities()
      settings.targets = parts.targets()
      settings.rules = parts.rules()
      settings.ignores = parts.ignores(rules: settings.rules)
      top.end()
    }
    guard findings.all.isEmpty else {
      throw CheckSettingsError(lines: findings.sorted().map { $0.line(file: file) })
    }
    return settings
  }

  /// The bytes of a file with another section `known`; every byte outside it stays.
  ///
  /// - Parameter bytes: the file; empty for a new one.
  public static func replacingKnown(
    in bytes: [UInt8], with known: LearnedWords, file: String
  ) throws(CheckSettingsError) -> [UInt8] {
    let before = try Self.entries(try Self.tree(bytes, file: file), file: file)
    let key = before.first { $0.key == KnownSection.key }
    let result = KnownSection.replacing(
      in: bytes, keyLines: before.map(\.place.line), at: key?.place.line, with: known.yamlLines)
    // What was written is read again before it takes the place of anything.
    let after = try Self.entries(try Self.tree(result, file: file), file: file)
    let others = [before, after].map { $0.filter { $0.key != KnownSection.key } }
    let isSame =
      others[0].count == others[1].count
      && zip(others[0], others[1]).allSatisfy { $0.key == $1.key && $0.value.isSame(as: $1.value) }
    guard isSame, try Self.read(bytes: result, file: file).known == known else {
      throw CheckSettingsError(lines: [
        "\(file): error: the section \(KnownSection.key) cannot be replaced without a change of others"
      ])
    }
    return result
  }

  /// The file's content; `nil` when it has none but comments.
  private static func tree(
    _ bytes: [UInt8], file: String
  ) throws(CheckSettingsError) -> YAMLValue? {
    do throws(ScenarioFinding) {
      let source = try YAMLText(bytes: bytes)
      let isBlank = source.lines.allSatisfy { line in
        let first = line.first { $0 != 0x20 && $0 != 0x09 }
        return first == nil || first == UInt8(ascii: "#")
      }
      return isBlank ? nil : try YAMLTree.read(source)
    } catch {
      throw CheckSettingsError(lines: [error.line(file: file)])
    }
  }

  /// The sections, each of which must begin a line.
  private static func entries(
    _ tree: YAMLValue?, file: String
  ) throws(CheckSettingsError) -> [YAMLValue.Entry] {
    guard let tree else { return [] }
    guard case .map(let entries, _) = tree, entries.allSatisfy({ $0.place.column == 1 }) else {
      let finding = ScenarioFinding(
        at: tree.place, "found \(tree.kind), allowed: a mapping whose keys begin their lines")
      throw CheckSettingsError(lines: [finding.line(file: file)])
    }
    return entries
  }

  private static func known(_ top: Fields) -> LearnedWords {
    guard let fields = top.fields(KnownSection.key, .knownWords) else { return LearnedWords() }
    var known = LearnedWords()
    known.files = fields.integer("files", in: 0...Int.max) ?? 0
    for kind in LearnedWord.Kind.allCases {
      guard let value = fields.take(kind.rawValue) else { continue }
      for entry in fields.entries(of: value, kind.rawValue) {
        guard kind.hasParent else {
          known.counts[LearnedWord(kind, entry.key)] = fields.number(of: entry)
          continue
        }
        for child in fields.entries(of: entry.value, entry.key) {
          known.counts[LearnedWord(kind, child.key, in: entry.key)] = fields.number(of: child)
        }
      }
    }
    fields.end()
    return known
  }
}

extension Fields {
  /// In how many files a word was found.
  fileprivate func number(of entry: YAMLValue.Entry) -> Int {
    if case .scalar(let scalar) = entry.value, let number = ScalarValues.number(scalar.text) {
      return number
    }
    self.fail(
      entry.value.place,
      "\(ScenarioFinding.bare(entry.key)): found \(entry.value.kind), "
        + "allowed: in how many files it was found")
    return 0
  }
}

extension YAMLValue {
  /// Whether it says the same, wherever it stands.
  fileprivate func isSame(as other: YAMLValue) -> Bool {
    switch (self, other) {
    case (.scalar(let one), .scalar(let two)):
      return one.text == two.text && one.isQuoted == two.isQuoted
    case (.list(let one, _), .list(let two, _)):
      return one.count == two.count && zip(one, two).allSatisfy { $0.isSame(as: $1) }
    case (.map(let one, _), .map(let two, _)):
      return one.count == two.count
        && zip(one, two).allSatisfy { $0.key == $1.key && $0.value.isSame(as: $1.value) }
    default: return false
    }
  }
}
