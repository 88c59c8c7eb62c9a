public import ApplianceConfiguration
internal import Text

/// A configuration file whose values are changed in place: every other byte stays as it is.
public struct ConfigurationEditor: Sendable {
  /// Why a value was not set.
  public enum Failure: Error, Hashable, Sendable {
    /// The file cannot be read; the finding says where.
    case unreadable(Diagnostic)
    /// No element has this path, or several have it.
    case notFound(path: String)
    /// The element has children, which a text would replace.
    case notALeaf(path: String)
    /// The text has a character that XML does not allow.
    case notText(path: String)
  }

  private let original: [UInt8]
  private let root: XMLElement
  private let encoding: SourceText.Encoding
  private var edits: [Int: (range: Range<Int>, bytes: [UInt8])] = [:]

  /// The file with the given bytes.
  public init(
    bytes: [UInt8], limits: ReadingLimits = ReadingLimits()
  ) throws(Failure) {
    switch XMLTreeParser(limits: limits).parse(bytes) {
    case .failure(let error): throw .unreadable(error.diagnostic)
    case .success(let document): self.root = document.root
    }
    guard case .success(let text) = SourceText.decode(bytes) else {
      throw .unreadable(Diagnostic(.encodingUnsupported, at: nil, found: "", allowed: ""))
    }
    self.original = bytes
    self.encoding = Self.writingEncoding(text, bytes)
  }

  /// The text of an element as the file has it; `nil` when there is no such leaf.
  public func value(at path: String) -> String? {
    self.element(at: path).flatMap { $0.children.isEmpty ? $0.text : nil }
  }

  /// Gives a leaf another text; the same text changes nothing.
  ///
  /// - Parameter path: as findings give it, such as
  ///   `/config/log_subscriptions/log_text[2]/log_level`.
  public mutating func set(_ path: String, to value: String) throws(Failure) {
    guard let element = self.element(at: path) else { throw .notFound(path: path) }
    guard element.children.isEmpty else { throw .notALeaf(path: path) }
    guard value.unicodeScalars.allSatisfy(Self.isAllowed) else { throw .notText(path: path) }
    let key = element.byteRange.lowerBound
    guard value != element.text else {
      self.edits[key] = nil
      return
    }
    let text = self.encoding.bytes(of: XMLEscape.escaped(value, .content))
    let isClosed = element.contentRange.lowerBound == element.byteRange.upperBound
    guard isClosed else {
      self.edits[key] = (element.contentRange, text)
      return
    }
    // `<x/>`: the slash goes, an end tag comes.
    let slash = self.encoding.bytes(of: "/>").count
    let start = element.byteRange.upperBound - slash
    self.edits[key] = (
      start..<element.byteRange.upperBound,
      self.encoding.bytes(of: ">") + text + self.encoding.bytes(of: "</\(element.name)>")
    )
  }

  /// The bytes of the file with what was set in the place of what stood there.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    var next = 0
    for edit in self.edits.values.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      result += self.original[next..<edit.range.lowerBound]
      result += edit.bytes
      next = edit.range.upperBound
    }
    return result + self.original[next...]
  }

  private func element(at path: String) -> XMLElement? {
    var steps = path.split(separator: "/")[...]
    guard path.hasPrefix("/"), let first = steps.popFirst(), first == self.root.name else {
      return nil
    }
    var element = self.root
    for step in steps {
      let name = step.prefix { $0 != "[" }
      let children = element.children.filter { $0.name == name }
      guard step.utf8.count > name.utf8.count else {
        guard children.count == 1 else { return nil }
        element = children[0]
        continue
      }
      guard step.hasSuffix("]"),
        let number = wholeNumber(String(step.dropFirst(name.count + 1).dropLast())),
        (1...max(1, children.count)).contains(number), !children.isEmpty
      else { return nil }
      element = children[number - 1]
    }
    return element
  }

  /// A file of ASCII bytes that declares more may have more.
  private static func writingEncoding(
    _ text: SourceText, _ bytes: [UInt8]
  ) -> SourceText.Encoding {
    guard text.encoding == .ascii,
      case .success(let declared) = SourceText.declaredEncoding(of: bytes[...])
    else { return text.encoding }
    return declared
  }

  /// `Char` of XML 1.0.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }
}
