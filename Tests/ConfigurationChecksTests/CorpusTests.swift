import ConfigurationChecks
import Testing

@Suite struct UnifiedDifferenceTests {
  @Test func sameTextsHaveNone() {
    #expect(UnifiedDifference.lines(from: ["a"], to: ["a"], oldName: "o", newName: "n") == [])
  }

  @Test func changesComeWithThreeLinesAround() {
    let old = (1...20).map(String.init)
    var new = old
    new[9] = "ten"
    new.append("21")
    #expect(
      UnifiedDifference.lines(from: old, to: new, oldName: "o", newName: "n") == [
        "--- o", "+++ n", "@@ -7,7 +7,7 @@", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13",
        "@@ -18,3 +18,4 @@", " 18", " 19", " 20", "+21",
      ])
  }

  @Test func allOfATextCanBeNew() {
    #expect(
      UnifiedDifference.lines(from: [], to: ["a"], oldName: "o", newName: "n") == [
        "--- o", "+++ n", "@@ -0,0 +1,1 @@", "+a",
      ])
  }
}
