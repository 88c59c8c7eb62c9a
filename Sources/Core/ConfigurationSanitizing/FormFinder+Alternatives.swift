internal import ApplianceConfiguration

/// Alternatives in regular expressions.
extension FormFinder {
  /// One of several: labels of a host or numbers of an address, and what parts them.
  private struct Alternative {
    var labels: [[UInt8]] = []
    var separators: [[UInt8]] = []

    var isNumeric: Bool { self.labels.allSatisfy { $0.allSatisfy(StructuredText.isDigit) } }

    var dotted: [UInt8] { Array(self.labels.joined(separator: [UInt8(ascii: ".")])) }

    func written(with labels: [[UInt8]]) -> [UInt8] {
      var result: [UInt8] = []
      for (index, label) in labels.enumerated() {
        result += label
        if index < self.separators.count { result += self.separators[index] }
      }
      return result
    }
  }

  /// `(acme|corp)\.com` and `(10\.47|172\.20)\.`: each replaced as the host or the network that it
  /// is with what follows.
  ///
  /// A group that has another in it is none, so that each byte is looked at once.
  func alternatives(at start: Int) -> FoundForm? {
    let question = self.bytes[start...].starts(with: "(?:".utf8) ? 3 : 1
    let close = self.end(from: start + question) { byte in
      StructuredText.isLabelByte(byte) || "\\.[]|".utf8.contains(byte)
    }
    guard self.byte(at: close) == UInt8(ascii: ")"), close > start + question,
      let separator = RegularDot.range(in: self.bytes, at: close + 1)
    else { return nil }
    let parts = self.bytes[(start + question)..<close].split(
      separator: UInt8(ascii: "|"), omittingEmptySubsequences: false)
    guard parts.count > 1 || separator.count > 1 else { return nil }
    let alternatives = parts.compactMap { self.alternative($0) }
    guard alternatives.count == parts.count else { return nil }
    var result = Array(self.bytes[start..<(start + question)])
    if alternatives.allSatisfy(\.isNumeric) {
      // Numbers further on in an address, or first ones, tell no network.
      guard self.byte(at: start - 1).map({ !".])".utf8.contains($0) }) ?? true,
        alternatives.contains(where: { $0.labels.count > 1 })
      else { return nil }
      let networks = alternatives.compactMap { alternative in
        self.replacements.addressPrefix(alternative.dotted + [UInt8(ascii: ".")]).map {
          alternative.written(with: $0.split(separator: UInt8(ascii: ".")).map(Array.init))
        }
      }
      guard networks.count == parts.count else { return nil }
      result += networks.joined(separator: [UInt8(ascii: "|")])
      return FoundForm(output: result, end: close)
    }
    let rest = self.alternative(ahead: separator.upperBound)
    guard let replaced = self.hosts(alternatives, before: rest) else {
      let scrambled = alternatives.map { alternative in
        alternative.written(with: alternative.labels.map { self.replacements.scrambled($0) })
      }
      result += scrambled.joined(separator: [UInt8(ascii: "|")])
      return FoundForm(output: result, end: close)
    }
    result += replaced.alternatives.joined(separator: [UInt8(ascii: "|")])
    result += self.bytes[close..<separator.upperBound] + replaced.rest
    return FoundForm(output: result, end: replaced.end)
  }

  /// Labels with what parts them, and nothing else.
  private func alternative(_ part: ArraySlice<UInt8>) -> Alternative? {
    let (alternative, end) = self.labels(from: part.startIndex, to: part.endIndex)
    return end == part.endIndex && alternative.labels.count == alternative.separators.count + 1
      ? alternative : nil
  }

  /// The labels behind a group; `nil` where what follows them is part of the host.
  private func alternative(ahead start: Int) -> (Alternative, end: Int)? {
    let (alternative, end) = self.labels(from: start, to: min(self.bytes.count, start + 254))
    return !alternative.labels.isEmpty
      && alternative.labels.count == alternative.separators.count + 1 ? (alternative, end) : nil
  }

  private func labels(from start: Int, to limit: Int) -> (Alternative, Int) {
    var result = Alternative()
    var place = start
    while place < limit {
      let label = min(limit, self.end(from: place, max: 64, while: StructuredText.isLabelByte))
      guard label > place else { break }
      result.labels.append(Array(self.bytes[place..<label]))
      place = label
      guard let separator = RegularDot.range(in: self.bytes, at: place),
        separator.upperBound <= limit
      else { break }
      result.separators.append(Array(self.bytes[separator]))
      place = separator.upperBound
    }
    return (result, place)
  }

  private func hosts(
    _ alternatives: [Alternative], before rest: (Alternative, end: Int)?
  ) -> (alternatives: [[UInt8]], rest: [UInt8], end: Int)? {
    guard let (rest, end) = rest else { return nil }
    var written: [[UInt8]] = []
    var last: [[UInt8]] = []
    for alternative in alternatives {
      let labels = alternative.labels + rest.labels
      let name = String(
        decoding: Array(labels.joined(separator: [UInt8(ascii: ".")])), as: UTF8.self)
      let host = self.replacements.host(name).utf8.split(separator: UInt8(ascii: ".")).map {
        Array($0)
      }
      guard HostSyntax.isHostName(name), host.count == labels.count else { return nil }
      written.append(alternative.written(with: Array(host.prefix(alternative.labels.count))))
      last = Array(host.suffix(rest.labels.count))
    }
    return (written, rest.written(with: last), end)
  }
}
