import ApplianceConfiguration
import ArgumentParser
import Foundation
import LabPeers
import LiveNetwork
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Scenarios
import ServiceLifecycle
import Simulation

/// `appliance proxy`: faults on the path between anything and a real server.
struct ProxyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxy",
    abstract: "Forward to a real server and inject faults on the way.",
    discussion: """
      Listens on 127.0.0.1, unless --host or --listen gives another address (IPv4 or IPv6), and \
      forwards everything to --to until stopped. If the name of --to has several addresses, each \
      connection tries them in turn. When stopped, it accepts no more clients and forwards what is \
      in transit (--drain-timeout); lines that it has to drop, or that the server did not \
      acknowledge, are counted by connection, and the exit code is 1. It needs no firewall rules \
      and no privileges. Events go to standard error, or as JSON lines to standard output.

      Examples:
        appliance proxy --listen 5514 --to 192.0.2.10:514 --documented
        appliance proxy --listen 5514 --to 127.0.0.1:6514 --udp --loss 10% --latency 20ms

      Example: appliance proxy --listen 5514 --to 192.0.2.10:514 --reset-after-lines 100 --connections 2
      """)

  @Option(
    help: ArgumentHelp(
      "Port to listen on, or ADDRESS:PORT; 0 lets the system choose.", valueName: "PORT"))
  var listen: ListenPlace

  @Option(help: ArgumentHelp("Server to forward to.", valueName: "HOST:PORT"))
  var to: CollectorArgument

  @Option(help: "Address to listen on, IPv4 or IPv6, when --listen has none.")
  var host = "127.0.0.1"

  @Flag(help: "Forward UDP instead of TCP.")
  var udp = false

  @OptionGroup(title: "Faults")
  var faults: PathFaultOptions

  @Option(
    help: ArgumentHelp("Delay everything by TIME.", valueName: "TIME"),
    transform: duration)
  var latency: SimDuration?

  @Option(
    help: ArgumentHelp("Add a random delay of up to TIME.", valueName: "TIME"),
    transform: duration)
  var jitter: SimDuration?

  @Option(help: ArgumentHelp("Limit the bandwidth to BPS bits per second.", valueName: "BPS"))
  var bandwidth: Int64?

  @Option(help: "Seed for all random choices; the same seed gives the same faults.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Inject the faults that this scenario plans for one host (--of), on its time line from "
        + "now on.", valueName: "FILE"))
  var scenario: String?

  @Option(
    help: ArgumentHelp("Host of the scenario whose faults are injected.", valueName: "HOST"))
  var of: String?

  @Option(help: DrainTimeout.help(default: 5), transform: { try DrainTimeout($0) })
  var drainTimeout = DrainTimeout(seconds: 5)

  @Option(help: "Format of events: text on standard error, or JSON lines on standard output.")
  var format = OutputFormat.text

  func validate() throws {
    guard (0...65_535).contains(self.listen.port) else {
      throw ValidationError("--listen: found \(self.listen.port), allowed: 0 to 65535")
    }
    if let bandwidth, bandwidth < 1 {
      throw ValidationError("--bandwidth: found \(bandwidth), allowed: 1 or more")
    }
    guard ListenPlace.address(self.host) != nil else {
      throw ValidationError("--host: found \(self.host), allowed: an IPv4 or IPv6 address")
    }
    try self.faults.check(isUDP: self.udp)
    if self.listen.port == Int(self.to.port), self.reachesItself {
      throw ValidationError(
        "--to \(self.to.host):\(self.to.port) is the proxy itself; give another server or another "
          + "--listen port")
    }
    if self.of != nil, self.scenario == nil {
      throw ValidationError("--of needs --scenario FILE")
    }
  }

  /// Whether a server of this port at `--to` is the proxy.
  private var reachesItself: Bool {
    let own = self.listen.on(self.host).host
    let target = self.to.host
    let isLoopback = ReferenceRules.isLoopback(HostSyntax.canonical(target))
    switch own {
    case target: return true
    case "0.0.0.0", "::": return isLoopback
    case "127.0.0.1", "::1": return target == "localhost"
    default: return false
    }
  }

  func run() async throws {
    try OpenFiles.requireForSockets()
    let start = FaultProxy.now()
    var faults = self.faults.scheduled(start: start)
    if let scenario { faults += try self.scenarioFaults(scenario, start: start) }
    var quality = FaultedPath.Quality()
    quality.latency = self.latency ?? .zero
    quality.jitter = self.jitter ?? .zero
    quality.bandwidthBitsPerSecond = self.bandwidth ?? 0
    let place = self.listen.on(self.host)
    let service = ProxyService(
      host: place.host, port: place.port, isUDP: self.udp, to: self.to,
      path: FaultedPath(faults: faults, quality: quality, seed: self.seed),
      drainTimeout: .nanoseconds(self.drainTimeout.duration.nanoseconds),
      logger: ProxyLogger(format: self.format, start: start))
    try await runUntilSignalled(service, onNextSignal: { service.endDrain() })
  }

  private func scenarioFaults(
    _ file: String, start: SimInstant
  ) throws -> [ScheduledPathFault] {
    let scenario = try LoadedScenario.read(file)
    let hosts = scenario.network.hosts.map(\.name)
    let struck = hosts.filter { host in scenario.faults.contains { $0.host == host } }
    guard let host = self.of ?? (struck.count == 1 ? struck.first : nil), hosts.contains(host)
    else {
      guard self.of != nil || !struck.isEmpty else {
        throw CommandFailure("\(file): this scenario has no fault at a host; choose another one")
      }
      let found = self.of ?? "hosts with faults: \(struck.joined(separator: ", "))"
      throw CommandFailure(
        "\(file): --of: found \(found), allowed: one of \(hosts.joined(separator: ", "))")
    }
    for fault in scenario.faults where fault.host == host {
      guard let refusal = fault.kind.liveRefusal else { continue }
      throw CommandFailure("\(file): \(fault.kind.name) at \(host): \(refusal)")
    }
    let plan = LiveFaults(scenario, host: host, start: start)
    for warning in plan.warnings + plan.proxyWarnings {
      Terminal.error.line("\(file): warning: \(warning)")
    }
    if !plan.cuts.isEmpty {
      Terminal.error.line(
        "\(file): warning: cut-datagrams at \(host): only a server keeps the beginning of a "
          + "datagram; use receive --cut-datagrams")
    }
    return plan.wholePath
  }
}

/// The proxy from start to a shutdown.
private final class ProxyService: Service {
  let host: String
  let port: Int
  let isUDP: Bool
  let to: CollectorArgument
  let path: FaultedPath
  let drainTimeout: TimeAmount
  let logger: ProxyLogger
  private let proxy = NIOLockedValueBox<NIOLoopBound<FaultProxy>?>(nil)

  /// Ends the drain before its time.
  func endDrain() {
    guard let proxy = self.proxy.withLockedValue({ $0 }) else { return }
    proxy.eventLoop.execute { proxy.value.endDrain() }
  }

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let addresses: [SocketAddress]
    do {
      addresses =
        try await FaultProxy.addresses(host: self.to.host, port: self.to.port, on: loop).get()
    } catch {
      throw CommandFailure("\(self.to.host): host name could not be resolved")
    }
    let end = EndSignal(on: loop)
    let proxy = try await loop.submit {
      NIOLoopBound(
        FaultProxy(loop: loop, path: self.path) { self.logger.show($0) }, eventLoop: loop)
    }.get()
    self.proxy.withLockedValue { $0 = proxy }
    let port = try await self.bound {
      loop.flatSubmit {
        self.isUDP
          ? proxy.value.listenUDP(host: self.host, port: self.port, to: addresses)
          : proxy.value.listenTCP(host: self.host, port: self.port, to: addresses)
      }
    }
    self.logger.listening(host: self.host, port: port, isUDP: self.isUDP, to: self.to)
    try await withGracefulShutdownHandler {
      try await end.wait()
    } onGracefulShutdown: {
      end.end()
    }
    let drainTimeout = self.drainTimeout
    try await loop.flatSubmit { proxy.value.drain(timeout: drainTimeout) }.get()
    try self.logger.ended()
  }

  init(
    host: String, port: Int, isUDP: Bool, to: CollectorArgument, path: FaultedPath,
    drainTimeout: TimeAmount, logger: ProxyLogger
  ) {
    self.host = host
    self.port = port
    self.isUDP = isUDP
    self.to = to
    self.path = path
    self.drainTimeout = drainTimeout
    self.logger = logger
  }

  private func bound(_ bind: () -> EventLoopFuture<Int>) async throws -> Int {
    let place = "\(self.host) \(self.isUDP ? "UDP" : "TCP") port \(self.port)"
    do {
      return try await bind().get()
    } catch let error as IOError {
      let reason = String(cString: strerror(error.errnoCode))
      throw CommandFailure("cannot listen on \(place): \(reason)")
    } catch {
      throw CommandFailure("cannot listen on \(place): \(error)")
    }
  }
}
