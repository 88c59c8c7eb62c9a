/// A message that Docker's json-file wrote as several records, since it is longer than what Docker
/// reads at a time.
///
/// Each record but the last holds 16 KiB of the message and no LF at the text's end. Source:
/// Docker's `daemon/logger/copier.go`, `defaultBufSize`.
public enum SplitRecord {
  /// So many bytes of a message, and the rest is another record.
  static let partBytes = 16 * 1024
  /// So many records are one message at the most: what never ends is not kept whole.
  public static let partsMax = 64
  private static let beginning: StaticString = "{\"log\":"

  /// Whether the message of a line goes on in the next one.
  public static func goesOn(_ line: UnsafeRawBufferPointer) -> Bool {
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

  /// Whether a record of a file of lines may be several lines.
  static func isSplit(_ record: UnsafeRawBufferPointer) -> Bool {
    record.count > self.partBytes && record.contains(0x0A)
  }
}
