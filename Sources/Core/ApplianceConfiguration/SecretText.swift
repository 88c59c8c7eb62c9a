/// Whether a text must not be shown although its element's name says nothing of a secret.
///
/// Source: docs/FIDELITY.md, "Secrets in texts". Texts of elements that the model does not read may
/// hold anything: one that is hidden for nothing costs less than one that a merge request shows.
public enum SecretText {
  /// Whether there is a user with a passphrase before a host, as in a URL, or a name of a secret
  /// before `=` or `:`.
  public static func mayHold(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "="), UInt8(ascii: ":"):
        if ConfigurationElement.isSecret(self.word(before: index, in: bytes)) { return true }
      case UInt8(ascii: "@"):
        if self.isInURL(index, bytes) || self.endsLogin(index, bytes) { return true }
      default: break
      }
    }
    return false
  }

  /// Whether a text is the name of a secret, as in `<name>api_key</name><value>...</value>`.
  static func isName(_ text: String) -> Bool {
    text.utf8.count <= 64 && !text.isEmpty
      && text.utf8.allSatisfy { self.isOfWord($0) || $0 == UInt8(ascii: ".") }
      && ConfigurationElement.isSecret(text)
  }

  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// The word before a place, with blanks or a quote between.
  private static func word(before place: Int, in bytes: [UInt8]) -> String {
    var end = place
    let quotes = [UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "'")]
    while end > 0, quotes.contains(bytes[end - 1]), place - end < 3 { end -= 1 }
    var start = end
    while start > 0, self.isOfWord(bytes[start - 1]), end - start < 64 { start -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  /// Whether an `@` stands behind `user:passphrase`.
  private static func endsLogin(_ place: Int, _ bytes: [UInt8]) -> Bool {
    let marks = " \t\r\n\"'=,;<>()[]{}|@/".utf8
    var start = place
    while start > 0, place - start < 1024, !marks.contains(bytes[start - 1]) { start -= 1 }
    guard let colon = bytes[start..<place].firstIndex(of: UInt8(ascii: ":")) else { return false }
    guard colon > start, colon + 1 < place, place + 1 < bytes.count else { return false }
    return !self.schemes.contains(String(decoding: bytes[start..<colon], as: UTF8.self))
  }

  /// What stands before an address of mail or of a call, and names no user.
  private static let schemes: Set = ["mailto", "smtp", "sip", "sips", "xmpp"]

  /// Whether an `@` ends the user of a URL: `//` stands before it, with no slash or blank between.
  private static func isInURL(_ place: Int, _ bytes: [UInt8]) -> Bool {
    var index = place
    while index > 0, place - index < 1024 {
      let byte = bytes[index - 1]
      if byte == UInt8(ascii: "/") { return index > 1 && bytes[index - 2] == byte }
      if byte == UInt8(ascii: " ") || byte == 0x0A || byte == 0x09 { return false }
      index -= 1
    }
    return false
  }
}

extension ConfigurationElement {
  /// Whether an attribute or a child names a secret whose value stands beside it.
  public var namesSecret: Bool {
    self.attributes.contains { SecretText.isName($0.value) }
      || self.children.contains { $0.children.isEmpty && SecretText.isName($0.text) }
  }

  /// A value of the element, or of its attributes, in quotation marks; none of a secret.
  public func quoted(_ value: String) -> String {
    self.isSecret || self.namesSecret ? Diagnostic.hidden : Diagnostic.quote(value)
  }

  /// Whether an attribute's value must not be shown.
  public func isSecret(_ attribute: ConfigurationAttribute) -> Bool {
    self.isSecret || self.namesSecret || Self.isSecret(attribute.name)
      || SecretText.mayHold(attribute.value)
  }
}
