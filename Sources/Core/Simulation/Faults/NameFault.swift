/// What goes wrong with a name that is looked up.
public enum NameFault: Hashable, Sendable, Codable {
  case notFound
  case serverFailure
  /// No answer, for that long.
  case timeout(SimDuration)
  case addressChange(IPv4Address)

  /// What is known of it by its name.
  public var record: FaultRecord {
    switch self {
    case .notFound: FaultRecord("name-not-found")
    case .serverFailure: FaultRecord("name-server-failure")
    case .timeout(let after): FaultRecord("name-timeout", ["after": .duration(after)])
    case .addressChange(let address):
      FaultRecord("address-change", ["address": .address(address)])
    }
  }

  /// Its name.
  public var label: String { self.record.name }

  private static let live =
    "as described, by the look-up; there is no name server, so faults of the path to one have no "
    + "effect"

  static let rows = [
    FaultRow(
      "name-not-found", "DNS says that there is no such name.", .names, details: "NXDOMAIN",
      live: live
    ) { _ in .name(.notFound) },
    FaultRow(
      "name-server-failure", "DNS says that it failed.", .names, details: "SERVFAIL", live: live
    ) { _ in .name(.serverFailure) },
    FaultRow(
      "name-timeout", "DNS does not answer in time.", .names,
      keys: [.time("after", "When the resolver gives up.")], details: "no answer", live: live
    ) { $0.duration("after").map { .name(.timeout($0)) } },
    FaultRow(
      "address-change", "DNS answers with another address.", .names,
      keys: [FaultKey("address", .address, "Which.")], details: "another address", live: live
    ) { $0.address("address").map { .name(.addressChange($0)) } },
  ]
}

/// As text, such as 192.0.2.7.
extension IPv4Address: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let address = IPv4Address(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "no IPv4 address: \(text)")
    }
    self = address
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(self.description)
  }
}
