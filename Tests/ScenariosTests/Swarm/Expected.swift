import LogDelivery

@testable import NetworkModel

/// What the fixed seeds must reach, and what cannot be reached in simulation, each with its reason.
enum Expected {
  static let reached: [Coverage.Key] = []
  static let unreached: [Coverage.Key: String] = [:]
}
