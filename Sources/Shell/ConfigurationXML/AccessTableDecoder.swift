import ApplianceConfiguration

/// Host and recipient access tables, as text or as elements.
///
/// How they are spelt inside is our reconstruction, so that what is not understood there is kept
/// and a note; what is understood and wrong is a warning, and what is near to a name that says who
/// is meant or what becomes of them.
struct AccessTableDecoder {
  let reader: ElementReader

  func hostAccess(of listener: XMLElement) -> HostAccessTable? {
    self.table("hat", of: listener, text: { $0.read(into: &$1) }, element: Self.readSenders)
  }

  func recipientAccess(of listener: XMLElement) -> RecipientAccessTable? {
    self.table("rat", of: listener, text: { $0.read(into: &$1) }, element: Self.readRecipients)
  }

  /// Reads one element of a table; tells whether it knows its name.
  private typealias ChildReader<Table> = (Self, XMLElement, inout Table) -> Bool

  private func table<Table: AccessTable>(
    _ name: String, of listener: XMLElement,
    text read: (inout AccessTableText, inout Table) -> Void, element readChild: ChildReader<Table>
  ) -> Table? {
    guard let element = self.reader.only(name, in: listener) else { return nil }
    var table = Table(source: element)
    if element.isLeaf {
      var text = self.tableText(element)
      read(&text, &table)
      table.unclear = self.reportText(text)
    } else {
      self.readChildren(of: element, into: &table, by: readChild)
    }
    self.note(element.attributes, of: element, &table.unclear)
    return table
  }

  // MARK: Text

  /// A place in the text is one in the file where the file has the text as it is, or with
  /// references in it, which move what stands behind them in their line.
  private func tableText(_ element: XMLElement) -> AccessTableText {
    let text = element.text
    let content = element.contentRange
    guard Self.isVerbatim(text, bytes: content.count) else {
      return AccessTableText(text, countSteps: self.reader.countSteps) { _ in element.position }
    }
    var lineStarts = [0]
    for (offset, byte) in text.utf8.enumerated() where byte == 0x0A {
      lineStarts.append(offset + 1)
    }
    let tagBytes = content.lowerBound - element.byteRange.lowerBound
    let countSteps = self.reader.countSteps
    return AccessTableText(text, countSteps: countSteps) { offset in
      var (low, high) = (0, lineStarts.count)
      while high - low > 1 {
        countSteps?(1)
        let middle = (low + high) / 2
        if lineStarts[middle] <= offset { low = middle } else { high = middle }
      }
      let column = offset - lineStarts[low] + 1
      return SourcePosition(
        line: element.position.line + low,
        column: low == 0 ? element.position.column + tagBytes + column - 1 : column)
    }
  }

  /// Whether so many bytes can be the text without comments, CDATA and character references: by
  /// what references to the five characters of XML and line ends of two bytes add.
  private static func isVerbatim(_ text: String, bytes: Int) -> Bool {
    var (quotes, brackets, breaks, others) = (0, 0, 0, 0)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): quotes += 1
      case UInt8(ascii: ">"): brackets += 1
      case UInt8(ascii: "&"): others += 4
      case UInt8(ascii: "<"): others += 3
      case 0x0A: breaks += 1
      default: break
      }
    }
    return [text.utf8.count, text.unicodeScalars.count].contains { count in
      [0, breaks].contains { lineEnds in
        let rest = bytes - count - others - lineEnds
        // Each `&quot;` adds five, each `&gt;` three.
        return rest >= 0
          && (0...min(brackets, rest / 3)).contains { gt in
            (rest - 3 * gt).isMultiple(of: 5) && (rest - 3 * gt) / 5 <= quotes
          }
      }
    }
  }

  /// Tells what is wrong with a text; returns what of it is not understood.
  private func reportText(_ text: AccessTableText) -> [String] {
    for unknown in text.unknown {
      self.reportBehaviour(unknown.word, isOfRecipients: unknown.isOfRecipients)
    }
    if let first = text.unclear.first {
      self.reader.findings.add(
        Diagnostic(
          .accessUnclear, at: first.position,
          found: Diagnostic.quote(first.value)
            + (text.unclear.count > 1 ? " and \(text.unclear.count - 1) more" : "")))
    }
    return text.unclear.map(\.value)
  }

  private func reportBehaviour(_ word: Setting<AccessBehaviour>, isOfRecipients: Bool) {
    guard case .notUnderstood(let text) = word.state else { return }
    let words = (isOfRecipients ? AccessBehaviour.ofRecipients : AccessBehaviour.ofSenders)
      .map(\.rawValue)
    self.reader.findings.add(
      Diagnostic(
        .accessBehaviourUnknown, at: word.position, found: Diagnostic.quote(text),
        allowed: words.joined(separator: ", "),
        hint: Suggestion.nearest(to: text, among: words) ?? "", assumed: word.value.rawValue))
  }

  // MARK: Elements

  private func readChildren<Table: AccessTable>(
    of list: XMLElement, into table: inout Table, by readChild: ChildReader<Table>
  ) {
    self.noteText(of: list, &table.unclear)
    let known = Table.elementNames.union(AccessTableNames.lists)
    for child in list.children {
      if AccessTableNames.lists.contains(child.name) {
        self.note(child.attributes, of: child, &table.unclear)
        self.readChildren(of: child, into: &table, by: readChild)
      } else if !readChild(self, child, &table) {
        self.reader.reportUnknown(child, in: list, knowing: known, area: .general)
        table.kept.append(child)
      }
    }
  }

  private static func readSenders(
    _ decoder: Self, _ element: XMLElement, _ table: inout HostAccessTable
  ) -> Bool {
    if AccessTableNames.groups.contains(element.name) {
      table.groups.append(decoder.senderGroup(element, &table.unclear))
    } else if AccessTableNames.policies.contains(element.name) {
      table.policies.append(decoder.policy(element, &table.unclear))
    } else {
      return false
    }
    return true
  }

  private static func readRecipients(
    _ decoder: Self, _ element: XMLElement, _ table: inout RecipientAccessTable
  ) -> Bool {
    guard AccessTableNames.recipients.contains(element.name) else { return false }
    table.entries += decoder.recipients(element, &table.unclear)
    return true
  }

  private func policy(
    _ element: XMLElement, _ unclear: inout [String]
  ) -> HostAccessTable.MailFlowPolicy {
    var parts = AccessParts(element)
    let name = parts.text(AccessTableNames.policyNames) ?? self.unnamed(element)
    let rule = self.rule(&parts, isOfRecipients: false)
    return .init(name: name, rule: rule, kept: self.rest(of: parts, element, &unclear))
  }

  private func senderGroup(
    _ element: XMLElement, _ unclear: inout [String]
  ) -> HostAccessTable.SenderGroup {
    var parts = AccessParts(element)
    var group = HostAccessTable.SenderGroup(
      name: parts.text(AccessTableNames.groupNames) ?? self.unnamed(element))
    group.policyName = parts.text(AccessTableNames.policyReferences).map {
      $0.value.hasPrefix("$") ? Setting(String($0.value.dropFirst()), at: $0.position) : $0
    }
    group.rule = self.rule(&parts, isOfRecipients: false)
    group.comment = parts.text(AccessTableNames.comments, isDecisive: false)
    group.senders = parts.takeLeaves(AccessTableNames.senders)
    if element.isLeaf {
      group.senders += element.text.split { XMLBlank.isBlank($0) || $0 == "," }.map {
        Setting(String($0), at: element.position)
      }
    }
    group.kept = self.rest(of: parts, element, &unclear)
    return group
  }

  private func recipients(
    _ element: XMLElement, _ unclear: inout [String]
  ) -> [RecipientAccessTable.Entry] {
    var parts = AccessParts(element)
    var names = parts.takeLeaves([AccessTableNames.recipientAddress])
    if let name = parts.text(AccessTableNames.recipientNames) { names.append(name) }
    var rule = self.rule(&parts, isOfRecipients: true)
    if rule.behaviour == nil { rule.behaviour = Setting(default: .accept) }
    let comment = parts.text(AccessTableNames.comments, isDecisive: false)
    if element.isLeaf {
      names += element.text.split { XMLBlank.isBlank($0) || $0 == "," }.map {
        Setting(String($0), at: element.position)
      }
    }
    let kept = self.rest(of: parts, element, &unclear)
    if names.isEmpty { names = [self.unnamed(element)] }
    return names.map { .init(recipient: $0, rule: rule, comment: comment, kept: kept) }
  }

  /// An element without its name: kept, and said.
  private func unnamed(_ element: XMLElement) -> Setting<String> {
    self.reader.report(.accessUnclear, at: element, found: "<\(element.name)> without a name")
    return Setting("", at: element.position, state: .missing)
  }

  private func rule(_ parts: inout AccessParts, isOfRecipients: Bool) -> AccessRule {
    let behaviour = parts.text(AccessTableNames.behaviours).map { text in
      let allowed = isOfRecipients ? AccessBehaviour.ofRecipients : AccessBehaviour.ofSenders
      if let known = AccessBehaviour(word: text.value), allowed.contains(known) {
        return Setting(known, at: text.position)
      }
      let unknown = Setting(
        AccessBehaviour.accept, at: text.position, state: .notUnderstood(text.value))
      self.reportBehaviour(unknown, isOfRecipients: isOfRecipients)
      return unknown
    }
    return AccessRule(behaviour: behaviour, parameters: parts.takeParameters())
  }

  /// What of an element was not read: its elements are kept, its text and attributes told.
  private func rest(
    of parts: AccessParts, _ element: XMLElement, _ unclear: inout [String]
  ) -> [XMLElement] {
    if !element.isLeaf { self.noteText(of: element, &unclear) }
    for text in parts.padded { self.reader.reportBlanks(around: text) }
    for leaf in parts.read { self.note(leaf.attributes, of: leaf, &unclear) }
    for attribute in parts.attributes where !DeliveryNames.isSetting(attribute.name) {
      let found = "attribute \(attribute.name)=\(element.quoted(attribute.value))"
      unclear.append(found)
      if !self.reportDecisive(attribute.name, found, at: element, of: element, parts) {
        self.reader.report(.accessUnclear, at: element, found: found)
      }
    }
    for child in parts.children {
      let found = "<\(child.name)>"
      if !self.reportDecisive(child.name, found, at: child, of: element, parts) {
        self.reader.reportUnknown(child, in: element, knowing: parts.taken, area: .general)
      }
    }
    return parts.children
  }

  /// Tells of an attribute or a child that says once more, or in a wrong way, or under a misspelt
  /// name, who is meant or what becomes of them; false for one that does not.
  private func reportDecisive(
    _ name: String, _ found: String, at place: XMLElement, of element: XMLElement,
    _ parts: AccessParts
  ) -> Bool {
    if let names = parts.answered[name] {
      self.reader.report(
        .repetitionDoubtful, at: place, found: found,
        allowed: "one of " + names.joined(separator: ", "),
        assumed: "the first one")
      return true
    }
    let isOfRecipients = AccessTableNames.recipients.contains(element.name)
    func assumed(without name: String) -> String {
      AccessTableNames.behaviours.contains(name) && isOfRecipients
        ? AccessBehaviour.accept.rawValue : ElementReader.notThere
    }
    if parts.decisive.contains(name) {
      self.reader.report(
        .contentDoubtful, at: place, found: found + " with elements",
        allowed: "text only", assumed: assumed(without: name))
      return true
    }
    let hint = self.reader.unmodelled.hint(for: name, in: element.name, among: parts.taken)
    guard parts.decisive.contains(hint) else { return false }
    self.reader.report(
      .elementDoubtful, at: place, found: found, hint: hint, assumed: assumed(without: hint))
    return true
  }

  private func note(
    _ attributes: [ConfigurationAttribute], of element: XMLElement, _ unclear: inout [String]
  ) {
    for attribute in attributes where !DeliveryNames.isSetting(attribute.name) {
      let found = "attribute \(attribute.name)=\(element.quoted(attribute.value))"
      self.reader.report(.accessUnclear, at: element, found: found)
      unclear.append(found)
    }
  }

  private func noteText(of element: XMLElement, _ unclear: inout [String]) {
    let text = element.wordsOfText
    guard !text.isEmpty else { return }
    self.reader.report(.accessUnclear, at: element, found: "text \(element.quoted(text))")
    unclear.append(text)
  }
}

/// What reading a table needs of either kind.
private protocol AccessTable {
  /// Names of elements that it has, but for lists of them.
  static var elementNames: Set<String> { get }
  var unclear: [String] { get set }
  var kept: [ConfigurationElement] { get set }
  init(source: ConfigurationElement)
}

extension HostAccessTable: AccessTable {
  static let elementNames = AccessTableNames.groups.union(AccessTableNames.policies)
}

extension RecipientAccessTable: AccessTable {
  static let elementNames = AccessTableNames.recipients
}
