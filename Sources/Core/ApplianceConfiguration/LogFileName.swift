/// The first part of the names of log files, with what tells one appliance's files from another's.
///
/// Source: docs/FIDELITY.md, "Unique file names".
public enum LogFileName {
  /// The names that stand for something of the appliance.
  public static let hostname = "$hostname"
  /// The appliance's serial number.
  public static let serialNumber = "$serialnumber"

  /// How long a name may be with its names replaced: a name on disk has at most 255 bytes, and
  /// `.@20150625T085003.s` comes behind it.
  public static let expandedBytesMax = 255 - 19

  /// Whether `text`, its names replaced, is safe as the name of a file.
  public static func isAllowed(_ text: String) -> Bool {
    HostSyntax.isSafeFileName(self.expanded(text, hostname: "h", serialNumber: "s"))
      && text.utf8.count <= 96
  }

  /// Whether a file can be named by `text`, its names replaced, at all.
  public static func isUsable(_ text: String) -> Bool {
    HostSyntax.isUsableFileName(self.expanded(text, hostname: "h", serialNumber: "s"))
  }

  /// Such as `mail.esa.example.com` for `mail.$hostname`; what files cannot be named by becomes a
  /// hyphen, and each replaced name is cut after 80 bytes.
  public static func expanded(_ text: String, hostname: String, serialNumber: String) -> String {
    // Most names stand for nothing else.
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    var rest = text[...]
    var result = ""
    while let character = rest.first {
      if rest.hasPrefix(Self.hostname) {
        result += self.safe(hostname)
        rest = rest.dropFirst(Self.hostname.count)
      } else if rest.hasPrefix(Self.serialNumber) {
        result += self.safe(serialNumber)
        rest = rest.dropFirst(Self.serialNumber.count)
      } else {
        result.append(character)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func safe(_ text: String) -> String {
    let kept = text.utf8.prefix(80).map { byte in
      let isSafe =
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
        || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      return isSafe ? byte : UInt8(ascii: "-")
    }
    return String(decoding: kept, as: UTF8.self)
  }
}
