import Foundation
import Glibc
import Support
import Testing

/// Too few descriptors are an error that is told, and never a trap.
@Suite struct DescriptorTests {
  /// What the event loops take, and some.
  private static let base = 3 * sysconf(CInt(_SC_NPROCESSORS_ONLN))

  private static func configuration(pushes: Int, port: UInt16, folder: String) throws -> String {
    let text = try String(
      contentsOf: Repository.url.appendingPathComponent("fixtures/scenarios/lab-tcp.xml"),
      encoding: .isoLatin1
    ).replacing(
      "<hostname>10.44.167.30</hostname>",
      with: "<hostname>127.0.0.1</hostname><port>\(port)</port>")
    let parts = text.components(separatedBy: "<log_text>")
    try #require(parts.count == 3)
    let push = parts[2].components(separatedBy: "</log_subscriptions>")
    let all = (0..<pushes).map {
      push[0].replacing("<name>Mail_Log</name>", with: "<name>Push_\($0)</name>")
    }
    let path = "\(folder)/config.xml"
    try ([parts[0], parts[1]] + all).joined(separator: "<log_text>")
      .appending("</log_subscriptions>" + push[1])
      .write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Each number of descriptors, from none to enough; the command would end at once, by a signal.
  @Test(
    .timeLimit(.minutes(5)),
    arguments: ["run", "receive", "proxy", "demo", "config check", "simulate", "reconcile"])
  func eachLimitIsAnErrorThatIsTold(_ name: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let closed = try LoopbackSocket(.closed)
      let config = try Self.configuration(pushes: 1, port: closed.port, folder: folder)
      let root = Repository.url.path
      let arguments: [String] =
        switch name {
        case "run":
          [
            "run", "--config", config, "--output", "\(folder)/out", "--messages", "1",
            "--drain-timeout", "0",
          ]
        case "receive": ["receive", "--tcp", "0", "--udp", "0", "--output", "\(folder)/received"]
        case "proxy": ["proxy", "--listen", "0", "--to", "localhost:1"]
        case "demo": ["demo"]
        case "config check": ["config", "check", config]
        case "simulate":
          [
            "simulate", "\(root)/fixtures/scenarios/all-well.yaml", "--output", "\(folder)/sim",
          ]
        default: ["reconcile", config, config]
        }
      let usesSignals = ["run", "receive", "proxy", "demo"].contains(name)
      let step = usesSignals ? 3 : 5
      for limit in stride(from: 4, to: Self.base + 40, by: step) {
        let outcome = try SpawnedCommand(
          arguments, limits: "ulimit -n \(limit)", signals: usesSignals ? [SIGTERM] : [],
          folder: folder
        ).wait()
        #expect(outcome.signal == nil, "\(name) with \(limit): \(outcome.errors)")
        if outcome.status != 0 {
          #expect(!outcome.errors.isEmpty || !outcome.output.isEmpty, "\(name) with \(limit)")
        }
        // Below the least of all, the sentence says what would do.
        if limit < 16 {
          #expect(outcome.status == 1)
          #expect(outcome.errors.contains("found a limit of \(limit) open files, allowed: "))
        }
      }
    }
  }

  /// A soft limit below the hard one is raised.
  @Test(.timeLimit(.minutes(3))) func softLimitIsRaised() throws {
    try BuiltCommand.withScratchFolder { folder in
      let outcome = try SpawnedCommand(
        ["receive", "--tcp", "0"], limits: "ulimit -S -n 12", signals: [SIGTERM], folder: folder
      ).wait()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  /// More pushes than descriptors: said at the start, each failure a line, and the run goes to its
  /// end.
  @Test(.timeLimit(.minutes(5))) func tooManyPushesAreSaidAndFail() throws {
    try BuiltCommand.withScratchFolder { folder in
      let listener = try LoopbackSocket(.listener)
      let config = try Self.configuration(pushes: 60, port: listener.port, folder: folder)
      let outcome = try SpawnedCommand(
        [
          "run", "--config", config, "--output", "\(folder)/out", "--messages", "20", "--rate",
          "100", "--drain-timeout", "1", "--no-record",
        ], limits: "ulimit -n \(Self.base + 50)", folder: folder
      ).wait()
      #expect(outcome.status == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("warning: this run may need "), "\(outcome.errors)")
      #expect(outcome.errors.contains("Too many open files"), "\(outcome.errors)")
      let log = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/out/logs/mail_logs")
        .map { try String(contentsOfFile: "\(folder)/out/logs/mail_logs/\($0)", encoding: .utf8) }
        .joined()
      #expect(log.contains("Too many open files"))
    }
  }

  /// Clients beyond the limit wait, and are let in when others have gone; no line is lost.
  @Test(.timeLimit(.minutes(5))) func receiverAtItsLimitWaitsAndSaysSo() throws {
    try BuiltCommand.withScratchFolder { folder in
      let receiver = try SpawnedCommand(
        ["receive", "--tcp", "0", "--output", "\(folder)/received"],
        limits: "ulimit -n \(Self.base + 40)", folder: folder)
      defer { kill(receiver.pid, SIGKILL) }
      try FolderWatch.wait(in: [folder]) { receiver.errors.contains("listening on") }
      let port = try #require(
        receiver.errors.firstMatch(of: /TCP port ([0-9]+)/).flatMap { UInt16($0.1) })
      var clients = try (0..<70).map { try Client(port: port, line: "client \($0)\n") }
      try FolderWatch.wait(in: [folder]) {
        receiver.errors.contains("warning: too many open files: new clients wait")
      }
      for client in clients.prefix(50) { client.end() }
      clients.removeFirst(50)
      try FolderWatch.wait(in: [folder]) { receiver.errors.contains("accepting clients again") }
      for client in clients { client.end() }
      let received = { try? String(contentsOfFile: "\(folder)/received", encoding: .utf8) }
      try FolderWatch.wait(in: [folder]) { received()?.split(separator: "\n").count == 70 }
      let lines = Set(received()?.split(separator: "\n").map(String.init) ?? [])
      #expect(lines == Set((0..<70).map { "client \($0)" }))
      kill(receiver.pid, SIGTERM)
      #expect(receiver.wait().status == 0)
    }
  }

  /// A TCP client that has said its line.
  private final class Client {
    private var descriptor: CInt

    init(port: UInt16, line: String) throws {
      let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
      var address = LoopbackAddress(port: port)
      let isConnected = address.withAddress { connect(descriptor, $0, $1) == 0 }
      self.descriptor = descriptor
      try #require(isConnected)
      let sent = send(descriptor, line, line.utf8.count, CInt(MSG_NOSIGNAL))
      try #require(sent == line.utf8.count)
    }

    func end() {
      if self.descriptor >= 0 { close(self.descriptor) }
      self.descriptor = -1
    }

    deinit { self.end() }
  }
}
