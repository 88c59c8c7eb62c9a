internal import Text

/// Certificates of the file: what refers to them, and whether they are any.
///
/// Source: docs/FIDELITY.md, "Certificates".
public enum CertificateRules: RuleSection {
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

  static func findings(in configuration: Configuration) -> [Diagnostic] {
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

/// A certificate of a file, as somebody who can read it found it.
public struct CertificateEntry: Hashable, Sendable {
  /// Where the element stands that holds it.
  public var place: NameReferences.Place
  /// What it says; one text can hold several.
  public let reading: CertificateReading
}

/// Certificates by what they say of themselves: apart from the other rules, since a copy to share,
/// in which each is random letters, must have the same findings as its original.
extension CertificateRules {
  /// Elements that hold a certificate. Source: docs/FIDELITY.md, "Certificates".
  private static let holders: Set = ["certificate", "cert"]
  private static let begin = ByteSearch("-----BEGIN CERTIFICATE-----")
  /// The fewest bits of an RSA key that are no matter of a note.
  ///
  /// Source: NIST SP 800-131A revision 2, section 3; CA/Browser Forum, Baseline Requirements 6.1.5.
  public static let keyBitsMin = 2048

  /// The certificates of a file that are whole blocks of PEM.
  ///
  /// - Parameter read: each certificate of a text.
  public static func certificates(
    in configuration: Configuration, read: (String) -> [CertificateReading]
  ) -> [CertificateEntry] {
    var entries: [CertificateEntry] = []
    func walk(_ element: ConfigurationElement) {
      for child in element.children { walk(child) }
      guard element.children.isEmpty, self.holders.contains(element.name),
        !Passphrase.isMask(element.text), self.begin.isFound(in: element.text),
        PEMBlock.problem(in: element.text) == nil
      else { return }
      let place = NameReferences.Place(element: element.name, position: element.position)
      entries += read(element.text).map { CertificateEntry(place: place, reading: $0) }
    }
    let kept =
      configuration.kept
      + configuration.keptInSections.sorted { $0.key < $1.key }
      .flatMap(\.value)
    kept.forEach(walk)
    return entries.sorted { $0.place.position < $1.place.position }
  }

  /// What is doubtful of certificates: none of it keeps an appliance from loading the file.
  ///
  /// - Parameter time: when they are to be valid; `nil` where nobody knows.
  public static func findings(
    about certificates: [CertificateEntry], at time: CertificateTime?
  ) -> [Diagnostic] {
    let counts = Dictionary(
      certificates.map { ($0.place.position, 1) }, uniquingKeysWith: +)
    var numbers: [SourcePosition: Int] = [:]
    return certificates.flatMap { entry -> [Diagnostic] in
      let position = entry.place.position
      numbers[position, default: 0] += 1
      let found = self.findings(about: entry, at: time)
      guard let count = counts[position], count > 1 else { return found }
      // One text holds several: each finding says about which it is.
      return found.map { finding in
        var finding = finding
        finding.found += ", certificate \(numbers[position, default: 1]) of \(count)"
        return finding
      }
    }
  }

  private static func findings(
    about entry: CertificateEntry, at time: CertificateTime?
  ) -> [Diagnostic] {
    switch entry.reading {
    case .notUnderstood(let words):
      return [
        Diagnostic(
          .certificateNotUnderstood, at: entry.place.position, found: words,
          allowed: "an X.509 certificate (RFC 5280)")
      ]
    case .facts(let facts):
      return [self.validityFinding(facts, entry, at: time), self.keyFinding(facts, entry)]
        .compactMap(\.self)
    }
  }

  private static func validityFinding(
    _ facts: CertificateFacts, _ entry: CertificateEntry, at time: CertificateTime?
  ) -> Diagnostic? {
    guard let time else { return nil }
    let isOver = time.seconds - time.tolerance > facts.notAfter
    guard isOver || time.seconds + time.tolerance < facts.notBefore else { return nil }
    let end = CertificateTime.text(isOver ? facts.notAfter : facts.notBefore)
    let source = time.isAsked ? "as asked" : "when the file was saved"
    return Diagnostic(
      .certificateOutdated, at: entry.place.position,
      found: Diagnostic.quote(facts.subject) + (isOver ? ", valid until " : ", valid from ")
        + end + "Z",
      allowed: "valid at \(CertificateTime.text(time.seconds))\(time.tolerance == 0 ? "Z" : ""), "
        + source)
  }

  private static func keyFinding(
    _ facts: CertificateFacts, _ entry: CertificateEntry
  ) -> Diagnostic? {
    guard case .rsa(let bits) = facts.key, bits < self.keyBitsMin else { return nil }
    return Diagnostic(
      .certificateKeyShort, at: entry.place.position,
      found: Diagnostic.quote(facts.subject) + ", " + facts.key.text,
      allowed: "\(self.keyBitsMin) bits or more")
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
      ? nil : "\(Plural.counted(characters, "character")) of base64, no multiple of 4"
  }
}
