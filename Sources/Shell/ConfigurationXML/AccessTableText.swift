import ApplianceConfiguration

/// Reads an access table that is text.
struct AccessTableText {
  /// A behaviour that is none.
  struct Unknown {
    var word: Setting<AccessBehaviour>
    var isOfRecipients: Bool
  }

  private(set) var unknown: [Unknown] = []
  private(set) var unclear: [Setting<String>] = []
  private let tokens: [AccessTableTokens.Token]
  private let place: (Int) -> SourcePosition
  private let countSteps: StepCount?
  private var index = 0

  /// - Parameters:
  ///   - countSteps: gets the number of tokens and senders that are looked at; for tests alone.
  ///   - place: where a byte of the text stands in the file.
  init(
    _ text: String, countSteps: StepCount? = nil, place: @escaping (Int) -> SourcePosition
  ) {
    self.tokens = AccessTableTokens(Array(text.utf8)).tokens
    self.countSteps = countSteps
    self.place = place
  }

  /// The next token.
  private mutating func take() -> AccessTableTokens.Token {
    let token = self.tokens[self.index]
    self.index += 1
    self.countSteps?(1)
    return token
  }

  // MARK: Senders

  private enum Subject {
    case none
    case group(HostAccessTable.SenderGroup)
    case policy(HostAccessTable.MailFlowPolicy)
  }

  mutating func read(into table: inout HostAccessTable) {
    var subject = Subject.none
    // Whether what follows belongs to the next subject, but for parameters and comments.
    var isComplete = true
    while self.index < self.tokens.count {
      let token = self.take()
      switch token.kind {
      case .separator, .remark: break
      case .open:
        let parameters = self.parameters()
        self.edit(&subject, or: Self.text(parameters), at: token) {
          $0.parameters += parameters
        }
      case .comment(let text): self.comment(text, at: token, &subject, isComplete: isComplete)
      case .word(let word):
        if token.isFirstOfLine || isComplete,
          let next = self.subject(word, at: token, isComplete: isComplete)
        {
          Self.finish(subject, in: &table)
          subject = next
          isComplete = false
        } else {
          self.word(word, at: token, &subject, &isComplete)
        }
      case .close, .equals: self.unclear.append(self.setting("a stray } or =", token))
      }
    }
    Self.finish(subject, in: &table)
  }

  /// The group or policy that a line begins; `nil` when it goes on with the one before.
  private func subject(
    _ word: String, at token: AccessTableTokens.Token, isComplete: Bool
  ) -> Subject? {
    if word.hasPrefix("$") {
      guard isComplete else { return nil }
      return .policy(.init(name: self.setting(String(word.dropFirst()), token)))
    }
    if word.hasSuffix(":"), !word.dropLast().isEmpty,
      !word.dropLast().contains(where: { ":.[".contains($0) })
    {
      return .group(.init(name: self.setting(String(word.dropLast()), token)))
    }
    guard word == "ALL", isComplete else { return nil }
    let name = self.setting(word, token)
    return .group(.init(name: name, senders: [name]))
  }

  private mutating func word(
    _ word: String, at token: AccessTableTokens.Token, _ subject: inout Subject,
    _ isComplete: inout Bool
  ) {
    guard !isComplete else {
      self.unclear.append(self.setting(word, token))
      return
    }
    let isFollowedByBlock = self.index < self.tokens.count && self.tokens[self.index].kind == .open
    if let behaviour = self.behaviour(word, at: token, isCertain: isFollowedByBlock) {
      self.edit(&subject, or: word, at: token) { $0.behaviour = behaviour }
      isComplete = true
      return
    }
    switch subject {
    case .group(var group):
      if word.hasPrefix("$") {
        group.policyName = self.setting(String(word.dropFirst()), token)
        isComplete = true
      } else {
        group.senders.append(self.setting(word, token))
      }
      subject = .group(group)
    case .policy(var policy):
      policy.rule.behaviour = self.unknownBehaviour(word, token, isOfRecipients: false)
      subject = .policy(policy)
      isComplete = true
    case .none: self.unclear.append(self.setting(word, token))
    }
  }

  private mutating func behaviour(
    _ word: String, at token: AccessTableTokens.Token, isCertain: Bool
  ) -> Setting<AccessBehaviour>? {
    if let known = AccessBehaviour(rawValue: word) {
      return Setting(known, at: self.place(token.range.lowerBound))
    }
    guard isCertain, !word.hasPrefix("$") else { return nil }
    return self.unknownBehaviour(word, token, isOfRecipients: false)
  }

  private mutating func unknownBehaviour(
    _ word: String, _ token: AccessTableTokens.Token, isOfRecipients: Bool
  ) -> Setting<AccessBehaviour> {
    let setting = Setting(
      AccessBehaviour.accept, at: self.place(token.range.lowerBound), state: .notUnderstood(word))
    self.unknown.append(Unknown(word: setting, isOfRecipients: isOfRecipients))
    return setting
  }

  private mutating func edit(
    _ subject: inout Subject, or words: String, at token: AccessTableTokens.Token,
    _ body: (inout AccessRule) -> Void
  ) {
    switch subject {
    case .group(var group):
      body(&group.rule)
      subject = .group(group)
    case .policy(var policy):
      body(&policy.rule)
      subject = .policy(policy)
    case .none: self.unclear.append(self.setting(words, token))
    }
  }

  /// A comment of the group, or of the sender before it.
  private mutating func comment(
    _ text: String, at token: AccessTableTokens.Token, _ subject: inout Subject, isComplete: Bool
  ) {
    guard case .group(var group) = subject, !text.isEmpty else {
      self.unclear.append(self.setting("(\(text))", token))
      return
    }
    if isComplete {
      let earlier = group.comment.map { $0.value + " " } ?? ""
      group.comment = self.setting(earlier + text, token)
    } else if let last = group.senders.indices.last {
      group.senders[last].value += " (\(text))"
    } else {
      self.unclear.append(self.setting("(\(text))", token))
    }
    subject = .group(group)
  }

  private static func finish(_ subject: Subject, in table: inout HostAccessTable) {
    switch subject {
    case .none: break
    case .group(let group): table.groups.append(group)
    case .policy(let policy): table.policies.append(policy)
    }
  }

  // MARK: Recipients

  mutating func read(into table: inout RecipientAccessTable) {
    var waiting: [Setting<String>] = []
    // The entries of the statement that was read last: parameters and comments are of all of them.
    var last = 0..<0
    while self.index < self.tokens.count {
      let token = self.take()
      let isLast = self.index == self.tokens.count || self.tokens[self.index].isFirstOfLine
      switch token.kind {
      case .separator, .remark: break
      case .open:
        let parameters = self.parameters()
        if last.isEmpty || !waiting.isEmpty {
          self.unclear.append(self.setting(Self.text(parameters), token))
        }
        for index in last where waiting.isEmpty {
          table.entries[index].rule.parameters += parameters
        }
      case .comment(let text):
        if last.isEmpty || !waiting.isEmpty {
          self.unclear.append(self.setting("(\(text))", token))
        }
        for index in last where waiting.isEmpty {
          let earlier = table.entries[index].comment.map { $0.value + " " } ?? ""
          table.entries[index].comment = self.setting(earlier + text, token)
        }
      case .word(let word):
        if !waiting.isEmpty, let behaviour = self.recipientBehaviour(word, token) {
          last = self.add(&waiting, behaviour, to: &table)
        } else {
          waiting.append(self.setting(word, token))
        }
      case .close, .equals: self.unclear.append(self.setting("a stray } or =", token))
      }
      // Recipients of a line that does not say what becomes of them.
      if isLast, !waiting.isEmpty {
        last = self.add(&waiting, Setting(default: .accept), to: &table)
      }
    }
  }

  private func add(
    _ recipients: inout [Setting<String>], _ behaviour: Setting<AccessBehaviour>,
    to table: inout RecipientAccessTable
  ) -> Range<Int> {
    let start = table.entries.count
    table.entries += recipients.map { .init(recipient: $0, rule: .init(behaviour: behaviour)) }
    recipients = []
    return start..<table.entries.count
  }

  private mutating func recipientBehaviour(
    _ word: String, _ token: AccessTableTokens.Token
  ) -> Setting<AccessBehaviour>? {
    if let known = AccessBehaviour(rawValue: word), AccessBehaviour.ofRecipients.contains(known) {
      return Setting(known, at: self.place(token.range.lowerBound))
    }
    guard word != "ALL", word.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) else { return nil }
    return self.unknownBehaviour(word, token, isOfRecipients: true)
  }

  // MARK: Parts

  /// `name = value` until the block ends, whose brace was the token before.
  private mutating func parameters() -> [AccessRule.Parameter] {
    var result: [AccessRule.Parameter] = []
    var name: (word: String, token: AccessTableTokens.Token)?
    var words: [String]?
    func finished() -> AccessRule.Parameter? {
      guard let name else { return nil }
      let text = words?.joined(separator: " ") ?? ""
      let isQuoted = text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
      return AccessRule.Parameter(
        name: name.word,
        value: self.setting(isQuoted ? String(text.dropFirst().dropLast()) : text, name.token))
    }
    let open = self.tokens[self.index - 1]
    while self.index < self.tokens.count {
      let token = self.take()
      switch token.kind {
      case .close, .separator:
        if let parameter = finished() { result.append(parameter) }
        (name, words) = (nil, nil)
        if token.kind == .close { return result }
      case .remark: break
      case .equals where name != nil && words == nil: words = []
      case .word(let word) where name == nil: name = (word, token)
      case .word(let word) where words != nil: words?.append(word)
      case .word(let word): self.unclear.append(self.setting(word, token))
      case .comment(let text): self.unclear.append(self.setting("(\(text))", token))
      case .open, .equals: self.unclear.append(self.setting("a stray { or =", token))
      }
    }
    if let parameter = finished() { result.append(parameter) }
    self.unclear.append(self.setting("a { without its }", open))
    return result
  }

  /// A block that belongs to nothing.
  private static func text(_ parameters: [AccessRule.Parameter]) -> String {
    "{ " + parameters.map { "\($0.name) = \($0.value.value)" }.joined(separator: ", ") + " }"
  }

  private func setting(_ text: String, _ token: AccessTableTokens.Token) -> Setting<String> {
    Setting(text, at: self.place(token.range.lowerBound), state: text.isEmpty ? .empty : .present)
  }
}
