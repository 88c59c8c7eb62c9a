internal import LabPeers
internal import LiveNetwork
internal import LogDelivery
internal import LogModel
internal import MailTransport
internal import NIOCore
internal import NIOPosix
internal import Scenarios
internal import Simulation

/// Why a scenario's lab cannot be opened.
public struct LiveLabError: Error, CustomStringConvertible {
  public let description: String
}

/// The hosts of a scenario on ports of loopback, each behind a proxy that plays the path to it.
final class LiveLab {
  /// What the lab tells its owner, on the loop.
  enum Event {
    /// A host's syslog server read whole lines.
    case received(ByteBuffer, host: String)
    /// A server read so many lines of the connection that the appliance has at `port`.
    case receipt(lines: UInt64, port: Int)
    case mailed(ReceivedMessage)
    case proxy(FaultProxyEvent, host: String)
  }

  private struct Place: Hashable {
    let address: IPv4Address
    let port: UInt16
    let isTCP: Bool
  }

  private static let loopback = "127.0.0.1"

  private let loop: any EventLoop
  private let scenario: Scenario
  private let names: LiveNames
  private let onEvent: (Event) -> Void
  private let start = FaultProxy.now()
  private var destinations: [Place: Int] = [:]
  private var servers: [LabSyslogServer] = []
  private var mailboxes: [LabMailServer] = []
  private var proxies: [FaultProxy] = []
  private var timers: [Scheduled<Void>] = []
  /// The appliance's port, by the port that a server sees.
  private var appliancePorts: [Int: Int] = [:]
  /// Connections that a syslog server has open.
  private(set) var openConnections = 0
  /// What real sockets cannot do of this scenario, or only in part.
  let warnings: [String]

  init(loop: any EventLoop, scenario: Scenario, onEvent: @escaping (Event) -> Void) {
    self.loop = loop
    self.scenario = scenario
    self.names = LiveNames(scenario)
    self.onEvent = onEvent
    let start = self.start
    self.warnings = scenario.network.hosts.flatMap {
      LiveFaults(scenario, host: $0.name, start: start).warnings
    }
  }

  /// Opens every service, one behind the other.
  func open(_ completion: @escaping (Result<Void, any Error>) -> Void) {
    var steps: [() throws -> EventLoopFuture<Void>] = []
    for host in self.scenario.network.hosts {
      let faults = LiveFaults(self.scenario, host: host.name, start: self.start)
      let server = self.makeServer(host, faults)
      for service in host.services {
        steps.append { try self.open(service, host, faults, server) }
      }
    }
    self.run(steps[...], completion)
  }

  private func run(
    _ steps: ArraySlice<() throws -> EventLoopFuture<Void>>,
    _ completion: @escaping (Result<Void, any Error>) -> Void
  ) {
    guard let step = steps.first else { return completion(.success(())) }
    do {
      try step().assumeIsolated().whenComplete { result in
        switch result {
        case .success: self.run(steps.dropFirst(), completion)
        case .failure: completion(result)
        }
      }
    } catch {
      completion(.failure(error))
    }
  }

  /// Where a connection of the appliance goes.
  func destination(_ host: String, _ port: UInt16, isTCP: Bool) -> LiveDestination {
    let since = self.start.duration(to: FaultProxy.now())
    switch self.names.answer(host, since: since) {
    case .nothing(let delay): return LiveDestination([], lookupTime: delay)
    case .addresses(let addresses):
      return LiveDestination(
        addresses.map { self.place(Place(address: $0, port: port, isTCP: isTCP)) })
    }
  }

  private func place(_ place: Place) -> LiveAddress {
    if let local = self.destinations[place],
      let address = try? SocketAddress(ipAddress: Self.loopback, port: local)
    {
      return .socket(address)
    }
    // A host where nothing listens refuses; where there is no host, nobody answers.
    let isKnown = self.scenario.network.hosts.contains { $0.address == place.address }
    return .failure(isKnown ? .refused : .hostUnreachable, after: .milliseconds(1))
  }

  /// Closes everything.
  func close() {
    for timer in self.timers { timer.cancel() }
    for proxy in self.proxies { proxy.close() }
    for server in self.servers { server.close() }
    for mailbox in self.mailboxes { mailbox.close().whenComplete { _ in } }
  }

  // MARK: Services

  private func open(
    _ service: HostPlan.Service, _ host: HostPlan, _ faults: LiveFaults,
    _ server: LabSyslogServer
  ) throws -> EventLoopFuture<Void> {
    switch service {
    case .syslogTCP(let port):
      return self.put(server.listenTCP(), host, faults, port: port, isTCP: true)
    case .syslogUDP(let port):
      return self.put(server.listenUDP(), host, faults, port: port, isTCP: false)
    case .remoteShell(let port):
      let shell = self.makeServer(host, faults, shell: ScheduledReceiverFault(.remoteShell))
      return self.put(shell.listenTCP(), host, faults, port: port, isTCP: true)
    case .mailbox(let port):
      let settings = SMTPServerSettings(name: try MailDomain("mailbox.lab.example"))
      let lab = NIOLoopBound(self, eventLoop: self.loop)
      let opening = LabMailServer.listen(group: self.loop, settings: settings) {
        lab.value.onEvent(.mailed($0))
      }
      let listening = opening.map { mailbox in
        lab.value.mailboxes.append(mailbox)
        return Int(mailbox.port)
      }
      return self.put(listening, host, faults, port: port, isTCP: true)
    case .nameServer:
      return self.loop.makeSucceededVoidFuture()
    }
  }

  /// Puts a proxy before a service.
  private func put(
    _ listening: EventLoopFuture<Int>, _ host: HostPlan, _ faults: LiveFaults, port: UInt16,
    isTCP: Bool
  ) -> EventLoopFuture<Void> {
    let lab = NIOLoopBound(self, eventLoop: self.loop)
    return listening.flatMap { serverPort in
      let lab = lab.value
      let proxy = FaultProxy(loop: lab.loop, path: lab.path(host, faults)) { event in
        lab.happened(event, host: host.name)
      }
      lab.proxies.append(proxy)
      do {
        let server = try SocketAddress(ipAddress: Self.loopback, port: serverPort)
        return isTCP ? proxy.listenTCP(to: [server]) : proxy.listenUDP(to: [server])
      } catch {
        return lab.loop.makeFailedFuture(error)
      }
    }.map { local in
      let place = Place(address: host.address, port: port, isTCP: isTCP)
      lab.value.destinations[place] = local
    }
  }

  private func path(_ host: HostPlan, _ faults: LiveFaults) -> FaultedPath {
    var quality = FaultedPath.Quality()
    quality.latency = host.path.latency
    quality.jitter = host.path.jitter
    quality.bandwidthBitsPerSecond = host.path.bandwidthBitsPerSecond
    var all = faults.path
    for (permille, fault) in [
      (host.path.lossPermille, PathFault.loss(permille: host.path.lossPermille)),
      (host.path.duplicatePermille, .duplication(permille: host.path.duplicatePermille)),
      (host.path.reorderPermille, .reordering(permille: host.path.reorderPermille)),
    ] where permille > 0 {
      all.append(ScheduledPathFault(.path(fault), from: self.start))
    }
    // A server that is gone has no port; the proxy's would still be open.
    all += faults.crashes.map { ScheduledPathFault(.path(.refuse), from: $0.at, until: $0.backAt) }
    return FaultedPath(faults: all, quality: quality, seed: self.scenario.seed)
  }

  private func makeServer(
    _ host: HostPlan, _ faults: LiveFaults, shell: ScheduledReceiverFault? = nil
  ) -> LabSyslogServer {
    var ports: [Int: Int] = [:]
    let server = LabSyslogServer(loop: self.loop, faults: shell.map { [$0] } ?? faults.server) {
      bytes, _ in
      self.onEvent(.received(bytes, host: host.name))
    } onEvent: { event in
      self.serverSaw(event, ports: &ports)
    }
    server.datagramLimit = {
      let now = FaultProxy.now()
      return faults.cuts.first { $0.when.covers(now) }?.bytes
    }
    for crash in faults.crashes {
      self.schedule(crash.at) { server.goDown() }
      self.schedule(crash.backAt) { server.comeBack() }
    }
    self.servers.append(server)
    return server
  }

  private func schedule(_ instant: SimInstant, _ body: @escaping () -> Void) {
    let delay = max(FaultProxy.now().duration(to: instant), .zero)
    self.timers.append(
      self.loop.assumeIsolated().scheduleTask(in: .nanoseconds(delay.nanoseconds), body))
  }

  // MARK: Facts

  private func happened(_ event: FaultProxyEvent, host: String) {
    if case .connected(_, let remotePort, let localPort) = event {
      self.appliancePorts[localPort] = remotePort
    }
    self.onEvent(.proxy(event, host: host))
  }

  private func serverSaw(_ event: LabSyslogEvent, ports: inout [Int: Int]) {
    switch event {
    case .accepted(let connection, let port):
      ports[connection] = port
      self.openConnections += 1
    case .read(let connection, let lines, _):
      guard let seen = ports[connection], let port = self.appliancePorts[seen] else { return }
      self.onEvent(.receipt(lines: lines, port: port))
    case .reset(let connection, _, _), .closed(let connection, _, _):
      ports[connection] = nil
      self.openConnections -= 1
    case .unfinished, .inPieces, .datagram, .accepting:
      break
    }
  }
}
