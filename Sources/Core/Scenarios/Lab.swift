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

  let scenario: Scenario
  var network: Network
  /// What the lab's mailboxes are like; `nil` when their name is no domain, which it is.
  let mailboxSettings: SMTPServerSettings?
  private let applianceHost: HostID
  private var hostIDs: [HostID] = []
  private var services: [ListenerID: Service] = [:]
  private var datagramHosts: [DatagramSocketID: Int] = [:]
  private var listenersOfHost: [[ListenerID]] = []
  private var datagramsOfHost: [[DatagramSocketID]] = []
  private var receivers: [SyslogReceiver] = []
  private var tap: TapID?

  init(_ scenario: Scenario) {
    self.scenario = scenario
    self.network = Network(seed: scenario.seed, start: scenario.start)
    self.mailboxSettings = (try? MailDomain("mailbox.lab.example")).map {
      SMTPServerSettings(name: $0)
    }
    let plan = scenario.network
    self.applianceHost = self.network.addHost(
      HostAddress(bits: plan.applianceAddress.bits), profile: .appliance,
      firstPort: plan.firstEphemeralPort ?? 49_152)
    for (index, host) in plan.hosts.enumerated() { self.add(host, index: index) }
    self.startCapture()
  }

  private mutating func add(_ host: HostPlan, index: Int) {
    let id = self.network.addHost(HostAddress(bits: host.address.bits), profile: host.profile)
    self.hostIDs.append(id)
    let faults = self.scenario.faults.filter { $0.host == host.name }
    _ = self.network.addPath(
      between: self.applianceHost, and: id, settings: host.path.settings,
      middleboxes: self.middleboxes(host, faults: faults))
    self.receivers.append(
      SyslogReceiver(
        faults: faults.compactMap { self.receiverFault($0) }, seed: self.scenario.seed))
    self.listenersOfHost.append([])
    self.datagramsOfHost.append([])
    var options = ListenOptions()
    for fault in faults {
      if case .backlogFull(let resets) = fault.kind {
        options.backlog = 0
        options.overflow = resets ? .reset : .drop
      }
    }
    for service in host.services { self.open(service, host: index, id: id, options: options) }
    if faults.contains(where: { $0.kind == .refuse }) {
      for listener in self.listenersOfHost[index] { self.network.setListening(false, listener) }
    }
  }

  private mutating func open(
    _ service: HostPlan.Service, host: Int, id: HostID, options: ListenOptions
  ) {
    switch service {
    case .syslogTCP(let port):
      let listener = self.network.listen(on: id, port: port, options: options)
      self.services[listener] = .syslog(host: host)
      self.listenersOfHost[host].append(listener)
    case .remoteShell(let port):
      let listener = self.network.listen(on: id, port: port, options: options)
      self.services[listener] = .remoteShell(host: host)
      self.listenersOfHost[host].append(listener)
    case .mailbox(let port):
      let listener = self.network.listen(on: id, port: port)
      self.services[listener] = .mailbox
      self.listenersOfHost[host].append(listener)
    case .syslogUDP(let port):
      let socket = self.network.bind(id, port: port)
      self.datagramHosts[socket] = host
      self.datagramsOfHost[host].append(socket)
    }
  }

  private mutating func startCapture() {
    let plan = self.scenario.capture
    let peer = self.scenario.network.hosts.first { $0.name == plan.host }?.address
    self.tap = self.network.capture(
      PacketCapture(
        host: self.applianceHost, from: self.scenario.start.advanced(by: plan.from),
        until: plan.until.map { self.scenario.start.advanced(by: $0) },
        peer: peer.map { HostAddress(bits: $0.bits) }, bytesMax: plan.bytesMax))
  }

  // MARK: What the runner asks

  func index(of host: String) -> Int? {
    self.scenario.network.hosts.firstIndex { $0.name == host }
  }

  func service(of listener: ListenerID) -> Service? { self.services[listener] }

  func host(ofDatagrams socket: DatagramSocketID) -> Int? { self.datagramHosts[socket] }

  mutating func connect(to remote: Endpoint, now: SimInstant) -> SocketID {
    self.network.connect(from: self.applianceHost, to: remote, now: now)
  }

  mutating func openDatagrams(now: SimInstant) -> DatagramSocketID {
    self.network.bind(self.applianceHost, port: 0)
  }

  mutating func acceptSyslog(_ host: Int, now: SimInstant) -> SyslogReceiverConnection {
    self.receivers[host].accepted(now: now)
  }

  mutating func takeDown(_ host: Int, now: SimInstant) {
    for listener in self.listenersOfHost[host] { self.network.setListening(false, listener) }
    for socket in self.datagramsOfHost[host] { self.network.setOpen(false, socket) }
    self.network.abortAll(at: self.hostIDs[host], now: now)
  }

  mutating func bringUp(_ host: Int, now: SimInstant) {
    for listener in self.listenersOfHost[host] { self.network.setListening(true, listener) }
    for socket in self.datagramsOfHost[host] { self.network.setOpen(true, socket) }
  }

  func takeCapture() -> [UInt8] {
    self.tap.map { self.network.captured($0).bytes } ?? []
  }

  var packetSummaries: [PacketSummary] {
    self.tap.map { self.network.captured($0).summaries } ?? []
  }

  var packetsLeftOut: Int {
    self.tap.map { self.network.captured($0).packetsLeftOut } ?? 0
  }
}

extension HostPlan {
  fileprivate var profile: TCPStackProfile {
    switch self.stack {
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
