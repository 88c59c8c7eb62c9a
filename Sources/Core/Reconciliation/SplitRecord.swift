/// A message that a container's runtime wrote as several records, since it is longer than what the
/// runtime reads at a time.
///
/// Docker's json-file: each record but the last holds 16 KiB of the message and no LF at the text's
/// end. Source: Docker's `daemon/logger/copier.go`, `defaultBufSize`. containerd and CRI-O: each
/// record but the last has the tag `P`, as in `2015-06-25T08:50:03.1Z stdout P text`. Source:
/// Kubernetes, `pkg/kubelet/kuberuntime/logs`, "CRI log format".
public enum SplitRecord {
  /// So many bytes of a message, and the rest is another record.
  static let partBytes = 16 * 1024
  /// So many records are one message at the most: what never ends is not kept whole.
  public static let partsMax = 64
  private static let beginning: StaticString = "{\"log\":"

  /// Whether the message of a line goes on in the next one.
  public static func goesOn(_ line: UnsafeRawBufferPointer) -> Bool {
    if let part = ContainerLine(line) { return part.goesOn }
    guard line.count > self.partBytes, line.starts(with: self.beginning),
      let quote = line[self.beginning.utf8CodeUnitCount...].firstIndex(where: { $0 != 0x20 }),
      line[quote] == 0x22, let end = JSONText.endOfString(line, quote + 1),
      // An escape is longer than what it stands for, never shorter.
      end - quote > self.partBytes
    else { return false }
    guard line[end - 1] == 0x6E else { return true }
    // A backslash that is itself escaped begins no `\n`.
    let slashes = line[quote + 1..<end - 1].reversed().prefix { $0 == 0x5C }.count
    return slashes % 2 == 0
  }

  /// The text of a record that is several lines of containerd; `nil` for any other one.
  ///
  /// - Throws: when another stream's line, or one that is none, is between the parts.
  static func containerText(_ record: UnsafeRawBufferPointer) throws(RefusedForm) -> [UInt8]? {
    guard let first = ContainerLine(record), first.goesOn, record.contains(0x0A) else { return nil }
    var text: [UInt8] = []
    for line in record.split(separator: 0x0A) {
      let line = UnsafeRawBufferPointer(rebasing: line)
      guard let part = ContainerLine(line), part.isOfErrors == first.isOfErrors else {
        throw .partsApart
      }
      text += line.from(part.textStart)
    }
    return text
  }

  /// Whether a record of a file of lines may be several lines.
  static func isSplit(_ record: UnsafeRawBufferPointer) -> Bool {
    record.count > self.partBytes && record.contains(0x0A)
  }
}

/// What containerd writes before a text: `2015-06-25T08:50:03.1Z stdout F `, where tags that
/// colons part begin with `F` for a full line or the last part of one, and `P` for another part.
private struct ContainerLine {
  /// Where the text begins.
  let textStart: Int
  /// Whether the next line of the stream goes on with the same text.
  let goesOn: Bool
  /// Whether it is one of standard error.
  let isOfErrors: Bool

  init?(_ line: UnsafeRawBufferPointer) {
    guard let first = line.first, (0x30...0x39).contains(first), LineStamp.rfc3339(line) != nil,
      let blank = line.firstIndex(of: 0x20)
    else { return nil }
    let rest = line.from(blank + 1)
    guard rest.starts(with: "stdout ") || rest.starts(with: "stderr ") else { return nil }
    let tags = rest.from(7)
    guard let end = tags.firstIndex(of: 0x20), end > 0, tags[0] == 0x50 || tags[0] == 0x46,
      end == 1 || tags[1] == 0x3A
    else { return nil }
    self.textStart = blank + 1 + 7 + end + 1
    self.goesOn = tags[0] == 0x50
    self.isOfErrors = rest.starts(with: "stderr ")
  }
}
