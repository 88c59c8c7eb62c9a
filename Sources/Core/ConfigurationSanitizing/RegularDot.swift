/// Dots between the labels of a host or the numbers of an address.
enum RegularDot {
  /// The range of a dot between labels, as a regular expression or a person may write it: `.`,
  /// `\.`, `\\.`, `[.]`, `(\.)`, `.?`.
  static func range(in bytes: [UInt8], at index: Int) -> Range<Int>? {
    guard index < bytes.count else { return nil }
    guard bytes[index] == UInt8(ascii: "(") else {
      return self.dot(in: bytes, at: index).map { range in
        // What is behind a mark for "at most one" is a label, and no setting's name.
        let label = range.upperBound + 1
        guard label < bytes.count, bytes[range.upperBound] == UInt8(ascii: "?"),
          StructuredText.isLetter(bytes[label]),
          bytes[label...].prefix(64).first(where: { !StructuredText.isLabelByte($0) })
            != UInt8(ascii: "=")
        else { return range }
        return range.lowerBound..<label
      }
    }
    let inner = index + (bytes[index...].starts(with: "(?:".utf8) ? 3 : 1)
    return self.dot(in: bytes, at: inner).flatMap { range in
      range.upperBound < bytes.count && bytes[range.upperBound] == UInt8(ascii: ")")
        ? index..<(range.upperBound + 1) : nil
    }
  }

  private static func dot(in bytes: [UInt8], at index: Int) -> Range<Int>? {
    guard index < bytes.count else { return nil }
    let dot = UInt8(ascii: ".")
    switch bytes[index] {
    case dot: return index..<(index + 1)
    case UInt8(ascii: "["):
      return bytes[index...].starts(with: "[.]".utf8) ? index..<(index + 3) : nil
    case UInt8(ascii: "\\"):
      let end = bytes[index...].prefix(9).firstIndex { $0 != UInt8(ascii: "\\") } ?? bytes.count
      return end < bytes.count && bytes[end] == dot ? index..<(end + 1) : nil
    default: return nil
    }
  }
}
