internal import Glibc

/// What an earlier run left in an output folder.
extension OutputFolder {
  /// What runs leave, by the layout of docs/ARCHITECTURE.md, "The output folder".
  private static let names = [
    "logs", "journal", "spool", "received", "captures", "mail", "ledger.json", "report.json",
    "report.md",
  ]
  /// Says that the folder's contents are a run's, and may be replaced by the next one's.
  private static let marker = ".appliance-sim"
  /// Deeper folders than a run makes are nobody's to delete.
  private static let depthMax = 3

  /// Removes what an earlier run left, and only that.
  ///
  /// - Throws: when the folder holds files of the same names that no run made.
  public func replaceEarlierResults() throws(FileStoreError) {
    let found = Self.names.filter { access("\(self.path)/\($0)", F_OK) == 0 }
    if let first = found.first {
      // Where live runs went on in the folder of a simulation, the results are theirs.
      guard access("\(self.path)/\(Self.marker)", F_OK) == 0,
        access("\(self.path)/\(Self.liveMarker)", F_OK) != 0
      else {
        throw FileStoreError(.replace, path: "\(self.path)/\(first)", errorNumber: EEXIST)
      }
      for name in found { try Self.remove("\(self.path)/\(name)", depth: 0) }
    }
    try self.replace([], name: Self.marker)
  }

  /// Says that live runs have their results here; the next one goes on from them.
  private static let liveMarker = ".appliance-run"

  /// Makes the folder that of live runs, which add to what an earlier one left.
  ///
  /// - Throws: when the folder holds a file of a result's name that no run made.
  public func claimForLiveRuns() throws(FileStoreError) {
    func holds(_ name: String) -> Bool { access("\(self.path)/\(name)", F_OK) == 0 }
    let results = ["ledger.json", "report.json", "report.md"]
    // Earlier releases left no marker, but a journal or the whole of the three.
    let isOurs =
      holds(Self.liveMarker) || holds(Self.marker) || holds("journal") || results.allSatisfy(holds)
    if !isOurs, let first = results.first(where: holds) {
      throw FileStoreError(.replace, path: "\(self.path)/\(first)", errorNumber: EEXIST)
    }
    try self.replace([], name: Self.liveMarker)
  }

  private static func remove(_ path: String, depth: Int) throws(FileStoreError) {
    guard unlink(path) != 0 else { return }
    guard errno == EISDIR, depth < self.depthMax else {
      throw FileStoreError(.delete, path: path)
    }
    for name in try self.entries(of: path) {
      try self.remove("\(path)/\(name)", depth: depth + 1)
    }
    guard rmdir(path) == 0 else { throw FileStoreError(.delete, path: path) }
  }

  static func entries(of path: String) throws(FileStoreError) -> [String] {
    guard let folder = opendir(path) else { throw FileStoreError(.listFolder, path: path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
