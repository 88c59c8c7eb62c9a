import ApplianceConfiguration

/// Host and recipient access tables, as text or as elements.
///
/// How they are spelt inside is our reconstruction, so that what is not understood there is kept
/// and a note, never an error; only what is understood and wrong is one.
extension ConfigurationDecoder {
  mutating func hostAccess(of listener: XMLElement) -> HostAccessTable? {
    self.table("hat", of: listener, text: { $0.read(into: &$1) }, element: Self.readSenders)
  }

  mutating func recipientAccess(of listener: XMLElement) -> RecipientAccessTable? {
    self.table("rat", of: listener, text: { $0.read(into: &$1) }, element: Self.readRecipients)
  }

  /// Reads one element of a table; tells whether it knows its name.
  private typealias ElementReader<Table> = (inout Self, XMLElement, inout Table) -> Bool

  private mutating func table<Table: AccessTable>(
    _ name: String, of listener: XMLElement,
    text read: (inout AccessTableText, inout Table) -> Void, element reader: ElementReader<Table>
  ) -> Table? {
    guard let element = self.only(name, in: listener) else { return nil }
    var table = Table(source: element)
    if element.children.isEmpty {
      var text = self.tableText(element)
      read(&text, &table)
      table.unclear = self.report(text)
    } else {
      self.readChildren(of: element, into: &table, by: reader)
    }
    self.note(element.attributes, of: element, &table.unclear)
    return table
  }

  // MARK: Text

  /// A place in the text is one in the file where the file has the text as it is, or with references
  /// in it, which move what stands behind them in their line.
  private func tableText(_ element: XMLElement) -> AccessTableText {
    let text = element.text
    let content = element.contentRange
    guard Self.isVerbatim(text, bytes: content.count) else {
      return AccessTableText(text) { _ in element.position }
    }
    var lineStarts = [0]
    for (offset, byte) in text.utf8.enumerated() where byte == 0x0A {
      lineStarts.append(offset + 1)
    }
    let tagBytes = content.lowerBound - element.byteRange.lowerBound
    return AccessTableText(text) { offset in
      var (low, high) = (0, lineStarts.count)
      while high - low > 1 {
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
  private mutating func report(_ text: AccessTableText) -> [String] {
    for unknown in text.unknown {
      self.report(unknown.word, isOfRecipients: unknown.isOfRecipients)
    }
    if let first = text.unclear.first {
      self.findings.add(
        Diagnostic(
          .accessUnclear, at: first.position,
          found: Diagnostic.quote(first.value)
            + (text.unclear.count > 1 ? " and \(text.unclear.count - 1) more" : "")))
    }
    return text.unclear.map(\.value)
  }

  private mutating func report(_ word: Setting<AccessBehaviour>, isOfRecipients: Bool) {
    guard case .notUnderstood(let text) = word.state else { return }
    let words = (isOfRecipients ? AccessBehaviour.ofRecipients : AccessBehaviour.ofSenders)
      .map(\.rawValue)
    self.findings.add(
      Diagnostic(
        .accessBehaviourUnknown, at: word.position, found: Diagnostic.quote(text),
        allowed: words.joined(separator: ", "),
        hint: Suggestion.nearest(to: text, among: words) ?? "", assumed: word.value.rawValue))
  }

  // MARK: Elements

  private mutating func readChildren<Table: AccessTable>(
    of list: XMLElement, into table: inout Table, by reader: ElementReader<Table>
  ) {
    self.noteText(of: list, &table.unclear)
    for child in list.children {
      if AccessTableNames.lists.contains(child.name) {
        self.readChildren(of: child, into: &table, by: reader)
      } else if !reader(&self, child, &table) {
        let known = Table.elementNames.union(AccessTableNames.lists)
        self.reportUnknown(child, in: list, knowing: known, area: .general)
        table.kept.append(child)
      }
    }
  }

  private static func readSenders(
    _ decoder: inout Self, _ element: XMLElement, _ table: inout HostAccessTable
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
    _ decoder: inout Self, _ element: XMLElement, _ table: inout RecipientAccessTable
  ) -> Bool {
    guard AccessTableNames.recipients.contains(element.name) else { return false }
    table.entries += decoder.recipients(element, &table.unclear)
    return true
  }

  private mutating func policy(
    _ element: XMLElement, _ unclear: inout [String]
  ) -> HostAccessTable.MailFlowPolicy {
    var parts = AccessParts(element)
    let name = parts.text(AccessTableNames.policyNames) ?? self.unnamed(element)
    let rule = self.rule(&parts, isOfRecipients: false)
    return .init(name: name, rule: rule, kept: self.rest(of: parts, element, &unclear))
  }

  private mutating func senderGroup(
    _ element: XMLElement, _ unclear: inout [String]
  ) -> HostAccessTable.SenderGroup {
    var parts = AccessParts(element)
    var group = HostAccessTable.SenderGroup(
      name: parts.text(AccessTableNames.groupNames) ?? self.unnamed(element))
    group.policyName = parts.text(AccessTableNames.policyReferences).map {
      $0.value.hasPrefix("$") ? Setting(String($0.value.dropFirst()), at: $0.position) : $0
    }
    group.rule = self.rule(&parts, isOfRecipients: false)
    group.comment = parts.text(AccessTableNames.comments)
    group.senders = parts.takeLeaves(AccessTableNames.senders)
    if element.children.isEmpty {
      group.senders += element.text.split { $0.isWhitespace || $0 == "," }.map {
        Setting(String($0), at: element.position)
      }
    }
    group.kept = self.rest(of: parts, element, &unclear)
    return group
  }

  private mutating func recipients(
    _ element: XMLElement, _ unclear: inout [String]
  ) -> [RecipientAccessTable.Entry] {
    var parts = AccessParts(element)
    var names = [parts.text(AccessTableNames.recipientNames)].compactMap(\.self)
    var rule = self.rule(&parts, isOfRecipients: true)
    if rule.behaviour == nil { rule.behaviour = Setting(default: .accept) }
    let comment = parts.text(AccessTableNames.comments)
    if element.children.isEmpty {
      names += element.text.split { $0.isWhitespace || $0 == "," }.map {
        Setting(String($0), at: element.position)
      }
    }
    let kept = self.rest(of: parts, element, &unclear)
    if names.isEmpty { names = [self.unnamed(element)] }
    return names.map { .init(recipient: $0, rule: rule, comment: comment, kept: kept) }
  }

  /// An element without its name: kept, and said.
  private mutating func unnamed(_ element: XMLElement) -> Setting<String> {
    self.report(.accessUnclear, at: element, found: "<\(element.name)> without a name")
    return Setting("", at: element.position, state: .absent)
  }

  private mutating func rule(_ parts: inout AccessParts, isOfRecipients: Bool) -> AccessRule {
    let behaviour = parts.text(AccessTableNames.behaviours).map { text in
      let allowed = isOfRecipients ? AccessBehaviour.ofRecipients : AccessBehaviour.ofSenders
      if let known = AccessBehaviour(word: text.value), allowed.contains(known) {
        return Setting(known, at: text.position)
      }
      let unknown = Setting(
        AccessBehaviour.accept, at: text.position, state: .notUnderstood(text.value))
      self.report(unknown, isOfRecipients: isOfRecipients)
      return unknown
    }
    return AccessRule(behaviour: behaviour, parameters: parts.takeParameters())
  }

  /// What of an element was not read: its elements are kept, its text and attributes told.
  private mutating func rest(
    of parts: AccessParts, _ element: XMLElement, _ unclear: inout [String]
  ) -> [XMLElement] {
    if !element.children.isEmpty { self.noteText(of: element, &unclear) }
    self.note(parts.attributes, of: element, &unclear)
    for child in parts.children {
      self.reportUnknown(child, in: element, knowing: parts.taken, area: .general)
    }
    return parts.children
  }

  private mutating func note(
    _ attributes: [ConfigurationAttribute], of element: XMLElement, _ unclear: inout [String]
  ) {
    for attribute in attributes {
      let found = "attribute \(attribute.name)=\(Diagnostic.quote(attribute.value))"
      self.report(.accessUnclear, at: element, found: found)
      unclear.append(found)
    }
  }

  private mutating func noteText(of element: XMLElement, _ unclear: inout [String]) {
    let text = element.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard !text.isEmpty else { return }
    self.report(.accessUnclear, at: element, found: "text \(Diagnostic.quote(text))")
    unclear.append(text)
  }
}

/// The attributes and children of an element that are still to be read.
private struct AccessParts {
  private(set) var attributes: [ConfigurationAttribute]
  private(set) var children: [XMLElement]
  /// The names that were asked for.
  private(set) var taken: Set<String> = []
  private let position: SourcePosition

  init(_ element: XMLElement) {
    self.attributes = element.attributes
    self.children = element.children
    self.position = element.position
  }

  /// The first attribute or leaf with one of the names.
  mutating func text(_ names: [String]) -> Setting<String>? {
    self.taken.formUnion(names)
    for name in names {
      if let index = self.attributes.firstIndex(where: { $0.name == name }) {
        let value = self.attributes.remove(at: index).value
        return Setting(value, at: self.position, state: value.isEmpty ? .empty : .present)
      }
      if let index = self.children.firstIndex(where: { $0.name == name && Self.isPlain($0) }) {
        return Self.setting(self.children.remove(at: index))
      }
    }
    return nil
  }

  /// All leaves with one of the names.
  mutating func takeLeaves(_ names: Set<String>) -> [Setting<String>] {
    self.taken.formUnion(names)
    let found = self.children.filter { names.contains($0.name) && Self.isPlain($0) }
    self.children.removeAll { names.contains($0.name) && Self.isPlain($0) }
    return found.map(Self.setting)
  }

  mutating func takeParameters() -> [AccessRule.Parameter] {
    self.taken.formUnion(AccessTableNames.parameterLists)
    var result: [AccessRule.Parameter] = []
    var rest: [XMLElement] = []
    for child in self.children {
      let isList =
        AccessTableNames.parameterLists.contains(child.name) && child.attributes.isEmpty
        && child.text.allSatisfy(\.isWhitespace)
      guard isList else {
        rest.append(child)
        continue
      }
      let read = child.children.compactMap(Self.parameter)
      // One that is not read keeps the list.
      if read.count == child.children.count { result += read } else { rest.append(child) }
    }
    self.children = rest
    return result
  }

  private static func parameter(_ element: XMLElement) -> AccessRule.Parameter? {
    guard element.children.isEmpty else { return nil }
    if element.attributes.isEmpty, element.name != AccessTableNames.parameter {
      return AccessRule.Parameter(name: element.name, value: self.setting(element))
    }
    guard element.name == AccessTableNames.parameter, element.attributes.count == 1,
      let name = element.attribute("name")
    else { return nil }
    return AccessRule.Parameter(name: name, value: self.setting(element))
  }

  private static func isPlain(_ element: XMLElement) -> Bool {
    element.children.isEmpty && element.attributes.isEmpty
  }

  private static func setting(_ element: XMLElement) -> Setting<String> {
    Setting(element.text, at: element.position, state: element.text.isEmpty ? .empty : .present)
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
