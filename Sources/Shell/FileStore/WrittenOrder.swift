internal import Glibc

/// When files were written last: the order of log files.
///
/// Their stamps are no order: a run at full speed stamps by a model that is ahead of the next run's
/// clock, and a clock may be set back.
struct WrittenOrder: Comparable {
  private let seconds: Int
  private let nanoseconds: Int
  /// Tells files of one instant apart.
  private let name: String

  /// - Parameters:
  ///   - path: a file; one that is gone again is as good as never written.
  ///   - name: what orders files that were written in one instant.
  init(path: String, name: String) {
    var status = stat()
    let isThere = stat(path, &status) == 0
    self.seconds = isThere ? status.st_mtim.tv_sec : 0
    self.nanoseconds = isThere ? status.st_mtim.tv_nsec : 0
    self.name = name
  }

  static func < (a: Self, b: Self) -> Bool {
    (a.seconds, a.nanoseconds, a.name) < (b.seconds, b.nanoseconds, b.name)
  }
}
