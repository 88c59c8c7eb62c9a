internal import Simulation
import LogModel

/// How a sender of a Host Access Table may be written.
///
/// Source: docs/FIDELITY.md, "Senders".
public enum AccessSender {
  /// In words.
  static let allowed =
    "an address, a network, a range, a part of an address, or such as sbrs[-10.0:-3.0]"

  /// Whether a sender is one, as the table has it, with a comment behind it.
  ///
  /// Only numbers and scores can be wrong: any other word may be a host, or a keyword that is not
  /// known here.
  public static func isUnderstood(_ text: String) -> Bool {
    let word = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)[0]
    let score = "sbrs["
    if word.lowercased().hasPrefix(score) {
      return word.hasSuffix("]") && Self.isScore(word.dropFirst(score.count).dropLast())
    }
    let isOfNumbers = word.utf8.allSatisfy { "0123456789./-".utf8.contains($0) }
    return !isOfNumbers || Self.isIPv4(word)
  }

  /// `none`, or `low:high` from -10 to 10.
  private static func isScore(_ text: Substring) -> Bool {
    if text.lowercased() == "none" { return true }
    let bounds = text.split(separator: ":", omittingEmptySubsequences: false).map(Self.tenths)
    guard bounds.count == 2, let low = bounds[0], let high = bounds[1] else { return false }
    return low <= high && (-100...100).contains(low) && (-100...100).contains(high)
  }

  /// `-3.0` as -30.
  private static func tenths(_ text: Substring) -> Int? {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), text.utf8.filter({ $0 == 0x2D }).count <= 1,
      let whole = Self.number(parts[0]), let tenth = parts.count == 2 ? Self.number(parts[1]) : 0,
      tenth <= 9
    else { return nil }
    return (whole * 10 + tenth) * (isNegative ? -1 : 1)
  }

  /// `10.0.0.1`, `10.0.0.0/8`, `10.0.0.1-20`, `10.0.0.1-10.0.0.20`, `10.1.` and the like.
  private static func isIPv4(_ word: Substring) -> Bool {
    let ends = word.split(separator: "-", omittingEmptySubsequences: false)
    if ends.count == 2, IPv4Address(String(ends[0])) != nil {
      return IPv4Address(String(ends[1])) != nil || (Self.number(ends[1]) ?? 256) <= 255
    }
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2 {
      guard let bits = Self.number(parts[1]), bits <= 32 else { return false }
    }
    var octets = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let isPart = octets.last?.isEmpty == true
    if isPart { octets.removeLast() }
    guard parts.count <= 2, (isPart ? 1...3 : 2...4).contains(octets.count) else { return false }
    return octets.allSatisfy { (Self.number($0) ?? 256) <= 255 }
  }

  /// Up to three decimal digits.
  private static func number(_ text: Substring) -> Int? {
    (1...3).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
      ? Int(text) : nil
  }
}
