import ApplianceConfiguration
import Foundation
import LiveNetwork
import LogDelivery
import NIOCore
import NIOPosix
import Testing

@Suite struct FileTransferTests {
  private static func settings(
    host: String = "ftp.example.com", port: UInt16 = 2121, directory: String? = "/logs/a b",
    passphrase: String = "pass \"word\" \\ 1"
  ) -> FileTransferSettings {
    FileTransferSettings(
      host: Setting(host), port: Setting(port), directory: directory.map { Setting($0) },
      username: Setting("esa"), passphrase: Setting(Passphrase(passphrase)),
      files: LogFileSettings(filename: Setting("mail")))
  }

  private static func request(
    _ method: FileTransferMethod, _ settings: FileTransferSettings, path: String = "/out/m.s"
  ) -> FileTransferRequest {
    FileTransferRequest(
      method: method, target: FileTransferTarget(settings), path: path,
      name: "mail.@20150625T085003.s")
  }

  /// Anybody on the machine can read arguments; what curl reads from its input nobody can.
  @Test func passphraseIsInNoArgument() {
    let invocation = Self.request(.ftp, Self.settings()).invocation
    #expect(invocation.program == "curl")
    #expect(invocation.arguments == ["-q", "--config", "-"])
    let lines = invocation.input.split(separator: "\n").map(String.init)
    #expect(lines.contains(#"user = "esa:pass \"word\" \\ 1""#))
    #expect(
      lines.contains(
        #"url = "ftp://ftp.example.com:2121/%2Flogs/a%20b/mail.%4020150625T085003.s""#))
    #expect(lines.contains(#"upload-file = "/out/m.s""#))
  }

  /// Empty clears a setting, and then it is as if it were not given.
  @Test func whatIsEmptyIsTheDefault() {
    var empty = Self.settings(directory: "")
    empty.directory?.state = .empty
    empty.username = Setting("", state: .empty)
    var absent = Self.settings(directory: nil)
    absent.username = nil
    let identity = SSHIdentity(keyFile: "/k", knownHostsFile: nil)
    for method in [FileTransferMethod.ftp, .scp(identity)] {
      let calls = [empty, absent].map { Self.request(method, $0).invocation }
      #expect(calls[0].input == calls[1].input)
      #expect(calls[0].arguments == calls[1].arguments)
    }
    let input = Self.request(.ftp, empty).invocation.input
    #expect(input.contains("url = \"ftp://ftp.example.com:2121/mail.%4020150625T085003.s\""))
    #expect(input.contains("user = \"anonymous:"))
  }

  /// A line end in a passphrase begins no line of the configuration.
  @Test func nothingEscapesTheQuotes() {
    let hostile = "x\"\nurl = \"ftp://evil.example.com\"\r\t"
    let settings = Self.settings(directory: hostile, passphrase: hostile)
    let input = Self.request(.ftp, settings).invocation.input
    let starts = input.split(separator: "\n").filter { $0.hasPrefix("url") }
    #expect(starts.count == 1)
    #expect(!input.contains("\r"))
  }

  @Test func scpChecksStrictlyWhereKeysAreKnown() {
    let identity = SSHIdentity(keyFile: "/k e%y", knownHostsFile: "/known")
    let invocation = Self.request(.scp(identity), Self.settings(host: "2001:db8::7", port: 22))
      .invocation
    #expect(invocation.program == "scp")
    #expect(invocation.arguments.contains("StrictHostKeyChecking=yes"))
    #expect(invocation.arguments.contains("UserKnownHostsFile=\"/known\""))
    #expect(invocation.arguments.contains("IdentityFile=\"/k e%%y\""))
    #expect(
      invocation.arguments.suffix(3) == [
        "--", "/out/m.s", "esa@[2001:db8::7]:/logs/a b/mail.@20150625T085003.s",
      ])
    #expect(!invocation.arguments.contains { $0.contains("pass \"") })
    let unchecked = SSHIdentity(keyFile: "/k", knownHostsFile: nil)
    #expect(
      Self.request(.scp(unchecked), Self.settings()).invocation.arguments.contains(
        "StrictHostKeyChecking=no"))
  }

  @Test(
    arguments: [
      (0, nil), (6, .unresolvable), (7, .unreachable), (28, .timedOut), (67, .loginRefused),
      (25, .refused), (55, .interrupted), (127, .clientMissing), (99, .other),
    ] as [(Int32, FileTransferFailure?)])
  func curlStatusIsUnderstood(_ status: Int32, _ expected: FileTransferFailure?) {
    let request = Self.request(.ftp, Self.settings(), path: "/")
    #expect(request.failure(status: status, said: "") == expected)
  }

  @Test(
    arguments: [
      ("Host key verification failed.", .hostKeyRefused),
      ("ssh: connect to host h port 22: Connection refused", .unreachable),
      ("ssh: Could not resolve hostname h: Name or service not known", .unresolvable),
      ("esa@h: Permission denied (publickey).", .loginRefused),
      ("scp: dest open \"/x/y\": No such file or directory", .refused),
      ("scp: Connection closed", .interrupted), ("something else", .other),
    ] as [(String, FileTransferFailure)])
  func wordsOfSSHAreUnderstood(_ text: String, _ expected: FileTransferFailure) {
    let identity = SSHIdentity(keyFile: "/k", knownHostsFile: nil)
    let request = Self.request(.scp(identity), Self.settings(), path: "/")
    #expect(request.failure(status: 255, said: text) == expected)
  }

  private static func end(_ request: FileTransferRequest, cancels: Bool = false) async throws
    -> FileTransferFailure?
  {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: FileTransferFailure?.self)
    loop.execute {
      let transfer = FileTransfer(loop: loop, request: request) { done.succeed($0) }
      if cancels { transfer.cancel() }
    }
    return try await done.futureResult.get()
  }

  /// A port that nobody listens on: bound and never made to listen.
  @Test func realClientsTellThatNobodyListens() async throws {
    let server = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(server.localAddress?.port)
    let settings = Self.settings(host: "127.0.0.1", port: UInt16(port))
    let path = Bundle.main.executablePath ?? "/bin/sh"
    #expect(try await Self.end(Self.request(.ftp, settings, path: path)) == .unreachable)
    let identity = SSHIdentity(keyFile: "/dev/null", knownHostsFile: "/dev/null")
    #expect(
      try await Self.end(Self.request(.scp(identity), settings, path: path)) == .unreachable)
    #expect(try await Self.end(Self.request(.ftp, settings, path: "/no/file")) == .fileMissing)
    try await server.close().get()
  }

  /// A server that takes the connection and says nothing holds nobody up who wants to end.
  @Test func attemptCanBeEnded() async throws {
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(server.localAddress?.port)
    let settings = Self.settings(host: "127.0.0.1", port: UInt16(port))
    #expect(
      try await Self.end(Self.request(.ftp, settings, path: "/etc/passwd"), cancels: true) != nil)
    try await server.close().get()
  }
}
