/// The subject of a mail that a lab's mailbox took.
public enum MailSubject {
  /// The subject of a message's header, unfolded; empty when it has none.
  public static func read(_ message: [UInt8]) -> String {
    var subject: [UInt8] = []
    var isSubject = false
    for line in message.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty { break }
      if line.first == 0x20 || line.first == 0x09 {
        if isSubject { subject += line }
        continue
      }
      isSubject = line.starts(with: "Subject: ".utf8)
      if isSubject { subject = Array(line.dropFirst(9)) }
    }
    return String(decoding: subject, as: UTF8.self)
  }
}
