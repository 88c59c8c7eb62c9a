internal import ApplianceConfiguration
public import Scenarios
internal import Text

/// A configuration in the place of the one of each scenario: a row of a matrix.
public struct MatrixRow: Sendable {
  /// The file.
  public let path: String
  /// The machine of a cluster's export; `nil` for a file of one appliance.
  public let machine: String?
  /// Why the file gives no configuration, a line each; empty when it gives one.
  public let errors: [String]
  /// What it came to, in the order of the scenarios; empty when it gives no configuration.
  public private(set) var cells: [ConfigurationTrial.Outcome]
  /// Whether the file's passphrases are masked, so that no appliance loads it.
  public let hasMaskedPassphrases: Bool

  /// A row.
  public init(
    path: String, machine: String?, errors: [String] = [],
    cells: [ConfigurationTrial.Outcome] = [], hasMaskedPassphrases: Bool = false
  ) {
    self.path = path
    self.machine = machine
    self.errors = errors
    self.cells = cells
    self.hasMaskedPassphrases = hasMaskedPassphrases
  }

  /// Whether the file gave a configuration.
  public var isRead: Bool { self.errors.isEmpty }

  /// The file, and the machine where it has several.
  public var name: String {
    self.path + (self.machine.map { " (machine \($0))" } ?? "")
  }

  /// Takes over the cells of the scenarios that follow.
  public mutating func append(_ other: MatrixRow) {
    self.cells += other.cells
  }

  /// One letter a scenario.
  var pattern: String { String(self.cells.map(\.judgement.verdict.letter)) }

  /// The most severe verdict; `nil` of a file that gives no configuration.
  var worst: TrialVerdict? { self.cells.map(\.judgement.verdict).max() }

  /// How many scenarios came to a verdict.
  func count(of verdict: TrialVerdict) -> Int {
    self.cells.count { $0.judgement.verdict == verdict }
  }
}

extension ConfigurationTrial.Outcome {
  /// The addresses that received an alert mail, each once, in order.
  public var receivers: [String] {
    var seen: Set<String> = []
    return self.facts.mails.filter { $0.outcome == .received }.map(\.recipient)
      .filter { seen.insert($0).inserted }
  }

  /// How many alert mails were received.
  var mailsReceived: Int { self.facts.mails.count { $0.outcome == .received } }

  /// The figures, such as `Mail_Log: 520 lines accepted, 12 lost, at most 40; ...`.
  var figures: String {
    let pushes = self.facts.pushes.map { push -> String in
      var text = "\(push.subscription): \(CountText.lines(push.accepted)) accepted"
      if push.transport == .udp {
        text += ", \(CountText.grouped(push.datagramsUnread)) of "
        text += "\(CountText.counted(push.datagramsSent, "datagram")) not read"
      } else {
        text += ", \(CountText.grouped(push.lost)) lost, "
        text += "\(CountText.grouped(push.received)) read, "
        text += "\(CountText.grouped(push.acknowledged)) acknowledged only"
      }
      return text
    }
    let alerts = self.facts.alerts.count
    let raised = Plural.counted(alerts, "alert")
    let by = self.receivers.isEmpty ? "" : " (\(self.receivers.joined(separator: ", ")))"
    let mails = Plural.counted(self.mailsReceived, "mail")
    return (pushes + ["\(raised) raised, \(mails) received\(by)"]).joined(separator: "; ")
  }
}
