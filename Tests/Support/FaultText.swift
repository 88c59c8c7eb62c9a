public import Simulation

extension FaultDescription {
  /// As a scenario's file writes it, without the host and the window: its name and its keys.
  public var fileText: String {
    let record = self.record
    let keys = self.row?.keys.compactMap { key in
      record.values[key.name].map { "\(key.name): \($0.fileText)" }
    }
    return ([record.name] + (keys ?? [])).joined(separator: ", ")
  }
}

extension FaultValue {
  /// As a scenario's file writes it.
  public var fileText: String {
    switch self {
    case .integer(let number): "\(number)"
    case .duration(let duration): duration.fileText
    case .flag(let flag): "\(flag)"
    case .text(let text): "\"\(text)\""
    case .address(let address): "\(address)"
    }
  }
}

extension SimDuration {
  /// In whole units, so that nothing is rounded.
  public var fileText: String {
    let (sign, nanoseconds) = (self < .zero ? "-" : "", abs(self.nanoseconds))
    if nanoseconds % 1_000_000_000 == 0 { return "\(sign)\(nanoseconds / 1_000_000_000)s" }
    return sign
      + (nanoseconds % 1_000_000 == 0
        ? "\(nanoseconds / 1_000_000)ms"
        : nanoseconds % 1000 == 0 ? "\(nanoseconds / 1000)us" : "\(nanoseconds)ns")
  }
}

extension FaultCase {
  /// The fault with the case's values; `nil` when no row has its name, or a key is missing.
  public var fault: FaultDescription? { FaultRow.named(self.name)?.fault(self.values) }

  /// As a scenario's file plans it, with its host if it has one, at `from` of its window.
  ///
  /// - Parameter place: the host, or the name for a fault of names.
  public func fileText(at place: String, from: SimDuration? = nil) -> String {
    guard let row = FaultRow.named(self.name), let fault = self.fault else { return "?" }
    let host = row.isOfAppliance ? "" : ", host: \(place)"
    return "{ fault: \(fault.fileText)\(host)\(from.map { ", from: \($0.fileText)" } ?? "") }"
  }
}
