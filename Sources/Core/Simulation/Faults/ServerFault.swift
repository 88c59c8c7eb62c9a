/// How a syslog server misbehaves on one TCP connection.
public enum ReceiverFault: Hashable, Sendable, Codable {
  /// A RST right behind the handshake.
  case resetAfterHandshake
  /// At the point a RST; what arrives later is not read.
  case resetAfter(StreamPoint)
  /// A RST when nothing arrived for that long.
  case resetWhenIdle(SimDuration)
  /// It accepts and never reads: the window closes.
  case neverRead
  /// It reads that many bytes a second; 1 or more.
  case readSlowly(bytesPerSecond: Int)
  /// At the point a FIN.
  case closeAfter(StreamPoint)
  /// At the point a FIN; it reads on, or leaves all that comes later in its kernel.
  case halfClose(StreamPoint, readsOn: Bool)
  /// How it answers the client's FIN, once it has read all before it.
  case answerClose(CloseAnswer)
  /// A remote shell daemon: it takes the first bytes for an rsh request, finds none, and hangs up.
  /// A service of a host in a scenario file, and no fault.
  case remoteShell

  /// What is known of it by its name.
  public var record: FaultRecord {
    switch self {
    case .resetAfterHandshake: FaultRecord("reset-after-handshake")
    case .resetAfter(let point):
      FaultRecord("reset-after", FaultValues(point), when: .point(point))
    case .resetWhenIdle(let idle):
      FaultRecord("reset-when-idle", ["idle": .duration(idle)], when: .idle(idle))
    case .neverRead: FaultRecord("never-read")
    case .readSlowly(let rate): FaultRecord("read-slowly", ["bytes_per_second": .integer(rate)])
    case .closeAfter(let point):
      FaultRecord("close-after", FaultValues(point), when: .point(point))
    case .halfClose(let point, let readsOn):
      FaultRecord(
        "half-close", FaultValues(point).with("reads_on", .flag(readsOn)), when: .point(point))
    case .answerClose(.late(let after)):
      FaultRecord("answer-close", ["answer": .text("late"), "after": .duration(after)])
    case .answerClose(.never): FaultRecord("answer-close", ["answer": .text("never")])
    case .answerClose(.reset): FaultRecord("answer-close", ["answer": .text("reset")])
    case .remoteShell: FaultRecord("remote-shell")
    }
  }

  /// Its name.
  public var label: String { self.record.name }

  /// What has to happen on the connection first; `nil` when it is struck from its beginning.
  public var condition: StreamCondition? { self.record.condition }
}

/// What a server does about a client's FIN.
public enum CloseAnswer: Hashable, Sendable, Codable {
  /// Its own FIN, that much later.
  case late(SimDuration)
  case never
  case reset
}

/// What goes wrong at a host as a whole.
public enum HostFault: Hashable, Sendable, Codable {
  /// It keeps only so many bytes of each datagram.
  case cutDatagrams(bytes: Int)
  /// The server is gone for a while: its connections are reset, its port is closed, then it is
  /// back.
  case crash(backAfter: SimDuration)

  /// What is known of it by its name.
  public var record: FaultRecord {
    switch self {
    case .cutDatagrams(let bytes): FaultRecord("cut-datagrams", ["bytes": .integer(bytes)])
    case .crash(let backAfter): FaultRecord("crash", ["back_after": .duration(backAfter)])
    }
  }

  /// Its name.
  public var label: String { self.record.name }
}

extension ReceiverFault {
  private static let byServer =
    "as described, by the lab's server; a proxy plays all but `half-close` and `answer-close`, "
    + "and warns"
  private static let byPort =
    "as described, by the proxy's port; chosen connections only (`connections`, "
    + "`connection_permille`) are reset after the handshake, since refused SYNs cannot be counted"

  /// Those of "The server" in docs/FAULTS.md; two of them are faults of the path to its port.
  static let rows = resets + readings + closes + ofHosts

  private static let resets = [
    FaultRow(
      "refuse", "The port answers each SYN with a RST.", .server, at: .tcp,
      details: "nobody listens: a RST answers the SYN", live: byPort,
      options: [
        .proxy(
          "refuse", kind: .connections(counted: false), of: .both, at: 1,
          help: "Refuse connections: a RST answers the SYN."),
        .receive(
          "refuse", kind: .connections(counted: false), at: 1,
          help: "Refuse connections: a RST answers the SYN."),
      ]
    ) { _ in .path(.refuse) },
    FaultRow(
      "reset-after-handshake", "The server resets right after the handshake.", .server,
      at: .server, details: "a RST right after the handshake", live: byServer,
      options: [
        .proxy("reset-after-handshake", at: 5, help: "Reset the client right after the handshake."),
        .receive(
          "reset-after-handshake", at: 4, help: "Reset each connection right after the handshake."),
      ]
    ) { _ in .server(.resetAfterHandshake) },
    FaultRow(
      "reset-after", "The server reads up to the point and resets.", .server, keys: FaultKey.point,
      at: .server,
      details: """
        reads everything up to the point and nothing after it, then a RST; its kernel may have \
        acknowledged more
        """, live: byServer,
      options: [
        .proxy(
          "documented", .flag(["lines": .integer(4)]), at: 4,
          help: "The documented fault: forward a whole push (4 lines), then reset the client."),
        .proxy(
          "reset-after-lines", .count(key: "lines", as: "N"), at: 6,
          help: "Forward N lines, then reset the client."),
        .proxy(
          "reset-after", .time(key: "time"), at: 8,
          help: "Forward everything, and reset the client after TIME."),
        .receive(
          "reset-after-lines", .count(key: "lines", as: "N"), at: 5,
          help: """
            Read exactly N lines of each connection, write them, and reset it; what the kernel \
            acknowledged after them is never read.
            """),
        .receive(
          "reset-after-bytes", .count(key: "bytes", as: "N"), at: 6,
          help: "Read exactly N bytes of each connection, and reset it."),
        .receive(
          "reset-after", .time(key: "time"), at: 7,
          help: "Read everything, and reset each connection after TIME."),
      ]
    ) { $0.point.map { .server(.resetAfter($0)) } },
    FaultRow(
      "reset-when-idle", "The server resets when nothing came for a while.", .server,
      keys: [.time("idle", "How long.")], at: .server,
      details: "a RST when nothing arrived for that long", live: byServer,
      options: [
        .proxy(
          "reset-when-idle", .time(key: "idle"), at: 9,
          help: "Reset a client that was silent for TIME."),
        .receive(
          "reset-when-idle", .time(key: "idle"), at: 8,
          help: "Reset a connection that was idle for TIME."),
      ]
    ) { $0.duration("idle").map { .server(.resetWhenIdle($0)) } },
  ]

  private static let readings = [
    FaultRow(
      "never-read", "The server accepts and never reads: the window closes.", .server, at: .server,
      details: """
        accepts and never reads: the window closes, and what was acknowledged was never read
        """, live: byServer,
      options: [
        .proxy(
          "stall", of: .both, at: 3, help: "Accept connections and never read: the window closes."),
        .receive(
          "never-read", at: 2, help: "Accept connections and never read: the window closes."),
      ]
    ) { _ in .server(.neverRead) },
    FaultRow(
      "read-slowly", "The server reads slowly.", .server,
      keys: [.amount("bytes_per_second", "How fast.")], at: .server,
      details: "reads ten times a second, a tenth of the rate each", live: byServer,
      options: [
        .proxy(
          "read-slowly", .count(key: "bytes_per_second", as: "BYTES"), at: 12,
          help: "Read only BYTES per second."),
        .receive(
          "read-slowly", .count(key: "bytes_per_second", as: "BYTES"), at: 3,
          help: "Read only BYTES per second."),
      ]
    ) { $0.integer("bytes_per_second").map { .server(.readSlowly(bytesPerSecond: $0)) } },
    FaultRow(
      "backlog-full", "The server's backlog is full: a SYN gets no answer.", .server,
      keys: [
        FaultKey(
          "resets", .flag(default: false), "Whether a SYN is answered with a RST.", .optional)
      ], at: .tcp, details: "SYNs are dropped, or answered by a RST", live: byPort
    ) { .path(.backlogFull(resets: $0.flag("resets"))) },
  ]

  private static let closes = [
    FaultRow(
      "close-after", "The server reads up to the point and closes.", .server, keys: FaultKey.point,
      at: .server, details: "reads likewise, then a FIN, and the program is gone", live: byServer,
      options: [
        .proxy(
          "close-after-lines", .count(key: "lines", as: "N"), at: 11,
          help: "Forward N lines, then close both ends (FIN)."),
        .receive(
          "close-after-lines", .count(key: "lines", as: "N"), at: 9,
          help: "Read exactly N lines of each connection, write them, and close it (FIN)."),
        .receive(
          "close-after", .time(key: "time"), at: 10,
          help: "Read everything, and close each connection (FIN) after TIME."),
      ]
    ) { $0.point.map { .server(.closeAfter($0)) } },
    FaultRow(
      "half-close", "The server closes its direction at the point, and may read on.", .server,
      keys: FaultKey.point + [
        FaultKey(
          "reads_on", .flag(default: true),
          "Whether it reads what comes later (true); if not, its program ends 5 s later.",
          .optional)
      ], at: .server,
      details: """
        a FIN at the point, by `shutdown`: the server reads on (default), or with \
        `reads_on: false` leaves all that comes later in its kernel, and ends 5 s later without a \
        RST
        """, live: byServer
    ) { values in
      values.point.map {
        .server(.halfClose($0, readsOn: values.flag("reads_on", default: true)))
      }
    },
    FaultRow(
      "answer-close", "What the server does about a FIN of the appliance.", .server,
      keys: [
        FaultKey(
          "answer", .words(["late", "never", "reset"]), "Its own FIN later, nothing, or a RST."),
        FaultKey(
          "after", .duration(orZero: false), "How much later, with late.",
          .with(key: "answer", word: "late")),
      ], at: .server,
      details: """
        what it does about the appliance's FIN once it has read all before it: its own that much \
        later, nothing, or a RST
        """, live: byServer
    ) { values in
      switch values.text("answer") {
      case "late": values.duration("after").map { .server(.answerClose(.late($0))) }
      case "never": .server(.answerClose(.never))
      case "reset": .server(.answerClose(.reset))
      case _: nil
      }
    },
  ]

  private static let ofHosts = [
    FaultRow(
      "cut-datagrams", "The server keeps only the first bytes of each datagram.", .server,
      // A datagram of IPv4 has at most 65,507 bytes.
      keys: [FaultKey("bytes", .integer(1...65_506), "How many.")], window: .time, at: .datagrams,
      details: """
        the server keeps that many bytes of each datagram and drops the rest, as collectors with a \
        message size limit do
        """, live: byServer,
      options: [
        .receive(
          "cut-datagrams", .count(key: "bytes", as: "BYTES"), kind: .packets, of: .udp, at: 11,
          help: "Keep only the first BYTES of each datagram.")
      ]
    ) { $0.integer("bytes").map { .host(.cutDatagrams(bytes: $0)) } },
    FaultRow(
      "crash", "The server is gone for a while: connections are reset, the port is closed.",
      .server, keys: [.time("back_after", "When it is back.")], window: .start, at: .anyService,
      details: """
        at `from` the program ends: its connections are reset, its ports closed; later it is back
        """, live: byServer
    ) { $0.duration("back_after").map { .host(.crash(backAfter: $0)) } },
  ]
}
