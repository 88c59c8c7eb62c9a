extension HostAccessTable {
  func outline() -> OutlineNode.Content {
    .group([
      OutlineNode("holds", self.isNothing ? Setting("nothing", at: self.source.position) : nil),
      // The first group that a sender is in counts.
      OutlineNode("sender_groups", isOrdered: true, self.groups.map { $0.outline() }),
      OutlineNode(
        "policies",
        self.policies.map { policy in
          OutlineNode(
            called: policy.name,
            [OutlineNode("name", policy.name)] + policy.rule.outline() + [
              OutlineNode(kept: policy.kept)
            ])
        }),
      OutlineNode(unclear: self.unclear, at: self.source.position),
      OutlineNode(kept: self.kept),
    ])
  }

  private var isNothing: Bool {
    self.groups.isEmpty && self.policies.isEmpty && self.unclear.isEmpty && self.kept.isEmpty
  }
}

extension HostAccessTable.SenderGroup {
  func outline() -> OutlineNode {
    OutlineNode(
      called: self.name,
      [
        OutlineNode("name", self.name),
        OutlineNode("senders", self.senders.map { OutlineNode($0.value, $0) }),
        OutlineNode("policy", self.policyName),
      ] + self.rule.outline() + [
        OutlineNode("comment", self.comment), OutlineNode(kept: self.kept),
      ])
  }
}

extension RecipientAccessTable {
  func outline() -> OutlineNode.Content {
    let isNothing = self.entries.isEmpty && self.unclear.isEmpty && self.kept.isEmpty
    return .group([
      OutlineNode("holds", isNothing ? Setting("nothing", at: self.source.position) : nil),
      OutlineNode(
        "recipients",
        self.entries.map { entry in
          OutlineNode(
            called: entry.recipient,
            [OutlineNode("recipient", entry.recipient)] + entry.rule.outline() + [
              OutlineNode("comment", entry.comment), OutlineNode(kept: entry.kept),
            ])
        }),
      OutlineNode(unclear: self.unclear, at: self.source.position),
      OutlineNode(kept: self.kept),
    ])
  }
}

extension AccessRule {
  func outline() -> [OutlineNode] {
    [
      OutlineNode("behaviour", self.behaviour) { $0.rawValue },
      OutlineNode("parameters", self.parameters.map { OutlineNode($0.name, $0.value) }),
    ]
  }
}

extension OutlineNode {
  /// Parts of a table that are not understood, in the words of the file.
  init(unclear texts: [String], at position: SourcePosition) {
    self.init(
      "not_understood", isOrdered: true,
      texts.map { text in
        guard !SecretText.mayHold(text) else {
          // Compared, and never shown.
          let secret = Setting(Value.secret(Passphrase(text)), at: position)
          return OutlineNode(Diagnostic.hidden, key: text, .value(secret))
        }
        return OutlineNode(
          text, Setting("nothing", at: position, state: .notUnderstood(text)))
      })
  }
}
