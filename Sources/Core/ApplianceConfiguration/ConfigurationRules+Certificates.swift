/// Certificates of the file: what refers to them, and whether they are any.
///
/// Source: docs/FIDELITY.md, "Certificates".
extension ConfigurationRules {
  /// The child that names a certificate, where the file has them named. Standing: ours.
  private static let nameElement = "certificate_name"

  func certificateFindings(in configuration: Configuration) -> [Diagnostic] {
    let sections = configuration.kept.filter { $0.name.contains("certificate") }
    return Self.referenceFindings(
      configuration.interfaces.compactMap(\.certificateName), names: Self.names(in: sections),
      hasSections: !sections.isEmpty)
      + Self.leaves(of: configuration.kept).compactMap(Self.blockFinding)
  }

  /// A certificate without a name may be the one that is meant.
  private static func referenceFindings(
    _ references: [Setting<String>], names: [String], hasSections: Bool
  ) -> [Diagnostic] {
    guard names.isEmpty else {
      var known = KnownReferences("certificate", names)
      return references.filter { !$0.value.isEmpty }.compactMap {
        known.unresolved(.certificateUnknown, $0)
      }
    }
    guard !hasSections else { return [] }
    return references.filter { !$0.value.isEmpty }.map {
      self.finding(.certificateUnknown, $0, allowed: "the file has no certificate")
    }
  }

  private static func names(in elements: [ConfigurationElement]) -> [String] {
    elements.flatMap { element in
      let name = element.children.first { $0.name == self.nameElement }?.text
      return (name.map { [$0] } ?? []) + self.names(in: element.children)
    }
  }

  // MARK: Blocks

  /// The leaves that hold a certificate.
  private static func leaves(of elements: [ConfigurationElement]) -> [ConfigurationElement] {
    elements.flatMap { element in
      element.name == "certificate" && element.children.isEmpty
        ? [element] : self.leaves(of: element.children)
    }
  }

  private static func blockFinding(_ element: ConfigurationElement) -> Diagnostic? {
    guard !Passphrase.isMask(element.text), let problem = PEMBlock.problem(in: element.text) else {
      return nil
    }
    return Diagnostic(
      .certificateInvalid, at: element.position, found: problem,
      allowed: "-----BEGIN CERTIFICATE-----, lines of base64, -----END CERTIFICATE-----")
  }
}

/// The armour of RFC 7468, looked at from outside: which characters are in it is not asked, so that
/// a copy to share, in which they are random letters, has the same findings.
enum PEMBlock {
  private static let begin = "-----BEGIN "
  private static let end = "-----END "
  private static let label = "CERTIFICATE-----"

  /// What is wrong with a text of one block or several; `nil` for a good one, and for none.
  static func problem(in text: String) -> String? {
    var body: [UInt8]?
    var count = 0
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.drop(while: \.isWhitespace)
      if line.hasPrefix(self.begin) {
        guard body == nil else { return "a block that begins inside another" }
        guard self.isLabel(line.dropFirst(self.begin.count)) else { return self.foreign(line) }
        body = []
      } else if line.hasPrefix(self.end) {
        guard self.isLabel(line.dropFirst(self.end.count)) else { return self.foreign(line) }
        guard let content = body else { return "an end without a beginning" }
        if let problem = self.problem(inBase64: content) { return problem }
        body = nil
        count += 1
      } else {
        let bytes = line.utf8.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
        guard body != nil || bytes.isEmpty else { return "text outside of a block" }
        body? += bytes
      }
    }
    if body != nil { return "a block without its end" }
    return count == 0 && text.contains(where: { !$0.isWhitespace }) ? "no block" : nil
  }

  private static func isLabel(_ text: Substring) -> Bool {
    text.hasPrefix(self.label) && text.dropFirst(self.label.count).allSatisfy(\.isWhitespace)
  }

  private static func foreign(_ line: Substring) -> String { Diagnostic.quote(String(line)) }

  private static func problem(inBase64 content: [UInt8]) -> String? {
    guard !content.isEmpty else { return "an empty block" }
    return content.count.isMultiple(of: 4)
      ? nil : "\(content.count) characters of base64, no multiple of 4"
  }
}
