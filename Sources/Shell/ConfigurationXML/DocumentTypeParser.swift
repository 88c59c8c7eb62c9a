public import ApplianceConfiguration
import CLibXML2
public import ConfigurationPolicy

/// Reads the declarations of a DTD from memory by libxml2; nothing else is loaded, whatever the
/// DTD refers to.
public struct DocumentTypeParser: Sendable {
  /// Everything that is wrong with a DTD.
  public struct Unusable: Error {
    /// In the order of the file.
    public let findings: [Diagnostic]
  }

  /// The largest DTD, in bytes.
  public static let bytesMax = 4 << 20
  /// The most elements and attributes that it may declare, and names in its content models.
  static let declarationsMax = 100_000
  /// The deepest group in a content model.
  static let depthMax = 100
  private static let findingsMax = 100

  /// A parser.
  public init() {}

  /// The declarations of a DTD.
  public func parse(_ bytes: [UInt8]) throws(Unusable) -> DocumentType {
    guard bytes.count <= Self.bytesMax else {
      throw Self.unusable("\(bytes.count) bytes", allowed: "at most \(Self.bytesMax) bytes")
    }
    guard !bytes.isEmpty else { throw Self.unusable("0 bytes", allowed: "declarations") }
    if let place = Self.externalEntity(in: bytes) {
      throw Self.unusable(
        "a parameter entity in another file", at: place,
        allowed: "all declarations in one file, as nothing else is read")
    }
    return try self.convert(bytes)
  }

  private func convert(_ bytes: [UInt8]) throws(Unusable) -> DocumentType {
    var converter = DocumentTypeConverter()
    let reading = DocumentTypeReading(findingsMax: Self.findingsMax)
    let documentType = reading.read(bytes) { converter.documentType(of: $0) }
    guard reading.findings.isEmpty else { throw Unusable(findings: reading.findings) }
    if let excess = converter.excess {
      throw Self.unusable(excess.found, allowed: excess.allowed)
    }
    guard let documentType, !documentType.contents.isEmpty else {
      throw Self.unusable("no element is declared", allowed: "<!ELEMENT ...>, one at least")
    }
    return documentType
  }

  private static func unusable(
    _ found: String, at place: SourcePosition? = nil, allowed: String
  ) -> Unusable {
    Unusable(
      findings: [Diagnostic(.documentTypeUnusable, at: place, found: found, allowed: allowed)])
  }

  /// Where a parameter entity is declared whose text is elsewhere; comments are passed over.
  private static func externalEntity(in bytes: [UInt8]) -> SourcePosition? {
    var (line, lineStart, index) = (1, 0, 0)
    var commentEnd = 0
    func follows(_ text: StaticString, at start: Int) -> Bool {
      bytes.count - start >= text.utf8CodeUnitCount
        && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
    }
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") {
        (line, lineStart) = (line + 1, index + 1)
      } else if index >= commentEnd, follows("<!--", at: index) {
        var end = index + 4
        while end < bytes.count, !follows("-->", at: end) { end += 1 }
        commentEnd = end
      } else if index >= commentEnd, follows("<!ENTITY", at: index) {
        let end = bytes[index...].firstIndex(of: UInt8(ascii: ">")) ?? bytes.count
        let words = String(decoding: bytes[(index + 8)..<max(end, index + 8)], as: UTF8.self)
          .split(whereSeparator: XMLBlank.isBlank)
        if words.count > 2, words[0] == "%", words[2] == "SYSTEM" || words[2] == "PUBLIC" {
          return SourcePosition(line: line, column: index - lineStart + 1)
        }
      }
      index += 1
    }
    return nil
  }
}

/// One reading of a DTD by libxml2, and what that says of it; used by one thread.
private final class DocumentTypeReading {
  /// The most references to parameter entities, and bytes of their texts together: libxml2 bounds
  /// neither in a DTD.
  private static let referencesMax = 20_000
  private static let expandedBytesMax = 16 << 20

  private var listed: [Diagnostic] = []
  /// How often each was found, by its text.
  private var counts: [String: Int] = [:]
  private let findingsMax: Int
  private var references = 0
  private var expandedBytes = 0

  init(findingsMax: Int) {
    self.findingsMax = findingsMax
  }

  /// Everything that is wrong, at the first of its places and with the number of the others.
  var findings: [Diagnostic] {
    self.listed.map { finding in
      let others = (self.counts[finding.found] ?? 1) - 1
      guard others > 0 else { return finding }
      var finding = finding
      finding.found += " (and \(others) more)"
      return finding
    }
  }

  /// What `body` makes of the declarations; `nil` when there are none.
  func read<Result>(_ bytes: [UInt8], _ body: (xmlDtdPtr) -> Result) -> Result? {
    precondition(XMLTreeParser.isLibraryPrepared)
    guard let context = xmlNewParserCtxt() else { return nil }
    defer {
      xmlFreeDoc(context.pointee.myDoc)
      context.pointee.myDoc = nil
      xmlFreeParserCtxt(context)
    }
    // Else libxml2 takes what is nested more than 40 levels deep for a loop. What it no longer
    // bounds then, the counting of references does.
    context.pointee.options |= CInt(XML_PARSE_HUGE.rawValue)
    context.pointee._private = Unmanaged.passUnretained(self).toOpaque()
    context.pointee.sax.pointee.serror = { user, error in
      guard let error else { return }
      documentTypeReading(user)?.add(error.pointee)
    }
    context.pointee.sax.pointee.getParameterEntity = { user, name in
      let entity = xmlSAX2GetParameterEntity(user, name)
      guard let entity, let reading = documentTypeReading(user) else { return entity }
      guard reading.countReference(bytes: Int(entity.pointee.length)) else {
        xmlStopParser(user?.assumingMemoryBound(to: xmlParserCtxt.self))
        return nil
      }
      return entity
    }
    return withExtendedLifetime(self) {
      bytes.withUnsafeBytes { buffer in
        let input = xmlParserInputBufferCreateMem(
          buffer.bindMemory(to: CChar.self).baseAddress, CInt(buffer.count),
          XML_CHAR_ENCODING_NONE)
        guard let input, let stream = xmlNewIOInputStream(context, input, XML_CHAR_ENCODING_NONE),
          xmlPushInput(context, stream) >= 0
        else { return nil }
        context.pointee.inSubset = 2
        context.pointee.myDoc = xmlNewDoc("1.0")
        guard let document = context.pointee.myDoc else { return nil }
        document.pointee.extSubset = xmlNewDtd(document, "config", nil, "config.dtd")
        xmlParseExternalSubset(context, nil, "config.dtd")
        return document.pointee.extSubset.map(body)
      }
    }
  }

  /// Whether one more reference is within the bounds.
  private func countReference(bytes: Int) -> Bool {
    self.references += 1
    self.expandedBytes += bytes
    let isWithin =
      self.references <= Self.referencesMax && self.expandedBytes <= Self.expandedBytesMax
    if !isWithin {
      self.listed.append(
        Diagnostic(
          .documentTypeUnusable, at: nil, found: "parameter entities that grow without end",
          allowed: "\(Self.referencesMax) references to them, "
            + "\(Self.expandedBytesMax) bytes of text"))
    }
    return isWithin
  }

  /// Lists what is wrong, once for each text: what an entity holds is wrong at each of its places.
  private func add(_ error: xmlError) {
    guard error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
    let line = Int(error.line)
    let place =
      line > 0 ? SourcePosition(line: line, column: max(1, Int(error.int2))) : nil
    let isLoop = CInt(error.code) == CInt(XML_ERR_ENTITY_LOOP.rawValue)
    let found =
      isLoop
      ? "a parameter entity in itself, or more than 1024 in one another" : errorText(error.message)
    if let count = self.counts[found] {
      self.counts[found] = count + 1
      return
    }
    guard self.listed.count < self.findingsMax else { return }
    self.counts[found] = 1
    self.listed.append(
      Diagnostic(
        .documentTypeUnusable, at: place, found: found, allowed: "declarations of XML 1.0"))
  }
}

/// The reading that a callback of libxml2 belongs to.
private func documentTypeReading(_ user: UnsafeMutableRawPointer?) -> DocumentTypeReading? {
  guard let context = user?.assumingMemoryBound(to: xmlParserCtxt.self),
    let owner = context.pointee._private
  else { return nil }
  return Unmanaged<DocumentTypeReading>.fromOpaque(owner).takeUnretainedValue()
}

/// Turns libxml2's declarations into ours.
private struct DocumentTypeConverter {
  /// What is beyond a bound; the rest is then left out.
  private(set) var excess: (found: String, allowed: String)?
  private var count = 0

  mutating func documentType(of declarations: xmlDtdPtr) -> DocumentType {
    var documentType = DocumentType()
    var node = declarations.pointee.children
    while let current = node, self.excess == nil {
      switch current.pointee.type {
      case XML_ELEMENT_DECL:
        current.withMemoryRebound(to: xmlElement.self, capacity: 1) { element in
          self.add(element.pointee, to: &documentType)
        }
      case XML_ATTRIBUTE_DECL:
        current.withMemoryRebound(to: xmlAttribute.self, capacity: 1) { attribute in
          self.add(attribute.pointee, to: &documentType)
        }
      default: break
      }
      node = current.pointee.next
    }
    return documentType
  }

  private mutating func add(_ element: xmlElement, to documentType: inout DocumentType) {
    guard let name = element.name else { return }
    self.countOne()
    let fullName = Self.name(name, prefix: element.prefix)
    switch element.etype {
    case XML_ELEMENT_TYPE_EMPTY: documentType.declare(element: fullName, .empty)
    case XML_ELEMENT_TYPE_ANY: documentType.declare(element: fullName, .any)
    case XML_ELEMENT_TYPE_MIXED:
      documentType.declare(element: fullName, .mixed(self.names(in: element.content)))
    case XML_ELEMENT_TYPE_ELEMENT:
      guard let particle = self.particle(element.content, depth: 0), self.excess == nil else {
        return
      }
      documentType.declare(element: fullName, .children(ContentModel(particle)))
    default: break
    }
  }

  private mutating func add(_ attribute: xmlAttribute, to documentType: inout DocumentType) {
    guard let name = attribute.name, let element = attribute.elem else { return }
    self.countOne()
    var values: [String] = []
    var value = attribute.tree
    while let current = value {
      if let text = current.pointee.name { values.append(String(cString: text)) }
      value = current.pointee.next
    }
    if attribute.def == XML_ATTRIBUTE_FIXED, let fixed = attribute.defaultValue {
      values = [String(cString: fixed)]
    }
    documentType.declare(
      attribute: Self.name(name, prefix: attribute.prefix), of: String(cString: element),
      DocumentType.Attribute(
        isRequired: attribute.def == XML_ATTRIBUTE_REQUIRED, values: values))
  }

  /// The names of a mixed content, which libxml2 keeps as a list.
  private mutating func names(in content: xmlElementContentPtr?) -> Set<String> {
    var names: Set<String> = []
    var rest = content
    while let current = rest {
      for part in [current, current.pointee.c1] {
        if let part, part.pointee.type == XML_ELEMENT_CONTENT_ELEMENT, let name = part.pointee.name
        {
          self.countOne()
          names.insert(Self.name(name, prefix: part.pointee.prefix))
        }
      }
      rest = current.pointee.c2
    }
    return names
  }

  private mutating func particle(
    _ content: xmlElementContentPtr?, depth: Int
  ) -> ContentModel.Particle? {
    guard let content, self.excess == nil else { return nil }
    guard depth < DocumentTypeParser.depthMax else {
      self.excess = ("a deeper group", "\(DocumentTypeParser.depthMax) levels in a content model")
      return nil
    }
    let times = Self.occurrence(content.pointee.ocur)
    let type = content.pointee.type
    guard type == XML_ELEMENT_CONTENT_SEQ || type == XML_ELEMENT_CONTENT_OR else {
      guard let name = content.pointee.name else { return nil }
      self.countOne()
      return .name(Self.name(name, prefix: content.pointee.prefix), times)
    }
    // A list is a chain of pairs: all but the last have the next pair as their second.
    var parts: [ContentModel.Particle] = []
    var rest: xmlElementContentPtr? = content
    while let pair = rest {
      let isPair =
        pair == content
        || pair.pointee.type == type && pair.pointee.ocur == XML_ELEMENT_CONTENT_ONCE
      if let part = self.particle(isPair ? pair.pointee.c1 : pair, depth: depth + 1) {
        parts.append(part)
      }
      rest = isPair ? pair.pointee.c2 : nil
    }
    return type == XML_ELEMENT_CONTENT_SEQ ? .sequence(parts, times) : .choice(parts, times)
  }

  private mutating func countOne() {
    self.count += 1
    guard self.count > DocumentTypeParser.declarationsMax else { return }
    self.excess = ("more declarations", "\(DocumentTypeParser.declarationsMax) names")
  }

  private static func occurrence(_ times: xmlElementContentOccur) -> ContentModel.Occurrence {
    switch times {
    case XML_ELEMENT_CONTENT_OPT: .optional
    case XML_ELEMENT_CONTENT_MULT: .any
    case XML_ELEMENT_CONTENT_PLUS: .atLeastOnce
    default: .once
    }
  }

  private static func name(_ name: UnsafePointer<UInt8>, prefix: UnsafePointer<UInt8>?) -> String {
    (prefix.map { String(cString: $0) + ":" } ?? "") + String(cString: name)
  }
}
