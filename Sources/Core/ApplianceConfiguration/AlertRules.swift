/// The rules of alerts.
struct AlertRules: RuleSection {
  /// The shortest and longest wait before a duplicate alert.
  let intervalSeconds: ClosedRange<Int>

  func findings(_ alerts: AlertSettings) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    let addresses =
      alerts.recipients.map(\.address)
      + [alerts.fromAddress].compactMap(\.self)
      .filter { $0.state != .empty }
    var seen: Set<Setting<String>> = []
    // A program may make several recipients of one value of the file.
    for address in addresses where seen.insert(address).inserted {
      findings += Self.spelt(
        address, HostSpelling(emailAddress: address.value), .alertAddressInvalid,
        allowed: Allowed.emailAddress)
    }
    findings += self.intervalFindings(alerts)
    let grave = AlertKinds(.system, .critical)
    let isHeard = alerts.recipients.contains { $0.hears.contains(grave) }
    if !isHeard && !alerts.autosupportEnabled.value {
      findings.append(
        Diagnostic(
          .criticalAlertsUnheard, at: nil, found: "",
          allowed: "an email_address for System and Critical, or autosupport_enabled 1"))
    }
    return findings
  }

  private func intervalFindings(_ alerts: AlertSettings) -> [Diagnostic] {
    let intervals = [alerts.initialIntervalSeconds, alerts.maximumIntervalSeconds]
    var findings = intervals.filter { !self.intervalSeconds.contains($0.value) }.map {
      Self.finding(
        .valueBeyondBound, $0, allowed: Allowed.seconds(self.intervalSeconds))
    }
    if alerts.initialIntervalSeconds.value > alerts.maximumIntervalSeconds.value {
      let position =
        alerts.initialIntervalSeconds.position ?? alerts.maximumIntervalSeconds.position
      findings.append(
        Diagnostic(
          .alertIntervalsReversed, at: position, found: "\(alerts.initialIntervalSeconds.value)",
          allowed: "at most the longest, \(alerts.maximumIntervalSeconds.value)"))
    }
    return findings
  }
}
