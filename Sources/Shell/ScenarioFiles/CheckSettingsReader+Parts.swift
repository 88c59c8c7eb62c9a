internal import ApplianceConfiguration
internal import ConfigurationPolicy

extension Shape {
  static let checkSettings = Shape(
    "check settings", [KnownSection.key, "severities", "ignore", "targets", "lists", "rules"])
  static let knownWords = Shape(
    KnownSection.key, ["files"] + LearnedWord.Kind.allCases.map(\.rawValue))
  static let ignoredFindings = Shape("ignore", ["code", "rule", "path", "folder", "because"])
  static let target = Shape("target", ["folder", "version", "model"])
  static let houseRule = Shape(
    "rule",
    [
      "name", "severity", "message", "folder", "each", "has", "lacks", "is", "is_not", "between",
      "at_least", "at_most", "refers_to", "unique", "same",
    ])
}

/// The sections of a file of check settings but for `known`.
struct CheckSettingsParts {
  private static let codes = DiagnosticCode.allCases.map(\.rawValue)
  private static let severities = Diagnostic.Severity.allCases.map(\.rawValue)

  let top: Fields
  private let lists: [String: [String]]

  init(_ top: Fields) {
    self.top = top
    self.lists = Self.lists(top)
  }

  // MARK: Severities, ignores, targets

  func severities() -> [DiagnosticCode: Diagnostic.Severity] {
    guard let value = self.top.take("severities") else { return [:] }
    var severities: [DiagnosticCode: Diagnostic.Severity] = [:]
    for entry in self.top.entries(of: value, "severities") {
      guard let code = self.code(entry.key, at: entry.place) else { continue }
      if case .scalar(let scalar) = entry.value,
        let severity = Diagnostic.Severity(rawValue: scalar.text)
      {
        severities[code] = severity
      } else {
        self.top.fail(
          entry.value.place,
          "\(entry.key): found \(entry.value.kind), allowed: "
            + Self.severities.joined(separator: ", "))
      }
    }
    return severities
  }

  /// Each names a code or a rule: nothing is ignored by its place alone.
  func ignores(rules: [HouseRule]) -> [CheckSettings.Ignore] {
    self.top.list("ignore").compactMap { value in
      let fields = Fields(value, .ignoredFindings, self.top.findings)
      let codePlace = fields.place(of: "code")
      let code = fields.string("code").flatMap { self.code($0, at: codePlace) }
      let names = rules.map(\.name)
      let rule = fields.choice("rule", names) { names.contains($0) ? $0 : nil }
      if !fields.has("code"), !fields.has("rule") {
        fields.fail(fields.place, "missing code or rule")
      }
      let path = fields.words("path").map { FolderPattern($0) }
      let folder = fields.words("folder").map { FolderPattern($0) }
      _ = fields.words("because")
      fields.end()
      return code == nil && rule == nil
        ? nil : CheckSettings.Ignore(code: code, rule: rule, path: path, folder: folder)
    }
  }

  func targets() -> [CheckSettings.Target] {
    self.top.list("targets").map { value in
      let fields = Fields(value, .target, self.top.findings)
      let target = CheckSettings.Target(
        folder: fields.words("folder").map { FolderPattern($0) },
        version: fields.words("version"), model: fields.words("model"))
      if !fields.has("version"), !fields.has("model") {
        fields.fail(fields.place, "missing version or model")
      }
      fields.end()
      return target
    }
  }

  private func code(_ text: String, at place: SourcePosition) -> DiagnosticCode? {
    guard let code = DiagnosticCode(rawValue: text.uppercased()) else {
      self.top.fail(
        place,
        "code: found \(ScenarioFinding.quote(text)), allowed: a code of docs/DIAGNOSTICS.md"
          + Suggestion.text(for: text, among: Self.codes))
      return nil
    }
    guard code != .fileUnreadable else {
      self.top.fail(place, "code: found \(text), allowed: another, as no file is left unread")
      return nil
    }
    return code
  }

  private static func lists(_ top: Fields) -> [String: [String]] {
    guard let value = top.take("lists") else { return [:] }
    var lists: [String: [String]] = [:]
    for entry in top.entries(of: value, "lists") {
      lists[entry.key] = top.texts(of: entry.value, entry.key)
    }
    return lists
  }

  // MARK: Rules

  func rules() -> [HouseRule] {
    var names: Set<String> = []
    return self.top.list("rules").compactMap { value in
      let fields = Fields(value, .houseRule, self.top.findings)
      guard let rule = self.rule(fields) else { return nil }
      if !names.insert(rule.name).inserted {
        fields.fail("name", found: ScenarioFinding.quote(rule.name), allowed: "another name")
      }
      return rule
    }
  }

  private func rule(_ fields: Fields) -> HouseRule? {
    let name = fields.require(
      "name",
      fields.value("name", allowed: "letters, digits and - up to 60 characters, as one word") {
        Self.isName($0) && DiagnosticCode(rawValue: $0.uppercased()) == nil ? $0 : nil
      })
    let severity = fields.choice("severity", Self.severities) {
      Diagnostic.Severity(rawValue: $0)
    }
    let message = fields.words("message") ?? ""
    let folder = fields.words("folder").map { FolderPattern($0) }
    let each = self.paths("each", fields)
    let conditions = self.conditions(fields)
    let needsEach = [
      "is", "is_not", "between", "at_least", "at_most", "refers_to", "unique", "same",
    ]
    .filter { fields.has($0) }
    if !needsEach.isEmpty, !fields.has("each") {
      fields.fail(
        fields.place(of: needsEach[0]), "\(needsEach[0]): found no each, allowed: a path in each")
    }
    if conditions.isEmpty, !Shape.houseRule.keys.dropFirst(5).contains(where: { fields.has($0) }) {
      let words = Shape.houseRule.keys.dropFirst(5).joined(separator: ", ")
      fields.fail(fields.place, "rule: found no condition, allowed: one or more of \(words)")
    }
    fields.end()
    return name.map {
      HouseRule(
        name: $0, severity: severity ?? .error, message: message, folder: folder, each: each,
        conditions: conditions)
    }
  }

  private func conditions(_ fields: Fields) -> [HouseRule.Condition] {
    var conditions: [HouseRule.Condition] = []
    let has = self.paths("has", fields)
    if !has.isEmpty { conditions.append(.has(has)) }
    let lacks = self.paths("lacks", fields)
    if !lacks.isEmpty { conditions.append(.lacks(lacks)) }
    let allowed = self.values("is", fields)
    if !allowed.isEmpty { conditions.append(.isOneOf(allowed)) }
    let refused = self.values("is_not", fields)
    if !refused.isEmpty { conditions.append(.isNoneOf(refused)) }
    let range = fields.value("between", allowed: "numbers such as 1..10, 1.. or ..10", Self.range)
    if let range { conditions.append(.between(range)) }
    let counts = 0...1_000_000_000
    let least = fields.integer("at_least", in: counts)
    let most = fields.integer("at_most", in: (least ?? 0)...counts.upperBound)
    if least != nil || most != nil {
      conditions.append(.count((least ?? .min)...(most ?? .max)))
    }
    if let path = self.paths("refers_to", fields).first { conditions.append(.refersTo(path)) }
    let unique = ["file": HouseRule.Condition.uniqueInFile, "files": .uniqueAmongFiles]
    if let condition = fields.choice("unique", ["file", "files"], { unique[$0] }) {
      conditions.append(condition)
    }
    if let condition = fields.choice(
      "same", ["files"], { $0 == "files" ? HouseRule.Condition.sameInAllFiles : nil })
    {
      conditions.append(condition)
    }
    return conditions
  }

  /// One path, or a list of them.
  private func paths(_ key: String, _ fields: Fields) -> [ElementPath] {
    guard let value = fields.take(key) else { return [] }
    let scalars: [YAMLValue] = if case .list(let values, _) = value { values } else { [value] }
    if scalars.isEmpty { fields.fail(value.place, "\(key): found an empty list, allowed: paths") }
    return scalars.compactMap { scalar in
      guard case .scalar(let text) = scalar, !text.text.isEmpty else {
        fields.fail(
          scalar.place, "\(key): found \(scalar.kind), allowed: a path such as /config/hostname")
        return nil
      }
      do throws(ElementPath.Malformed) {
        let path = try ElementPath(text.text, lists: self.lists)
        let mayBeRelative = key == "has" || key == "lacks"
        if !path.isAbsolute, !mayBeRelative || !fields.has("each") {
          let without = mayBeRelative ? " and no each" : ""
          let orEach = mayBeRelative ? ", or each with the places where this path begins" : ""
          fields.fail(
            scalar.place,
            "\(key): found \(ScenarioFinding.quote(text.text))\(without), "
              + "allowed: a path that begins with /\(orEach)")
        }
        return path
      } catch {
        fields.fail(scalar.place, "\(key): found \(error.found), allowed: \(error.allowed)")
        return nil
      }
    }
  }

  /// Values, with `*` for any characters; `$name` for those of a list.
  private func values(_ key: String, _ fields: Fields) -> [WordPattern] {
    guard let value = fields.take(key) else { return [] }
    let texts = fields.texts(of: value, key)
    if texts.isEmpty { fields.fail(value.place, "\(key): found no value, allowed: one or more") }
    return texts.flatMap { text -> [WordPattern] in
      guard text.hasPrefix("$") else { return [WordPattern(text)] }
      guard let list = self.lists[String(text.dropFirst())] else {
        let known = self.lists.keys.sorted().joined(separator: ", ")
        fields.fail(
          value.place,
          "\(key): found \(ScenarioFinding.quote(text)), allowed: "
            + (known.isEmpty ? "no list, as there is none" : "a list, $ before one of \(known)"))
        return []
      }
      if list.isEmpty {
        fields.fail(value.place, "\(key): found \(text), which is empty, allowed: a list of values")
      }
      return list.map { WordPattern($0) }
    }
  }

  private static func isName(_ text: String) -> Bool {
    (1...60).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "-_.0123456789".unicodeScalars.contains($0)
      }
  }

  private static func range(_ text: String) -> ClosedRange<Int>? {
    guard let dots = text.firstRange(of: "..") else {
      return ScalarValues.number(text).map { $0...$0 }
    }
    let (low, high) = (String(text[..<dots.lowerBound]), String(text[dots.upperBound...]))
    let bottom = low.isEmpty ? Int.min : ScalarValues.number(low)
    let top = high.isEmpty ? Int.max : ScalarValues.number(high)
    guard let bottom, let top, bottom <= top, !(low.isEmpty && high.isEmpty) else { return nil }
    return bottom...top
  }
}

extension Fields {
  /// The entries of a mapping with any keys.
  func entries(of value: YAMLValue, _ name: String) -> [YAMLValue.Entry] {
    guard case .map(let entries, _) = value else {
      self.fail(
        value.place, "\(ScenarioFinding.bare(name)): found \(value.kind), allowed: a mapping")
      return []
    }
    return entries
  }

  /// One text, or a list of texts.
  func texts(of value: YAMLValue, _ name: String) -> [String] {
    let scalars: [YAMLValue] = if case .list(let values, _) = value { values } else { [value] }
    return scalars.compactMap { scalar in
      if case .scalar(let text) = scalar, !text.text.isEmpty || text.isQuoted { return text.text }
      self.fail(
        scalar.place,
        "\(ScenarioFinding.bare(name)): found \(scalar.kind), allowed: a text or a list of texts")
      return nil
    }
  }
}
