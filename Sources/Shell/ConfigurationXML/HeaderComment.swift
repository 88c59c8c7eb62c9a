internal import Simulation
import ApplianceConfiguration

/// The header comment: lines `Key: value`, of which four say which appliance the file is from.
extension ConfigurationDecoder {
  private static let valueBytesMax = 128

  /// Product, model, version and serial number; what is missing is a finding.
  func identity(of document: XMLDocument) -> ApplianceIdentity {
    var values: [String: Setting<String>] = [:]
    var others: [Setting<String>] = []
    for comment in document.leadingComments {
      for (key, value) in Self.lines(of: comment) {
        guard Self.keys.contains(key) else {
          if key == Self.timeKey { self.checkTime(value) } else { self.checkKey(key, value) }
          others.append(Setting(key + ": " + value.value, at: value.position))
          continue
        }
        if values.updateValue(value, forKey: key) != nil {
          self.reader.findings.add(
            Diagnostic(
              .headerValueInvalid, at: value.position, found: "a second line \(key):",
              allowed: "one", assumed: "this one"))
        }
      }
    }
    let read = Self.keys.map { key in
      self.checked(values[key], key: key, near: document.root.position)
    }
    return ApplianceIdentity(
      product: read[0], model: read[1], version: read[2], serialNumber: read[3],
      otherLines: others)
  }

  /// The version that the header names, whatever else is wrong.
  static func version(namedIn document: XMLDocument) -> Setting<String>? {
    document.leadingComments.flatMap(Self.lines).last { $0.key == "Version" }?.value
  }

  private static let timeKey = "Current Time"
  /// Those of public exports; beside them lines `Feature "NAME"` stand there.
  private static let otherKeys = [Self.timeKey, "Number of CPUs", "Memory (GB)"]

  private static let knownKeys = Self.keys + Self.otherKeys
  private static let nearKeys = NearNames(Self.knownKeys)
  private static let nearFeature = NearNames(["Feature"])

  /// A line that is near to a known one is told; others belong to comments of any kind.
  private func checkKey(_ key: String, _ value: Setting<String>) {
    guard !Self.knownKeys.contains(key), let hint = Self.nearKey(to: key) else { return }
    self.reader.findings.add(
      Diagnostic(
        .headerLineUnknown, at: value.position, found: Diagnostic.quote(key + ":"),
        hint: hint + ":"))
  }

  /// Of `Featrue "NAME"` the first word decides.
  private static func nearKey(to key: String) -> String? {
    guard let quote = key.firstIndex(of: "\"") else { return self.nearKeys.nearest(to: key) }
    let word = Self.trimmed(key[..<quote])
    guard word != "Feature", let hint = self.nearFeature.nearest(to: word) else { return nil }
    return hint + " " + key[quote...]
  }

  /// The offset of the time zone is told for that time.
  private func checkTime(_ value: Setting<String>) {
    guard LocalTime(ctime: value.value) == nil else { return }
    self.reader.findings.add(
      Diagnostic(
        .headerTimeInvalid, at: value.position,
        found: "\(Self.timeKey): \(Diagnostic.quote(value.value))",
        allowed: "a time such as Thu Jun 25 08:50:03 2015; the zone's offset is that of today",
        assumed: "no time"))
  }

  fileprivate static let keys = ["Product", "Model Number", "Version", "Serial Number"]

  private func checked(
    _ value: Setting<String>?, key: String, near place: SourcePosition
  ) -> Setting<String> {
    guard let value else {
      guard self.reader.isWhole else { return Setting(default: "") }
      self.reader.findings.add(
        Diagnostic(
          .headerMissing, at: place, found: "no line \(key):",
          allowed: "a comment before <config> with the line \(key): ...", assumed: "nothing"))
      return Setting(default: "")
    }
    let isPrintable = value.value.unicodeScalars.allSatisfy { scalar in
      scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
    }
    let length = value.value.utf8.count
    if length == 0 || length > Self.valueBytesMax || !isPrintable {
      self.reader.findings.add(
        Diagnostic(
          .headerValueInvalid, at: value.position,
          found: "\(key): \(Diagnostic.quote(value.value))",
          allowed: "1 to \(Self.valueBytesMax) bytes without control characters",
          assumed: "the value as it is"))
    }
    return value
  }

  /// Key and value of each line with a colon; a value's place is that of its key.
  fileprivate static func lines(of comment: XMLComment) -> [(key: String, value: Setting<String>)] {
    var line = comment.position.line
    var firstColumn = comment.position.column
    var result: [(key: String, value: Setting<String>)] = []
    for text in comment.text.split(separator: "\n", omittingEmptySubsequences: false) {
      let indent = text.utf8.prefix { $0 == 0x20 || $0 == 0x09 }.count
      let content = text.dropFirst(indent)
      if let colon = content.firstIndex(of: ":") {
        let position = SourcePosition(line: line, column: firstColumn + indent)
        let value = Self.trimmed(content[content.index(after: colon)...])
        result.append((String(content[..<colon]), Setting(value, at: position)))
      }
      line += 1
      firstColumn = 1
    }
    return result
  }

  private static func trimmed(_ text: Substring) -> String {
    var rest = text.drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }
}

extension XMLComment {
  /// Whether it has a line that says something of the appliance that the file is from.
  var namesAnAppliance: Bool {
    ConfigurationDecoder.lines(of: self).contains { ConfigurationDecoder.keys.contains($0.key) }
  }
}
