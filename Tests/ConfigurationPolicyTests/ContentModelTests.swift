import Testing

@testable import ConfigurationPolicy

/// Sequences of names against content models of XML 1.0, section 3.2.1.
@Suite struct ContentModelTests {
  struct Case: Sendable {
    let model: ContentModel.Particle
    let takes: [String]
    let refuses: [String]
  }

  private static func letter(
    _ name: String, _ times: ContentModel.Occurrence = .once
  ) -> ContentModel.Particle { .name(name, times) }

  static let cases = [
    Case(
      model: .sequence([letter("a"), letter("b", .optional), letter("c", .any)], .once),
      takes: ["a", "ab", "ac", "abccc"], refuses: ["", "b", "ba", "abb", "aca", "x"]),
    Case(
      model: .sequence([letter("a", .atLeastOnce), letter("b")], .atLeastOnce),
      takes: ["ab", "aab", "abaab"], refuses: ["", "a", "b", "abb", "aba"]),
    Case(
      model: .choice([letter("a"), letter("b", .atLeastOnce)], .once),
      takes: ["a", "b", "bb"], refuses: ["", "ab", "aa"]),
    Case(
      model: .choice([letter("a"), letter("b")], .any), takes: ["", "a", "abba"],
      refuses: ["c", "abc"]),
    Case(
      model: .choice([.sequence([letter("a"), letter("b")], .once), letter("c")], .any),
      takes: ["", "ab", "cab", "abcab"], refuses: ["a", "ac", "cb"]),
    // Not deterministic, which XML forbids for the sake of others: taken all the same.
    Case(
      model: .choice(
        [
          .sequence([letter("a"), letter("b")], .once),
          .sequence([letter("a"), letter("c")], .once),
        ],
        .once), takes: ["ab", "ac"], refuses: ["a", "abc"]),
    // Repeats what may be empty.
    Case(
      model: .sequence([letter("a", .any), letter("b", .optional)], .any),
      takes: ["", "a", "b", "ba", "bb"], refuses: ["c"]),
  ]

  private static func takes(_ model: ContentModel, _ names: String) -> Bool {
    var progress = model.beginning
    for name in names {
      guard let next = model.following(String(name), after: progress) else { return false }
      progress = next
    }
    return model.isComplete(progress)
  }

  @Test(arguments: cases.indices)
  func takesWhatTheModelSays(_ index: Int) {
    let row = Self.cases[index]
    let model = ContentModel(row.model)
    for names in row.takes { #expect(Self.takes(model, names), "\(index): \(names)") }
    for names in row.refuses { #expect(!Self.takes(model, names), "\(index): \(names)") }
  }

  @Test func namesThatMayFollowAreListed() throws {
    let model = ContentModel(Self.cases[0].model)
    #expect(model.names(after: model.beginning) == ["a"])
    let next = try #require(model.following("a", after: model.beginning))
    #expect(model.names(after: next) == ["b", "c"])
    #expect(model.names == ["a", "b", "c"])
  }
}
