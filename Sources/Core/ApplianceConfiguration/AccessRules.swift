/// What is wrong or doubtful about a listener's access tables.
enum AccessRules: RuleSection {
  static func findings(_ listeners: [Listener]) -> [Diagnostic] {
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
    findings += table.groups.compactMap(self.senderFinding)
    findings += self.repeatedParameters(table.policies.map(\.rule) + table.groups.map(\.rule))
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
    let assumed = table.entries.filter { ($0.rule.behaviour?.state ?? .absent) == .absent }
    if let first = assumed.first {
      findings.append(
        Diagnostic(
          .accessBehaviourAssumed, at: first.recipient.position ?? table.source.position,
          found: Self.words(first.recipient.value, of: assumed.count) + " alone",
          allowed: "ACCEPT or REJECT after each, ACCEPT is taken",
          assumed: AccessBehaviour.accept.rawValue))
    }
    findings += self.repeatedParameters(table.entries.map(\.rule))
    if !recipients.isEmpty, table.unclear.isEmpty,
      !recipients.contains(where: { $0.value == "ALL" })
    {
      findings.append(self.open(table.source, "recipients, none of them ALL"))
    }
    return findings
  }

  /// One finding for all senders of a group that are not understood.
  private static func senderFinding(_ group: HostAccessTable.SenderGroup) -> Diagnostic? {
    let unclear = group.senders.filter { !AccessSender.isUnderstood($0.value) }
    return unclear.first.map { first in
      Diagnostic(
        .accessUnclear, at: first.position, found: self.words(first.value, of: unclear.count),
        allowed: AccessSender.allowed)
    }
  }

  /// One finding for each place of a parameter that its rule has before; entries may share rules.
  private static func repeatedParameters(_ rules: [AccessRule]) -> [Diagnostic] {
    var told: Set<SourcePosition?> = []
    var findings: [Diagnostic] = []
    for rule in rules {
      var names: Set<String> = []
      for parameter in rule.parameters where !names.insert(parameter.name).inserted {
        guard told.insert(parameter.value.position).inserted else { continue }
        findings.append(
          Diagnostic(
            .accessUnclear, at: parameter.value.position,
            found: "a second parameter " + Diagnostic.quote(parameter.name),
            allowed: "each parameter once"))
      }
    }
    return findings
  }

  /// Such as `"a" and 2 more`.
  private static func words(_ first: String, of count: Int) -> String {
    Diagnostic.quote(first) + (count > 1 ? " and \(count - 1) more" : "")
  }

  private static func open(_ source: ConfigurationElement, _ found: String) -> Diagnostic {
    Diagnostic(
      .accessTableOpen, at: source.position, found: "<\(source.name)> with \(found)",
      allowed: "an entry ALL, which says what becomes of all others")
  }
}
