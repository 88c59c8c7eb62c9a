internal import LabPeers
internal import Scenarios
internal import Simulation

/// The faults by name, and how each is read: a new fault is one row here.
enum FaultTable {
  typealias Reading = @Sendable (Fields) -> FaultKind?

  static let rows: [(name: String, read: Reading)] = [
    ("refuse", { _ in .refuse }),
    ("reset-after-handshake", { _ in .resetAfterHandshake }),
    ("reset-after", { point($0).map { .resetAfter($0) } }),
    ("reset-when-idle", { idle($0).map { .resetWhenIdle($0) } }),
    ("never-read", { _ in .neverRead }),
    ("read-slowly", { rate($0, "bytes_per_second").map { .readSlowly(bytesPerSecond: $0) } }),
    ("backlog-full", { .backlogFull(resets: flag($0, "resets")) }),
    ("close-after", { point($0).map { .closeAfter($0) } }),
    (
      "crash",
      { fields in
        fields.require("back_after", fields.duration("back_after")).map { .crash(backAfter: $0) }
      }
    ),
    ("silent-drop", { _ in .silentDrop }),
    ("reject-with-reset", { _ in .rejectWithReset }),
    ("reject-with-icmp", { _ in .rejectWithICMP }),
    (
      "reset-on-pattern",
      { fields in
        fields.require("pattern", fields.string("pattern")).map { .resetOnPattern(Array($0.utf8)) }
      }
    ),
    ("reset-after-bytes", { rate($0, "bytes").map { .resetAfterBytes(UInt64($0)) } }),
    (
      "spoofed-reset",
      { fields in
        fields.require("after", fields.duration("after")).map {
          .spoofedReset(after: $0, rightSequence: !flag(fields, "wrong_sequence"))
        }
      }
    ),
    ("idle-expiry", { idle($0).map { .idleExpiry($0) } }),
    ("block-tcp", { _ in .blockTCP }),
    ("block-udp", { _ in .blockUDP }),
    (
      "rate-limit",
      {
        rate($0, "bits_per_second").map { .rateLimit(bitsPerSecond: Int64($0)) }
      }
    ),
    ("loss", { permille($0).map { .loss(permille: $0) } }),
    ("burst-loss", { period($0, "length").map { .burstLoss(every: $0.0, length: $0.1) } }),
    ("duplication", { permille($0).map { .duplication(permille: $0) } }),
    ("reordering", { permille($0).map { .reordering(permille: $0) } }),
    (
      "latency",
      { fields in
        fields.require("delay", fields.duration("delay")).map { .latency($0) }
      }
    ),
    (
      "mtu-black-hole",
      { fields in
        fields.require("mtu", fields.integer("mtu", in: 68...9000)).map { .mtuBlackHole(mtu: $0) }
      }
    ),
    ("link-flap", { period($0, "down").map { .linkFlap(every: $0.0, down: $0.1) } }),
    ("name-not-found", { _ in .nameNotFound }),
    ("name-server-failure", { _ in .nameServerFailure }),
    (
      "name-timeout",
      { fields in
        fields.require("after", fields.duration("after")).map { .nameTimeout($0) }
      }
    ),
    (
      "address-change",
      { fields in
        fields.require("address", fields.address("address")).map { .addressChange($0) }
      }
    ),
  ]

  private static func point(_ fields: Fields) -> StreamPoint? {
    if let lines = fields.integer("lines", in: 1...1_000_000_000) { return .lines(UInt64(lines)) }
    if let bytes = fields.integer("bytes", in: 1...1_000_000_000) { return .bytes(UInt64(bytes)) }
    if let time = fields.duration("time") { return .time(time) }
    fields.fail(fields.place, "missing one of lines, bytes, time")
    return nil
  }

  private static func idle(_ fields: Fields) -> SimDuration? {
    fields.require("idle", fields.duration("idle"))
  }

  private static func rate(_ fields: Fields, _ key: String) -> Int? {
    fields.require(key, fields.integer(key, in: 1...1_000_000_000_000))
  }

  private static func permille(_ fields: Fields) -> Int? {
    fields.require("permille", fields.integer("permille", in: 0...1000))
  }

  private static func flag(_ fields: Fields, _ key: String) -> Bool {
    fields.value(key, allowed: "true or false") { ["true": true, "false": false][$0] } ?? false
  }

  private static func period(_ fields: Fields, _ key: String) -> (SimDuration, SimDuration)? {
    guard let every = fields.require("every", fields.duration("every")), every > .zero,
      let length = fields.require(key, fields.duration(key))
    else { return nil }
    return (every, length)
  }
}
