/// Paths as a person writes them.
extension ElementPath {
  /// Why a text is no path.
  public struct Malformed: Error, Hashable, Sendable {
    /// What was found, and where in the text.
    public let found: String
    /// What may stand there.
    public let allowed: String
  }

  private static let charactersMax = 1000
  private static let depthMax = 8

  /// Reads a path.
  ///
  /// - Parameter lists: the values that `$name` stands for.
  public init(_ text: String, lists: [String: [String]] = [:]) throws(Malformed) {
    guard text.count <= Self.charactersMax else {
      throw Malformed(
        found: "\(text.count) characters", allowed: "at most \(Self.charactersMax)")
    }
    var scanner = Scanner(characters: Array(text), lists: lists)
    self = try scanner.path(depth: 0)
    guard scanner.isAtEnd else { throw scanner.malformed("/, [ or the end") }
  }

  private struct Scanner {
    let characters: [Character]
    let lists: [String: [String]]
    var index = 0

    var isAtEnd: Bool { self.index == self.characters.count }
    private var next: Character? { self.isAtEnd ? nil : self.characters[self.index] }

    func malformed(_ allowed: String) -> Malformed {
      let found = self.next.map { "\"\($0)\" as character \(self.index + 1)" } ?? "its end"
      return Malformed(found: found, allowed: allowed)
    }

    private mutating func take(_ character: Character) -> Bool {
      guard self.next == character else { return false }
      self.index += 1
      return true
    }

    private func text(from start: Int) -> String { String(self.characters[start..<self.index]) }

    mutating func path(depth: Int) throws(Malformed) -> ElementPath {
      guard depth < ElementPath.depthMax else { throw self.malformed("fewer brackets in brackets") }
      let start = self.index
      let isAbsolute = self.take("/")
      var steps: [Step] = []
      var attribute: String?
      if !isAbsolute, self.take(".") {
        return ElementPath(description: ".", isAbsolute: false, steps: [], attribute: nil)
      }
      repeat {
        if self.take("@") {
          attribute = try self.name("the name of an attribute")
          break
        }
        steps.append(try self.step(depth: depth))
      } while self.take("/")
      return ElementPath(
        description: self.text(from: start), isAbsolute: isAbsolute, steps: steps,
        attribute: attribute)
    }

    private mutating func step(depth: Int) throws(Malformed) -> Step {
      let name = try self.name("the name of an element, * or **")
      guard name != "**" else { return Step(name: nil) }
      var step = Step(
        name: name.contains("*") ? .like(WordPattern(name)) : .exactly(name))
      while self.take("[") {
        step.conditions.append(try self.condition(depth: depth))
        guard self.take("]") else { throw self.malformed("]") }
      }
      return step
    }

    private mutating func name(_ allowed: String) throws(Malformed) -> String {
      let start = self.index
      while let next = self.next, !"/[]=!@|$\"' ".contains(next) { self.index += 1 }
      guard self.index > start else { throw self.malformed(allowed) }
      return self.text(from: start)
    }

    private mutating func condition(depth: Int) throws(Malformed) -> Condition {
      if self.take("!") { return .lacks(try self.path(depth: depth + 1)) }
      let path = try self.path(depth: depth + 1)
      if self.take("!") {
        guard self.take("=") else { throw self.malformed("=") }
        return .isNoneOf(path, try self.values())
      }
      return self.take("=") ? .isOneOf(path, try self.values()) : .exists(path)
    }

    private mutating func values() throws(Malformed) -> [WordPattern] {
      var values: [WordPattern] = []
      repeat {
        if self.take("$") {
          let name = try self.name("the name of a list")
          guard let list = self.lists[name] else {
            let known = self.lists.keys.sorted().joined(separator: ", ")
            throw Malformed(
              found: "$\(name)", allowed: known.isEmpty ? "no list, as there is none" : known)
          }
          values += list.map { WordPattern($0) }
        } else if let quote = self.next, quote == "\"" || quote == "'" {
          self.index += 1
          let start = self.index
          while let next = self.next, next != quote { self.index += 1 }
          values.append(WordPattern(self.text(from: start)))
          guard self.take(quote) else { throw self.malformed("\(quote)") }
        } else {
          let start = self.index
          while let next = self.next, !"|]".contains(next) { self.index += 1 }
          values.append(WordPattern(self.text(from: start)))
        }
      } while self.take("|")
      return values
    }
  }
}
