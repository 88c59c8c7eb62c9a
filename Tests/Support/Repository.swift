public import Foundation

/// Where the tests find files of the repository, wherever it is checked out.
public enum Repository {
  /// The repository's root.
  public static let url = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Its path, without a slash at the end.
  public static let root = Self.url.path
}
