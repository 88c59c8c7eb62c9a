import Foundation
import Glibc
import Testing

/// Waits for what commands write into files: the kernel reports each change of a folder.
enum FolderWatch {
  /// Looks until there is a value, each time that something in the folders changed; a bound of two
  /// minutes ends a hang.
  ///
  /// - Parameter folders: the files lie directly in them.
  static func value<Value>(in folders: [String], _ value: () -> Value?) throws -> Value {
    let watch = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
    try #require(watch >= 0)
    defer { close(watch) }
    for folder in folders {
      let changes = UInt32(IN_MODIFY) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)
      let isWatched = inotify_add_watch(watch, folder, changes) >= 0
      try #require(isWatched)
    }
    // Looked at first: what was written before the watch is reported by nobody.
    while true {
      if let found = value() { return found }
      var events = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
      let ready = poll(&events, 1, 120_000)
      if ready < 0, errno == EINTR { continue }
      try #require(ready > 0, "nothing changed in \(folders)")
      var buffer = [UInt8](repeating: 0, count: 4096)
      while read(watch, &buffer, buffer.count) > 0 {}
    }
  }

  /// Waits until something is so.
  static func wait(in folders: [String], until condition: () -> Bool) throws {
    _ = try self.value(in: folders) { condition() ? true : nil }
  }
}
