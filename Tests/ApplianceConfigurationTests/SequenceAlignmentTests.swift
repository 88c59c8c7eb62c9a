import Testing

@testable import ApplianceConfiguration

@Suite struct SequenceAlignmentTests {
  private typealias Pair = SequenceAlignment.Pair

  private func common(_ first: [Int], _ second: [Int]) -> [Int] {
    let pairs = SequenceAlignment.pairs(first, second)
    // Equal items, each place once, in the same order in both.
    for (one, next) in zip(pairs, pairs.dropFirst()) {
      #expect(one.first < next.first && one.second < next.second)
    }
    for pair in pairs { #expect(first[pair.first] == second[pair.second]) }
    return pairs.map { first[$0.first] }
  }

  private static let cases: [([Int], [Int], [Int])] = [
    ([], [], []), ([], [1], []), ([1, 2, 3], [1, 2, 3], [1, 2, 3]),
    ([1, 2, 3], [9, 1, 2, 3], [1, 2, 3]), ([1, 2, 3], [1, 9, 2, 3], [1, 2, 3]),
    ([1, 2, 3], [1, 3], [1, 3]), ([1, 2, 3, 4], [2, 3, 4, 1], [2, 3, 4]),
    // Nothing stands once.
    ([1, 2, 1, 2], [2, 1, 2, 1], [1, 2, 1]), ([1, 1, 1], [1, 1], [1, 1]),
  ]

  @Test(arguments: cases)
  func whatIsCommonIsFound(_ first: [Int], _ second: [Int], _ expected: [Int]) {
    #expect(self.common(first, second).count == expected.count)
  }

  /// Against the table of the longest common subsequence, where items stand once.
  @Test func ofItemsThatStandOnceMostStayInOrder() {
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for _ in 0..<200 {
      let size = 1 + next(12)
      var (first, second) = (Array(0..<size), Array(0..<size))
      for index in 0..<size {
        first.swapAt(index, next(size))
        second.swapAt(index, next(size))
      }
      first.removeAll { _ in next(4) == 0 }
      second.removeAll { _ in next(4) == 0 }
      var lengths = [[Int]](
        repeating: [Int](repeating: 0, count: second.count + 1), count: first.count + 1)
      for row in first.indices {
        for column in second.indices {
          lengths[row + 1][column + 1] =
            first[row] == second[column]
            ? lengths[row][column] + 1 : max(lengths[row][column + 1], lengths[row + 1][column])
        }
      }
      #expect(self.common(first, second).count == lengths[first.count][second.count])
    }
  }

  @Test func longStretchesWithoutAnchorsAreLeftOut() {
    let first = (0..<2000).map { $0 % 2 }
    let second = (0..<2000).map { 1 - $0 % 3 % 2 }
    // No bound on how few are paired, but on the work: a table would have four million entries.
    #expect(self.common(first, second).count <= 2000)
  }
}

@Suite struct ElementDifferenceTests {
  private func leaf(_ name: String, _ text: String) -> ConfigurationElement {
    ConfigurationElement(name: name, text: text)
  }

  private func filter(_ name: String, _ texts: String...) -> ConfigurationElement {
    ConfigurationElement(
      name: "content_filter",
      children: [self.leaf("filter_name", name)] + texts.map { self.leaf("rule", $0) })
  }

  private func list(_ children: [ConfigurationElement]) -> [ConfigurationElement] {
    [ConfigurationElement(name: "filters", children: children)]
  }

  private func changes(
    _ first: [ConfigurationElement], _ second: [ConfigurationElement]
  ) -> [String] {
    ElementDifference.changes(["kept"], from: self.list(first), to: self.list(second)).map(\.text)
  }

  @Test func anInsertedFilterIsOneAdditionAndRenamesNothing() {
    let filters = (1...20).map { self.filter("f\($0)", "a\($0)", "b") }
    for place in [0, 7, 20] {
      var other = filters
      other.insert(self.filter("new_one", "x"), at: place)
      #expect(
        self.changes(filters, other) == [#"element filters: content_filter "new_one" added"#])
      #expect(
        self.changes(other, filters) == [#"element filters: content_filter "new_one" removed"#])
    }
  }

  @Test func aChangeIsToldOfTheFilterByItsName() {
    let filters = [self.filter("a", "1"), self.filter("b", "2"), self.filter("c", "3")]
    let other = [self.filter("new", "0"), self.filter("a", "1"), self.filter("b", "9"), filters[2]]
    #expect(
      self.changes(filters, other) == [
        #"element filters: content_filter "b": rule changed from "2" to "9""#,
        #"element filters: content_filter "new" added"#,
      ])
  }

  /// White space alone is no content, wherever it stands.
  @Test(arguments: ["", " ", "\n", "\t\r\n "], ["", " ", "\n\n"])
  func whiteSpaceAloneIsNoContent(_ one: String, _ other: String) {
    #expect(self.changes([self.leaf("z", one)], [self.leaf("z", other)]) == [])
    let outer = [one, other].map { text in
      [ConfigurationElement(name: "o", text: text, children: [self.leaf("z", text)])]
    }
    #expect(self.changes(outer[0], outer[1]) == [])
    #expect(self.changes([], [self.leaf("z", one)]) == ["element filters: z added"])
    // No white space of XML.
    #expect(self.changes([self.leaf("z", one)], [self.leaf("z", "\u{A0}")]).count == 1)
  }

  /// A lone element is matched as one of several is: what it is called itself makes it another one,
  /// and the name of something that it is about does not.
  @Test func aLoneElementOfAnotherNameIsAnotherOne() {
    func named(_ name: String) -> ConfigurationElement {
      ConfigurationElement(
        name: "s", attributes: [ConfigurationAttribute(name: "name", value: name)])
    }
    #expect(
      self.changes([named("a")], [named("b")])
        == [#"element filters: s "a" removed"#, #"element filters: s "b" added"#])
    #expect(
      self.changes([self.filter("a", "1", "2", "3")], [self.filter("b", "1", "2", "3")])
        == [
          #"element filters: content_filter "a" removed"#,
          #"element filters: content_filter "b" added"#,
        ])
    func server(_ host: String) -> ConfigurationElement {
      ConfigurationElement(
        name: "ldap", children: [self.leaf("host_name", host), self.leaf("port", "389")])
    }
    #expect(
      self.changes([server("a")], [server("b")])
        == [#"element filters: ldap: host_name changed from "a" to "b""#])
  }

  @Test func whatMovedIsToldOnce() {
    let filters = ["a", "b", "c", "d"].map { self.filter($0, "1") }
    let other = [filters[3], filters[0], filters[1], filters[2]]
    #expect(
      self.changes(filters, other)
        == [#"element filters: content_filter "d" moved from place 4 to place 1"#])
    let turned = [filters[2], filters[1], filters[0]]
    #expect(
      self.changes(Array(filters.prefix(3)), turned)
        == ["element filters: content_filter in another order"])
    let many = (0..<50).map { self.filter("f\($0)", "1") }
    #expect(
      self.changes(many, many.reversed()) == ["element filters: content_filter in another order"])
  }

  @Test func withoutNamesContentDecides() {
    func server(_ texts: String...) -> [ConfigurationElement] {
      texts.map { self.leaf("ntp_server", $0) }
    }
    #expect(
      self.changes(server("a", "b", "c"), server("x", "a", "b", "c"))
        == [#"element filters: ntp_server[1] set to "x""#])
    #expect(
      self.changes(server("a", "b"), server("a", "c"))
        == [#"element filters: ntp_server[2] changed from "b" to "c""#])
    #expect(
      self.changes(server("a"), server("b"))
        == [#"element filters: ntp_server changed from "a" to "b""#])
    #expect(self.changes(server("a", "b"), server("b")).count == 1)
    func rule(_ texts: String...) -> ConfigurationElement {
      ConfigurationElement(
        name: "rule", children: texts.map { self.leaf("part", $0) })
    }
    // Half of the parts make it the same rule.
    #expect(
      self.changes(
        [rule("1", "2"), rule("3", "4")], [rule("9"), rule("1", "2"), rule("3", "5")]) == [
          #"element filters: rule[3]: part[2] changed from "4" to "5""#,
          "element filters: rule[1] added",
        ])
  }

  @Test func orderOfOtherNamesAndLayoutDoNotCount() {
    let one = ConfigurationElement(
      name: "x", text: "\n  ", children: [self.leaf("a", "1"), self.leaf("b", "2")])
    let other = ConfigurationElement(
      name: "x", children: [self.leaf("b", "2"), self.leaf("a", "1")])
    #expect(self.changes([one], [other]) == [])
    #expect(self.changes([one, one], [other, other]) == [])
  }

  @Test func namesThatRepeatNameNothing() {
    let twice = [self.filter("a", "1"), self.filter("a", "2")]
    let changed = [self.filter("a", "1"), self.filter("a", "3")]
    #expect(
      self.changes(twice, changed) == [
        #"element filters: content_filter[2]: rule changed from "2" to "3""#
      ])
  }

  @Test func secretsAreNotShown() {
    func changed(_ name: String, _ text: String) -> [ConfigurationElement] {
      [ConfigurationElement(name: "login", children: [self.leaf(name, text)])]
    }
    for name in ["ldap_bind_pw", "otp_seed", "api_token", "private_key", "enc_password"] {
      let text = self.changes(changed(name, "secret-1"), changed(name, "secret-2"))
      #expect(text == ["element filters: login: \(name) changed from (hidden) to (hidden)"])
      let added = self.changes([], [self.leaf(name, "secret-1")])
      #expect(added == ["element filters: \(name) set to (hidden)"])
    }
    let attribute = [1, 2].map {
      ConfigurationElement(
        name: "login", attributes: [ConfigurationAttribute(name: "password", value: "s\($0)")])
    }
    #expect(
      self.changes([attribute[0]], [attribute[1]])
        == ["element filters: login: @password changed from (hidden) to (hidden)"])
    // And all within such an element.
    let key = [1, 2].map {
      ConfigurationElement(name: "hostkey", children: [self.leaf("part", "secret-\($0)")])
    }
    #expect(
      self.changes([key[0]], [key[1]])
        == ["element filters: hostkey: part changed from (hidden) to (hidden)"])
  }

  @Test func fiveThousandSiblingsAreNoTroubleNamedOrNot() {
    let named = (0..<5000).map { self.filter("f\($0)", "r\($0)") }
    let nameless = (0..<5000).map { index in
      ConfigurationElement(
        name: "rule", children: [self.leaf("a", "\(index)"), self.leaf("b", "\(index % 7)")])
    }
    for list in [named, nameless] {
      var other = list
      other.insert(self.leaf("other", "x"), at: 2500)
      other.remove(at: 100)
      other.append(other.remove(at: 10))
      #expect(self.changes(list, other).count == 3)
      #expect(self.changes(list, list.reversed()).count == 1)
    }
  }

  private static let labels: [([(String, String)], String?)] = [
    ([("filter_name", "x"), ("other_name", "y")], "x"),
    ([("name", "n"), ("filter_name", "x")], "n"),
    ([("policy_name", "p")], "p"), ([("a_name", "1"), ("b_name", "2")], nil),
    ([("title", "t"), ("id", "7")], "7"), ([("rule", "r")], nil), ([("name", "  ")], nil),
  ]

  @Test(arguments: labels)
  func anElementIsCalledByARule(_ children: [(String, String)], _ label: String?) {
    let element = ConfigurationElement(
      name: "content_filter", children: children.map { self.leaf($0.0, $0.1) })
    #expect(ElementLabel.label(of: element) == label)
  }
}
