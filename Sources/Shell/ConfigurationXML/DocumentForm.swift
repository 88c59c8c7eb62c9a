import ApplianceConfiguration
internal import Text

/// What a file is taken as.
public enum DocumentForm: Hashable, Sendable {
  /// The whole configuration of an appliance.
  case whole
  /// Sections to load over one, by their names in the order of the file.
  case sections([String])

  /// Such as `a whole file` and `sections listeners, smtp_routes`.
  public var words: String {
    switch self {
    case .whole: return "a whole file"
    case .sections(let names) where names.isEmpty: return "no section"
    case .sections(let names):
      let listed = names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", ..." : "")
      return Plural.word(names.count, "section") + " " + listed
    }
  }
}

extension XMLDocument {
  /// A whole file says which appliance it is from, and what that is called; levels of a cluster
  /// make one too.
  ///
  /// Source: docs/FIDELITY.md, "Whole file or sections".
  var form: DocumentForm {
    let children = self.root.children
    let isWhole =
      self.root.name != "config"
      || children.contains { $0.name == "hostname" }
        && self.leadingComments.contains(where: \.namesAnAppliance)
      || ClusterLayout(self.root) != nil
    return isWhole ? .whole : .sections(children.map(\.name))
  }
}

extension ConfigurationReader {
  /// Of sections alone nothing can be said about what the rest of the configuration holds.
  static func concernsSections(_ finding: Diagnostic, _ names: [String]) -> Bool {
    switch finding.code {
    case .criticalAlertsUnheard: false
    case .interfaceUnknown: names.contains("interfaces")
    case .bounceProfileUnknown: names.contains("bounce_profiles")
    case .certificateUnknown: names.contains(where: CertificateRules.isCertificate)
    default: true
    }
  }
}
