internal import Glibc

/// A folder of mails, one file each: `0001.eml`, `0002.eml` and so on.
///
/// A file has its name only once it is whole, and no file is ever replaced: numbers that are taken,
/// by an earlier or another process, are passed over.
public struct MailFolder: Sendable {
  /// The folder.
  public let path: String
  private var next = 1

  /// Creates the folder, and those above it, where they are missing.
  public init(path: String) throws(FileStoreError) {
    try OutputFolder.create(path)
    self.path = path
  }

  /// Saves a mail as it came.
  ///
  /// - Returns: the file's path.
  public mutating func save(_ bytes: [UInt8]) throws(FileStoreError) -> String {
    let unfinished = "\(self.path)/.\(getpid()).new"
    guard unlink(unfinished) == 0 || errno == ENOENT else {
      throw FileStoreError(.delete, path: unfinished)
    }
    defer { unlink(unfinished) }
    try AppendFile(creating: unfinished, exclusively: true).append(bytes)
    while true {
      let digits = String(self.next)
      let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      let file = "\(self.path)/\(padded).eml"
      self.next += 1
      if link(unfinished, file) == 0 { return file }
      guard errno == EEXIST else { throw FileStoreError(.createFile, path: file) }
    }
  }
}
