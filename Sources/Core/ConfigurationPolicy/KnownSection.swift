/// Replaces the section `known` of a file of check settings; every other byte stays.
public enum KnownSection {
  /// A section's key, at the beginning of its line.
  public static let key = "known"

  /// The bytes of a file with `lines` in the place of its section, or after what it has.
  ///
  /// - Parameters:
  ///   - bytes: the file; empty for a new one.
  ///   - keyLines: the lines, from 1, on which the sections at the top of the file begin.
  ///   - line: the one on which `known` begins; `nil` when the file has none.
  public static func replacing(
    in bytes: [UInt8], keyLines: [Int], at line: Int?, with lines: [String]
  ) -> [UInt8] {
    let newline: [UInt8] =
      bytes.firstIndex(of: 0x0A).map { $0 > 0 && bytes[$0 - 1] == 0x0D } ?? false
      ? [0x0D, 0x0A] : [0x0A]
    let section = lines.flatMap { Array($0.utf8) + newline }
    guard let line else {
      var result = bytes
      if let last = result.last, last != 0x0A { result += newline }
      return result + (result.isEmpty ? [] : newline) + section
    }
    // Where each line begins, and the end.
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0A { starts.append(index + 1) }
    if starts.last != bytes.count { starts.append(bytes.count) }
    let next = keyLines.filter { $0 > line }.min() ?? starts.count
    // Comments and blank lines before the next section are that one's.
    var end = next - 1
    while end > line, Self.isBesideSections(bytes[starts[end - 1]..<starts[end]]) { end -= 1 }
    return Array(bytes[..<starts[line - 1]]) + section + Array(bytes[starts[end]...])
  }

  /// Whether a line holds a comment at its beginning, nothing, or a mark of a document's end.
  private static func isBesideSections(_ line: ArraySlice<UInt8>) -> Bool {
    line.first == UInt8(ascii: "#") || line.starts(with: "...".utf8)
      || line.starts(with: "---".utf8)
      || line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
  }
}
