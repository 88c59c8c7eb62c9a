import Simulation

/// The profile made ready for drawing.
struct FlowTables: Sendable {
  let messagesPerConnection: WeightedChoice
  let recipientsPerMessage: WeightedChoice
  let sizeBytes: QuantileDistribution
  let commandMilliseconds: QuantileDistribution
  let receptionMilliseconds: QuantileDistribution
  let workQueueMilliseconds: QuantileDistribution
  let deliveryMilliseconds: QuantileDistribution
  let quarantineSeconds: QuantileDistribution
  /// 1...32, so that `MailFlow.identifierReserve` is enough.
  let attemptsMax: UInt32
  /// At most 1,000,000, for the same reason.
  let openMessagesMax: Int
  /// The mean gap between connections, by hour of the local day.
  let hourlyGaps: [SimDuration]

  /// The longest mean gap: about three years, so that no instant overflows.
  private static let gapMax: Int128 = 100_000_000_000_000_000

  init(_ settings: MailFlowSettings) {
    let profile = settings.profile
    precondition(
      profile.recipientsPerMessageWeights.count <= 64, "a message has at most 64 recipients")
    precondition(
      profile.hourlyWeights.count == 24 && profile.hourlyWeights.allSatisfy { $0 > 0 },
      "a day has 24 hours with a positive weight each")
    self.attemptsMax = UInt32(min(max(profile.attemptsMax, 1), 32))
    self.openMessagesMax = min(max(settings.openMessagesMax, 1), 1_000_000)
    self.messagesPerConnection = WeightedChoice(weights: profile.messagesPerConnectionWeights)
    self.recipientsPerMessage = WeightedChoice(weights: profile.recipientsPerMessageWeights)
    self.sizeBytes = QuantileDistribution(quantiles: profile.sizeBytes)
    self.commandMilliseconds = QuantileDistribution(quantiles: profile.commandMilliseconds)
    self.receptionMilliseconds = QuantileDistribution(quantiles: profile.receptionMilliseconds)
    self.workQueueMilliseconds = QuantileDistribution(quantiles: profile.workQueueMilliseconds)
    self.deliveryMilliseconds = QuantileDistribution(quantiles: profile.deliveryMilliseconds)
    self.quarantineSeconds = QuantileDistribution(quantiles: profile.quarantineSeconds)

    let base =
      Int128(settings.rate.period.nanoseconds) * Self.messagesPerArrivalBillionths(profile)
      / (Int128(settings.rate.messages) * 1_000_000_000)
    let weightSum = profile.hourlyWeights.reduce(Int128(0)) { $0 + Int128($1) }
    self.hourlyGaps = profile.hourlyWeights.map { weight in
      let gap =
        settings.arrivals == .flat ? base : base * weightSum / (24 * Int128(weight))
      return SimDuration(nanoseconds: Int64(min(max(gap, 1), Self.gapMax)))
    }
  }

  /// How many messages a connection brings in the mean, rejected ones among them, times 10⁹.
  private static func messagesPerArrivalBillionths(_ profile: TrafficProfile) -> Int128 {
    let outbound = Int128(min(max(profile.outboundPermille, 0), 1000))
    let fruitful = outbound * 1000 + (1000 - outbound) * (1000 - Int128(profile.fruitlessPermille))
    var messages: Int128 = 0
    var connections: Int128 = 0
    for (index, weight) in profile.messagesPerConnectionWeights.enumerated() {
      messages += Int128(index + 1) * Int128(weight)
      connections += Int128(weight)
    }
    return fruitful * 1000 * messages / connections
  }
}

extension TrafficProfile {
  /// Of connections from outside: those that bring no message; at most 900.
  var fruitlessPermille: Int {
    let sum =
      self.refusedPermille + self.rejectedPermille + self.idlePermille
      + self.senderRejectedPermille
    return min(max(sum, 0), 900)
  }
}
