internal import Simulation

/// Faults as files write them: a mapping with the keys of the fault's row.
extension FaultRow {
  /// The keys that its mapping has.
  var shape: Shape {
    Shape(
      self.name,
      (self.isOfAppliance ? ["fault"] : ["fault", "host"]) + self.keys.map(\.name)
        + self.window.keys)
  }

  /// The fault of a mapping; `nil` when something is wrong with its keys, which is said.
  func read(_ fields: Fields) -> FaultDescription? {
    var values: FaultValues = [:]
    var fits = true
    for key in self.keys {
      switch key.presence {
      case .always: values[key.name] = fields.require(key.name, key.read(fields))
      case .optional, .oneOf: values[key.name] = key.read(fields)
      case .with(let other, let word):
        fits = self.read(key, with: word, of: other, fields, &values) && fits
      }
    }
    self.keys.forEach { self.checkLength(of: $0, fields, &values) }
    guard self.hasOneOf(fields), fits else { return nil }
    return self.fault(values)
  }

  /// A key that goes with one word of another key.
  ///
  /// - Returns: false when it is given beside another word.
  private func read(
    _ key: FaultKey, with word: String, of other: String, _ fields: Fields,
    _ values: inout FaultValues
  ) -> Bool {
    // Read in any case: a key of this fault is no unknown one.
    let value = fields.has(key.name) ? key.read(fields) : nil
    guard case .text(let found)? = values[other] else { return true }
    if found == word {
      values[key.name] = fields.require(key.name, value)
      return true
    }
    guard fields.has(key.name) else { return true }
    fields.fail(key.name, found: "\(other): \(found)", allowed: "\(other): \(word)")
    return false
  }

  private func checkLength(
    of key: FaultKey, _ fields: Fields, _ values: inout FaultValues
  ) {
    guard let whole = key.within, case .duration(let length)? = values[key.name],
      case .duration(let longest)? = values[whole], length > longest
    else { return }
    fields.fail(key.name, found: "more than \(whole)", allowed: "at most \(whole)")
    values[key.name] = nil
  }

  /// Exactly one of the keys of which only one may be given.
  private func hasOneOf(_ fields: Fields) -> Bool {
    let names = self.keys.filter { $0.presence == .oneOf }.map(\.name)
    let given = names.filter(fields.has)
    guard !names.isEmpty, given.count != 1 else { return true }
    let list = names.joined(separator: ", ")
    fields.fail(
      fields.place,
      given.isEmpty
        ? "missing one of \(list)"
        : "found \(given.joined(separator: ", ")), allowed: only one of \(list)")
    return false
  }
}

extension FaultKey {
  /// What stands there; `nil` when it is absent or wrong, of which the second is said.
  func read(_ fields: Fields) -> FaultValue? {
    switch self.kind {
    case .integer(let range): fields.integer(self.name, in: range).map { .integer($0) }
    // None is read, and said where faults without effect are.
    case .share: fields.integer(self.name, in: 0...1000).map { .integer($0) }
    case .duration(let orZero): fields.duration(self.name, orZero: orZero).map { .duration($0) }
    case .step: fields.step(self.name).map { .duration($0) }
    case .flag: fields.has(self.name) ? .flag(fields.flag(self.name)) : nil
    case .text(let sizes):
      fields.value(
        self.name, allowed: "\(sizes.lowerBound) to \(sizes.upperBound) bytes of text"
      ) { sizes.contains($0.utf8.count) ? .text($0) : nil }
    case .subscription: fields.string(self.name).map { .text($0) }
    case .address: fields.address(self.name).map { .address($0) }
    case .words(let words):
      fields.choice(self.name, words) { words.contains($0) ? .text($0) : nil }
    }
  }
}
