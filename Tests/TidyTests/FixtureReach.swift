import Foundation
import Support

/// Which files below `fixtures` some test reads.
///
/// A test file reaches a fixture that it names, and the fixtures of a folder that it lists: it then
/// names each folder on the way and asks for the extension. What has the name of one that is listed,
/// with another extension, belongs to it; so does what a scenario of the folder names.
struct FixtureReach {
  /// Texts that list a folder.
  private let listing: [(text: String, extension: String)]
  /// All texts in one, where a name is looked for once.
  private let joined: [CChar]
  private let fixtures: Set<String>
  private let scenarioWords: Set<Substring>

  init(testTexts: [String], fixtures: [String], scenarioTexts: [String] = []) {
    self.listing = testTexts.compactMap { text in Self.extensionListed(text).map { (text, $0) } }
    self.joined = Array(testTexts.joined(separator: "\n").utf8CString)
    self.fixtures = Set(fixtures)
    self.scenarioWords = Set(scenarioTexts.flatMap { $0.split { " \n\"':,[]{}".contains($0) } })
  }

  /// - Parameter path: from the repository's root, such as `fixtures/golden/Alerting/x.eml`.
  func reaches(_ path: String) -> Bool {
    let parts = path.split(separator: "/").map(String.init)
    guard let name = parts.last else { return false }
    if parts[1] == "scenarios", self.scenarioWords.contains(Substring(name)) { return true }
    let folder = parts.dropLast().joined(separator: "/")
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    if strstr(self.joined, "\(name)\"") != nil { return true }
    return self.listing.contains { text, listed in
      guard parts.dropLast().allSatisfy({ text.contains($0) }) else { return false }
      let isCompanion = text.contains("\"\(name[dot...])\"")
      return name.hasSuffix(listed)
        || isCompanion && self.fixtures.contains("\(folder)/\(name[..<dot])\(listed)")
    }
  }

  /// Such as `.xml`; `nil` when the text lists no folder.
  private static func extensionListed(_ text: String) -> String? {
    guard ["contentsOfDirectory", "enumerator(at", "opendir"].contains(where: text.contains) else {
      return nil
    }
    let filter = /hasSuffix\("(\.[a-z]+)"\)|pathExtension == "([a-z]+)"/
    guard let match = text.firstMatch(of: filter) else { return nil }
    return match.1.map(String.init) ?? match.2.map { ".\($0)" }
  }

  /// Each file below `fixtures`, from the repository's root, in order.
  static func fixtures() throws -> [String] {
    let root = Repository.url.appendingPathComponent("fixtures")
    let walk = FileManager.default.enumerator(
      at: root, includingPropertiesForKeys: [.isRegularFileKey])
    var found: [String] = []
    while let file = walk?.nextObject() as? URL {
      guard try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else {
        continue
      }
      found.append("fixtures" + file.path.dropFirst(root.path.count))
    }
    return found.sorted()
  }
}
