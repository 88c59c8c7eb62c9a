import Foundation
import Simulation
import Support
import Testing

/// Each fault that `appliance proxy` and `appliance receive` have as an option, seen by a client.
@Suite struct FaultOptionTests {
  private static let datagrams = 40

  private static func cases(_ command: FaultOption.Command) -> [FaultOptionCase] {
    FaultCase.all.flatMap { $0.options[command] ?? [] }
  }

  /// An option of the table without a case has no test.
  @Test(arguments: [FaultOption.Command.proxy, .receive])
  func eachOptionHasACase(_ command: FaultOption.Command) throws {
    for row in FaultRow.all {
      let claimed = row.options.filter { $0.command == command }.map(\.name).sorted()
      let cases = FaultCase.named(row.name)?.options[command] ?? []
      #expect(cases.map(\.name).sorted() == claimed, "\(row.name)")
    }
    let help = try BuiltCommand.run([command == .proxy ? "proxy" : "receive", "--help"]).output
    let places = FaultOptionRow.all(of: command).map { row in
      help.range(of: "  --\(row.option.name) ")?.lowerBound
        ?? help.range(of: "  --\(row.option.name)\n")?.lowerBound
    }
    #expect(!places.isEmpty && !places.contains(nil), "an option is not in the help")
  }

  @Test(arguments: cases(.receive))
  func receiveHasTheFault(_ option: FaultOptionCase) throws {
    try BuiltCommand.withScratchFolder { folder in
      let isUDP = Self.isOfDatagrams(option.sign)
      let receiver = try StartedCommand(
        ["receive", "--tcp", "0", "--output", "\(folder)/got"] + (isUDP ? ["--udp", "0"] : [])
          + option.arguments, watched: .errors)
      let port = try #require(receiver.port(in: "TCP port "))
      guard isUDP else {
        #expect(FaultProbe.tcp(port: port, for: option.sign).seen == option.sign)
        #expect(receiver.interrupt().status == 0)
        return
      }
      let datagrams = try #require(receiver.port(in: "UDP port "))
      FaultProbe.udp(port: datagrams, count: Self.datagrams)
      // Who is served behind the datagrams ends after they were read.
      #expect(FaultProbe.tcp(port: port, for: nil).seen == nil)
      #expect(receiver.interrupt().status == 0)
      var tally = DatagramTally()
      let text = try String(contentsOfFile: "\(folder)/got", encoding: .utf8)
      // Of a datagram nothing is left of its word for a line.
      for line in text.split(separator: "\n") where !line.contains("line") {
        tally.came(String(line))
      }
      #expect(tally.shows(option.sign), "\(text)")
    }
  }

  @Test(arguments: cases(.proxy))
  func proxyHasTheFault(_ option: FaultOptionCase) throws {
    guard Self.isOfDatagrams(option.sign) else {
      let server = try ReadingServer()
      let proxy = try Self.proxy(option.arguments, to: server.port)
      #expect(FaultProbe.tcp(port: proxy.port, for: option.sign).seen == option.sign)
      // It is ended by its signal, and may say that lines were in transit.
      #expect([0, 1].contains(proxy.command.interrupt().status))
      return
    }
    let server = try LoopbackSocket(.datagrams)
    let proxy = try Self.proxy(["--udp"] + option.arguments, to: server.port)
    FaultProbe.udp(port: proxy.port, count: Self.datagrams)
    var tally = DatagramTally()
    // Whatever comes: a silent minute ends it.
    while !tally.shows(option.sign), let text = server.datagram() {
      for line in text.split(separator: "\n") { tally.came(String(line)) }
    }
    #expect(tally.shows(option.sign))
    _ = proxy.command.interrupt()
  }

  /// Without a fault nothing of all that is seen.
  @Test func withoutAFaultEverythingIsServed() throws {
    let server = try ReadingServer()
    let proxy = try Self.proxy([], to: server.port)
    #expect(FaultProbe.tcp(port: proxy.port, for: nil).seen == nil)
    #expect(proxy.command.interrupt().status == 0)
    let datagrams = try LoopbackSocket(.datagrams)
    let relay = try Self.proxy(["--udp"], to: datagrams.port)
    FaultProbe.udp(port: relay.port, count: Self.datagrams)
    var tally = DatagramTally()
    for _ in 0..<Self.datagrams {
      let text = try #require(datagrams.datagram())
      tally.came(String(text.prefix { $0 != "\n" }))
    }
    #expect(tally.isClean(Self.datagrams))
    _ = relay.command.interrupt()
  }

  private static func isOfDatagrams(_ sign: FaultSign) -> Bool {
    switch sign {
    case .lost, .doubled, .reordered, .cut: true
    case .refused, .unanswered, .reset, .ended, .resetAtEnd, .stuffed, .held, .late, .noAddress,
      .otherAddress, .reported, .notPlayed:
      false
    }
  }

  private static func proxy(
    _ options: [String], to port: UInt16
  ) throws -> (command: StartedCommand, port: Int) {
    let command = try StartedCommand(
      ["proxy", "--listen", "0", "--to", "127.0.0.1:\(port)", "--drain-timeout", "0"] + options,
      watched: .errors)
    return (command, try #require(command.listeningPort()))
  }
}

/// A server of loopback that reads every connection to its end, on a thread of its own.
private final class ReadingServer {
  let port: UInt16

  init() throws {
    let socket = try LoopbackSocket(.listener)
    self.port = socket.port
    Thread.detachNewThread {
      // It ends with the process, or when a minute brought no client.
      while let client = socket.accept() { Thread.detachNewThread { _ = client.readToEnd() } }
    }
  }
}
