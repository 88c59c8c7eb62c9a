internal import LabPeers
internal import LogModel
internal import MailTransport
internal import NetworkModel
internal import Simulation

/// The simulated network of a scenario, with its hosts, services and faults.
struct Lab: Sendable {
  /// What listens.
  enum Service: Hashable, Sendable {
    case syslog(host: Int)
    case remoteShell(host: Int)
    case mailbox
  }

  /// Who has a UDP port.
  enum DatagramService: Hashable, Sendable {
    case syslog(host: Int)
    case nameServer
    /// The appliance's own.
    case resolver
  }

  private static let namePort: UInt16 = 53

  let scenario: Scenario
  var network: Network
  /// What the lab's mailboxes are like; `nil` when their name is no domain, which it is.
  let mailboxSettings: SMTPServerSettings?
  private let applianceHost: HostID
  private var hostIDs: [HostID] = []
  private var services: [ListenerID: Service] = [:]
  private var datagramServices: [DatagramSocketID: DatagramService] = [:]
  private var nameServers: [IPv4Address] = []
  private var resolver: DatagramSocketID?
  private var listenersOfHost: [[ListenerID]] = []
  private var datagramsOfHost: [[DatagramSocketID]] = []
  private var receivers: [SyslogReceiver] = []
  private var taps: [(place: CapturePlan.Place, tap: TapID)] = []
  private var pathIDs: [PathID] = []

  init(_ scenario: Scenario) {
    self.scenario = scenario
    self.network = Network(seed: scenario.seed, start: scenario.start)
    self.mailboxSettings = (try? MailDomain("mailbox.lab.example")).map {
      SMTPServerSettings(name: $0)
    }
    let plan = scenario.network
    self.applianceHost = self.network.addHost(
      plan.applianceAddress, profile: .appliance,
      firstPort: plan.firstEphemeralPort ?? 49_152)
    for (index, host) in plan.hosts.enumerated() { self.add(host, index: index) }
    if self.nameServers.isEmpty { self.addNameServer() }
    for place in scenario.capture.places { self.startCapture(at: place) }
  }

  private mutating func add(_ host: HostPlan, index: Int) {
    let id = self.network.addHost(host.address, profile: host.stack.profile)
    self.hostIDs.append(id)
    let faults = self.scenario.faults.filter { $0.host == host.name }
    self.pathIDs.append(
      self.network.addPath(
        between: self.applianceHost, and: id, name: "the path to \(host.name)",
        settings: host.path.settings, middleboxes: self.middleboxes(host, faults: faults)))
    self.receivers.append(
      SyslogReceiver(
        faults: faults.compactMap { self.receiverFault($0) }, seed: self.scenario.seed))
    self.listenersOfHost.append([])
    self.datagramsOfHost.append([])
    let listenFaults = faults.compactMap { self.listenFault($0) }
    for service in host.services { self.open(service, host: index, id: id, faults: listenFaults) }
  }

  private mutating func open(
    _ service: HostPlan.Service, host: Int, id: HostID, faults: [ListenFault]
  ) {
    switch service {
    case .syslogTCP(let port):
      let listener = self.network.listen(on: id, port: port, faults: faults)
      self.services[listener] = .syslog(host: host)
      self.listenersOfHost[host].append(listener)
    case .remoteShell(let port):
      let listener = self.network.listen(on: id, port: port, faults: faults)
      self.services[listener] = .remoteShell(host: host)
      self.listenersOfHost[host].append(listener)
    case .mailbox(let port):
      let listener = self.network.listen(on: id, port: port, faults: faults)
      self.services[listener] = .mailbox
      self.listenersOfHost[host].append(listener)
    case .syslogUDP(let port):
      let socket = self.network.bind(id, port: port)
      self.datagramServices[socket] = .syslog(host: host)
      self.datagramsOfHost[host].append(socket)
    case .nameServer(let port):
      let socket = self.network.bind(id, port: port)
      self.datagramServices[socket] = .nameServer
      self.datagramsOfHost[host].append(socket)
      self.nameServers.append(self.scenario.network.hosts[host].address)
    }
  }

  /// The name server of a scenario that names none, a millisecond away.
  private mutating func addNameServer() {
    let taken = Set(self.scenario.network.hosts.map(\.address.bits))
    var address = IPv4Address(192, 0, 2, 53)
    while taken.contains(address.bits) { address = IPv4Address(bits: address.bits + 1) }
    let id = self.network.addHost(address, profile: HostPlan.Stack.linux.profile)
    var settings = PathSettings()
    settings.latency = .milliseconds(1)
    _ = self.network.addPath(
      between: self.applianceHost, and: id, name: "the path to the name server",
      settings: settings)
    self.datagramServices[self.network.bind(id, port: Self.namePort)] = .nameServer
    self.nameServers.append(address)
  }

  private mutating func startCapture(at place: CapturePlan.Place) {
    guard let site = self.site(of: place) else { return }
    let plan = self.scenario.capture
    let peer = self.scenario.network.hosts.first { $0.name == plan.host }?.address
    let tap = self.network.capture(
      PacketCapture(
        at: site, from: self.scenario.start.advanced(by: plan.from),
        until: plan.until.map { self.scenario.start.advanced(by: $0) },
        peer: peer, bytesMax: plan.bytesMax))
    self.taps.append((place, tap))
  }

  private func site(of place: CapturePlan.Place) -> CapturePlace? {
    switch place {
    case .appliance: .host(self.applianceHost)
    case .host(let name): self.index(of: name).map { .host(self.hostIDs[$0]) }
    case .path(let name, let side): self.index(of: name).map { .path(self.pathIDs[$0], side) }
    }
  }

  // MARK: What the runner asks

  func index(of host: String) -> Int? {
    self.scenario.network.hosts.firstIndex { $0.name == host }
  }

  func service(of listener: ListenerID) -> Service? { self.services[listener] }

  func datagramService(of socket: DatagramSocketID) -> DatagramService? {
    self.datagramServices[socket]
  }

  /// Sends the appliance's question to a name server, each try to the next one.
  mutating func ask(_ query: [UInt8], serverNumber: Int, now: SimInstant) {
    let socket = self.resolver ?? self.network.bind(self.applianceHost, port: 0)
    self.resolver = socket
    self.datagramServices[socket] = .resolver
    let server = self.nameServers[serverNumber % self.nameServers.count]
    self.network.send(query, from: socket, to: Endpoint(server, Self.namePort), now: now)
  }

  mutating func connect(
    to remote: Endpoint, options: SocketOptions = SocketOptions(), now: SimInstant
  ) -> SocketID {
    self.network.connect(from: self.applianceHost, to: remote, options: options, now: now)
  }

  mutating func openDatagrams(now: SimInstant) -> DatagramSocketID {
    self.network.bind(self.applianceHost, port: 0)
  }

  mutating func acceptSyslog(_ host: Int, now: SimInstant) -> SyslogReceiverConnection {
    self.receivers[host].accepted(now: now)
  }

  mutating func takeDown(_ host: Int, now: SimInstant) {
    let note = "crash at \(self.name(ofHost: host))"
    self.setListening(false, host: host, note: note)
    for socket in self.datagramsOfHost[host] { self.network.setOpen(false, socket) }
    self.network.abortAll(at: self.hostIDs[host], now: now, note: note)
  }

  mutating func bringUp(_ host: Int, now: SimInstant) {
    self.setListening(true, host: host, note: nil)
    for socket in self.datagramsOfHost[host] { self.network.setOpen(true, socket) }
  }

  private mutating func setListening(_ isOpen: Bool, host: Int, note: String?) {
    for listener in self.listenersOfHost[host] {
      self.network.setListening(isOpen, listener, note: note)
    }
  }

  func name(ofHost host: Int) -> String { self.scenario.network.hosts[host].name }

  /// How long the application of a host takes.
  func applicationDelay(ofHost host: Int) -> SimDuration {
    self.scenario.network.hosts[host].stack.profile.applicationDelay
  }

  // MARK: Captures

  /// The capture files by name.
  var captureFiles: [(name: String, bytes: [UInt8])] {
    let plan = self.scenario.capture
    return self.taps.map { place, tap in
      let bytes = CaptureFile.bytes(
        of: self.network.captured(tap), as: plan.format, hasComments: plan.hasComments,
        interface: place.name)
      return ("\(place.name).\(plan.format.rawValue)", bytes)
    }
  }

  /// The first capture's first packets.
  var packetSummaries: [PacketSummary] {
    self.taps.first.map { self.network.captured($0.tap).summaries } ?? []
  }

  var packetsLeftOut: Int {
    self.taps.reduce(0) { $0 + self.network.captured($1.tap).packetsLeftOut }
  }
}

extension HostPlan.Stack {
  fileprivate var profile: TCPStackProfile {
    switch self {
    case .documentedServer: .documentedServer
    case .linux:
      TCPStackProfile(
        offeredSegmentSize: 1460, offeredWindowScale: 7, offersSACK: true,
        receiveBufferBytes: 64_240)
    }
  }
}

extension PathPlan {
  fileprivate var settings: PathSettings {
    var settings = PathSettings()
    settings.latency = self.latency
    settings.jitter = self.jitter
    settings.bandwidthBitsPerSecond = self.bandwidthBitsPerSecond
    settings.lossPermille = self.lossPermille
    settings.duplicatePermille = self.duplicatePermille
    settings.reorderPermille = self.reorderPermille
    settings.maximumTransmissionUnit = self.mtu
    return settings
  }
}
