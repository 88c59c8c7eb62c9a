public import ApplianceConfiguration
import ConfigurationXML
import Foundation
internal import Text

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
    /// Why it cannot be read, where that is known: a name that is not UTF-8 opens nothing.
    public let problem: Diagnostic?

    init(path: String, isNamed: Bool, problem: Diagnostic?) {
      self.path = path
      self.isNamed = isNamed
      self.problem = problem
    }

    /// A file that a person named.
    public init(named path: String) {
      self.init(path: path, isNamed: true, problem: nil)
    }
  }

  /// The files to check, and what was met beside them.
  public struct Found: Sendable {
    /// Each file once, by whatever spellings of its path it is named, in the order named, those of
    /// a folder by their names.
    public var files: [File] = []
    /// What lies in the folders and is not checked, in words such as
    /// `2 files that do not end in .xml (exports/README.md, exports/accepted.json)`.
    public var leftOut: [String] { self.leftOut(naming: { $0 }) }
    fileprivate var listing = Listing()

    /// The same with other names for the files.
    public func leftOut(naming name: (String) -> String) -> [String] {
      self.listing.leftOut(naming: name)
    }
  }

  /// The files that are named, and those that end in `.xml`, whatever the case, of the folders that
  /// are named and of all below them.
  ///
  /// A name that nothing has is kept: that it cannot be read is a finding. So is what lies in a
  /// folder under such a name and is no regular file. Links to folders are not entered, and neither
  /// is what is hidden.
  public static func expand(_ paths: [String]) throws -> Found {
    var found = Found()
    var seen: Set<String> = []
    var listing = Listing()
    for path in paths {
      guard self.isFolder(path) else {
        if seen.insert(self.resolved(path)).inserted {
          found.files.append(File(path: path, isNamed: true, problem: nil))
        } else {
          listing.again.append(path)
        }
        continue
      }
      let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      guard let entries = FolderListing.entries(of: folder) else {
        throw NothingThere(description: "\(path): cannot be listed")
      }
      listing.files = []
      listing.add(entries, of: folder)
      guard !listing.files.isEmpty else {
        throw NothingThere(description: "\(path): found no .xml file, allowed: one or more")
      }
      // No link in a folder is entered, so that its own place tells those of its files.
      let place = self.resolved(folder)
      for file in listing.files.sorted(by: { $0.path < $1.path }) {
        if seen.insert(place + file.path.dropFirst(folder.count)).inserted {
          found.files.append(file)
        } else {
          listing.again.append(file.path)
        }
      }
    }
    found.listing = listing
    return found
  }

  /// One spelling for all those of a path, with no link in it.
  private static func resolved(_ path: String) -> String {
    let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return "/" + self.parts(place).joined(separator: "/")
  }

  /// What lies in one folder, of which there may be none.
  public struct Folder: Sendable {
    /// Files that end in `.xml`, by their names from the folder on.
    public var files: [String: File] = [:]
    /// As in `Found`.
    public var leftOut: [String] = []
  }

  /// The files of a folder and all below it; it may hold none.
  public static func folder(_ path: String) throws -> Folder {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let entries = FolderListing.entries(of: path) else {
      throw NothingThere(description: "\(path): cannot be listed")
    }
    var listing = Listing()
    listing.add(entries, of: path)
    var folder = Folder(leftOut: listing.leftOut(naming: { $0 }))
    for file in listing.files {
      folder.files[String(file.path.dropFirst(path.count + 1))] = file
    }
    return folder
  }

  /// A file that a person named.
  public static func named(_ path: String) -> File { File(path: path, isNamed: true, problem: nil) }

  /// What was met in folders.
  fileprivate struct Listing: Sendable {
    var files: [File] = []
    /// Names of files that are named already, by this spelling or another.
    var again: [String] = []
    private var others: [String] = []
    private var hidden: [String] = []
    private var links: [String] = []

    mutating func add(_ entries: [FolderListing.Entry], of folder: String) {
      for entry in entries {
        let path = "\(folder)/\(entry.name)"
        if entry.name.hasPrefix(".") {
          self.hidden.append(path)
        } else if entry.isFolder, entry.isNameReadable {
          self.enter(path)
        } else if entry.name.lowercased().hasSuffix(".xml") {
          let problem = entry.isNameReadable ? nil : FolderListing.unreadableName
          self.files.append(File(path: path, isNamed: false, problem: problem))
        } else if entry.isLinkToFolder {
          self.links.append(path)
        } else {
          self.others.append(path)
        }
      }
    }

    private mutating func enter(_ folder: String) {
      if let entries = FolderListing.entries(of: folder) {
        self.add(entries, of: folder)
      } else {
        self.files.append(
          File(path: folder, isNamed: false, problem: FolderListing.unlistedFolder))
      }
    }

    /// How many names are listed of each kind.
    private static let namesMax = 5

    func leftOut(naming name: (String) -> String) -> [String] {
      let kinds = [
        (self.others, "that does not end in .xml", "that do not end in .xml", "file"),
        (self.links, "to a folder", "to folders", "link"),
        (self.hidden, "that is hidden", "that are hidden", "name"),
        (self.again, "of a file that is taken already", "of files that are taken already", "name"),
      ]
      return kinds.compactMap { names, one, several, noun in
        Self.words(names.prefix(Self.namesMax).map(name), of: names.count, one, several, noun)
      }
    }

    /// - Parameter names: the first of `count` names.
    private static func words(
      _ names: [String], of count: Int, _ one: String, _ several: String, _ noun: String
    ) -> String? {
      guard count > 0 else { return nil }
      let listed = names.map(escapingControls).joined(separator: ", ")
      let kind = Plural.counted(count, "\(noun) \(one)", "\(noun)s \(several)")
      return "\(kind) (\(listed)\(count > names.count ? ", ..." : ""))"
    }
  }

  /// Whether a folder, or a link to one, is there.
  public static func isFolder(_ path: String) -> Bool {
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

  /// The current folder when it holds all files, else the deepest folder that does; absolute.
  public static func commonFolder(of files: [String]) -> String {
    let current = self.parts(".")
    let folders = files.map { self.parts($0).dropLast() }
    guard !folders.allSatisfy({ $0.starts(with: current) }), let first = folders.first else {
      return "/" + current.joined(separator: "/")
    }
    let shared = folders.dropFirst().reduce(Array(first)) { shared, folder in
      zip(shared, folder).prefix { $0 == $1 }.map(\.0)
    }
    return "/" + shared.joined(separator: "/")
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
