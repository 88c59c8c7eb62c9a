internal import ApplianceConfiguration
internal import Simulation

/// Names of files, which appliances make of what stands in them.
extension TextSanitizer {
  /// The name of a file without its end.
  ///
  /// A serial number in it, as in `C370-A4BADB4712A9-511AA1E-20150625T085003`, an address, and a
  /// name that is a host as a whole are replaced as they are in the file; the rest as a name.
  func fileName(_ name: [UInt8]) -> [UInt8] {
    let text = String(decoding: name, as: UTF8.self)
    if name.count(where: { $0 == UInt8(ascii: ".") }) > 1, Self.looksLikeHost(text) {
      return Array(self.replacements.host(text).utf8)
    }
    var result: [UInt8] = []
    var rest = name[...]
    while let known = Self.known(in: rest) {
      result += self.part(rest[..<known.range.lowerBound])
      if let address = known.address {
        result += Array(self.replacements.address(address).description.utf8)
      } else {
        result += self.replacements.scrambled(Array(rest[known.range]))
      }
      rest = rest[known.range.upperBound...]
    }
    return result.isEmpty ? self.name(name) : result + self.part(rest)
  }

  /// A part between others; marks tell nothing.
  private func part(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    bytes.contains(where: StructuredText.isLabelByte) ? self.name(Array(bytes)) : Array(bytes)
  }

  /// The first serial number or address.
  private static func known(
    in bytes: ArraySlice<UInt8>
  ) -> (range: Range<Int>, address: IPv4Address?)? {
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let isPart: (UInt8) -> Bool = { StructuredText.isLetter($0) || Self.isDigit($0) }
      guard isPart(bytes[start]) else {
        start += 1
        continue
      }
      if let end = self.endOfSerialNumber(in: bytes, from: start) { return (start..<end, nil) }
      let numbers = bytes[start...].prefix { Self.isDigit($0) || $0 == UInt8(ascii: ".") }
      if let address = IPv4Address(String(decoding: numbers, as: UTF8.self)) {
        return (numbers.startIndex..<numbers.endIndex, address)
      }
      start = bytes[start...].firstIndex { !isPart($0) } ?? bytes.endIndex
    }
    return nil
  }

  /// Twelve hexadecimal digits, a hyphen, and seven letters or digits: the form of public exports.
  private static func endOfSerialNumber(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
    let first = bytes[start...].prefix(while: Self.isHexDigit)
    guard first.count == 12, first.endIndex < bytes.endIndex,
      bytes[first.endIndex] == UInt8(ascii: "-")
    else { return nil }
    let second = bytes[(first.endIndex + 1)...].prefix {
      StructuredText.isLetter($0) || Self.isDigit($0)
    }
    return second.count == 7 ? second.endIndex : nil
  }
}
