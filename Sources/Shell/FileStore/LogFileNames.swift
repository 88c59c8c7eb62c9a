internal import Glibc

/// The folder of a subscription's log files.
public struct SubscriptionFolder: Hashable, Sendable {
  /// Its name, which is the subscription's unless somebody copied the files.
  public let name: String
  /// The names of the folders of logs beside it.
  public let others: [String]

  /// A folder of that name beside others.
  public init(name: String, others: [String]) {
    self.name = name
    self.others = others
  }
}

/// Finds a subscription's log files, and other files, by what a person names.
public enum LogFileNames {
  /// The log files that `paths` name, in the order in which they were written (`WrittenOrder`), and
  /// of one instant in that of their stamps; a folder stands for those in it.
  ///
  /// When a file has no stamp in its name, all keep the order in which they are named.
  public static func logs(_ paths: [String]) throws(FileStoreError) -> [String] {
    var files: [String] = []
    for path in paths {
      guard self.isFolder(path) else {
        files.append(path)
        continue
      }
      let names = try self.names(in: path)
      let found = names.filter { self.stamp(of: $0) != nil }
      guard !found.isEmpty else {
        let isOfFolders = names.contains { self.isFolder("\(path)/\($0)") }
        throw FileStoreError(
          isOfFolders ? .findLogsInFolders : .findLogs, path: path, errorNumber: ENOENT)
      }
      files += self.asWritten(found.map { "\(path)/\($0)" })
    }
    return files.allSatisfy { self.stamp(of: $0) != nil } ? self.asWritten(files) : files
  }

  /// The files that `paths` name, of each rotated file the oldest first; a folder stands for those
  /// in it, and may have no folders.
  public static func files(_ paths: [String]) throws(FileStoreError) -> [String] {
    var files: [String] = []
    for path in paths {
      guard self.isFolder(path) else {
        files.append(path)
        continue
      }
      let names = try self.names(in: path)
      guard !names.isEmpty else {
        throw FileStoreError(.findFiles, path: path, errorNumber: ENOENT)
      }
      for name in names where self.isFolder("\(path)/\(name)") {
        throw FileStoreError(.readFolder, path: "\(path)/\(name)", errorNumber: EISDIR)
      }
      files += names.map { "\(path)/\($0)" }
    }
    return RotatedNames.oldestFirst(files)
  }

  /// Which subscription the log files `logs` are of, by their folder.
  public static func subscription(ofLogs logs: [String]) -> SubscriptionFolder? {
    let folders = Set(logs.map(self.folder))
    guard folders.count == 1, let folder = folders.first,
      let path = realpath(folder, nil).map({ pointer in
        defer { free(pointer) }
        return String(cString: pointer)
      }), let slash = path.lastIndex(of: "/")
    else { return nil }
    let parent = path[..<slash]
    let name = String(path[path.index(after: slash)...])
    let siblings = (try? self.names(in: String(parent))) ?? []
    return SubscriptionFolder(
      name: name,
      others: siblings.filter { sibling in
        let names = (try? self.names(in: "\(parent)/\(sibling)")) ?? []
        return sibling != name && names.contains { self.stamp(of: $0) != nil }
      })
  }

  private static func folder(of path: String) -> String {
    if self.isFolder(path) { return path }
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func asWritten(_ files: [String]) -> [String] {
    let written = files.enumerated().map { place, path in
      let stamp = String(self.stamp(of: path) ?? "")
      return (order: WrittenOrder(path: path, name: stamp), place: place, path: path)
    }
    return written.sorted { a, b in
      a.order == b.order ? a.place < b.place : a.order < b.order
    }.map(\.path)
  }

  /// `20150625T085003` of `mail.@20150625T085003.s`; `nil` for other names.
  static func stamp(of path: String) -> Substring? {
    let name = path.split(separator: "/").last ?? ""
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 3, ["c", "s", "current"].contains(parts[parts.count - 1]) else {
      return nil
    }
    let stamp = parts[parts.count - 2]
    return stamp.first == "@" ? stamp.dropFirst() : nil
  }

  /// Whether there is a folder at `path`.
  public static func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  private static func names(in path: String) throws(FileStoreError) -> [String] {
    guard let folder = opendir(path) else { throw FileStoreError(.listFolder, path: path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
