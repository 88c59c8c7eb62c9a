/// Finds the line in a record of JSON, and its tag.
///
/// It follows the paths of `MessageFields`, and reads no more of JSON than that takes.
struct JSONMessage: ~Copyable {
  private static let depthMax = 64
  private static let integration: StaticString = "cisco_secure_email_gateway"
  /// What is told of a record without a line.
  private static let namesMax = 4
  private static let nameMax = 60

  /// Why the record of the last call cannot be read as one; `nil` when it can.
  private(set) var refusal: RefusedForm?
  /// What holds the tag; empty when there is none.
  private(set) var tag: [UInt8] = []
  /// What holds the line.
  private(set) var text: [UInt8] = []
  private let fields: MessageFields
  private var textWithoutLevel: [UInt8] = []
  private var level: [UInt8] = []
  private var textRank = Int.max
  private var tagRank = Int.max
  /// The path of the member that is read, and where the paths of the open objects end.
  private var path: [UInt8] = []
  private var bases: [Int] = []
  private var isObject: [Bool] = []
  private var openObjects = 0
  private var name: [UInt8] = []
  private var isEnded = false
  private var isOfIntegration = false

  init(fields: MessageFields) {
    self.fields = fields
  }

  /// Reads a record; then `text` and `tag` are its own.
  ///
  /// - Returns: whether it holds a line.
  mutating func read(_ record: UnsafeRawBufferPointer) -> Bool {
    self.refusal = nil
    self.tag.removeAll(keepingCapacity: true)
    self.level.removeAll(keepingCapacity: true)
    self.textWithoutLevel.removeAll(keepingCapacity: true)
    (self.textRank, self.tagRank) = (Int.max, Int.max)
    self.isOfIntegration = false
    let start = record.firstIndex { !JSONText.isBlank($0) } ?? record.count
    // Of an array with an object a line: its brackets and commas.
    guard start == record.count || [0x7B, 0x5B, 0x2C, 0x5D].contains(record[start]) else {
      self.refusal = .textBehindObject
      return false
    }
    self.scan(record)
    if self.textRank == Int.max, !self.textWithoutLevel.isEmpty, !self.level.isEmpty {
      self.text = Self.composed(self.textWithoutLevel, level: self.level)
      self.textRank = 0
    }
    return self.textRank < Int.max
  }

  /// What the record of the last call has in place of a line: for one that has none.
  func foundInstead(in record: UnsafeRawBufferPointer) -> (words: String, holdsLine: Bool) {
    var names: [String] = []
    var holder: String?
    var last = ""
    var value: [UInt8] = []
    JSONText.forEachString(of: record) { string, isName in
      JSONText.unescape(string, into: &value)
      if isName {
        last = String(decoding: value.prefix(Self.nameMax), as: UTF8.self)
        if names.count < Self.namesMax { names.append(last) }
      } else if holder == nil, value.withUnsafeBytes({ LineHeader.read($0).holdsLevel }) {
        holder = last
      }
    }
    guard !names.isEmpty || holder != nil else { return ("", false) }
    if let holder { return ("a line in its member \(holder)", true) }
    return ("the members \(names.joined(separator: ", "))", false)
  }

  /// Whether the record is one of Elastic's integration for this appliance, which took its text
  /// apart.
  var lacksText: Bool { self.textRank == Int.max && self.isOfIntegration }

  /// `info` and `text` to `Info: text`.
  static func composed(_ text: [UInt8], level: [UInt8]) -> [UInt8] {
    guard let first = level.first else { return text }
    return [(0x61...0x7A).contains(first) ? first - 0x20 : first] + level.dropFirst()
      + [0x3A, 0x20] + text
  }

  /// Walks through the record's strings; those before a colon are names.
  private mutating func scan(_ record: UnsafeRawBufferPointer) {
    self.path.removeAll(keepingCapacity: true)
    self.bases.removeAll(keepingCapacity: true)
    self.isObject.removeAll(keepingCapacity: true)
    self.isEnded = false
    self.openObjects = 0
    var role: MessageFields.Role?
    var offset = 0
    while offset < record.count {
      let byte = record[offset]
      if self.isEnded, !Self.mayFollowObject(byte) { return self.refuse(.textBehindObject) }
      switch byte {
      case 0x22:
        guard let end = JSONText.endOfString(record, offset + 1) else {
          return self.refuse(.openObject)
        }
        let string = UnsafeRawBufferPointer(rebasing: record[offset + 1..<end])
        offset = end + 1
        if self.isObject.last == true, JSONText.nextIsColon(record, offset) {
          role = self.enter(name: string)
        } else {
          if let known = role { self.take(string, known) }
          role = nil
        }
        continue
      case 0x7B, 0x5B: self.open(record, &offset, &role)
      case 0x7D, 0x5D:
        self.close()
        role = nil
      case 0x2C: if self.isObject.last == true { role = nil }
      default: break
      }
      offset += 1
    }
    if self.openObjects > 0 { self.refuse(.openObject) }
  }

  /// - Returns: what the member holds.
  private mutating func enter(name: UnsafeRawBufferPointer) -> MessageFields.Role? {
    guard let base = self.bases.last, self.bases.count <= Self.depthMax else { return nil }
    self.path.removeSubrange(base...)
    if !self.path.isEmpty { self.path.append(0x2E) }
    if name.contains(0x5C) {
      JSONText.unescape(name, into: &self.name)
      self.path.append(contentsOf: self.name)
    } else {
      self.path.append(contentsOf: name)
    }
    let (role, isOfIntegration) = self.path.withUnsafeBytes { path in
      (
        self.fields.role(of: path),
        path.count == Self.integration.utf8CodeUnitCount && path.starts(with: Self.integration)
      )
    }
    if isOfIntegration { self.isOfIntegration = true }
    return role
  }

  private mutating func open(
    _ record: UnsafeRawBufferPointer, _ offset: inout Int, _ role: inout MessageFields.Role?
  ) {
    let isObject = record[offset] == 0x7B
    if !isObject, let known = role, JSONText.nextIsDigit(record, offset + 1) {
      // The journal writes a text that is no UTF-8 as its bytes.
      offset = JSONText.bytes(record, offset + 1, into: &self.name) - 1
      self.keepName(known)
      role = nil
      return
    }
    let isWrapper =
      isObject && self.bases.last == 0 && self.path.withUnsafeBytes { self.fields.isWrapper($0) }
    if isWrapper { self.path.removeAll(keepingCapacity: true) }
    self.bases.append(self.path.count)
    self.isObject.append(isObject)
    if isObject { self.openObjects += 1 }
    // In an array the member's first string counts: Elastic's `fields`.
    if isObject { role = nil }
  }

  private mutating func close() {
    guard self.bases.popLast() != nil else { return }
    let isObject = self.isObject.popLast() == true
    if isObject { self.openObjects -= 1 }
    self.isEnded = isObject && self.openObjects == 0
    if let base = self.bases.last, base < self.path.count { self.path.removeSubrange(base...) }
  }

  private mutating func take(_ string: UnsafeRawBufferPointer, _ role: MessageFields.Role) {
    switch role {
    case .text(let rank) where rank >= self.textRank: return
    case .tag(let rank) where rank >= self.tagRank: return
    default: break
    }
    JSONText.unescape(string, into: &self.name)
    self.keepName(role)
  }

  /// Keeps what was just read into `name`.
  private mutating func keepName(_ role: MessageFields.Role) {
    switch role {
    case .text(let rank):
      self.textRank = rank
      swap(&self.text, &self.name)
    case .tag(let rank):
      self.tagRank = rank
      swap(&self.tag, &self.name)
    case .textWithoutLevel: swap(&self.textWithoutLevel, &self.name)
    case .level: swap(&self.level, &self.name)
    }
  }

  /// The first reason counts.
  private mutating func refuse(_ refusal: RefusedForm) {
    self.refusal = self.refusal ?? refusal
  }

  /// Blanks, and the comma or bracket of an array with an object a line.
  private static func mayFollowObject(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0D, 0x0A, 0x2C, 0x5D].contains(byte)
  }
}
