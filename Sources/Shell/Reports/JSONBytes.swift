internal import Foundation

/// The one way of values to JSON.
///
/// Control and format characters are escaped wherever they are, as `JSONText` has it: what is shown
/// on a terminal must not drive it.
public enum JSONBytes {
  /// A document of its own, ended by a line end.
  ///
  /// - Parameter isOneLine: whether it is a record in a stream of them.
  public static func encode(_ value: some Encodable, isOneLine: Bool = false) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if !isOneLine { encoder.outputFormatting.insert(.prettyPrinted) }
    return self.escaped(Array(try encoder.encode(value))) + [0x0A]
  }

  /// The encoder escapes what RFC 8259 asks for: what is left beyond ASCII is within texts.
  private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(where: { $0 >= 0x7F }) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar.value >= 0x7F, JSONText.isEscaped(scalar) {
        JSONText.escape(scalar, into: &result)
      } else {
        result += UTF8.encode(scalar) ?? .init()
      }
    }
    return result
  }
}
