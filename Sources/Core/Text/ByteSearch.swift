/// Looks for bytes within others, without making them characters.
///
/// A text in UTF-8 that holds another one holds its bytes, and the other way round: what differs
/// from `String.contains` is that letters which Unicode takes for equal, such as one with an accent
/// and the same with a combining accent, are not.
public struct ByteSearch: Hashable, Sendable {
  /// What is looked for; nothing is found everywhere.
  public let pattern: [UInt8]

  /// Looks for bytes.
  public init(_ pattern: [UInt8]) {
    self.pattern = pattern
  }

  /// Looks for the bytes of a text.
  public init(_ text: String) {
    self.pattern = Array(text.utf8)
  }

  /// How many bytes are before the first place of the pattern; `nil` when there is none.
  ///
  /// - Complexity: O(length of `bytes` times length of the pattern), as a rule one step a byte.
  public func firstOffset(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let first = self.pattern.first else { return 0 }
    guard bytes.count >= self.pattern.count else { return nil }
    return self.pattern.withUnsafeBufferPointer { pattern in
      var start = 0
      let last = bytes.count - pattern.count
      while start <= last {
        if bytes[start] == first {
          var length = 1
          while length < pattern.count, bytes[start + length] == pattern[length] { length += 1 }
          if length == pattern.count { return start }
        }
        start += 1
      }
      return nil
    }
  }

  /// Where the pattern first begins, by the indices of the slice; `nil` when it does nowhere.
  public func firstIndex(in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.withUnsafeBytes(self.firstOffset(in:)).map { bytes.startIndex + $0 }
  }

  /// Whether the pattern is in it.
  public func isFound(in bytes: UnsafeRawBufferPointer) -> Bool {
    self.firstOffset(in: bytes) != nil
  }

  /// Whether the pattern is in it.
  public func isFound(in bytes: ArraySlice<UInt8>) -> Bool {
    self.firstIndex(in: bytes) != nil
  }

  /// Whether the pattern is in it.
  public func isFound(in text: String) -> Bool {
    var text = text
    return text.withUTF8 { self.isFound(in: UnsafeRawBufferPointer($0)) }
  }
}
