public import ApplianceConfiguration
internal import Glibc
public import LogDelivery

/// How files are sent: by the system's `curl` and `scp`, without a shell between.
public enum FileTransferMethod: Hashable, Sendable {
  /// By FTP, passive mode.
  case ftp
  /// By SSH, with a key; passphrases are never asked for.
  case scp(SSHIdentity)
}

/// What SSH needs besides the server's name.
public struct SSHIdentity: Hashable, Sendable {
  /// The file of the private key.
  public var keyFile: String
  /// The file of the known keys of servers; `nil` when the server's key is not compared.
  public var knownHostsFile: String?

  /// A key, and the keys that servers must have.
  public init(keyFile: String, knownHostsFile: String?) {
    self.keyFile = keyFile
    self.knownHostsFile = knownHostsFile
  }
}

/// One attempt to send one file.
public struct FileTransferRequest: Sendable {
  private let method: FileTransferMethod
  private let settings: FileTransferTarget
  private let path: String
  private let name: String

  /// An attempt to send the file `path` as `name`.
  public init(
    method: FileTransferMethod, target: FileTransferTarget, path: String, name: String
  ) {
    self.method = method
    self.settings = target
    self.path = path
    self.name = name
  }

  /// The client, its arguments, and what it reads from standard input; secrets only there.
  public var invocation: (program: String, arguments: [String], input: String) {
    switch self.method {
    case .ftp:
      return ("curl", ["-q", "--config", "-"], self.curlConfiguration)
    case .scp(let identity):
      return ("scp", self.scpArguments(identity), "")
    }
  }

  /// The clients of pushes that this machine does not have: subscription, retrieval method,
  /// program.
  public static func missingClients(
    of configuration: Configuration
  ) -> [(subscription: String, method: String, program: String)] {
    configuration.subscriptions.compactMap { subscription in
      let (method, program): (String, String)
      switch subscription.retrieval {
      case .ftpPush: (method, program) = ("ftp_push", "curl")
      case .scpPush: (method, program) = ("scp_push", "scp")
      case .manualDownload, .syslogPush, .notUnderstood: return nil
      }
      let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
      let isThere = path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
      return isThere ? nil : (subscription.name.value, method, program)
    }
  }

  // MARK: FTP

  private var curlConfiguration: String {
    let folder = self.settings.directory.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
    // In a URL one slash divides; a second one stands for the root.
    let place =
      folder.hasPrefix("/") ? "%2F" + Self.encoded(folder.dropFirst()) : Self.encoded(folder[...])
    let server = "ftp://\(self.bracketedHost):\(self.settings.port)"
    var lines = [
      "silent", "disable", "globoff", "proto = \"=ftp\"", "noproxy = \"*\"",
      "connect-timeout = 30", "speed-limit = 1", "speed-time = 60",
      "upload-file = \(Self.quoted(self.path))",
      "url = \(Self.quoted("\(server)/\(place)\(Self.encoded(self.name[...]))"))",
    ]
    let user = self.settings.username ?? "anonymous"
    lines.append("user = \(Self.quoted("\(user):\(self.settings.passphrase?.text ?? "")"))")
    return lines.joined(separator: "\n") + "\n"
  }

  private var bracketedHost: String {
    self.settings.host.contains(":") && !self.settings.host.hasPrefix("[")
      ? "[\(self.settings.host)]" : self.settings.host
  }

  /// As curl's configuration quotes.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }

  private static func encoded(_ text: Substring) -> String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in text.utf8 {
      let character = Character(Unicode.Scalar(byte))
      if byte < 128, character.isLetter || character.isNumber || "-._~/".contains(character) {
        result.append(character)
      } else {
        result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return result
  }

  // MARK: SCP

  private func scpArguments(_ identity: SSHIdentity) -> [String] {
    var options = [
      "BatchMode=yes", "IdentitiesOnly=yes", "PasswordAuthentication=no",
      "KbdInteractiveAuthentication=no", "ConnectTimeout=30", "ServerAliveInterval=15",
      "ServerAliveCountMax=4", "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no",
      "IdentityFile=\(Self.optionValue(identity.keyFile))",
    ]
    if let file = identity.knownHostsFile {
      options += ["StrictHostKeyChecking=yes", "UserKnownHostsFile=\(Self.optionValue(file))"]
    } else {
      options += ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"]
    }
    let folder = self.settings.directory.map { $0.hasSuffix("/") ? $0 : $0 + "/" } ?? ""
    let user = self.settings.username.map { $0 + "@" } ?? ""
    return ["-B", "-F", "none", "-P", "\(self.settings.port)"] + options.flatMap { ["-o", $0] }
      + ["--", self.path, "\(user)\(self.bracketedHost):\(folder)\(self.name)"]
  }

  /// `%` begins a token of ssh, and spaces divide its values.
  private static func optionValue(_ path: String) -> String {
    let escaped = path.split(separator: "%", omittingEmptySubsequences: false).joined(
      separator: "%%")
    return "\"\(escaped)\""
  }

  // MARK: Meaning of the end

  /// What the client's exit status and what it said mean; `nil` when the file arrived.
  public func failure(status: Int32, said text: String) -> FileTransferFailure? {
    if status == 0 { return nil }
    if access(self.path, F_OK) != 0 { return .fileMissing }
    switch self.method {
    case .ftp: return Self.curlFailure(status)
    case .scp: return Self.sshFailure(text)
    }
  }

  /// Source: curl(1), "EXIT CODES".
  private static func curlFailure(_ status: Int32) -> FileTransferFailure {
    switch status {
    case 5, 6: .unresolvable
    case 7: .unreachable
    case 28, 12: .timedOut
    case 67: .loginRefused
    case 9, 25, 70, 19, 17: .refused
    case 18, 52, 55, 56, 8, 13: .interrupted
    case 127: .clientMissing
    default: .other
    }
  }

  /// ssh ends with 255 whatever went wrong before the session; only its words tell, and LC_ALL=C
  /// keeps them in English.
  private static func sshFailure(_ text: String) -> FileTransferFailure {
    let meanings: [(String, FileTransferFailure)] = [
      ("Host key verification failed", .hostKeyRefused),
      ("No matching host key", .hostKeyRefused),
      ("HOST IDENTIFICATION HAS CHANGED", .hostKeyRefused),
      ("Could not resolve hostname", .unresolvable),
      ("Connection timed out", .timedOut), ("Operation timed out", .timedOut),
      ("Connection refused", .unreachable), ("No route to host", .unreachable),
      ("Network is unreachable", .unreachable),
      ("Permission denied (", .loginRefused), ("Too many authentication", .loginRefused),
      ("no such identity", .loginRefused), ("Load key", .loginRefused),
      ("No such file or directory", .refused), ("Permission denied", .refused),
      ("Failure", .refused), ("No space left", .refused), ("not a directory", .refused),
      ("Connection closed", .interrupted), ("Connection reset", .interrupted),
      ("Broken pipe", .interrupted), ("lost connection", .interrupted),
      ("client not found", .clientMissing),
    ]
    return meanings.first { text.contains($0.0) }?.1 ?? .other
  }
}

/// Where a file goes, in plain values.
public struct FileTransferTarget: Sendable {
  /// A host name or an address literal.
  public var host: String
  /// Its port.
  public var port: UInt16
  /// The folder on the server; `nil` for the one that the server opens.
  public var directory: String?
  /// Who logs in.
  public var username: String?
  /// FTP only.
  var passphrase: Passphrase?

  /// The target of a configuration's transfer: what is cleared is as if it were not given.
  public init(_ settings: FileTransferSettings) {
    self.host = settings.host.value
    self.port = settings.port.value
    self.directory = settings.directory.flatMap { $0.value.isEmpty ? nil : $0.value }
    self.username = settings.username.flatMap { $0.value.isEmpty ? nil : $0.value }
    self.passphrase = settings.passphrase?.value
  }
}
