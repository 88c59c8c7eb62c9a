import ApplianceConfiguration
import ConfigurationPolicy

extension ConfigurationReader {
  /// What this reader can only suppose without a document type: names, places, numbers.
  static let decidedByDocumentType: Set<DiagnosticCode> = [
    .elementUnknown, .elementMisspelt, .elementDoubtful, .elementRepeated, .repetitionDoubtful,
    .elementMissing, .absenceDoubtful, .contentUnexpected, .contentDoubtful,
    .logElementUnknown, .logElementMisspelt, .retrievalInvalid, .alertElementUnknown,
    .alertElementMisspelt,
  ]

  /// What was learned, and the classes and severities of alerts that a document type lists.
  var knownWords: Set<LearnedWord> {
    guard let documentType = self.documentType else { return self.learned }
    var words = self.learned
    for (element, kind) in [
      ("alert_class", LearnedWord.Kind.alertClass), ("alert_severity", .alertSeverity),
    ] {
      for value in documentType.attributes[element]?["name"]?.values ?? [] {
        words.insert(LearnedWord(kind, value))
      }
    }
    return words
  }

  /// Compares the file as it is, before a machine of a cluster is taken, with the document type.
  func checkDocumentType(of document: XMLDocument, _ collector: inout FindingCollector) {
    guard let documentType = self.documentType else { return }
    var check = DocumentTypeCheck(documentType, exempting: DeliveryNames.isSetting)
    collector.add(
      contentsOf: check.findings(
        in: document.root, hasSectionsOnly: self.takesSections && document.form != .whole))
  }
}
