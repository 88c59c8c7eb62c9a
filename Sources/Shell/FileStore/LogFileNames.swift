internal import Glibc

/// Finds a subscription's log files, and other files, by what a person names.
public enum LogFileNames {
  /// The log files that `paths` name, in order of their stamps; a folder stands for those in it.
  ///
  /// When a file has no stamp in its name, all keep the order in which they are named.
  public static func logs(_ paths: [String]) throws(FileStoreError) -> [String] {
    var files: [String] = []
    for path in paths {
      guard self.isFolder(path) else {
        files.append(path)
        continue
      }
      let found = try self.names(in: path).filter { self.stamp(of: $0) != nil }
      guard !found.isEmpty else {
        throw FileStoreError(.findLogs, path: path, errorNumber: ENOENT)
      }
      files += self.byStamp(found).map { "\(path)/\($0)" }
    }
    return files.allSatisfy { self.stamp(of: $0) != nil } ? self.byStamp(files) : files
  }

  /// The files that `paths` name; a folder stands for those in it, in order of name.
  public static func files(_ paths: [String]) throws(FileStoreError) -> [String] {
    var files: [String] = []
    for path in paths {
      guard self.isFolder(path) else {
        files.append(path)
        continue
      }
      let found = try self.names(in: path).filter { !self.isFolder("\(path)/\($0)") }
      files += found.map { "\(path)/\($0)" }
    }
    return files
  }

  private static func byStamp(_ files: [String]) -> [String] {
    files.enumerated().sorted { a, b in
      let (first, second) = (self.stamp(of: a.element) ?? "", self.stamp(of: b.element) ?? "")
      return first == second ? a.offset < b.offset : first < second
    }.map(\.element)
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

  private static func isFolder(_ path: String) -> Bool {
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
