/// Where the tests find files of the repository, wherever it is checked out.
enum Repository {
  static let root = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()
}
