/// An address with the name that mail programs show, such as `IronPort C370 Alert
/// <alert@example.com>`.
///
/// Source: RFC 5322 section 3.4 (`mailbox`).
public struct Mailbox: Hashable, Sendable {
  /// The longest display name in bytes of UTF-8. Source: our choice; keeps each part of a line
  /// below 998.
  public static let displayNameBytesMax = 256

  /// As people read it, neither quoted nor encoded; empty for none; without control characters.
  public let displayName: String
  /// The address.
  public let address: MailAddress

  /// A mailbox.
  ///
  /// - Throws: `.invalidHeader` for control characters (so no CR or LF) in the name; `.tooLong`.
  public init(displayName: String = "", address: MailAddress) throws(MailTransportError) {
    guard displayName.utf8.count <= Self.displayNameBytesMax else {
      throw MailTransportError(
        .tooLong, place: "display name", found: "\(displayName.utf8.count) bytes",
        allowed: "at most \(Self.displayNameBytesMax)")
    }
    guard displayName.utf8.allSatisfy({ $0 >= 0x20 && $0 != ASCII.delete }) else {
      throw MailTransportError(
        .invalidHeader, place: "display name", found: displayName,
        allowed: "no control characters")
    }
    self.displayName = displayName
    self.address = address
  }

  /// The parts between which a header line may be folded; each but the first begins with a space.
  ///
  /// - Parameter firstLineRoom: bytes left on the line where the mailbox begins.
  func pieces(firstLineRoom: Int) -> [String] {
    guard !self.displayName.isEmpty else { return ["\(self.address)"] }
    return self.namePieces(firstLineRoom: firstLineRoom) + [" <\(self.address)>"]
  }

  /// Atoms where they suffice, else a quoted string, beyond ASCII encoded words.
  private func namePieces(firstLineRoom: Int) -> [String] {
    let name = self.displayName.utf8
    if EncodedWords.areNeeded(for: name) {
      return EncodedWords.make(self.displayName, firstLineRoom: firstLineRoom)
    }
    let words = self.displayName.split(separator: " ", omittingEmptySubsequences: false)
    let isPhrase = words.allSatisfy { word in
      !word.isEmpty && word.utf8.allSatisfy { ASCII.isAtomText($0) }
    }
    if isPhrase {
      return words.enumerated().map { $0 == 0 ? String($1) : " \($1)" }
    }
    var quoted: [UInt8] = [ASCII.quote]
    for byte in name {
      if byte == ASCII.quote || byte == ASCII.backslash {
        quoted.append(ASCII.backslash)
      }
      quoted.append(byte)
    }
    quoted.append(ASCII.quote)
    return [String(decoding: quoted, as: UTF8.self)]
  }
}
