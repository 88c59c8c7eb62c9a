internal import Simulation
import LogModel

extension NetworkInterface {
  func outline() -> OutlineNode {
    OutlineNode(
      called: self.name,
      [
        OutlineNode("name", self.name),
        OutlineNode("address", self.address) { $0.description },
        OutlineNode("prefix_length", self.prefixLength),
        OutlineNode("ipv6_address", host: self.ipv6Address),
        OutlineNode("ipv6_prefix_length", self.ipv6PrefixLength),
        OutlineNode("hostname", host: self.hostname),
        OutlineNode("physical_interface", self.physicalInterface),
        OutlineNode("certificate", self.certificateName),
        OutlineNode("services", self.services.map { OutlineNode($0.name, $0.port) }),
        OutlineNode(kept: self.kept),
      ])
  }
}

extension NetworkSettings {
  func outline() -> [OutlineNode] {
    [
      OutlineNode(
        "ports",
        self.ports.map { port in
          OutlineNode(
            called: port.name,
            [OutlineNode("name", port.name), OutlineNode(kept: port.kept)])
        }),
      OutlineNode("default_gateway", host: self.defaultGateway),
      OutlineNode(
        "routes",
        self.routes.map { route in
          OutlineNode(
            called: route.name,
            [
              OutlineNode("name", route.name), OutlineNode("destination", route.destination),
              OutlineNode("gateway", host: route.gateway), OutlineNode(kept: route.kept),
            ])
        }),
      OutlineNode(
        "name_servers", isOrdered: true,
        self.nameServers.map { server in
          OutlineNode(
            server.address.value, key: HostSyntax.canonical(server.address.value),
            .group([
              OutlineNode("address", host: server.address),
              OutlineNode("priority", server.priority.map { Setting($0) }),
            ]))
        }),
      OutlineNode("name_servers_kept", OutlineNode(kept: self.keptOfServers).content),
      OutlineNode("reverse_lookup_timeout", self.reverseLookupTimeout),
      OutlineNode("name_interface", self.nameInterface),
      OutlineNode(kept: self.keptOfNames),
    ]
  }
}

extension UserAccount {
  func outline() -> OutlineNode {
    OutlineNode(
      called: self.username,
      [
        OutlineNode("name", self.username), OutlineNode("full_name", self.fullName),
        OutlineNode("group", self.group), OutlineNode("passphrase", self.passphrase),
        OutlineNode(kept: self.kept),
      ])
  }
}

extension BounceProfile {
  func outline() -> OutlineNode {
    OutlineNode(
      called: self.name,
      [OutlineNode("name", self.name), OutlineNode(kept: self.kept)])
  }
}

extension SMTPRoute {
  func outline() -> OutlineNode {
    OutlineNode(
      called: self.source, host: true,
      [
        OutlineNode("source", host: self.source),
        OutlineNode(
          "destinations", isOrdered: true,
          self.destinations.map { destination in
            let (text, key) = (destination.value.description, destination.value.key)
            return OutlineNode(
              text, key: key,
              .value(
                Setting(
                  .host(OutlineNode.HostText(text, key: key)), at: destination.position,
                  state: destination.state)))
          }),
        OutlineNode(kept: self.kept),
      ])
  }
}

extension SMTPRoute.Destination: CustomStringConvertible {
  /// As a file writes it.
  public var description: String {
    switch self {
    case .discard: return "/dev/null"
    case .useDNS: return "USEDNS"
    case .host(let host, let port):
      let isAddress = HostSyntax.isIPv6Address(host) || HostSyntax.isScopedAddress(host)
      let name = isAddress ? "[\(host)]" : host
      return port == 25 ? name : "\(name):\(port)"
    case .hostByAddress(let host, let port):
      return port == 25 ? "[\(host)]" : "[\(host)]:\(port)"
    }
  }
}

extension SMTPRoute.Destination {
  /// The same for all spellings of a destination.
  var key: String {
    switch self {
    case .discard, .useDNS: self.description
    case .host(let host, let port):
      Self.host(HostSyntax.canonical(host), port: port).description
    case .hostByAddress(let host, let port):
      Self.hostByAddress(HostSyntax.canonical(host), port: port).description
    }
  }

  /// The host and the port that mail goes to; `nil` where it goes to none that the route names.
  public var endpoint: (host: String, port: UInt16)? {
    switch self {
    case .host(let host, let port), .hostByAddress(let host, let port): (host, port)
    case .discard, .useDNS: nil
    }
  }
}

extension Listener {
  func outline() -> OutlineNode {
    OutlineNode(
      called: self.name,
      [
        OutlineNode("name", self.name), OutlineNode("interface", self.interfaceName),
        OutlineNode("kind", self.kind) { $0.rawValue },
        OutlineNode("bounce_profile", self.bounceProfileName),
        OutlineNode("host_access", self.hostAccess?.outline() ?? .value(nil)),
        OutlineNode("recipient_access", self.recipientAccess?.outline() ?? .value(nil)),
        OutlineNode(kept: self.kept),
      ])
  }
}

extension LogGlobalSettings {
  func outline() -> [OutlineNode] {
    [
      OutlineNode(
        "system_measurements_frequency_seconds", self.systemMeasurementsFrequencySeconds),
      OutlineNode("message_id", self.logsMessageID),
      OutlineNode("original_subject", self.logsOriginalSubject),
      OutlineNode("remote_response", self.logsRemoteResponse),
      OutlineNode("headers", self.headers.map { OutlineNode($0.value, $0) }),
    ]
  }
}

extension AlertSettings {
  func outline() -> [OutlineNode] {
    [
      OutlineNode("from", self.fromAddress),
      OutlineNode(
        "recipients",
        self.recipients.flatMap { recipient in
          recipient.hears.listed.map {
            let place = "\($0.alertClass.rawValue), \($0.severity.rawValue)"
            return OutlineNode("\(place): \(recipient.address.value)", recipient.address)
          }
        }),
      OutlineNode("initial_interval_seconds", self.initialIntervalSeconds),
      OutlineNode("maximum_interval_seconds", self.maximumIntervalSeconds),
      OutlineNode("autosupport", self.autosupportEnabled),
      OutlineNode(kept: self.kept),
    ]
  }
}

// MARK: Subscriptions

extension LogSubscriptionSettings {
  func outline() -> OutlineNode {
    OutlineNode(
      called: self.name,
      [
        OutlineNode("name", self.name), OutlineNode("type", self.type) { $0.displayName },
        OutlineNode("level", self.level) { $0.name },
        OutlineNode("bytes_to_record", self.bytesToRecord),
      ] + self.retrieval.outline() + [
        OutlineNode("retrieval_kept", OutlineNode(kept: self.keptInRetrieval).content),
        OutlineNode(kept: self.kept),
      ])
  }
}

extension LogSubscriptionSettings.Retrieval {
  /// Such as `syslog push`.
  public var name: String {
    switch self {
    case .manualDownload: "manual download"
    case .ftpPush: "FTP push"
    case .scpPush: "SCP push"
    case .syslogPush: "syslog push"
    case .notUnderstood: "not understood"
    }
  }

  func outline() -> [OutlineNode] {
    let method = OutlineNode("retrieval", Setting(self.name))
    switch self {
    case .notUnderstood: return [method]
    case .manualDownload(let files): return [method] + files.outline()
    case .ftpPush(let transfer), .scpPush(let transfer):
      return [
        method, OutlineNode("push_host", host: transfer.host),
        OutlineNode("push_port", transfer.port),
        OutlineNode("push_directory", transfer.directory),
        OutlineNode("push_username", transfer.username),
        OutlineNode("push_passphrase", transfer.passphrase),
        OutlineNode("push_checks_host_key", transfer.checksHostKey),
      ] + transfer.files.outline()
    case .syslogPush(let push):
      return [
        method, OutlineNode("push_host", host: push.host),
        OutlineNode("push_port", push.port),
        OutlineNode("push_protocol", push.transport) { $0.rawValue },
        OutlineNode("push_facility", push.facility) { $0.rawValue },
        OutlineNode("push_message_bytes_max", push.messageBytesMax),
        OutlineNode("push_encrypted", push.usesTLS),
        OutlineNode("push_delivery", .group(push.delivery.outline())),
        OutlineNode("push_kept", OutlineNode(kept: push.kept).content),
      ]
    }
  }
}

extension LogFileSettings {
  func outline() -> [OutlineNode] {
    [
      OutlineNode("filename", self.filename),
      OutlineNode("rollover_size_bytes", self.rolloverSizeBytes),
      OutlineNode("rollover_schedule", self.rolloverSchedule) { $0.description },
      OutlineNode("files_max", self.filesMax),
      OutlineNode("files_kept", OutlineNode(kept: self.kept).content),
    ]
  }
}
