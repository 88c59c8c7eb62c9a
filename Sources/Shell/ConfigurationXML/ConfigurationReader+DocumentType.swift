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

  /// Compares the file as it is, before a machine of a cluster is taken, with the document type.
  func checkDocumentType(of document: XMLDocument, _ collector: inout FindingCollector) {
    guard let documentType = self.documentType else { return }
    var check = DocumentTypeCheck(documentType, exempting: DeliveryNames.isSetting)
    collector.add(
      contentsOf: check.findings(
        in: document.root, hasSectionsOnly: self.takesSections && document.form != .whole))
  }
}
