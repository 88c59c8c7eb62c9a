import ApplianceConfiguration
import ConfigurationPolicy

/// What the decoders of all sections share: the findings, and what is known and seen of the file.
///
/// A reference, so that each decoder reads by the same one.
final class ElementReader {
  var findings: FindingCollector
  /// Whether a time zone has this name.
  let isTimeZone: (String) -> Bool
  /// Whether the file is to be a whole one; sections alone leave the rest alone.
  let isWhole: Bool
  /// What a team's own exports or a document type make known.
  let learned: Set<LearnedWord>
  /// What is not known in this file, each with the known name that it is near to, or nothing;
  /// gathered when it is to be learned.
  var unknownWords: [LearnedWord: String]?
  /// Whether a class or severity of alerts is known by name alone, so that who hears what is not.
  var hasLearnedHearers = false
  /// Whether each name that is not modelled is a finding; else it is counted alone.
  let listsUnmodelled: Bool
  /// Whether each section is modelled, in the order of the file.
  var areModelled: [Bool] = []
  /// What the file holds that is not modelled.
  var unmodelled = UnmodelledNames()
  /// The names below the parent that was asked about last.
  var childNames: (parent: SourcePosition, names: Set<String>)?
  /// Values that must be there and are not; each has a stand-in of its own.
  var missingCount = 0
  /// Where the pushes stand whose delivery settings were read.
  var readPushes: Set<SourcePosition> = []
  /// Attributes that are not known, of elements that are read.
  var keptAttributes: [KeptAttribute] = []
  /// Sections that hold nothing, in the order of reading.
  var emptied: [Setting<String>] = []
  /// Gets the number of elements that are looked at, each time that some are; for tests alone.
  var countSteps: StepCount?

  init(
    findings: FindingCollector, isWhole: Bool = true, listsUnmodelled: Bool = true,
    learned: Set<LearnedWord> = [], isLearning: Bool = false,
    isTimeZone: @escaping (String) -> Bool = HostSyntax.isTimeZoneName
  ) {
    self.findings = findings
    self.isTimeZone = isTimeZone
    self.isWhole = isWhole
    self.listsUnmodelled = listsUnmodelled
    self.learned = learned
    self.unknownWords = isLearning ? [:] : nil
  }

  /// Whether a word that is not known here was learned; one that was not is remembered.
  func knows(
    _ kind: LearnedWord.Kind, _ name: String, in parent: String = "", near hint: String = ""
  ) -> Bool {
    guard !self.learned.isEmpty || self.unknownWords != nil else { return false }
    let word = LearnedWord(kind, name, in: parent)
    if self.learned.contains(word) { return true }
    self.unknownWords?[word] = hint
    return false
  }
}
