/// What is wrong or doubtful about a listener's access tables.
extension ConfigurationRules {
  func accessFindings(_ listeners: [Listener]) -> [Diagnostic] {
    listeners.flatMap { listener in
      (listener.hostAccess.map(Self.findings) ?? [])
        + (listener.recipientAccess.map(Self.findings) ?? [])
    }
  }

  private static func findings(_ table: HostAccessTable) -> [Diagnostic] {
    let names = table.groups.map(\.name)
    var findings =
      self.duplicates(names, code: .accessNameDuplicate)
      + self.duplicates(table.policies.map(\.name), code: .accessNameDuplicate)
    var policies = KnownReferences("mail flow policy", table.policies.map(\.name.value))
    for name in table.groups.compactMap(\.policyName) where !name.value.isEmpty {
      if let finding = policies.unresolved(.mailFlowPolicyUnknown, name) {
        findings.append(finding)
      }
    }
    for group in table.groups
    where group.policyName == nil && group.rule.behaviour == nil && !group.name.value.isEmpty {
      findings.append(
        self.finding(
          .accessUnclear, group.name, allowed: "a sender group with a policy or a behaviour"))
    }
    let senders = table.groups.flatMap { [$0.name.value] + $0.senders.map(\.value) }
    if !table.groups.isEmpty, table.unclear.isEmpty, !senders.contains("ALL") {
      findings.append(
        self.open(table.source, "sender groups, ALL in none of them"))
    }
    return findings
  }

  private static func findings(_ table: RecipientAccessTable) -> [Diagnostic] {
    let recipients = table.entries.map(\.recipient)
    var findings = self.duplicates(recipients, code: .accessNameDuplicate)
    if !recipients.isEmpty, table.unclear.isEmpty,
      !recipients.contains(where: { $0.value == "ALL" })
    {
      findings.append(self.open(table.source, "recipients, none of them ALL"))
    }
    return findings
  }

  private static func open(_ source: ConfigurationElement, _ found: String) -> Diagnostic {
    Diagnostic(
      .accessTableOpen, at: source.position, found: "<\(source.name)> with \(found)",
      allowed: "an entry ALL, which says what becomes of all others")
  }
}
