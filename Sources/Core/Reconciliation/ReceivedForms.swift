/// Which form each line of a collector's files is of.
struct ReceivedForms {
  private var starts: [(line: Int, form: ReceivedFileForm)] = []

  /// The form of the last file.
  var last: ReceivedFileForm { self.starts.last?.form ?? .lines }

  /// - Parameter line: the file's first, from 0.
  mutating func begin(_ form: ReceivedFileForm, line: Int) {
    self.starts.append((line, form))
  }

  /// The form of a line.
  func form(ofLine line: Int) -> ReceivedFileForm {
    self.starts.last { $0.line <= line }?.form ?? .lines
  }
}
