public import Simulation
internal import LogModel

/// One IP interface.
public struct NetworkInterface: Hashable, Sendable {
  /// A service that an interface offers at a port.
  public struct Service: Hashable, Sendable {
    /// The file's element without `_port`, such as `sshd`.
    public var name: String
    /// The port, 1 to 65535.
    public var port: Setting<Int>

    /// A service at a port.
    public init(name: String, port: Setting<Int>) {
      self.name = name
      self.port = port
    }
  }

  /// Such as `Management` or `Data 1`.
  public var name: Setting<String>
  /// Its address; `nil` when it has none of version 4.
  public var address: Setting<IPv4Address>?
  /// Length of the network prefix, 0 to 32, whichever way the file writes the mask.
  public var prefixLength: Setting<Int>?
  /// Its address of version 6; `nil` when it has none.
  public var ipv6Address: Setting<String>?
  /// Length of that address's network prefix, 0 to 128.
  public var ipv6PrefixLength: Setting<Int>?
  /// The name under which the appliance presents itself there.
  public var hostname: Setting<String>?
  /// The Ethernet port that it uses.
  public var physicalInterface: Setting<String>?
  /// The certificate that its services show, by name.
  public var certificateName: Setting<String>?
  /// The services that are on, in file order.
  public var services: [Service]
  /// What else the file says of it.
  public var kept: [ConfigurationElement]

  /// An interface with these parts.
  public init(
    name: Setting<String>, address: Setting<IPv4Address>? = nil,
    prefixLength: Setting<Int>? = nil, ipv6Address: Setting<String>? = nil,
    ipv6PrefixLength: Setting<Int>? = nil, hostname: Setting<String>? = nil,
    physicalInterface: Setting<String>? = nil, certificateName: Setting<String>? = nil,
    services: [Service] = [], kept: [ConfigurationElement] = []
  ) {
    self.name = name
    self.address = address
    self.prefixLength = prefixLength
    self.ipv6Address = ipv6Address
    self.ipv6PrefixLength = ipv6PrefixLength
    self.hostname = hostname
    self.physicalInterface = physicalInterface
    self.certificateName = certificateName
    self.services = services
    self.kept = kept
  }
}

/// The network beyond the interfaces: nothing of the logging subsystem depends on it.
public struct NetworkSettings: Hashable, Sendable {
  /// An Ethernet port and how it is wired.
  public struct Port: Hashable, Sendable {
    /// Such as `Data 1`.
    public var name: Setting<String>
    /// What else the file says of it.
    public var kept: [ConfigurationElement]

    /// A port.
    public init(name: Setting<String>, kept: [ConfigurationElement] = []) {
      self.name = name
      self.kept = kept
    }
  }

  /// A server that answers names.
  public struct NameServer: Hashable, Sendable {
    /// Its address.
    public var address: Setting<String>
    /// Lower is asked first; `nil` when the file does not say.
    public var priority: String?

    /// A server.
    public init(address: Setting<String>, priority: String? = nil) {
      self.address = address
      self.priority = priority
    }
  }

  /// A static route.
  public struct Route: Hashable, Sendable {
    /// Its name.
    public var name: Setting<String>
    /// The network that it leads to.
    public var destination: Setting<String>
    /// The next hop.
    public var gateway: Setting<String>
    /// What else the file says of it.
    public var kept: [ConfigurationElement]

    /// A route.
    public init(
      name: Setting<String>, destination: Setting<String>, gateway: Setting<String>,
      kept: [ConfigurationElement] = []
    ) {
      self.name = name
      self.destination = destination
      self.gateway = gateway
      self.kept = kept
    }
  }

  /// Ethernet ports, in file order.
  public var ports: [Port] = []
  /// Servers of names, in file order.
  public var nameServers: [NameServer] = []
  /// What else the file says among the servers of names.
  public var keptOfServers: [ConfigurationElement] = []
  /// Seconds that a reverse look-up may take.
  public var reverseLookupTimeout: Setting<String>?
  /// What else the file says of names.
  public var keptOfNames: [ConfigurationElement] = []
  /// The interface from which names are asked.
  public var nameInterface: Setting<String>?
  /// The next hop of everything else.
  public var defaultGateway: Setting<String>?
  /// Static routes, in file order.
  public var routes: [Route] = []

  /// No network settings.
  public init() {}
}

/// Somebody who may log in.
public struct UserAccount: Hashable, Sendable {
  /// The name to log in with.
  public var username: Setting<String>
  /// The person's name.
  public var fullName: Setting<String>?
  /// What the user may do.
  public var group: Setting<String>?
  /// The encrypted or masked passphrase.
  public var passphrase: Setting<Passphrase>?
  /// What else the file says of the user.
  public var kept: [ConfigurationElement]

  /// A user.
  public init(
    username: Setting<String>, fullName: Setting<String>? = nil, group: Setting<String>? = nil,
    passphrase: Setting<Passphrase>? = nil, kept: [ConfigurationElement] = []
  ) {
    self.username = username
    self.fullName = fullName
    self.group = group
    self.passphrase = passphrase
    self.kept = kept
  }
}

/// How mail that cannot be delivered is bounced; known by its name only.
public struct BounceProfile: Hashable, Sendable {
  /// Its name.
  public var name: Setting<String>
  /// What else the file says of it.
  public var kept: [ConfigurationElement]

  /// A profile.
  public init(name: Setting<String>, kept: [ConfigurationElement] = []) {
    self.name = name
    self.kept = kept
  }
}
