internal import Glibc

/// Why a file or folder could not be used.
public struct FileStoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    case createFolder, listFolder, createFile, write, rename, delete, close, read, replace,
      gone, findLogs, findLogsInFolders, findFiles, readFolder, readAgain, lock, changeMode,
      understand
  }

  /// What was tried.
  public let code: Code
  /// The file or folder.
  public let path: String
  /// The system's error number.
  public let errorNumber: Int32

  /// An error of the system call that just failed, or of `errorNumber`.
  init(_ code: Code, path: String, errorNumber: Int32 = errno) {
    self.code = code
    self.path = path
    self.errorNumber = errorNumber
  }

  /// Whether what is there is of another kind than what was to be read.
  public var isOfWrongKind: Bool {
    switch self.code {
    case .findLogs, .findLogsInFolders, .findFiles, .readFolder, .readAgain: true
    case .createFolder, .listFolder, .createFile, .write, .rename, .delete, .close, .read, .replace,
      .gone, .lock, .changeMode, .understand:
      self.errorNumber == EISDIR
    }
  }

  static func noSpace(path: String) -> FileStoreError {
    FileStoreError(.write, path: path, errorNumber: ENOSPC)
  }

  /// Such as `No space left on device`.
  public var reason: String {
    switch self.code {
    case .lock where self.errorNumber == EWOULDBLOCK:
      "another run uses it, allowed: one at a time; --output names another"
    case .changeMode:
      "an earlier run left it under another delivery mode, and its lines would be forgotten, "
        + "allowed: that mode; --output names another folder"
    case .findLogsInFolders: "found folders, allowed: the folder of one subscription"
    case .findFiles: "found an empty folder, allowed: a collector's files"
    case .readFolder: "found a folder among files, allowed: files; name those that are to be read"
    case .readAgain: "found no plain file, allowed: one, since it is read more than once"
    case .understand:
      "found something else than an earlier run writes, allowed: that file; move it away to begin "
        + "without it"
    case .gone: "it was removed or renamed"
    default: String(cString: strerror(self.errorNumber))
    }
  }

  /// Such as `out/logs: cannot create folder: Permission denied`.
  public var description: String {
    if self.code == .replace {
      return
        "\(self.path) was not created by a command like this one; "
        + "choose another --output or remove it"
    }
    let action =
      switch self.code {
      case .createFolder: "create folder"
      case .listFolder: "list folder"
      case .createFile: "create file"
      case .write: "write"
      case .rename: "rename"
      case .delete: "delete"
      case .close: "close"
      case .read, .readFolder, .readAgain: "read"
      case .lock: "begin"
      case .changeMode: "go on"
      case .findFiles: "find files"
      case .findLogs, .findLogsInFolders: "find log files NAME.@STAMP.c or .s"
      case .understand: "understand"
      case .gone: "write"
      case .replace: "replace"
      }
    return "\(self.path): cannot \(action): \(self.reason)"
  }
}
