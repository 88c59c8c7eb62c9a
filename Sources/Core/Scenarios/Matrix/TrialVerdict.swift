/// What a configuration comes to in a scenario; the most severe one of its logs, in this order.
public enum TrialVerdict: String, Hashable, Sendable, CaseIterable, Comparable {
  /// No subscription pushes to a syslog server.
  case noPush = "no-push"
  /// No line passed the filter of any push.
  case noLines = "no-lines"
  /// The scenario's server read every line.
  case delivered
  /// A push failed or lost lines, and somebody received an alert about it.
  case alerted
  /// No line is known to be lost and no push failed, but some lines were not read when the scenario
  /// ended.
  case waiting
  /// A push failed, no line is known to be lost, and nobody received an alert about it.
  case unnoticedFailure = "unnoticed-failure"
  /// Lines were lost, and nobody received an alert about it.
  case silentLoss = "silent-loss"

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }

  /// One letter for a table.
  public var letter: Character {
    switch self {
    case .noPush: "o"
    case .noLines: "-"
    case .delivered: "."
    case .alerted: "A"
    case .waiting: "w"
    case .unnoticedFailure: "u"
    case .silentLoss: "S"
    }
  }

  /// What it means, in words.
  public var meaning: String {
    switch self {
    case .noPush: "no subscription pushes to a syslog server"
    case .noLines: "no line passed the filter of any push"
    case .delivered: "the scenario's server read every line"
    case .alerted: "a push failed or lost lines, and somebody received an alert about it"
    case .waiting: "no line is known to be lost, but some were not read when the scenario ended"
    case .unnoticedFailure:
      "a push failed, no line is known to be lost, nobody received an alert about it"
    case .silentLoss: "lines were lost, and nobody received an alert about it"
    }
  }
}
