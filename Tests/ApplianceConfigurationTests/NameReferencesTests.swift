import Testing

@testable import ApplianceConfiguration

@Suite struct NameReferencesTests {
  private func leaf(_ name: String, _ text: String, line: Int = 1) -> ConfigurationElement {
    ConfigurationElement(
      name: name, text: text, position: SourcePosition(line: line, column: 1))
  }

  private func element(
    _ name: String, line: Int = 1, _ children: ConfigurationElement...
  ) -> ConfigurationElement {
    ConfigurationElement(
      name: name, children: children, position: SourcePosition(line: line, column: 1))
  }

  @Test func namesAreDefinedOnceAndUsedWhereATextEqualsThem() throws {
    let root = self.element(
      "config",
      self.element(
        "content_filters", line: 2,
        self.element(
          "content_filter", line: 3, self.leaf("filter_name", "strip", line: 4),
          self.leaf("rule", "x", line: 5)),
        self.element(
          "content_filter", line: 6, self.leaf("filter_name", "idle", line: 7),
          self.leaf("rule", "strip", line: 8))),
      self.element(
        "policy", line: 9, self.leaf("policy_name", "Finance", line: 10),
        // The name and nothing else: a reference, not a second definition.
        self.element("content_filter", line: 11, self.leaf("filter_name", " strip\n", line: 12)),
        self.leaf("note", "strip it", line: 13)))
    let references = NameReferences(root)
    #expect(references.names.map(\.text) == ["strip", "idle", "Finance"])
    let strip = try #require(references.names.first)
    #expect(strip.definitions.map(\.position.line) == [3])
    #expect(strip.definitions.map(\.element) == ["content_filter"])
    #expect(strip.uses.map(\.position.line) == [8, 12])
    #expect(references.names.map(\.useCount) == [2, 0, 0])
    #expect(
      references.counts.text
        == "names: 3 defined, 1 used by 2 elements, 2 used nowhere in the file")
  }

  @Test(arguments: ["1", "25", "Default", "on", "*****", "10.0.0.1", "x", "  "])
  func whatStandsEverywhereIsNoName(_ text: String) {
    let root = self.element(
      "config",
      self.element(
        "thing", line: 2, self.leaf("name", text, line: 3), self.leaf("a", "b", line: 4)),
      self.leaf("use", text, line: 5))
    #expect(NameReferences(root).names.isEmpty)
  }

  @Test func twoKindsCanShareAName() {
    let root = self.element(
      "config",
      self.element("one", line: 2, self.leaf("name", "lab", line: 3), self.leaf("a", "b", line: 4)),
      self.element("two", line: 5, self.leaf("name", "lab", line: 6), self.leaf("a", "b", line: 7)),
      self.leaf("password", "lab", line: 8), self.leaf("use", "lab", line: 9))
    let references = NameReferences(root)
    #expect(references.names.count == 1)
    #expect(references.names.first?.definitions.map(\.element) == ["one", "two"])
    // What is secret is not said to equal anything.
    #expect(references.names.first?.uses.map(\.element) == ["use"])
  }

  @Test func usesAreBoundedAndCounted() {
    let uses = (0..<5000).map { self.leaf("use", "lab", line: 10 + $0) }
    let root = ConfigurationElement(
      name: "config",
      children: [
        self.element(
          "one", line: 2, self.leaf("name", "lab", line: 3), self.leaf("a", "b", line: 4))
      ] + uses)
    let references = NameReferences(root)
    #expect(references.names.first?.uses.count == 100)
    #expect(references.counts.uses == 5000)
  }
}
