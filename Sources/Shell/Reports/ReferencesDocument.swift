public import ApplianceConfiguration
internal import Text

/// The names of a file and where they are used, for a person and as JSON.
public enum ReferencesDocument {
  /// How many uses of a name a person is shown.
  private static let usesMax = 20

  /// A line for each definition, below it one for each use; the certificates; the counts last.
  public static func lines(
    _ references: NameReferences, _ certificates: [CertificateEntry]
  ) -> [String] {
    let names = references.names.flatMap { name -> [String] in
      let kinds = name.definitions.map {
        "\($0.element) \(Diagnostic.quote(name.text)) (line \($0.position.line))"
      }
      let uses = name.uses.prefix(Self.usesMax).map { "  line \($0.position.line): \($0.path)" }
      let further = name.useCount - uses.count
      let words =
        name.useCount == 0
        ? "used nowhere in the file"
        : "used by \(Plural.counted(name.useCount, "element"))"
      return [kinds.joined(separator: ", ") + ": " + words] + uses
        + (further > 0 ? ["  ... and \(further) more"] : [])
    }
    let read = certificates.map { entry in
      let words =
        switch entry.reading {
        case .facts(let facts): facts.text
        case .notUnderstood(let words): "not understood: " + words
        }
      return "certificate (line \(entry.place.position.line)): " + words
    }
    return (names + read).map(escapingControls) + [references.counts.text]
  }

  /// Every name with its definitions and uses.
  public static func json(
    _ references: NameReferences, _ certificates: [CertificateEntry]
  ) -> [UInt8] {
    var json = JSONText()
    json.beginObject()
    json.beginArray("names")
    for name in references.names {
      json.endLine()
      json.beginObject()
      json.add("name", name.text)
      Self.add("definitions", name.definitions, to: &json)
      Self.add("uses", name.uses, to: &json)
      json.add("useCount", name.useCount)
      json.endObject()
    }
    json.endLine()
    json.endArray()
    json.beginArray("certificates")
    for entry in certificates {
      json.endLine()
      json.beginObject()
      json.add("line", entry.place.position.line)
      json.add("path", entry.place.path)
      Self.add(entry.reading, to: &json)
      json.endObject()
    }
    json.endLine()
    json.endArray()
    json.beginObject("summary")
    json.add("names", references.counts.names)
    json.add("used", references.counts.used)
    json.add("uses", references.counts.uses)
    json.endObject()
    json.endObject()
    return json.bytes + [0x0A]
  }

  private static func add(_ reading: CertificateReading, to json: inout JSONText) {
    switch reading {
    case .notUnderstood(let words): json.add("notUnderstood", words)
    case .facts(let facts):
      json.add("subject", facts.subject)
      json.add("issuer", facts.issuer)
      json.add("serialNumber", facts.serial)
      json.add("notBefore", CertificateTime.text(facts.notBefore) + "Z")
      json.add("notAfter", CertificateTime.text(facts.notAfter) + "Z")
      json.add("key", facts.key.text)
      json.beginArray("names")
      for name in facts.names { json.add(nil, name) }
      json.endArray()
    }
  }

  private static func add(
    _ key: StaticString, _ places: [NameReferences.Place], to json: inout JSONText
  ) {
    json.beginArray(key)
    for place in places {
      json.beginObject()
      json.add("element", place.element)
      json.add("line", place.position.line)
      json.add("path", place.path)
      json.endObject()
    }
    json.endArray()
  }
}
