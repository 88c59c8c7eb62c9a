import ArgumentParser

/// Reads an option that is one of a type's words.
func word<Value: RawRepresentable & CaseIterable>(_ text: String) throws -> Value
where Value.RawValue == String {
  if let value = Value(rawValue: text) { return value }
  let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
  throw ValidationError("found \(text), allowed: \(allowed)")
}
