public import Foundation

/// A small validator for tests: the key words of JSON Schema 2020-12 that the repository's schemas
/// use.
///
/// A key word that it does not know is a violation of its own, so that none is passed over
/// silently.
public struct JSONSchema {
  private typealias Object = [String: Any]

  private static let annotations: Set = [
    "$comment", "$schema", "$id", "$defs", "title", "description", "default", "examples",
  ]

  private let root: [String: Any]

  /// The schema of a file's content.
  public init(_ data: Data) throws {
    self.root = try JSONSerialization.jsonObject(with: data) as? Object ?? [:]
  }

  /// What is wrong with a document, each with its place; empty when it is valid.
  public func violations(in data: Data) throws -> [String] {
    let value = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    return self.check(value, by: self.root, at: "#")
  }

  private func check(_ value: Any, by schema: Object, at place: String) -> [String] {
    schema.sorted { $0.key < $1.key }.flatMap { keyword, argument in
      self.check(value, keyword, argument, schema, at: place)
    }
  }

  private func check(
    _ value: Any, _ keyword: String, _ argument: Any, _ schema: Object, at place: String
  ) -> [String] {
    func unless(_ isMet: Bool) -> [String] { isMet ? [] : ["\(place): \(keyword) \(argument)"] }
    switch keyword {
    case "$ref": return self.check(value, by: self.definition(argument), at: place)
    case "type": return unless(Self.type(argument, fits: value))
    case "const": return unless(Self.same(value, argument))
    case "enum": return unless((argument as? [Any])?.contains { Self.same(value, $0) } ?? false)
    case "pattern":
      guard let text = value as? String, let pattern = argument as? String else { return [] }
      return unless(text.range(of: pattern, options: .regularExpression) != nil)
    case "minLength": return unless((value as? String)?.count ?? .max >= argument as? Int ?? 0)
    case "minimum": return unless((value as? NSNumber)?.intValue ?? .max >= argument as? Int ?? 0)
    case "minItems": return unless((value as? [Any])?.count ?? .max >= argument as? Int ?? 0)
    case "uniqueItems":
      return unless((value as? [Any]).map { Set($0.map { "\($0)" }).count == $0.count } ?? true)
    case "items":
      return ((value as? [Any]) ?? []).enumerated().flatMap {
        self.check($0.element, by: argument as? Object ?? [:], at: "\(place)/\($0.offset)")
      }
    case "anyOf":
      let branches = argument as? [Object] ?? []
      return unless(branches.contains { self.check(value, by: $0, at: place).isEmpty })
    case "required", "properties", "additionalProperties", "propertyNames":
      guard let object = value as? Object else { return [] }
      return self.check(object: object, keyword, argument, schema, at: place)
    case _ where Self.annotations.contains(keyword): return []
    default: return ["\(place): key word \(keyword) is not known to this validator"]
    }
  }

  private func check(
    object: Object, _ keyword: String, _ argument: Any, _ schema: Object, at place: String
  ) -> [String] {
    let properties = schema["properties"] as? Object ?? [:]
    switch keyword {
    case "required":
      return (argument as? [String] ?? []).filter { object[$0] == nil }
        .map { "\(place): required \($0)" }
    case "properties":
      return properties.flatMap { name, schema in
        object[name].map { self.check($0, by: schema as? Object ?? [:], at: "\(place)/\(name)") }
          ?? []
      }
    case "propertyNames":
      return object.keys.sorted().flatMap {
        self.check($0, by: argument as? Object ?? [:], at: "\(place)/\($0)")
      }
    case "additionalProperties":
      let further = object.keys.filter { properties[$0] == nil }.sorted()
      if argument as? Bool == true { return [] }
      guard let schema = argument as? Object else {
        return further.map { "\(place): additionalProperties \($0)" }
      }
      return further.flatMap { name in
        object[name].map { self.check($0, by: schema, at: "\(place)/\(name)") } ?? []
      }
    default: return ["\(place): key word \(keyword) is not known to this validator"]
    }
  }

  private func definition(_ reference: Any) -> Object {
    var object = self.root
    for part in (reference as? String ?? "").split(separator: "/").dropFirst() {
      // A reference to nothing lets nothing pass.
      guard let next = object[String(part)] as? Object else { return ["not-found": reference] }
      object = next
    }
    return object
  }

  private static func type(_ argument: Any, fits value: Any) -> Bool {
    if let several = argument as? [String] {
      return several.contains { self.type($0, fits: value) }
    }
    switch argument as? String {
    case "object": return value is Object
    case "array": return value is [Any]
    case "string": return value is String
    case "integer": return value is Int && !Self.isBoolean(value)
    case "boolean": return Self.isBoolean(value)
    case "null": return value is NSNull
    default: return false
    }
  }

  private static func isBoolean(_ value: Any) -> Bool {
    (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? (value is Bool)
  }

  private static func same(_ left: Any, _ right: Any) -> Bool {
    if let left = left as? String, let right = right as? String { return left == right }
    return (left as? NSNumber) == (right as? NSNumber) && left is NSNumber
  }
}
