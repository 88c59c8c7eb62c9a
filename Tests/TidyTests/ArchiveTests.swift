import Foundation
import Support
import Testing

/// What a user has who has no source: the release archive, or the image made of it.
@Suite struct ArchiveTests {
  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Repository.url.appendingPathComponent(path), encoding: .utf8)
  }

  /// What `Scripts/dist.sh` puts into the archive beside the command.
  private static func archived() throws -> [String] {
    let list = try #require(Self.text("Scripts/lib.sh").firstMatch(of: /\narchived=\(([^)]*)\)/))
    return list.1.split(separator: " ").map(String.init)
  }

  @Test func theArchiveHoldsWhatItsDocumentsName() throws {
    let archived = try Self.archived()
    let files = FileManager.default
    for name in archived {
      #expect(files.fileExists(atPath: Repository.url.appendingPathComponent(name).path))
    }
    #expect(Set(["docs", "fixtures", "README.md"]).isSubset(of: archived))
    #expect(try Self.text("Scripts/dist.sh").contains("cp -R \"${archived[@]}\""))
    // A link of a document in the archive leads to a file in the archive.
    let documents =
      try files.contentsOfDirectory(
        atPath: Repository.url.appendingPathComponent("docs").path
      )
      .filter { $0.hasSuffix(".md") }.map { "docs/\($0)" } + ["README.md", "CONTRIBUTING.md"]
    var links = 0
    for document in documents {
      let folder = document.hasPrefix("docs/") ? "docs/" : ""
      for match in try Self.text(document).matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
        let path = URL(fileURLWithPath: "/\(folder)\(match.1)").standardized.path.dropFirst()
        let first = path.split(separator: "/").first.map(String.init) ?? ""
        #expect(archived.contains(first), "\(document): \(match.1)")
        let place = Repository.url.appendingPathComponent(String(path)).path
        #expect(files.fileExists(atPath: place), "\(document): \(match.1)")
        links += 1
      }
    }
    #expect(links > 20)
  }

  @Test func theImageHoldsTheWholeArchive() throws {
    let copies = try Self.text("Dockerfile").matches(of: /\nCOPY --from=builder ([^\n]+)/)
      .map { String($0.1) }
    #expect(
      copies == ["/appliance /usr/local/bin/appliance", "/archive /usr/local/share/appliance-sim"])
  }
}
