/// An IPv4 address.
@frozen
public struct IPv4Address: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible
{
  /// The four octets, the first in the highest byte.
  public let bits: UInt32

  @inlinable
  public init(bits: UInt32) {
    self.bits = bits
  }

  /// Four octets, each 0 to 255.
  @inlinable
  public init(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
    self.bits =
      UInt32(first) << 24 | UInt32(second) << 16 | UInt32(third) << 8 | UInt32(fourth)
  }

  /// Reads dotted decimal with exactly four parts and no leading zeros; `nil` for anything else.
  public init?(_ text: String) {
    var bits: UInt32 = 0
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    for part in parts {
      guard part.count <= 3, part.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        let octet = UInt8(String(part) ?? ""), part.count == 1 || part.first != 0x30
      else { return nil }
      bits = bits << 8 | UInt32(octet)
    }
    self.bits = bits
  }

  public var description: String {
    "\(self.bits >> 24).\(self.bits >> 16 & 255).\(self.bits >> 8 & 255).\(self.bits & 255)"
  }

  @inlinable
  public static func < (lhs: IPv4Address, rhs: IPv4Address) -> Bool { lhs.bits < rhs.bits }
}
