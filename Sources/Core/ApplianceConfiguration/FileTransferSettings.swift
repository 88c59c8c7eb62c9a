/// A secret as a file has it; no description shows it.
public struct Passphrase: Hashable, Sendable, CustomStringConvertible {
  /// The text of the file: plain, encrypted, or asterisks.
  public let text: String

  /// A secret.
  public init(_ text: String) {
    self.text = text
  }

  /// Whether the file was saved with its passphrases replaced by asterisks.
  ///
  /// Source: docs/FIDELITY.md, "Masked passphrases".
  public var isMasked: Bool { Self.isMask(self.text) }

  /// Whether `text` is a mask: five or more asterisks, and nothing else but white space around
  /// them.
  public static func isMask(_ text: String) -> Bool {
    let content = text.utf8.drop(while: XMLBlank.isBlank)
    // Most texts begin otherwise.
    guard content.first == UInt8(ascii: "*") else { return false }
    let stars = content.prefix { $0 == UInt8(ascii: "*") }
    return stars.count >= 5 && content.dropFirst(stars.count).allSatisfy(XMLBlank.isBlank)
  }

  public var description: String { self.isMasked ? "(masked)" : "(set)" }
}

/// Where and how a subscription sends its files when they roll over (`ftp_push`, `scp_push`).
///
/// Source: docs/FIDELITY.md, "FTP push, SCP push".
public struct FileTransferSettings: Hashable, Sendable {
  /// The server: a host name or an address literal.
  public var host: Setting<String>
  /// The server's port, 1 to 65535.
  public var port: Setting<UInt16>
  /// The folder on the server; `nil` when none is given.
  public var directory: Setting<String>?
  /// Who logs in; `nil` when nobody is given.
  public var username: Setting<String>?
  /// FTP only; SCP logs in with a key.
  public var passphrase: Setting<Passphrase>?
  /// SCP only: whether the server's key is compared with those known.
  public var checksHostKey: Setting<Bool>
  /// The files before they leave.
  public var files: LogFileSettings

  /// A transfer of `files` to `host`.
  public init(
    host: Setting<String>, port: Setting<UInt16>, directory: Setting<String>? = nil,
    username: Setting<String>? = nil, passphrase: Setting<Passphrase>? = nil,
    checksHostKey: Setting<Bool> = Setting(default: false), files: LogFileSettings
  ) {
    self.host = host
    self.port = port
    self.directory = directory
    self.username = username
    self.passphrase = passphrase
    self.checksHostKey = checksHostKey
    self.files = files
  }
}
