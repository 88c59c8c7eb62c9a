import ApplianceConfiguration

/// Replaces what identifies a site in an access table that is text, word by word as the reader takes
/// the text apart: names of groups and policies, senders, recipients, and what somebody said of them.
///
/// Source: docs/FIDELITY.md, "Access tables".
struct AccessTableSanitizer {
  enum Table {
    case senders
    case recipients
  }

  private let text: TextSanitizer
  private let isOfRecipients: Bool
  private let bytes: [UInt8]
  /// Whether the next word of a recipient access table is no behaviour, whatever it is: at the
  /// start of a line and behind a behaviour.
  private var expectsRecipient: Bool
  /// Within parameters, which end at the first closing brace however many were opened.
  private var isInBlock = false
  /// The parameter whose value comes next.
  private var parameter: [UInt8]?
  private var isValue = false
  private var output: [UInt8] = []

  init(_ bytes: [UInt8], _ table: Table, by text: TextSanitizer) {
    self.bytes = bytes
    self.isOfRecipients = table == .recipients
    self.expectsRecipient = table == .recipients
    self.text = text
  }

  consuming func sanitized() -> [UInt8] {
    var position = 0
    for token in AccessTableTokens(self.bytes).tokens {
      self.output += self.bytes[position..<token.range.lowerBound]
      self.write(self.bytes[token.range], token.kind)
      position = token.range.upperBound
    }
    return self.output + self.bytes[position...]
  }

  private mutating func write(_ bytes: ArraySlice<UInt8>, _ kind: AccessTableTokens.Kind) {
    switch kind {
    case .word: self.word(Array(bytes))
    case .remark: self.blank(bytes)
    case .comment:
      let end = bytes.last == UInt8(ascii: ")") ? 1 : 0
      self.blank(bytes.dropLast(end))
      self.output += bytes.suffix(end)
    case .equals:
      self.output += bytes
      self.isValue = self.parameter != nil
    case .open, .close, .separator:
      self.output += bytes
      (self.parameter, self.isValue) = (nil, false)
      if kind != .separator {
        self.isInBlock = kind == .open
      } else if bytes.first == 0x0A || bytes.first == 0x0D {
        self.expectsRecipient = self.expectsRecipient || !self.isInBlock
      }
    }
  }

  private mutating func blank(_ bytes: ArraySlice<UInt8>) {
    self.output += self.text.replacements.blanked(Array(bytes))
  }

  private mutating func word(_ word: [UInt8]) {
    guard self.isInBlock else {
      self.output += self.replaced(word)
      return
    }
    if self.isValue {
      self.output += self.value(word)
    } else {
      // The names of parameters are the appliance's.
      if self.parameter == nil { self.parameter = word }
      self.output += word
    }
  }

  private mutating func replaced(_ word: [UInt8]) -> [UInt8] {
    if word.first == UInt8(ascii: "$") {
      self.expectsRecipient = false
      return self.text.accessName(word)
    }
    if !self.isOfRecipients, Self.isGroupName(word) {
      return self.text.accessName(word.dropLast()) + [UInt8(ascii: ":")]
    }
    guard self.isOfRecipients else {
      if self.isKept(word) { return word }
      let result = self.text.sender(word)
      // What is no name of a group must not become one.
      return Self.isGroupName(result) ? self.text.replacements.scrambled(word) : result
    }
    // Read as a behaviour, and what is none must stay none.
    let isBehaviour = !self.expectsRecipient && self.isBehaviour(word)
    self.expectsRecipient = isBehaviour
    if self.isKept(word) { return word }
    guard isBehaviour else { return self.text.sender(word) }
    var result = self.text.replacements.scrambled(word)
    var tries = 0
    while tries < 1000, self.isKept(result) {
      result = self.text.replacements.scrambled(result)
      tries += 1
    }
    return result
  }

  private static func isGroupName(_ word: [UInt8]) -> Bool {
    let body = word.dropLast()
    return word.last == UInt8(ascii: ":") && !body.isEmpty
      && !body.contains { ":.[".utf8.contains($0) }
  }

  private func isBehaviour(_ word: [UInt8]) -> Bool {
    word.allSatisfy { (0x41...0x5A).contains($0) } && !word.elementsEqual("ALL".utf8)
  }

  private func isKept(_ word: [UInt8]) -> Bool {
    let text = String(decoding: word, as: UTF8.self)
    // Recipients are the same in any case, so that a recipient `accept` is one named as a behaviour.
    return text == "ALL" || AccessBehaviour(rawValue: text) != nil
      || self.isOfRecipients && AccessBehaviour(word: text) != nil
  }

  private func value(_ word: [UInt8]) -> [UInt8] {
    let name = String(decoding: self.parameter ?? [], as: UTF8.self)
    let kind = ValueKind.ofParameter(name)
    let quote = UInt8(ascii: "\"")
    guard word.first == quote else { return self.text.sanitized(word, kind) }
    let isClosed = word.count > 1 && word.last == quote
    let inner = Array(word.dropFirst().dropLast(isClosed ? 1 : 0))
    return [quote] + self.text.sanitized(inner, kind) + (isClosed ? [quote] : [])
  }
}

extension TextSanitizer {
  /// A name of a group or policy, also with the dollar sign of a reference, which is not part of it.
  func accessName(_ text: [UInt8]) -> [UInt8] {
    let lead = text.first == UInt8(ascii: "$") ? 1 : 0
    return text.prefix(lead) + self.name(Array(text.dropFirst(lead)))
  }

  /// A sender or a recipient: an address, a range, a host, part of one, a list's zone in brackets.
  func sender(_ word: [UInt8]) -> [UInt8] {
    guard let open = word.firstIndex(of: UInt8(ascii: "[")), open > 0,
      word[..<open].allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 == 0x5F })
    else { return self.numbersOfNoAddress(word) ?? self.sanitized(word, .host) }
    let inner = Array(word[(open + 1)...])
    let keyword = String(decoding: word[..<open], as: UTF8.self).lowercased()
    let isScore =
      keyword == "sbrs"
      && inner.allSatisfy { ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 < 0x3B || $0 == 0x5D }
    return isScore ? word : word[...open] + self.sanitized(inner, .host)
  }

  /// Numbers between dots, dashes and strokes that are no address, network or range stay none.
  private func numbersOfNoAddress(_ word: [UInt8]) -> [UInt8]? {
    guard word.allSatisfy({ Self.isDigit($0) || "./-".utf8.contains($0) }),
      !AccessSender.isUnderstood(String(decoding: word, as: UTF8.self))
    else { return nil }
    return word.map { Self.isDigit($0) && $0 != UInt8(ascii: "0") ? UInt8(ascii: "9") : $0 }
  }

  /// The value of a policy's parameter: a person's sentence says nothing any more.
  func parameter(_ text: [UInt8], _ kind: ValueKind) -> [UInt8] {
    let words = text.split(whereSeparator: Replacements.isBlank)
    if words.count > 1 { return self.replacements.blanked(text) }
    let value = words.first.map { String(decoding: $0, as: UTF8.self).lowercased() } ?? ""
    let isKept =
      ValueKind.parameterWords.contains(value) || value.utf8.allSatisfy { $0 < 0x3A && $0 > 0x2F }
    return isKept ? text : self.sanitized(text, kind)
  }
}
