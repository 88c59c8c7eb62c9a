internal import Text

/// A value to compare with, in which `*` stands for any characters; case is no matter.
public struct WordPattern: Hashable, Sendable, CustomStringConvertible {
  /// As it is written.
  public let description: String
  /// What must follow one another, in small letters; the asterisks are between them.
  private let parts: [[UInt8]]

  /// A pattern.
  public init(_ text: String) {
    self.description = text
    self.parts = text.lowercased().utf8
      .split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
  }

  /// Whether `text` is what the pattern says.
  ///
  /// - Complexity: O(length of `text` times length of the pattern).
  public func matches(_ text: String) -> Bool {
    let bytes = Array(text.lowercased().utf8)
    guard let first = self.parts.first, let last = self.parts.last, bytes.starts(with: first)
    else { return false }
    guard self.parts.count > 1 else { return bytes.count == first.count }
    var rest = bytes[first.count...]
    // The earliest place of each part leaves most for those after it.
    for part in self.parts[1..<(self.parts.count - 1)] where !part.isEmpty {
      guard let start = ByteSearch(part).firstIndex(in: rest) else { return false }
      rest = rest[(start + part.count)...]
    }
    return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
  }
}

/// A folder or file below the settings, such as `exports/*/lab`; it holds for all below it.
public struct FolderPattern: Hashable, Sendable {
  private let parts: [WordPattern]

  /// A pattern of names between slashes.
  public init(_ text: String) {
    self.parts = text.split(separator: "/").filter { $0 != "." }.map { WordPattern(String($0)) }
  }

  /// Whether the file of that name is it, or is below it.
  public func covers(_ name: String) -> Bool {
    let names = name.split(separator: "/")
    return names.count >= self.parts.count
      && zip(self.parts, names).allSatisfy { $0.matches(String($1)) }
  }
}
