internal import Foundation

/// The folder that names of files in a report begin at, so that a code host finds each of them.
public struct ReportBase: Sendable {
  /// The folder, absolute; empty where names stay as they are.
  let folder: String
  private let relative: @Sendable (String) -> String

  /// A report that names files as they were given.
  public init() {
    self.folder = ""
    self.relative = { $0 }
  }

  /// A report whose names begin at a folder.
  ///
  /// - Parameters:
  ///   - folder: absolute; it holds all files.
  ///   - relative: a file's name from it on.
  public init(folder: String, relative: @escaping @Sendable (String) -> String) {
    self.folder = folder
    self.relative = relative
  }

  /// A file's name from the folder on.
  func name(of file: String) -> String { self.relative(file) }

  /// A reference to the folder (RFC 3986), with the slash that names follow; `nil` for none.
  var uri: String? {
    guard !self.folder.isEmpty else { return nil }
    return Self.uri(self.folder.hasSuffix("/") ? self.folder : self.folder + "/")
  }

  /// A reference to a file (RFC 3986); a name that is not absolute stays relative.
  static func uri(_ path: String) -> String {
    var allowed = CharacterSet.urlPathAllowed
    // A colon in the first part of a relative reference would end a scheme.
    allowed.remove(":")
    let text = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
    return path.hasPrefix("/") ? "file://" + text : text
  }
}
