import Foundation
import Support
import Testing

/// A proxy that is stopped forwards what is in transit, or counts it: each line that came is in one
/// of the two.
@Suite struct ProxyDrainTests {
  /// A proxy before a receiver.
  private struct Lab {
    let receiver: StartedCommand
    let proxy: StartedCommand
    let port: Int
    let file: String

    init(_ folder: String, _ options: [String]) throws {
      let isUDP = options.contains("--udp")
      self.file = "\(folder)/got"
      self.receiver = try StartedCommand(
        ["receive", isUDP ? "--udp" : "--tcp", "0", "--output", self.file], watched: .errors)
      let server = try #require(self.receiver.listeningPort())
      self.proxy = try StartedCommand(
        ["proxy", "--listen", "0", "--to", "127.0.0.1:\(server)"] + options, watched: .errors)
      self.port = try #require(self.proxy.listeningPort())
    }

    /// What arrived, once the receiver has ended in order.
    func received() throws -> [String] {
      #expect(self.receiver.interrupt().status == 0)
      return try String(contentsOfFile: self.file, encoding: .utf8)
        .split(separator: "\n").map(String.init)
    }
  }

  private static let lines = (1...2000).map { "line \($0)" }
  private static let text = lines.map { $0 + "\n" }.joined()

  /// What the client does then: nothing at all, its end at once, or its end as an answer to ours.
  private enum Client: CaseIterable {
    case staysOpen, hasEnded, endsWhenAsked
  }

  private static let quick: [[String]] = [
    [], ["--latency", "300ms"], ["--jitter", "300ms"], ["--bandwidth", "400000"],
    ["--latency", "100ms", "--jitter", "100ms", "--bandwidth", "400000"],
  ]

  @Test(.timeLimit(.minutes(3)), arguments: quick)
  func whatIsInTransitArrives(_ options: [String]) throws {
    for behaviour in Client.allCases {
      try BuiltCommand.withScratchFolder { folder in
        let lab = try Lab(folder, options)
        let client = try LoopbackSocket(.client(port: lab.port))
        #expect(lab.proxy.nextLine(with: "connection 1 from port") != nil)
        #expect(client.send(Self.text))
        if behaviour == .hasEnded { client.end() }
        lab.proxy.sendInterrupt()
        if behaviour == .endsWhenAsked {
          #expect(client.readToEnd() == "")
          client.end()
        }
        let end = lab.proxy.end()
        #expect(end.status == 0, "\(end.rest)")
        #expect(end.rest.contains("stopped; nothing in transit was dropped"))
        #expect(try lab.received() == Self.lines, "\(behaviour)")
      }
    }
  }

  /// Options that hold more than can go on in time.
  private static let slow: [[String]] = [
    ["--latency", "1h", "--drain-timeout", "100ms"],
    ["--bandwidth", "40000", "--drain-timeout", "1s"],
    ["--bandwidth", "40000", "--drain-timeout", "0s"],
    ["--stall", "--drain-timeout", "100ms"],
    ["--latency", "1h", "--udp", "--drain-timeout", "100ms"],
  ]

  @Test(.timeLimit(.minutes(3)), arguments: slow)
  func whatCannotArriveIsCounted(_ options: [String]) throws {
    try BuiltCommand.withScratchFolder { folder in
      let lab = try Lab(folder, options)
      let isUDP = options.contains("--udp")
      let client = try LoopbackSocket(
        isUDP ? .datagramClient(port: lab.port) : .client(port: lab.port))
      if isUDP {
        for line in Self.lines.prefix(100) { #expect(client.send(line + "\n")) }
      } else {
        #expect(lab.proxy.nextLine(with: "connection 1 from port") != nil)
        #expect(client.send(Self.text))
      }
      let end = lab.proxy.interrupt()
      #expect(end.status == 1)
      let found = try #require(
        end.rest.firstMatch(of: /Error: stopped; ([0-9,]+) lines \(([0-9]+) bytes\)/))
      let whose = isUDP ? "datagrams" : "connection 1"
      #expect(
        end.rest.contains("\(whose): \(found.1) lines (\(found.2) bytes) in transit dropped"))
      let dropped = try #require(Int(found.1.replacing(",", with: "")))
      let arrived = try lab.received()
      let sent = isUDP ? Array(Self.lines.prefix(100)) : Self.lines
      #expect(dropped >= 1)
      // The last line that arrived may be the first part of one.
      let whole = arrived.last.map { sent.contains($0) } ?? true ? arrived : arrived.dropLast()
      #expect(Array(whole) == Array(sent.prefix(whole.count)))
      #expect(dropped + whole.count == sent.count)
    }
  }

  @Test(.timeLimit(.minutes(3))) func answersInTransitArriveToo() throws {
    let server = try LoopbackSocket(.listener)
    let proxy = try StartedCommand(
      ["proxy", "--listen", "0", "--to", "127.0.0.1:\(server.port)", "--latency", "300ms"],
      watched: .errors)
    let client = try LoopbackSocket(.client(port: try #require(proxy.listeningPort())))
    let accepted = try #require(server.accept())
    #expect(proxy.nextLine(with: "connection 1 from port") != nil)
    #expect(client.send("question\n"))
    #expect(accepted.send(Self.text))
    proxy.sendInterrupt()
    #expect(client.readToEnd() == Self.text)
    client.end()
    #expect(accepted.readToEnd() == "question\n")
    #expect(proxy.end().status == 0)
  }

  /// A proxy that reports in JSON, before a server of ours, with a connection through it that
  /// stands: a reset before would be a server that cannot be reached.
  private static func connected(
    _ options: [String]
  ) throws -> (proxy: StartedCommand, client: LoopbackSocket, server: LoopbackSocket) {
    let listener = try LoopbackSocket(.listener)
    let proxy = try StartedCommand(
      ["proxy", "--listen", "0", "--to", "127.0.0.1:\(listener.port)", "--format", "json"] + options
    )
    let listening = try #require(proxy.nextLine(with: "\"listening\""))
    let port = try #require(listening.firstMatch(of: /"port":([0-9]+)/).flatMap { Int($0.1) })
    let client = try LoopbackSocket(.client(port: port))
    let server = try #require(listener.accept())
    #expect(proxy.nextLine(with: "\"connected\"") != nil)
    return (proxy, client, server)
  }

  /// What an end or a fault leaves in the proxy is said at once: what came is not what went on.
  @Test(.timeLimit(.minutes(3))) func whatDoesNotGoOnIsSaid() throws {
    let (proxy, client, accepted) = try Self.connected(["--latency", "1h"])
    #expect(client.send("one\ntwo\nthr"))
    #expect(accepted.reset())
    let record = try #require(proxy.nextLine(with: "\"passed-reset\""))
    for part in [
      "\"detail\":\"server\"", "\"lines\":2", "\"bytes\":11", "\"undeliveredLines\":3",
      "\"undeliveredBytes\":11",
    ] { #expect(record.contains(part), "\(record)") }
    #expect(client.readToEnd() == "")
    #expect(proxy.interrupt().status == 0)
  }

  /// A server that never reads: what the proxy wrote to it and its kernel did not take is counted
  /// once, and is no reset of the server's.
  @Test(.timeLimit(.minutes(3))) func whatAServerNeverTookIsCountedOnce() throws {
    let (proxy, client, accepted) = try Self.connected(["--drain-timeout", "100ms"])
    let sent = client.sendUntilNothingIsTaken(line: "0123456789012345678901234567890123456789\n")
    proxy.sendInterrupt()
    let end = proxy.end()
    #expect(end.status == 1)
    let events = end.rest.split(separator: "\n")
    let dropped = events.filter { $0.contains("\"dropped\"") }
    #expect(dropped.count == 1, "\(events)")
    #expect(!end.rest.contains("passed-reset"), "\(events)")
    let pattern = /"bytes":([0-9]+)/
    let count = try #require(dropped.first?.firstMatch(of: pattern).flatMap { Int($0.1) })
    let ended = try #require(events.last?.firstMatch(of: pattern).flatMap { Int($0.1) })
    #expect(count == ended && count > 0)
    // What the server's kernel had acknowledged, and what it had not, arrives now: the rest of what
    // the client's kernel took is what was dropped.
    let unacknowledged = events.filter { $0.contains("\"unacknowledged\"") }
    #expect(unacknowledged.count == 1, "\(events)")
    let left = try #require(unacknowledged.first?.firstMatch(of: pattern).flatMap { Int($0.1) })
    let total = /"unacknowledgedBytes":([0-9]+)/
    #expect(events.last?.firstMatch(of: total).flatMap { Int($0.1) } == left)
    let acknowledged = accepted.unreadBytes
    let arrived = accepted.readToEnd().utf8.count
    #expect(left > 0 && arrived == acknowledged + left)
    // What the client's own kernel still had is in neither.
    #expect(arrived + count <= sent)
  }

  /// All of it is out of the proxy, and a part lies in its kernel: that is no success.
  @Test(.timeLimit(.minutes(3)), arguments: [true, false])
  func whatAServerDidNotAcknowledgeIsSaid(_ endsFirst: Bool) throws {
    let listener = try LoopbackSocket(.listener, receiveBufferBytes: 4096)
    let proxy = try StartedCommand(
      ["proxy", "--listen", "0", "--to", "127.0.0.1:\(listener.port)", "--drain-timeout", "1"],
      watched: .errors)
    let client = try LoopbackSocket(.client(port: try #require(proxy.listeningPort())))
    let accepted = try #require(listener.accept())
    #expect(proxy.nextLine(with: "connection 1 from port") != nil)
    // More than the server's kernel takes, and less than the proxy's.
    let lines = (1...500).map { "line \($0) " + String(repeating: "x", count: 90) }
    #expect(client.send(lines.map { $0 + "\n" }.joined()))
    if endsFirst { client.end() }
    let end = proxy.interrupt()
    #expect(end.status == 1, "\(end.rest)")
    let found = try #require(
      end.rest.firstMatch(
        of: /connection 1: ([0-9,]+) lines \(([0-9]+) bytes\) sent and not acknowledged/))
    #expect(
      end.rest.contains(
        "Error: stopped; \(found.1) lines (\(found.2) bytes) were not acknowledged by the server"))
    let acknowledged = accepted.unreadBytes
    let text = accepted.readToEnd()
    #expect(text.split(separator: "\n").map(String.init) == lines, "it arrived after all")
    #expect(Int(found.2) == text.utf8.count - acknowledged)
    let whole = text.utf8.prefix(acknowledged).count { $0 == UInt8(ascii: "\n") }
    #expect(Int(found.1) == lines.count - whole)
  }

  @Test(.timeLimit(.minutes(3))) func whatAFaultLeavesIsSaidInWords() throws {
    let server = try LoopbackSocket(.listener)
    let proxy = try StartedCommand(
      [
        "proxy", "--listen", "0", "--to", "127.0.0.1:\(server.port)", "--latency", "1h",
        "--reset-on-pattern", "signature",
      ], watched: .errors)
    let client = try LoopbackSocket(.client(port: try #require(proxy.listeningPort())))
    #expect(client.send("one\ntwo\n"))
    #expect(client.send("signature\n"))
    let line = try #require(proxy.nextLine(with: "connection 1 struck by"))
    let found = try #require(
      line.firstMatch(of: /from the client; at least ([0-9]+) lines \(([0-9]+) bytes\) of them/))
    #expect(Int(found.1).map { (2...3).contains($0) } == true, "\(line)")
    #expect(proxy.interrupt().status == 0)
  }

  @Test(.timeLimit(.minutes(3))) func secondSignalEndsTheDrain() throws {
    try BuiltCommand.withScratchFolder { folder in
      let lab = try Lab(folder, ["--latency", "1h", "--drain-timeout", "1h"])
      let client = try LoopbackSocket(.client(port: lab.port))
      #expect(lab.proxy.nextLine(with: "connection 1 from port") != nil)
      #expect(client.send("one\ntwo\nthr"))
      lab.proxy.sendInterrupt()
      // By the FIN to the client the drain has begun.
      #expect(client.readToEnd() == "")
      let end = lab.proxy.interrupt()
      #expect(end.status == 1)
      #expect(end.rest.contains("connection 1: 3 lines (11 bytes) in transit dropped"))
      _ = lab.receiver.interrupt()
    }
  }

  /// The server leaves while what it was sent is still under way: that is dropped too, and counted.
  @Test(.timeLimit(.minutes(3))) func aServerThatLeavesDuringTheDrainHasWhatIsUnderWayCounted()
    throws
  {
    let server = try LoopbackSocket(.listener)
    let proxy = try StartedCommand(
      [
        "proxy", "--listen", "0", "--to", "127.0.0.1:\(server.port)", "--latency", "1h",
        "--drain-timeout", "1h",
      ], watched: .errors)
    let client = try LoopbackSocket(.client(port: try #require(proxy.listeningPort())))
    let accepted = try #require(server.accept())
    #expect(proxy.nextLine(with: "connection 1 from port") != nil)
    #expect(client.send("one\ntwo\nthr"))
    proxy.sendInterrupt()
    // By the FIN to the client the drain has begun.
    #expect(client.readToEnd() == "")
    #expect(accepted.reset())
    let end = proxy.end()
    #expect(end.status == 1, "\(end.rest)")
    #expect(end.rest.contains("connection 1: 3 lines (11 bytes) in transit dropped"))
    #expect(end.rest.contains("stopped; 3 lines (11 bytes) in transit were dropped"))
  }
}
