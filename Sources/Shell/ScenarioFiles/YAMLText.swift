internal import ApplianceConfiguration

/// The text of a YAML file and its lines, refused where YAML and an editor could disagree.
struct YAMLText: Sendable {
  static let bytesMax = 1 << 20

  /// Without a byte order mark.
  let text: String
  /// Each line's bytes without its end.
  let lines: [ArraySlice<UInt8>]
  /// For each line that is not ASCII, by its index, where its characters begin: places are asked for
  /// at every node, and a hostile file may be one line.
  private var characterOffsets: [Int: [Int32]] = [:]

  init(bytes given: [UInt8]) throws(ScenarioFinding) {
    guard given.count <= Self.bytesMax else {
      throw ScenarioFinding(
        at: nil, "the file is too large: found \(given.count) bytes, allowed: \(Self.bytesMax)")
    }
    let bytes = given.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(given.dropFirst(3)) : given
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let index = error.byteOffsets.lowerBound
      throw ScenarioFinding(
        at: Self.place(ofByte: index, in: bytes),
        "found byte 0x\(String(bytes[index], radix: 16, uppercase: true)), allowed: UTF-8")
    }
    self.text = String(decoding: bytes, as: UTF8.self)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for index in lines.indices where lines[index].last == UInt8(ascii: "\r") {
      lines[index].removeLast()
    }
    self.lines = lines
    try self.checkCharacters()
    try self.checkAliases()
  }

  /// The place of a character, the column in bytes as in every other message of the product.
  ///
  /// - Parameter column: counted in Unicode scalars from 1, as the YAML parser does.
  func place(line: Int, column: Int) -> SourcePosition {
    guard self.lines.indices.contains(line - 1) else {
      return SourcePosition(line: max(line, 1), column: 1)
    }
    guard let offsets = self.characterOffsets[line - 1] else {
      return SourcePosition(line: line, column: column)
    }
    let isInside = offsets.indices.contains(column - 1)
    let bytes = isInside ? Int(offsets[column - 1]) : self.lines[line - 1].count
    return SourcePosition(line: line, column: bytes + 1)
  }

  /// The byte at a place; `nil` at the end of a line.
  func byte(at place: SourcePosition) -> UInt8? {
    guard self.lines.indices.contains(place.line - 1) else { return nil }
    return self.lines[place.line - 1].dropFirst(place.column - 1).first
  }

  /// Where a key of a block stands again, below `first` and not in another block.
  func repetition(of key: String, at first: SourcePosition) -> SourcePosition? {
    let indent = first.column - 1
    for (index, line) in self.lines.enumerated().dropFirst(first.line) {
      let blanks = line.prefix { $0 == UInt8(ascii: " ") }.count
      guard blanks < line.count else { continue }
      if blanks < indent { return nil }
      if blanks == indent, line.dropFirst(indent).starts(with: (key + ":").utf8) {
        return SourcePosition(line: index + 1, column: first.column)
      }
    }
    return nil
  }

  /// The same text with another key, as long, in the place of one; `nil` where the key does not
  /// stand there, or no other one is free.
  func masking(_ key: String, at place: SourcePosition) -> YAMLText? {
    let count = key.utf8.count
    let fills = "qxzjkvwyQXZJKVWY".utf8.map { [UInt8](repeating: $0, count: count) }
    let text = self.text
    guard let fill = fills.first(where: { !text.contains(String(decoding: $0, as: UTF8.self)) })
    else { return nil }
    var lines = text.utf8.split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).map { Array($0) }
    let row = place.line - 1
    let start = place.column - 1
    guard count > 0, lines.indices.contains(row), lines[row].dropFirst(start).starts(with: key.utf8)
    else { return nil }
    lines[row].replaceSubrange(start..<start + count, with: fill)
    return try? YAMLText(bytes: Array(lines.joined(separator: [UInt8(ascii: "\n")])))
  }

  // MARK: Checks

  /// No control characters, and no line ends but LF and CR LF: YAML knows three more.
  private mutating func checkCharacters() throws(ScenarioFinding) {
    for (index, line) in self.lines.enumerated() {
      var offsets: [Int32] = []
      var offset = 0
      for scalar in String(decoding: line, as: UTF8.self).unicodeScalars {
        if Self.isOdd(scalar) {
          let number = String(scalar.value, radix: 16, uppercase: true)
          let padded = String(repeating: "0", count: max(0, 4 - number.count)) + number
          throw ScenarioFinding(
            at: SourcePosition(line: index + 1, column: offset + 1),
            "found the character U+\(padded), allowed: printable characters, "
              + "and LF or CR LF as the end of a line")
        }
        offsets.append(Int32(offset))
        offset += scalar.utf8.count
      }
      if offsets.count < line.count { self.characterOffsets[index] = offsets }
    }
  }

  private static func isOdd(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00..<0x09, 0x0A..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF: true
    default: false
    }
  }

  /// Refuses aliases before anything expands them.
  ///
  /// An alias takes `&name` and `*name`. Whoever writes both is refused, wherever they stand: blind to
  /// quotes and comments, so that nothing can hide them.
  private func checkAliases() throws(ScenarioFinding) {
    let aliases = Set(self.markedNames(UInt8(ascii: "*")).map(\.name))
    guard !aliases.isEmpty else { return }
    for anchor in self.markedNames(UInt8(ascii: "&")) where aliases.contains(anchor.name) {
      throw ScenarioFinding(at: anchor.place, YAMLTree.refusal)
    }
  }

  private func markedNames(_ mark: UInt8) -> [(name: ArraySlice<UInt8>, place: SourcePosition)] {
    var result: [(ArraySlice<UInt8>, SourcePosition)] = []
    for (index, line) in self.lines.enumerated() {
      for start in line.indices where line[start] == mark {
        let name = line[(start + 1)...].prefix(while: Self.isNameByte)
        let column = start - line.startIndex + 1
        if !name.isEmpty {
          result.append((name, SourcePosition(line: index + 1, column: column)))
        }
      }
    }
    return result
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A)
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  private static func place(ofByte index: Int, in bytes: [UInt8]) -> SourcePosition {
    let before = bytes[..<index]
    let line = before.reduce(into: 1) { $0 += $1 == UInt8(ascii: "\n") ? 1 : 0 }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return SourcePosition(line: line, column: index - start + 1)
  }
}
