import ApplianceConfiguration
import CLibXML2
import ConfigurationPolicy

/// What a file holds beside its elements.
struct XMLDocument: Sendable {
  var root: XMLElement
  /// Comments before the root, in file order.
  var leadingComments: [XMLComment]
  /// Comments that suppress findings, in file order.
  var suppressions: [SuppressionComment] = []
}

/// A comment that suppresses findings about the element after it.
struct SuppressionComment: Hashable, Sendable {
  var comment: XMLComment
  /// Where that element begins; `nil` when none follows within the same element.
  var target: SourcePosition?
}

/// One comment: its text and where the text, behind `<!--`, begins.
struct XMLComment: Hashable, Sendable {
  var text: String
  var position: SourcePosition
}

/// Receives libxml2's SAX2 events and builds the tree; one instance a parse, used by one thread.
///
/// Each event says where it ends. Where it begins is found by looking back for its first character,
/// which XML allows at no other place of a tag: linear, since a tag is looked over once.
final class XMLTreeBuilder {
  /// The finding after which nothing more is read.
  private(set) var failure: Diagnostic?
  private(set) var root: XMLElement?
  private(set) var leadingComments: [XMLComment] = []
  private(set) var hasDocumentType = false
  private(set) var suppressions: [SuppressionComment] = []
  /// The first of those that wait for the element after them.
  private var firstWaiting = 0

  private let text: SourceText
  private let limits: ReadingLimits
  private let context: xmlParserCtxtPtr
  private var cursor: SourceCursor
  private var open: [XMLElement] = []
  private var elementCount = 0
  /// Names by libxml2's interned pointers, so that equal names share one storage.
  private var names: [UnsafeRawPointer: String] = [:]

  init(_ text: SourceText, limits: ReadingLimits, context: xmlParserCtxtPtr) {
    self.text = text
    self.limits = limits
    self.context = context
    self.cursor = SourceCursor(text)
  }

  // MARK: Events

  func documentType(name: String, publicIdentifier: String?, systemIdentifier: String?) {
    self.hasDocumentType = true
    let place = self.place(before: self.parsedBytes, of: UInt8(ascii: "<"))
    guard name == "config", publicIdentifier == nil, systemIdentifier == "config.dtd" else {
      let system = systemIdentifier.map { "SYSTEM \"\($0)\"" } ?? "no SYSTEM"
      let isPublic = publicIdentifier == nil ? "" : "PUBLIC, "
      self.fail(
        .documentTypeUnexpected, at: place,
        found: Diagnostic.quote(name) + ", " + isPublic + system,
        allowed: #"<!DOCTYPE config SYSTEM "config.dtd">"#)
      return
    }
    // The parser stands behind the identifiers: a bracket there opens declarations.
    if self.parsedBytes < self.text.utf8.count,
      self.text.utf8[self.parsedBytes] == UInt8(ascii: "[")
    {
      self.fail(.internalSubset, at: place, found: "[", allowed: "no declarations")
    }
  }

  func elementStarted(name: String, attributes: [XMLAttribute]) {
    let end = self.parsedBytes
    let position = self.place(before: end, of: UInt8(ascii: "<"))
    let start = self.cursor.fileOffset
    self.elementCount += 1
    for index in self.firstWaiting..<self.suppressions.count {
      self.suppressions[index].target = position
    }
    self.firstWaiting = self.suppressions.count
    if let excess = self.exceededLimit(attributes: attributes) {
      self.fail(.limitExceeded, at: position, found: excess.found, allowed: excess.allowed)
      return
    }
    // The parser stands at `>` or `/>`.
    let isEmpty = end < self.text.utf8.count && self.text.utf8[end] == UInt8(ascii: "/")
    self.moveCursor(to: min(end + (isEmpty ? 2 : 1), self.text.utf8.count))
    let content = self.cursor.fileOffset
    self.open.append(
      XMLElement(
        name: name, attributes: attributes, position: position, byteRange: start..<content,
        contentRange: content..<content))
  }

  func elementEnded() {
    guard var element = self.open.popLast() else { return }
    self.firstWaiting = self.suppressions.count
    let end = self.parsedBytes
    if end > self.cursor.offset {
      _ = self.place(before: end, of: UInt8(ascii: "<"))
      element.contentRange = element.contentRange.lowerBound..<self.cursor.fileOffset
      self.moveCursor(to: end)
    }
    element.byteRange = element.byteRange.lowerBound..<self.cursor.fileOffset
    if self.open.isEmpty {
      self.root = element
    } else {
      self.open[self.open.count - 1].children.append(element)
    }
  }

  func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard !self.open.isEmpty else { return }
    let index = self.open.count - 1
    let isBlank = bytes.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    // Blanks between the children of a container are layout; those of a leaf are its value.
    if isBlank && !self.open[index].children.isEmpty { return }
    self.open[index].text += String(decoding: bytes, as: UTF8.self)
    if self.open[index].text.utf8.count > self.limits.textBytesMax {
      self.fail(
        .limitExceeded, at: self.open[index].position, found: "a longer text",
        allowed: "\(self.limits.textBytesMax) bytes of text in an element")
    }
  }

  func comment(_ bytes: UnsafePointer<UInt8>) {
    let isLeading = self.open.isEmpty && self.root == nil
    let isSuppression = Self.isSuppression(bytes)
    guard isLeading || isSuppression && !self.open.isEmpty else { return }
    let text = String(cString: bytes)
    // `--` cannot stand inside a comment, so the nearest `<!--` is this one's.
    _ = self.place(before: self.parsedBytes, of: UInt8(ascii: "<"), followedBy: "!--")
    self.moveCursor(to: self.cursor.offset + 4)
    let comment = XMLComment(text: text, position: self.cursor.position)
    if isLeading { self.leadingComments.append(comment) }
    if isSuppression { self.suppressions.append(SuppressionComment(comment: comment)) }
  }

  /// Whether a comment begins with the mark of a suppression, after blanks.
  private static func isSuppression(_ bytes: UnsafePointer<UInt8>) -> Bool {
    var start = bytes
    while XMLBlank.isBlank(start.pointee) { start += 1 }
    for byte in Suppression.mark.utf8 {
      guard start.pointee == byte else { return false }
      start += 1
    }
    return true
  }

  func failed(_ code: DiagnosticCode, found: String, allowed: String = "") {
    var ahead = self.cursor
    let bytes = self.text.utf8
    ahead.move(to: max(ahead.offset, self.parsedBytes), in: bytes.span)
    self.fail(code, at: ahead.position, found: found, allowed: allowed)
  }

  /// The name at a pointer that libxml2 interns, with its prefix.
  func name(_ local: UnsafePointer<UInt8>, prefix: UnsafePointer<UInt8>?) -> String {
    if let prefix { return String(cString: prefix) + ":" + String(cString: local) }
    if let known = self.names[local] { return known }
    let name = String(cString: local)
    self.names[local] = name
    return name
  }

  /// The name of an element: those of the delivery settings have one prefix, whatever the file
  /// calls it.
  func name(
    _ local: UnsafePointer<UInt8>, prefix: UnsafePointer<UInt8>?, namespace: String?
  ) -> String {
    guard let namespace else { return self.name(local, prefix: prefix) }
    if namespace == DeliveryField.namespace {
      return DeliveryNames.prefix + ":" + String(cString: local)
    }
    let name = self.name(local, prefix: prefix)
    if name.hasPrefix(DeliveryNames.prefix + ":") {
      self.failed(
        .prefixTaken, found: Diagnostic.quote(namespace), allowed: DeliveryNames.declaration)
    }
    return name
  }

  // MARK: Places

  /// How many bytes of the text libxml2 has read.
  private var parsedBytes: Int {
    min(max(0, Int(shim_byteOffset(self.context))), self.text.utf8.count)
  }

  private func moveCursor(to offset: Int) {
    let bytes = self.text.utf8
    self.cursor.move(to: max(offset, self.cursor.offset), in: bytes.span)
  }

  /// Moves to the nearest `byte` before `end`, but not behind what was passed already.
  private func place(
    before end: Int, of byte: UInt8, followedBy rest: StaticString = ""
  ) -> SourcePosition {
    var index = end - 1
    while index > self.cursor.offset {
      if self.text.utf8[index] == byte && self.follows(rest, at: index + 1) { break }
      index -= 1
    }
    self.moveCursor(to: index)
    return self.cursor.position
  }

  private func follows(_ rest: StaticString, at index: Int) -> Bool {
    guard self.text.utf8.count - index >= rest.utf8CodeUnitCount else { return false }
    return (0..<rest.utf8CodeUnitCount).allSatisfy {
      self.text.utf8[index + $0] == rest.utf8Start[$0]
    }
  }

  // MARK: Limits

  private func exceededLimit(
    attributes: [XMLAttribute]
  ) -> (found: String, allowed: String)? {
    if self.open.count >= self.limits.depthMax {
      return ("a deeper element", "\(self.limits.depthMax) levels")
    }
    if self.elementCount > self.limits.elementsMax {
      return ("one element more", "\(self.limits.elementsMax) elements")
    }
    if attributes.count > self.limits.attributesMax {
      return ("\(attributes.count) attributes", "\(self.limits.attributesMax) attributes")
    }
    let bytes = attributes.reduce(0) { $0 + $1.value.utf8.count }
    if bytes > self.limits.textBytesMax {
      return ("longer attributes", "\(self.limits.textBytesMax) bytes of attributes in an element")
    }
    return nil
  }

  private func fail(
    _ code: DiagnosticCode, at position: SourcePosition, found: String, allowed: String
  ) {
    guard self.failure == nil else { return }
    self.failure = Diagnostic(code, at: position, found: found, allowed: allowed)
    xmlStopParser(self.context)
  }
}
