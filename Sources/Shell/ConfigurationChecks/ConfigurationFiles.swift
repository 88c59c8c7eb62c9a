import ConfigurationXML
import Foundation

/// The configuration files that a person names: files, and folders whose `.xml` files are meant.
public enum ConfigurationFiles {
  /// Why there is nothing to check.
  public struct NothingThere: Error, CustomStringConvertible {
    public let description: String
  }

  /// A file to check.
  public struct File: Hashable, Sendable {
    /// Its path; bytes that are no character as `\xE9`.
    public let path: String
    /// Whether a person named it; else it was met in a folder, and nothing may lead out of that.
    public let isNamed: Bool
    /// Whether its name is UTF-8; one that is not cannot be opened by `path`.
    let hasReadableName: Bool
  }

  /// The files, in the order named, those of a folder sorted; the folders below it are not entered.
  ///
  /// A name that nothing has is kept: that it cannot be read is a finding. So is what lies in a
  /// folder and is no regular file.
  public static func expand(_ paths: [String]) throws -> [File] {
    try paths.flatMap { path in
      guard self.isFolder(path) else {
        return [File(path: path, isNamed: true, hasReadableName: true)]
      }
      guard let listed = FolderListing.entries(of: path) else {
        throw NothingThere(description: "\(path): cannot be listed")
      }
      let entries = listed.filter { $0.name.hasSuffix(".xml") }
      guard !entries.isEmpty else {
        throw NothingThere(description: "\(path): found no .xml file, allowed: one or more")
      }
      let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
      return entries.map {
        File(path: "\(folder)/\($0.name)", isNamed: false, hasReadableName: $0.isNameReadable)
      }
    }
  }

  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// The name of a file from a folder on, such as `exports/a.xml` or `../b.xml`, by the names
  /// alone.
  public static func name(of file: String, from folder: String) -> String {
    let target = self.parts(file)
    let base = self.parts(folder)
    let shared = zip(target, base).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: base.count - shared)
    return (up + target[shared...]).joined(separator: "/")
  }

  private static func parts(_ path: String) -> [String] {
    let whole =
      path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var parts: [String] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
    }
    return parts
  }
}
