internal import Simulation
import ApplianceConfiguration
import LogModel

/// A host that connects.
struct Peer: BitwiseCopyable, Sendable {
  let address: IPv4Address
  let reverseDNS: TextID
  let verified: Bool
  /// Of its mail: an index of `Populations.domains`.
  let domain: UInt16
}

/// Where a listener takes connections.
struct ListenerPoint: BitwiseCopyable, Sendable {
  let name: TextID
  let address: IPv4Address
}

/// Who writes to whom about what: texts interned once, and hosts.
struct Populations: Sendable {
  /// The organisation's own domain.
  let ownDomain: TextID
  let localParts: [TextID]
  /// Other organisations' domains, then those that spam comes from, then those that do not exist.
  let domains: [TextID]
  let organisationCount: Int
  let spamDomainCount: Int
  let badDomainCount: Int
  /// Other organisations' mail servers.
  let servers: [Peer]
  /// Hosts that send spam.
  let bots: [Peer]
  /// The organisation's own hosts.
  let clients: [Peer]
  let subjects: [TextID]
  let spamSubjects: [TextID]
  let marketingSubjects: [TextID]
  let attachments: [TextID]
  let viruses: [TextID]
  let ciphers: [TextID]
  let words: FlowWords
  let publicPoints: [ListenerPoint]
  let privatePoints: [ListenerPoint]

  init(settings: MailFlowSettings, texts: inout TextArena) {
    let ownName = Self.organisation(of: settings.hostname)
    let own = texts.intern(ownName)
    let organisations = Self.organisationNames()
    let unknown = texts.intern("unknown")
    self.ownDomain = own
    self.localParts = texts.intern(all: PopulationTexts.localParts)
    self.domains = texts.intern(
      all: organisations + PopulationTexts.spamDomains + PopulationTexts.badDomains)
    self.organisationCount = organisations.count
    self.spamDomainCount = PopulationTexts.spamDomains.count
    self.badDomainCount = PopulationTexts.badDomains.count
    self.servers = Self.makeServers(organisations, &texts)
    self.bots = Self.makeBots(
      unknown, organisationCount: organisations.count,
      spamDomainCount: PopulationTexts.spamDomains.count, &texts)
    self.clients = Self.makeClients(ownName, &texts)
    self.subjects = texts.intern(all: PopulationTexts.subjects)
    self.spamSubjects = texts.intern(all: PopulationTexts.spamSubjects)
    self.marketingSubjects = texts.intern(all: PopulationTexts.marketingSubjects)
    self.attachments = texts.intern(all: PopulationTexts.attachments)
    self.viruses = texts.intern(all: PopulationTexts.viruses)
    self.ciphers = texts.intern(all: PopulationTexts.ciphers)
    self.words = FlowWords(&texts)
    let isPrivate = { (listener: Listener) in listener.kind.value == .private }
    let publicPoints = Self.points(settings, &texts) { !isPrivate($0) }
    let privatePoints = Self.points(settings, &texts, isPrivate)
    let fallback = [Self.fallbackPoint(settings, &texts)]
    let either = publicPoints.isEmpty ? privatePoints : publicPoints
    self.publicPoints = either.isEmpty ? fallback : either
    self.privatePoints = privatePoints.isEmpty ? self.publicPoints : privatePoints
  }

  /// The host name without its first label, when two or more labels stay.
  private static func organisation(of hostname: String) -> String {
    let labels = hostname.split(separator: ".")
    return labels.count > 2 ? labels.dropFirst().joined(separator: ".") : hostname
  }

  private static func organisationNames() -> [String] {
    let parents = PopulationTexts.organisationParents
    return PopulationTexts.organisations.enumerated().map { index, label in
      "\(label).\(parents[index % parents.count])"
    }
  }

  /// Two hosts an organisation, in 198.51.100.0/24 (RFC 5737).
  private static func makeServers(_ organisations: [String], _ texts: inout TextArena) -> [Peer] {
    var peers: [Peer] = []
    for (index, domain) in organisations.enumerated() {
      for (host, label) in ["mx1", "mail"].enumerated() {
        let name = texts.intern("\(label).\(domain)")
        peers.append(
          Peer(
            address: IPv4Address(198, 51, 100, UInt8(1 + index * 2 + host)), reverseDNS: name,
            verified: index % 7 != 6, domain: UInt16(index)))
      }
    }
    return peers
  }

  /// 203.0.113.1 to 203.0.113.254 (RFC 5737); every third has no name.
  private static func makeBots(
    _ unknown: TextID, organisationCount: Int, spamDomainCount: Int, _ texts: inout TextArena
  ) -> [Peer] {
    (1...254).map { number in
      let named = number % 3 != 0
      let name =
        named ? texts.intern("host-203-0-113-\(number).dyn.example.net") : unknown
      return Peer(
        address: IPv4Address(203, 0, 113, UInt8(number)), reverseDNS: name,
        verified: named && number % 2 == 0,
        domain: UInt16(organisationCount + number % spamDomainCount))
    }
  }

  /// 10.1.2.1 to 10.1.2.40.
  private static func makeClients(_ domain: String, _ texts: inout TextArena) -> [Peer] {
    (1...40).map { number in
      Peer(
        address: IPv4Address(10, 1, 2, UInt8(number)),
        reverseDNS: texts.intern("app\(number).\(domain)"), verified: true, domain: 0)
    }
  }

  private static func points(
    _ settings: MailFlowSettings, _ texts: inout TextArena, _ belongs: (Listener) -> Bool
  ) -> [ListenerPoint] {
    var points: [ListenerPoint] = []
    for listener in settings.listeners where belongs(listener) {
      let name = listener.interfaceName.value
      let interface = settings.interfaces.first { $0.name.value == name }
      guard let address = interface?.address?.value else { continue }
      points.append(ListenerPoint(name: texts.intern(name), address: address))
    }
    return points
  }

  /// The first interface with an address; without one, `Management` at 192.0.2.10.
  private static func fallbackPoint(
    _ settings: MailFlowSettings, _ texts: inout TextArena
  ) -> ListenerPoint {
    for interface in settings.interfaces {
      guard let address = interface.address?.value else { continue }
      return ListenerPoint(name: texts.intern(interface.name.value), address: address)
    }
    return ListenerPoint(name: texts.intern("Management"), address: IPv4Address(192, 0, 2, 10))
  }
}

extension TextArena {
  /// Adds texts that stay.
  mutating func intern(all texts: [String]) -> [TextID] {
    texts.map { self.intern($0) }
  }
}

/// Names of groups, policies, filters and quarantines.
struct FlowWords: Sendable {
  let empty, none: TextID
  let unknownList, unknownMatch, suspectList, suspectMatch: TextID
  let blackList, blackMatch, blockList, blockMatch: TextID
  let relayList, relayMatch: TextID
  let policyDefault, policyFinance, policyQuarantine, outbreakQuarantine: TextID
  let messageFilters, contentFilters, policyReasons, outbreakReasons: [TextID]

  init(_ texts: inout TextArena) {
    self.empty = texts.intern("")
    self.none = texts.intern("None")
    self.unknownList = texts.intern("UNKNOWNLIST")
    self.unknownMatch = texts.intern("sbrs[-0.5:10.0]")
    self.suspectList = texts.intern("SUSPECTLIST")
    self.suspectMatch = texts.intern("sbrs[-2.5:-0.5]")
    self.blackList = texts.intern("BLACKLIST")
    self.blackMatch = texts.intern("sbrs[-10.0:-2.5]")
    self.blockList = texts.intern("RBLBlacklist")
    self.blockMatch = texts.intern("dnslist[dnsbl.example.org]")
    self.relayList = texts.intern("RELAYLIST")
    self.relayMatch = texts.intern("10.1.2.0/24")
    self.policyDefault = texts.intern("DEFAULT")
    self.policyFinance = texts.intern("Finance")
    self.policyQuarantine = texts.intern("Policy")
    self.outbreakQuarantine = texts.intern("Outbreak")
    self.messageFilters = texts.intern(all: PopulationTexts.messageFilters)
    self.contentFilters = texts.intern(all: PopulationTexts.contentFilters)
    self.policyReasons = texts.intern(all: PopulationTexts.policyReasons)
    self.outbreakReasons = texts.intern(all: PopulationTexts.outbreakReasons)
  }
}
