public import ApplianceConfiguration
import Glibc

/// What lies in a folder, by the bytes of the names: not each of them is a text.
public enum FolderListing {
  /// One name in a folder.
  public struct Entry: Hashable, Sendable {
    /// Its name; bytes that are no character as `\xE9`.
    public let name: String
    /// Whether the name is UTF-8; a file whose name is not cannot be opened by `name`.
    public let isNameReadable: Bool
    /// Whether it is a folder itself, and no link to one.
    public let isFolder: Bool
    /// Whether it is a link to a folder, which is not entered.
    public let isLinkToFolder: Bool
  }

  /// The finding about a file whose name is not UTF-8.
  public static let unreadableName = Diagnostic(
    .fileUnreadable, at: nil, found: "a name that is not UTF-8", allowed: "a name in UTF-8")
  /// The finding about a folder that cannot be listed.
  public static let unlistedFolder = Diagnostic(
    .fileUnreadable, at: nil, found: "a folder that cannot be listed",
    allowed: "a folder whose names may be read")
  /// The finding about a link to a folder.
  public static let linkToFolder = Diagnostic(
    .fileUnreadable, at: nil, found: "a symbolic link to a folder",
    allowed: "a folder, as nothing outside is read")

  /// What is in a folder, in order of name; `nil` when it cannot be listed.
  public static func entries(of folder: String) -> [Entry]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var entries: [Entry] = []
    while let entry = readdir(stream) {
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard bytes != [0x2E], bytes != [0x2E, 0x2E] else { continue }
      let text = String(validating: bytes, as: UTF8.self)
      let path = (Array("\(folder)/".utf8) + bytes + [0]).map { CChar(bitPattern: $0) }
      var information = stat()
      let kind = lstat(path, &information) == 0 ? information.st_mode & S_IFMT : 0
      let isLinkToFolder =
        kind == S_IFLNK && stat(path, &information) == 0
        && information.st_mode & S_IFMT == S_IFDIR
      entries.append(
        Entry(
          name: text ?? self.escaped(bytes), isNameReadable: text != nil,
          isFolder: kind == S_IFDIR, isLinkToFolder: isLinkToFolder))
    }
    return entries.sorted { $0.name < $1.name }
  }

  /// The same of a folder and all below it, named from it on; links to folders are not entered.
  public static func allEntries(of folder: String) -> [Entry]? {
    guard let entries = self.entries(of: folder) else { return nil }
    var result: [Entry] = []
    for entry in entries {
      result.append(entry)
      guard entry.isFolder, entry.isNameReadable else { continue }
      guard let inner = self.allEntries(of: "\(folder)/\(entry.name)") else { return nil }
      result += inner.map {
        Entry(
          name: "\(entry.name)/\($0.name)", isNameReadable: $0.isNameReadable,
          isFolder: $0.isFolder, isLinkToFolder: $0.isLinkToFolder)
      }
    }
    return result
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      byte < 0x80
        ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
