/// Certificates of the file: what refers to them, and whether they are any.
///
/// Source: docs/FIDELITY.md, "Certificates".
extension ConfigurationRules {
  /// Whether a section is about certificates, byte by byte: an archive has millions of names.
  public static func isCertificate(_ name: String) -> Bool {
    var name = name
    return name.withUTF8 { bytes in
      let word = Self.word
      guard bytes.count >= word.count else { return false }
      return (0...bytes.count - word.count).contains { start in
        word.indices.allSatisfy { bytes[start + $0] == word[$0] }
      }
    }
  }

  private static let word = Array("certificate".utf8)

  /// The child that names a certificate, where the file has them named. Standing: ours.
  private static let nameElement = "certificate_name"

  func certificateFindings(in configuration: Configuration) -> [Diagnostic] {
    let sections = configuration.kept.filter { Self.isCertificate($0.name) }
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
    var leaves: [ConfigurationElement] = []
    func walk(_ elements: [ConfigurationElement]) {
      for element in elements {
        if !element.children.isEmpty {
          walk(element.children)
        } else if element.name == "certificate" {
          leaves.append(element)
        }
      }
    }
    walk(elements)
    return leaves
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
/// a sanitized copy, in which they are random letters, has the same findings.
enum PEMBlock {
  private static let begin = Array("-----BEGIN ".utf8)
  private static let end = Array("-----END ".utf8)
  private static let label = Array("CERTIFICATE-----".utf8)

  /// What is wrong with a text of one block or several; `nil` for a good one, and for none.
  static func problem(in text: String) -> String? {
    var text = text
    return text.withUTF8 { self.problem(in: UnsafeRawBufferPointer($0)) }
  }

  /// Byte by byte: certificates can be most of a large file.
  private static func problem(in text: UnsafeRawBufferPointer) -> String? {
    /// Characters of base64 in the block that is open.
    var body: Int?
    var count = 0
    var start = 0
    var isEmpty = true
    while start < text.count {
      let stop = text[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? text.count
      let line = self.trimmed(text[start..<stop])
      start = stop + 1
      guard !line.isEmpty else { continue }
      isEmpty = false
      if line.starts(with: self.begin) {
        guard body == nil else { return "a block that begins inside another" }
        guard line.dropFirst(self.begin.count).elementsEqual(self.label) else {
          return self.foreign(line)
        }
        body = 0
      } else if line.starts(with: self.end) {
        guard line.dropFirst(self.end.count).elementsEqual(self.label) else {
          return self.foreign(line)
        }
        guard let characters = body else { return "an end without a beginning" }
        if let problem = self.problem(ofBase64: characters) { return problem }
        body = nil
        count += 1
      } else {
        guard let characters = body else { return "text outside of a block" }
        body = characters + line.count - line.count { $0 == 0x20 || $0 == 0x09 }
      }
    }
    if body != nil { return "a block without its end" }
    return count == 0 && !isEmpty ? "no block" : nil
  }

  private static func trimmed(
    _ line: Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer> {
    var line = line
    while let byte = line.first, byte == 0x20 || byte == 0x09 { line.removeFirst() }
    while let byte = line.last, byte == 0x20 || byte == 0x09 { line.removeLast() }
    return line
  }

  private static func foreign(_ line: Slice<UnsafeRawBufferPointer>) -> String {
    Diagnostic.quote(String(decoding: line, as: UTF8.self))
  }

  private static func problem(ofBase64 characters: Int) -> String? {
    guard characters > 0 else { return "an empty block" }
    return characters.isMultiple(of: 4)
      ? nil : "\(characters) characters of base64, no multiple of 4"
  }
}
