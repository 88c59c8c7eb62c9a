/// Draws durations whose gaps are exponential, as arrivals of independent events are.
///
/// Integers only: −ln(u) is found bit by bit by squaring, so no machine's libm has a say.
public enum ExponentialDistribution {
  /// ln 2 in units of 2⁻³².
  private static let ln2: UInt64 = 2_977_044_472
  private static let fractionBits = 16

  /// One draw with the given mean.
  ///
  /// - Parameter mean: zero or more; zero gives zero.
  /// - Returns: at least zero and at most 45 times the mean.
  public static func draw(mean: SimDuration, using random: inout SeededGenerator) -> SimDuration {
    guard mean.nanoseconds > 0 else { return .zero }
    let factor = negativeLogarithm(of: random.next() | 1)
    let product = UInt64(mean.nanoseconds).multipliedFullWidth(by: factor)
    guard product.high >> 32 == 0 else { return SimDuration(nanoseconds: .max) }
    let scaled = (product.high << 32) | (product.low >> 32)
    return SimDuration(nanoseconds: Int64(clamping: scaled))
  }

  /// −ln(bits / 2⁶⁴) in units of 2⁻³².
  ///
  /// - Parameter bits: not zero.
  static func negativeLogarithm(of bits: UInt64) -> UInt64 {
    let leading = UInt64(bits.leadingZeroBitCount)
    // The mantissa lies in [1, 2) with 31 bits behind the point; each squaring yields one bit of
    // log2.
    var mantissa = (bits << leading) >> 32
    var logarithm: UInt64 = 0
    for _ in 0..<fractionBits {
      mantissa = (mantissa * mantissa) >> 31
      logarithm <<= 1
      if mantissa >= 1 << 32 {
        mantissa >>= 1
        logarithm |= 1
      }
    }
    let exponent = (leading + 1) << UInt64(fractionBits)
    return ((exponent - logarithm) * ln2) >> UInt64(fractionBits)
  }
}

/// Chooses an index with a given weight each.
public struct WeightedChoice: Sendable, Hashable {
  private let cumulative: [UInt32]

  /// A choice among `weights.count` indices.
  ///
  /// - Precondition: the weights' sum is positive and fits 32 bits.
  public init(weights: [UInt32]) {
    var sum: UInt32 = 0
    self.cumulative = weights.map { weight in
      sum += weight
      return sum
    }
    precondition(sum > 0, "a choice needs a positive weight")
  }

  /// An index in `0..<weights.count`, as likely as its weight says.
  public func draw(using random: inout SeededGenerator) -> Int {
    let total = self.cumulative[self.cumulative.count - 1]
    let ticket = UInt32(random.uniform(below: UInt64(total)))
    var low = 0
    var high = self.cumulative.count - 1
    while low < high {
      let middle = (low + high) / 2
      if ticket < self.cumulative[middle] { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// Draws whole numbers by equally likely quantiles with straight lines between them.
public struct QuantileDistribution: Sendable, Hashable {
  private let quantiles: [Int64]

  /// - Parameter quantiles: at least two values that do not fall; the first is the least result,
  ///   the last the greatest, and neighbours hold equal shares of the draws.
  public init(quantiles: [Int64]) {
    precondition(quantiles.count >= 2, "a distribution needs two quantiles or more")
    precondition(
      zip(quantiles, quantiles.dropFirst()).allSatisfy { $0 <= $1 }, "quantiles must not fall")
    self.quantiles = quantiles
  }

  /// One draw, between the first and the last quantile.
  public func draw(using random: inout SeededGenerator) -> Int64 {
    let segment = Int(random.uniform(below: UInt64(self.quantiles.count - 1)))
    let low = self.quantiles[segment]
    let width = self.quantiles[segment + 1] - low
    guard width > 0 else { return low }
    return low + Int64(random.uniform(below: UInt64(width) + 1))
  }
}
