import ArgumentParser
import NIOCore

/// Where a server listens: `PORT`, `ADDRESS:PORT` or `[IPv6]:PORT`.
struct ListenPlace: ExpressibleByArgument {
  /// `nil` for the command's own.
  let address: String?
  /// As given, which may be no port.
  let port: Int

  init?(argument: String) {
    if let port = Int(argument) {
      (self.address, self.port) = (nil, port)
      return
    }
    guard let colon = argument.lastIndex(of: ":"),
      let port = Int(argument[argument.index(after: colon)...])
    else { return nil }
    let host = String(argument[..<colon])
    guard let address = Self.address(host), host.hasPrefix("[") || !host.contains(":") else {
      return nil
    }
    (self.address, self.port) = (address, port)
  }

  /// As it is typed.
  var defaultValueDescription: String {
    self.address.map { "\($0):\(self.port)" } ?? "\(self.port)"
  }

  init(address: String?, port: Int) {
    (self.address, self.port) = (address, port)
  }

  /// The same, with `host` where no address was given.
  func on(_ host: String) -> (host: String, port: Int) {
    (self.address ?? Self.address(host) ?? host, self.port)
  }

  /// An address literal without brackets; `nil` for what is none.
  static func address(_ text: String) -> String? {
    let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
    let bare = isBracketed ? String(text.dropFirst().dropLast()) : text
    let parsed = try? SocketAddress(ipAddress: bare, port: 0)
    guard let parsed, !isBracketed || parsed.protocol == .inet6 else { return nil }
    return bare
  }
}

/// What a server says when it has no descriptor for another client.
enum AcceptText {
  static func line(_ isAccepting: Bool) -> String {
    isAccepting
      ? "accepting clients again"
      : "warning: too many open files: new clients wait (ulimit -n)"
  }
}
