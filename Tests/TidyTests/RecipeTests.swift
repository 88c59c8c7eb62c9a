import Foundation
import Support
import Testing

/// The recipes of docs/ARCHITECTURE.md name files that are there; `Scripts/recipe.sh` compares a
/// commit with one.
@Suite struct RecipeTests {
  private struct Recipe {
    let name: String
    /// Paths from the repository's root, with `*` for any part of a file's name.
    let files: [String]
  }

  private static func recipes() throws -> [Recipe] {
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("docs/ARCHITECTURE.md"), encoding: .utf8)
    let section = try #require(
      text.components(separatedBy: "\n## Adding things\n").dropFirst().first)
    let end = try #require(section.components(separatedBy: "\n## ").first)
    return end.components(separatedBy: "\n- **").dropFirst().map { part in
      Recipe(
        name: String(part.prefix { $0 != "*" }),
        files: part.matches(of: /`((?:Sources|Tests|docs|fixtures|Scripts)\/[^`]+)`/)
          .map { String($0.1) })
    }
  }

  @Test func eachFileOfARecipeExists() throws {
    let recipes = try Self.recipes()
    #expect(recipes.count > 10)
    #expect(Set(recipes.map(\.name)).count == recipes.count)
    for recipe in recipes {
      #expect(!recipe.files.isEmpty, "\(recipe.name): no file")
      for file in recipe.files {
        var found = glob_t()
        defer { globfree(&found) }
        let path = Repository.url.appendingPathComponent(file).path
        #expect(glob(path, 0, nil, &found) == 0, "\(recipe.name): \(file)")
      }
    }
  }

  /// What this house grows by.
  @Test(arguments: [
    "A line form of the mail log", "An alert", "A fault", "A `sim:` setting of a push",
    "An event of a run", "A subcommand", "A scenario",
  ])
  func thereIsARecipe(_ name: String) throws {
    #expect(try Self.recipes().map(\.name).contains(name))
  }
}
