import ApplianceConfiguration
import CLibXML2

/// Reads bytes into a tree by libxml2's SAX2 callbacks, without network, entities or a DTD.
struct XMLTreeParser {
  let limits: ReadingLimits
  /// libxml2 counts the bytes of a text in a C int. A file below that may be above it as UTF-8.
  var textBytesMax = Int(CInt.max)

  /// Once a process, before the first parse: no entity is ever loaded from outside.
  static let isLibraryPrepared: Bool = {
    shim_prepareLibrary()
    return true
  }()

  /// The tree, or the finding that stopped the reading: XML that is not well-formed has no second.
  func parse(_ bytes: [UInt8]) -> Result<XMLDocument, FindingError> {
    switch SourceText.decode(bytes) {
    case .failure(let problem): return .failure(problem)
    case .success(let text): return self.parse(text)
    }
  }

  /// The tree of a text, or what stopped the reading.
  func parse(_ text: SourceText) -> Result<XMLDocument, FindingError> {
    guard text.utf8.count <= self.textBytesMax, let length = CInt(exactly: text.utf8.count) else {
      return .failure(
        FindingError(
          .fileTooLarge, at: nil, found: "\(text.utf8.count) bytes as UTF-8",
          allowed: "\(self.textBytesMax) bytes as UTF-8"))
    }
    let excess = AttributeGuard.firstExcess(
      in: text.utf8.span, attributesMax: self.limits.attributesMax)
    if let excess {
      var cursor = SourceCursor(text)
      cursor.move(to: excess, in: text.utf8.span)
      return .failure(
        FindingError(
          .limitExceeded, at: cursor.position, found: "a tag with more attributes",
          allowed: "\(self.limits.attributesMax) attributes"))
    }
    precondition(Self.isLibraryPrepared)
    return text.utf8.withUnsafeBytes { buffer in
      guard
        let context = xmlCreateMemoryParserCtxt(
          buffer.bindMemory(to: CChar.self).baseAddress, length)
      else {
        return .failure(FindingError(.fileEmpty, at: nil, found: ""))
      }
      defer { xmlFreeParserCtxt(context) }
      return self.run(context, on: text)
    }
  }

  private func run(
    _ context: xmlParserCtxtPtr, on text: SourceText
  ) -> Result<XMLDocument, FindingError> {
    let builder = XMLTreeBuilder(text, limits: self.limits, context: context)
    // The text is decoded: what it declares as its encoding is history.
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue
    xmlCtxtUseOptions(context, CInt(options))
    Self.installHandlers(context.pointee.sax)
    withExtendedLifetime(builder) {
      context.pointee.userData = Unmanaged.passUnretained(builder).toOpaque()
      xmlParseDocument(context)
    }
    if let failure = builder.failure { return .failure(FindingError(failure)) }
    guard context.pointee.wellFormed == 1, let root = builder.root else {
      return .failure(FindingError(.notWellFormed, at: nil, found: "no complete element"))
    }
    guard builder.hasDocumentType else {
      return .failure(
        FindingError(
          .documentTypeMissing, at: root.position, found: "<\(root.name)> without it",
          allowed: #"<!DOCTYPE config SYSTEM "config.dtd"> before it"#))
    }
    return .success(
      XMLDocument(
        root: root, leadingComments: builder.leadingComments, suppressions: builder.suppressions))
  }

  private static func installHandlers(_ sax: UnsafeMutablePointer<xmlSAXHandler>) {
    shim_clearHandlers(sax)
    sax.pointee.serror = { user, error in
      guard let error, let builder = treeBuilder(user) else { return }
      let text = errorText(error.pointee.message)
      let isOurs = text.hasPrefix("Namespace prefix \(DeliveryNames.prefix) ")
      builder.failed(
        errorCode(of: CInt(error.pointee.code)), found: text,
        allowed: isOurs ? DeliveryNames.declaration + " on it or above it" : "")
    }
    sax.pointee.internalSubset = { user, name, publicIdentifier, systemIdentifier in
      treeBuilder(user)?.documentType(
        name: name.map { String(cString: $0) } ?? "",
        publicIdentifier: publicIdentifier.map { String(cString: $0) },
        systemIdentifier: systemIdentifier.map { String(cString: $0) })
    }
    sax.pointee.startElementNs = {
      user, local, prefix, uri, namespaceCount, namespaces, count, _, attributes in
      guard let builder = treeBuilder(user), let local else { return }
      var list = namespaceList(namespaces, count: Int(namespaceCount))
      list += attributeList(attributes, count: Int(count), builder)
      let namespace = uri.map { String(cString: $0) }
      builder.elementStarted(
        name: builder.name(local, prefix: prefix, namespace: namespace), attributes: list)
    }
    sax.pointee.endElementNs = { user, _, _, _ in treeBuilder(user)?.elementEnded() }
    sax.pointee.characters = { user, bytes, count in
      treeBuilder(user)?.characters(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
    sax.pointee.ignorableWhitespace = sax.pointee.characters
    sax.pointee.cdataBlock = sax.pointee.characters
    sax.pointee.comment = { user, text in
      guard let text else { return }
      treeBuilder(user)?.comment(text)
    }
    sax.pointee.reference = { user, name in
      let found = name.map { String(cString: $0) } ?? ""
      treeBuilder(user)?.failed(
        .entityUnknown, found: "&\(found);", allowed: "&lt; &gt; &amp; &quot; &apos;")
    }
  }
}

extension FindingError {
  init(_ diagnostic: Diagnostic) {
    self.diagnostic = diagnostic
  }
}

private func treeBuilder(_ user: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
  user.map { Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
}

private func errorCode(of code: CInt) -> DiagnosticCode {
  let entityErrors = [
    XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY, XML_ERR_ENTITY_LOOP,
    XML_ERR_UNPARSED_ENTITY,
  ]
  return entityErrors.contains { CInt($0.rawValue) == code } ? .entityUnknown : .notWellFormed
}

/// libxml2's own words, without its line end.
func errorText(_ message: UnsafePointer<CChar>?) -> String {
  guard let message else { return "an error without words" }
  var text = String(cString: message)
  while let last = text.last, last.isWhitespace { text.removeLast() }
  return text
}

/// Attributes come as five pointers each: local name, prefix, URI, begin and end of the value.
private func attributeList(
  _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int, _ builder: XMLTreeBuilder
) -> [XMLAttribute] {
  guard let attributes else { return [] }
  return (0..<count).compactMap { index in
    let fields = attributes + 5 * index
    guard let local = fields[0], let start = fields[3], let end = fields[4] else { return nil }
    let value = UnsafeBufferPointer(start: start, count: end - start)
    let text = String(decoding: value, as: UTF8.self)
    // libxml2 leaves each ampersand of an attribute as a reference, and nothing else.
    let hasAmpersand = value.contains(UInt8(ascii: "&"))
    return XMLAttribute(
      name: builder.name(local, prefix: fields[1]),
      value: hasAmpersand ? text.replacing("&#38;", with: "&") : text)
  }
}

/// Namespace declarations come as two pointers each: prefix and URI.
private func namespaceList(
  _ namespaces: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int
) -> [XMLAttribute] {
  guard let namespaces else { return [] }
  return (0..<count).map { index in
    let prefix = namespaces[2 * index].map { ":" + String(cString: $0) } ?? ""
    let uri = namespaces[2 * index + 1].map { String(cString: $0) } ?? ""
    return XMLAttribute(name: "xmlns" + prefix, value: uri)
  }
}
