public import ApplianceConfiguration

/// What makes a finding the same one after lines have moved: file, code, place in the tree, value.
public struct FindingKey: Hashable, Comparable, Sendable {
  /// The file's name, from the folder that names are relative to.
  public let file: String
  /// Such as `LOG012`; a text, since a baseline may be older or newer than this release.
  public let code: String
  /// The element's path; empty when the finding stands in no element.
  public let path: String
  /// What was found.
  public let found: String

  /// The key of a finding.
  public init(file: String, code: String, path: String, found: String) {
    self.file = file
    self.code = code
    self.path = path
    self.found = found
  }

  /// The key of a finding about a file.
  public init(file: String, _ finding: Diagnostic) {
    self.init(
      file: file, code: finding.code.rawValue, path: finding.path, found: finding.found)
  }

  public static func < (left: FindingKey, right: FindingKey) -> Bool {
    left.parts.lexicographicallyPrecedes(right.parts)
  }

  private var parts: [String] { [self.file, self.path, self.code, self.found] }

  /// Sixteen hexadecimal digits that stand for the key: 64-bit FNV-1a over its parts.
  var fingerprint: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for (index, part) in self.parts.enumerated() {
      // Between two parts stands a NUL, which changes the product alone.
      if index > 0 { hash = hash &* 0x0000_0100_0000_01B3 }
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
